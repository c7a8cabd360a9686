"""The demo newsroom reads whole, and a fault in it is named with its file and line."""

import json
import shutil
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from belowline.demo.content import CONTENT_FOLDER, HERO, ContentError, DemoContent, load_content, sentences


@pytest.fixture(scope="module")
def content() -> DemoContent:
    return load_content()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real content, to spoil."""
    return Path(shutil.copytree(CONTENT_FOLDER, tmp_path / "content"))


def first_line_changed(file: Path, **fields: object) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | fields, ensure_ascii=False)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def depths(content: DemoContent) -> dict[str, int]:
    found: dict[str, int] = {}
    parents = {comment.key: comment.parent for comment in content.comments[HERO]}
    for key in parents:
        at, depth = key, 1
        while parents[at] is not None:
            at, depth = str(parents[at]), depth + 1
        found[key] = depth
    return found


def test_the_newsroom_has_twenty_six_articles_in_three_topics_by_four_authors(content: DemoContent) -> None:
    assert len(content.articles) == 26
    assert len({article.topic for article in content.articles}) == len(content.topics) == 3
    assert {slug for article in content.articles for slug in article.authors} == {
        author.slug for author in content.authors
    }
    assert [article.language for article in content.articles].count("ar") == 1


def test_every_article_opens_in_its_own_way(content: DemoContent) -> None:
    openings = [article.blocks[0].text[:24] for article in content.articles]
    assert len(set(openings)) == len(openings)


def test_articles_have_the_length_of_articles(content: DemoContent) -> None:
    for article in content.articles:
        words = sum(len(" ".join((block.text, block.attribution, *block.items)).split()) for block in article.blocks)
        low, high = (900, 1_500) if article.slug == HERO else (245, 700)
        if article.type == "live":
            low, high = 100, 250  # a summary; the rest are its entries
        assert low <= words <= high, article.slug


def test_the_contested_story_shows_at_least_three_figures_quotes_and_a_list(content: DemoContent) -> None:
    hero = next(article for article in content.articles if article.slug == HERO)
    kinds = Counter(block.kind for block in hero.blocks)
    assert kinds["figure"] >= 3
    assert kinds["quote"] >= 3
    assert kinds["list"] == 1
    assert kinds["heading"] >= 4


def test_the_live_coverage_has_all_that_a_coverage_can_have(content: DemoContent) -> None:
    (coverage,) = content.live.values()
    entries = coverage.entries
    assert len(entries) == 14
    assert sum(one.is_key for one in entries) == 3
    assert sum(one.is_pinned for one in entries) == 1
    assert sum(bool(one.before) for one in entries) == 1
    assert sum(block.kind == "figure" for one in entries for block in one.blocks) == 1
    assert len({one.author for one in entries}) == 2


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('state = "active"', 'state = "asleep"', r":3: unknown state 'asleep'"),
        ("minutes = 21\n", "minutes = 2\n", r":\d+: not later than the entry before it"),
        ("minutes = 468", "minutes = 46800", r":\d+: must lie between publication and seeding"),
        ("![ferry-constance]", "![ferry-constants]", r":\d+: unknown picture"),
        ("edited_minutes = 141", "", r":\d+: edited_minutes and before go together"),
    ],
)
def test_a_faulty_entry_is_refused_with_its_file_and_line(folder: Path, old: str, new: str, why: str) -> None:
    file = folder / "live" / "the-night-at-customs-stairs.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=rf"^{file.name}{why}"):
        load_content(folder)


def test_every_picture_is_shown_somewhere_and_described(content: DemoContent) -> None:
    shown = {block.picture for article in content.articles for block in article.blocks if block.kind == "figure"}
    assert shown == {picture.slug for picture in content.pictures}
    titles = {article.title for article in content.articles}
    assert all(picture.alt not in titles and len(picture.alt) > 40 for picture in content.pictures)


def test_the_staff_are_an_editor_a_moderator_a_treasurer_and_the_reporter_of_the_contested_story(
    content: DemoContent,
) -> None:
    hero = next(article for article in content.articles if article.slug == HERO)
    people = {person.key: person for person in content.staff}
    assert set(people) == {"editor", "moderator", "treasurer", "reporter"}
    assert people["reporter"].author in hero.authors


def test_the_thread_of_the_contested_story_is_a_thread_people_would_read(content: DemoContent) -> None:
    thread = content.comments[HERO]
    assert len(thread) >= 220
    lengths = [len(comment.text) for comment in thread]
    assert 90 <= median(lengths) <= 220  # a quarrel is short lines; the roots are what people read first
    assert 150 <= median(len(comment.text) for comment in thread if comment.parent is None) <= 400
    assert max(lengths) > 1_500
    assert max(depths(content).values()) >= 40
    assert {comment.state for comment in thread} == {"published", "deleted", "removed", "held"}
    assert {comment.language for comment in thread} >= {"en", "ar", "fr", "de"}
    assert any(comment.edited_minutes for comment in thread)
    assert max(comment.minutes for comment in thread) > 68 * 60


def test_tombstones_have_replies_beneath_them(content: DemoContent) -> None:
    thread = content.comments[HERO]
    answered = {comment.parent for comment in thread}
    assert all(comment.key in answered for comment in thread if comment.state in ("deleted", "removed"))


def test_the_arabic_article_has_a_discussion_in_arabic(content: DemoContent) -> None:
    arabic = next(article for article in content.articles if article.language == "ar")
    own = [
        comment
        for comment in content.comments[arabic.slug]
        if any("\u0600" <= letter <= "\u06ff" for letter in comment.text)
    ]
    assert len(own) >= 12


def test_the_crowd_never_speaks_with_the_voice_of_a_known_reader(content: DemoContent) -> None:
    heard = {comment.author for thread in content.comments.values() for comment in thread}
    crowd = {reader.name for reader in content.readers if reader.is_crowd}
    assert not heard & crowd
    assert len(crowd) >= 60
    camps = content.crowd_camps()
    assert [bool(camp) for camp in camps] == [reader.is_crowd for reader in content.readers]


def test_quoted_lines_are_not_counted_as_ones_own_sentences() -> None:
    assert list(sentences("> You said so.\n\nI did. *Twice*!")) == ["i did", "twice"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"parent": "nobody"}, "parent 'nobody' is not on an earlier line"),
        ({"author": "Nobody Known"}, "unknown author"),
        ({"minutes": 99_999}, "outside 1 to"),
        ({"minutes": 0}, "outside 1 to"),
        ({"up": -1}, "votes cannot be negative"),
        ({"state": "hidden"}, "unknown state"),
        ({"edited_minutes": 50}, "go together"),
        ({"edited_minutes": 1, "edited_text_before": "x"}, "edited before it was written"),
        ({"text": " "}, "text is empty"),
        ({"lang": "xx"}, "unknown language"),
        ({"up": "many"}, "not a comment"),
    ],
)
def test_a_faulty_comment_is_refused_with_its_file_and_line(folder: Path, fields: dict[str, object], why: str) -> None:
    first_line_changed(folder / "comments" / "hero.jsonl", **fields)
    with pytest.raises(ContentError, match=r"^hero\.jsonl:1: ") as refused:
        load_content(folder)
    assert why in str(refused.value)


def test_a_comment_cannot_answer_itself(folder: Path) -> None:
    file = folder / "comments" / "hero.jsonl"
    key = json.loads(file.read_text(encoding="utf-8").splitlines()[0])["key"]
    first_line_changed(file, parent=key)
    with pytest.raises(ContentError, match=r"^hero\.jsonl:1: parent"):
        load_content(folder)


def test_a_sentence_written_twice_is_refused(folder: Path) -> None:
    file = folder / "comments" / "hero.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    again = json.loads(lines[6]) | {"key": "again", "parent": None}
    file.write_text("\n".join([*lines, json.dumps(again)]), encoding="utf-8")
    with pytest.raises(
        ContentError, match=rf"^hero\.jsonl:{len(lines) + 1}: sentence was already written at hero\.jsonl:7"
    ):
        load_content(folder)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('topic = "the-barrier"', 'topic = "the-barier"', r":\d+: unknown topic"),
        ('authors = ["ines-marrick"]', 'authors = ["nobody"]', r":\d+: unknown or no authors"),
        ("published_offset_hours = -72", "published_offset_hours = 72", r":\d+: must be hours before seeding"),
        ("updated_offset_hours = -71.6", "updated_offset_hours = -80", r":\d+: must lie between"),
        ("![gauge-staff-pier]", "![gauge-staff-peer]", r":\d+: unknown picture"),
        ("> — Marit Vand", "> Marit Vand", r":\d+: the quote's last line"),
        ('kicker = "The Narrows', 'kicker = The "Narrows', r": .*line 5"),
    ],
)
def test_a_faulty_article_is_refused_with_its_file_and_line(folder: Path, old: str, new: str, why: str) -> None:
    file = folder / "articles" / "01-the-gauge-that-moved.md"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=rf"^{file.name}{why}"):
        load_content(folder)


def test_a_display_name_may_be_used_once(folder: Path) -> None:
    with (folder / "newsroom.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[reader]]\nname = "wilmot"\ncamp = "joker"\n')
    with pytest.raises(ContentError, match=r"^newsroom\.toml:\d+: reader 'wilmot' is there twice"):
        load_content(folder)
