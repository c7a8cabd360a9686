"""Inline feedback in the public pages and the form, without scripts: marks, lists, what became of a passage."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests.support.cast import NOON, make_reader
from tests.support.desk import Browser, Story, errors, fields, make_member, make_staff, page, publish, soup, words
from tests.support.passages import address, comment_on, published_anew

from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.newsroom.actions import pages as newsroom
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, Ground
from belowline.newsroom.publishing import history
from belowline.passages.models import Passage, TextRevision

pytestmark = pytest.mark.once

HOLES = "The pier at Hob’s Landing has two empty bolt holes."
RULER = "Until March they held the ruler."


@pytest.fixture(scope="module")
def published(story_database: None) -> None:
    """In the wording that all tests begin with."""
    found = publish()
    published_anew(
        found.article,
        HOLES,
        "<b>Until</b> March they <i>held</i> the ruler.",
        made.ItemList(("First the bolts.", "Then the plate.")),
        standfirst="Who moved it?",
    )


@pytest.fixture
def story(published: None, db: None, settings: Any, tmp_path: Path) -> Story:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    return publish()


def key(story: Story) -> str:
    return str(story.article.subject_key)


def said(story: Story, what: str, text: str = "Is that so?", *, reader: int = 0, minutes: float = 0) -> int:
    who = reader or make_reader(f"reader{Comment.objects.count()}")
    return comment_on(what, key=key(story), thread=story.thread, reader=who, text=text, minutes=minutes)[0]


def again(story: Story, *blocks: made.Block | str, **values: Any) -> None:
    published_anew(ArticlePage.objects.get(pk=story.article.pk), *blocks, **values)


def marks_of(story: Story) -> list[tuple[str, str]]:
    """What each mark says, and where it leads."""
    found = soup(page(story.url).body).select("a.mark")
    return [(one.get_text(), str(one["href"]).rpartition("/")[2]) for one in found]


# --- the article ------------------------------------------------------------------------------------------------------


def test_an_article_of_which_nobody_speaks_has_no_mark_and_one_number(story: Story) -> None:
    html = page(story.url).body
    assert "mark" not in str(soup(html).select_one(".story .body"))
    assert soup(html).select_one(".story")["data-words"] == "2"
    assert not soup(html).find("a", string="Inline feedback")


def test_marks_stand_behind_the_blocks_that_somebody_speaks_of(story: Story) -> None:
    said(story, "two empty bolt holes")
    said(story, "two empty bolt holes", "I doubt it.")
    said(story, "empty bolt")
    said(story, "Then the plate.")
    said(story, "The gauge that moved")
    shown = marks_of(story)
    assert [count for count, _ in shown] == ["1", "3", "1"]
    assert shown[0][1] == "b-headline"
    html = soup(page(story.url).body)
    paragraph = html.find("p", string=re.compile("The pier"))
    assert paragraph.find_next_sibling()["class"] == ["mark"]
    assert html.find("li", string="Then the plate.").parent.find_next_sibling()["class"] == ["mark"]
    first, second = str(paragraph.find_next_sibling()["data-at"]).split()
    assert [first.split(".")[1:], second.split(".")[1:]] == [["30", "20"], ["34", "10"]]
    assert html.select_one("a.mark")["aria-label"] == "1 comment on this passage"


def test_a_fill_asks_one_query_for_all_marks_and_one_for_quotations(story: Story) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(story.url)
        return len(captured)

    for text in ("two empty bolt holes", "Then the plate."):
        said(story, text)
    before = queries()
    for text in (RULER, "First the bolts.", "empty", "Who moved it?"):
        said(story, text)
    assert queries() == before


def test_while_passages_wait_for_the_worker_the_page_says_to_which_version_they_belong(story: Story) -> None:
    said(story, RULER)
    text = ArticlePage.objects.get(pk=story.article.pk)
    text.title = "Another headline"
    text.save_revision().publish()
    html = soup(page(story.url).body)
    assert html.select_one(".story")["data-words"] == "3 2"
    assert html.select_one("a.mark").get_text() == "1"


# --- what is said -----------------------------------------------------------------------------------------------------


def test_a_comment_quotes_its_passage_and_leads_back_to_it(story: Story) -> None:
    comment = said(story, "held the ruler", "Who took it?")
    shown = soup(page(story.url).body).select_one(f"#c-{comment}")
    link = shown.select_one(".on a")
    assert link.get_text() == "held the ruler"
    path, _, block = str(link["href"]).partition("#")
    assert path == story.url
    assert "Until" in soup(page(story.url).body).find(id=block).get_text()


def test_what_became_of_a_passage_is_said_with_its_older_words_on_demand(story: Story) -> None:
    edited, gone, moved = (said(story, one) for one in ("has two empty bolt holes", "First the bolts.", RULER))
    again(story, RULER, HOLES.replace("two", "three"), made.ItemList(("Then the plate.",)))
    html = soup(page(f"/d/{story.thread}").body)
    shown = html.select_one(f"#c-{edited}")
    assert shown.select_one(".on").get_text() == "has three empty bolt holes"
    assert words(str(shown.select_one("details.since"))) == "The passage changed since. has two empty bolt holes"
    shown = html.select_one(f"#c-{gone}")
    assert shown.select_one(".on a") is None, "nothing to go to"
    assert shown.select_one(".on").get_text() == "First the bolts."
    assert re.fullmatch(r"This passage was removed on \d+ \w+ \d{4}\.", shown.select_one(".since").get_text())
    assert html.select_one(f"#c-{moved} .on").get_text() == RULER


def test_the_list_and_the_page_of_a_block_show_every_passage_with_its_comments(story: Story) -> None:
    first = said(story, "two empty bolt holes", "I counted three.")
    other, gone = said(story, "Then the plate.", "Which plate?"), said(story, RULER, "Held?")
    again(story, HOLES, made.Heading("A heading instead."), made.ItemList(("First the bolts.", "Then the plate.")))
    html = soup(page(f"/d/{story.thread}/inline").body)
    assert [one.select_one(".on").get_text() for one in html.select(".spoken")] == [
        "two empty bolt holes", RULER, "Then the plate.",
    ]  # fmt: skip
    assert [int(one["id"][2:]) for one in html.select("article.comment")] == [first, gone, other]
    block = marks_of(story)[0][1]
    html = soup(page(f"/d/{story.thread}/inline/{block}").body)
    assert [int(one["id"][2:]) for one in html.select("article.comment")] == [first]
    assert page(f"/d/{story.thread}/inline/b-nowhere").status == 404
    assert soup(page(story.url).body).find("a", string="Inline feedback")["href"] == f"/d/{story.thread}/inline"


def test_the_list_goes_on_behind_its_last_passage(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belowline.pages.passages.PASSAGES_ON_A_PAGE", 2)
    for one in ("The pier", "two empty", "bolt holes", RULER, "First"):
        said(story, one)
    address_, seen = f"/d/{story.thread}/inline", []
    while address_:
        html = soup(page(address_).body)
        seen += [one.get_text() for one in html.select(".spoken .on")]
        following = html.find("a", rel="next")
        address_ = str(following["href"]) if following else ""
    assert seen == ["The pier", "two empty", "bolt holes", RULER, "First"]
    assert page(f"/d/{story.thread}/inline?after=x.1").status == 400
    assert page(f"/d/{story.thread}/inline?after=9999.1").status == 404


def test_what_was_deleted_or_removed_is_gone_from_marks_lists_and_pages(story: Story) -> None:
    """The surfaces of inline feedback among those that invariant 13 speaks of."""
    alice, mona = make_reader("alice"), make_reader("mona")
    said(story, "two empty bolt holes", "ALPHA", reader=alice)
    comment = said(story, RULER, "OMEGA", reader=alice)
    surfaces = [story.url, f"/d/{story.thread}", f"/d/{story.thread}/inline"]
    surfaces += [f"/d/{story.thread}/inline/{block}" for _, block in marks_of(story)]
    assert sum("OMEGA" in page(one).body for one in surfaces) == 4
    actions.change_state("remove", comment_id=comment, actor_id=mona, reason="insult", now=NOON)
    assert not any("OMEGA" in page(one).body for one in surfaces)
    assert [count for count, _ in marks_of(story)] == ["1"]
    actions.delete_comment(alice, comment_id=Comment.objects.order_by("pk").first().pk, now=NOON)  # type: ignore[union-attr]
    assert not any("ALPHA" in page(one).body for one in surfaces)
    assert marks_of(story) == []
    assert "Nobody has said anything here." in page(f"/d/{story.thread}/inline").body


def test_words_that_were_withheld_are_quoted_nowhere(story: Story) -> None:
    comment = said(story, "Until March", "Why March?")
    again(story, HOLES, "They held the ruler once.")
    assert "Until March" in page(f"/d/{story.thread}").body
    by = make_staff("Hanne", "publisher")
    assert history.withhold_passage(story.article.pk, words="until march", ground=Ground.LAW, by=by, now=NOON) == 1
    for one in (story.url, f"/d/{story.thread}", f"/d/{story.thread}/inline", f"/d/{story.thread}/c/{comment}"):
        shown = page(one).body
        assert "Until March" not in shown
        assert "words of the article that are not public any more" in shown
    assert not Passage.objects.filter(exact__icontains="until").exists()
    assert not TextRevision.objects.filter(words__icontains="until").exists()


def test_a_version_that_was_withheld_is_quoted_nowhere(story: Story) -> None:
    said(story, "two empty bolt holes", "Two?")
    again(story, "Something else altogether.")
    by = make_staff("Hanne", "publisher")
    assert history.withhold_version(story.article.pk, number=2, ground=Ground.LAW, by=by, now=NOON) is None
    assert "bolt" not in page(f"/d/{story.thread}/inline").body
    assert not TextRevision.objects.filter(words__icontains="bolt").exists()


def test_an_article_that_was_taken_away_is_not_quoted_under_its_notice(story: Story) -> None:
    said(story, "two empty bolt holes", "Two?")
    ArticlePage.objects.get(pk=story.article.pk).unpublish()
    assert "bolt" not in page(f"/d/{story.thread}").body
    assert page(f"/d/{story.thread}/inline").status == 404
    assert page(f"/d/{story.thread}/passages").status == 404


# --- saying something -------------------------------------------------------------------------------------------------


def test_without_scripts_every_piece_of_an_article_can_be_commented_on(story: Story) -> None:
    alice = Browser(make_member("Alice"))
    choosing = str(soup(page(story.url).body).find("a", string="Comment on a passage")["href"])
    html = soup(page(choosing).body)
    assert [one.p.get_text() for one in html.select(".pieces li")] == [
        "The gauge that moved", "Who moved it?", HOLES, RULER, "First the bolts.", "Then the plate.",
    ]  # fmt: skip
    link = str(html.select(".pieces li")[5].a["href"])
    form = alice.get(link).content.decode()
    assert soup(form).select_one(".quoted .on").get_text() == "Then the plate."
    answer = alice.press(link, text="Which plate?")
    assert answer.status_code == 303
    comment = Comment.objects.get()
    assert comment.passage.exact == "Then the plate."  # type: ignore[union-attr]
    own = alice.get(answer["Location"]).content.decode()
    assert soup(own).select_one(".on").get_text() == "Then the plate."


def test_a_picture_is_a_passage_as_a_whole(story: Story, tmp_path: Path) -> None:
    Image.new("RGB", (300, 170), "teal").save(tmp_path / "pier.jpg")
    picture = newsroom.create_picture(
        tmp_path / "pier.jpg", title="pier", alt="A pier", caption="The pier at noon.", credit="Ann", licence="own"
    )
    again(story, HOLES, made.Figure(picture), RULER)
    html = soup(page(f"/d/{story.thread}/passages").body)
    (piece,) = [one for one in html.select(".pieces li") if "Picture or map" in one.get_text()]
    assert Browser(make_member("Alice")).press(str(piece.a["href"]), text="Is this the pier?").status_code == 303
    found = Passage.objects.get()
    assert (found.is_figure, found.exact) == (True, "The pier at noon.")
    again(story, HOLES, RULER)
    found.refresh_from_db()
    assert found.state == "orphaned"
    again(story, "A new one.", HOLES, RULER, made.Figure(picture))
    found.refresh_from_db()
    assert found.state == "moved", "the same picture in another block"
    where = address(key(story), RULER).rpartition(".")[0]
    answer = Browser(make_member("Bob")).press(f"/_d/{story.thread}/reply", text="x", passage=f"{where}.40")
    assert answer.status_code == 422
    assert "cannot reach across a picture" in errors(answer)[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"quote": "two empty holes"}, "other words at this place"),
        ({"passage": "2.b-00000000.0.4", "quote": ""}, "no such passage"),
        ({"passage": "99.b-headline.0.4", "quote": ""}, "no such passage"),
        ({"passage": "'; --", "quote": ""}, "no such passage"),
        ({"passage": "2.b-headline.3.4", "quote": ""}, "no word in what you chose"),
    ],
)
def test_a_passage_that_is_none_is_refused_and_no_word_is_lost(
    story: Story, change: dict[str, str], sentence: str
) -> None:
    alice = Browser(make_member("Alice"))
    path = f"/_d/{story.thread}/reply"
    where = {"passage": address(key(story), "two empty"), "quote": "two empty"}
    answer = alice.press(path, text="I counted three.", **where | change)
    assert answer.status_code in {409, 422}
    assert sentence in errors(answer)[0]
    kept = fields(answer)
    assert kept["text"] == "I counted three."
    assert kept["passage"] == (where | change)["passage"]
    assert Comment.objects.count() == 0
    assert alice.post(path, kept | {"without": "yes"}).status_code == 303
    assert Comment.objects.get().passage is None


def test_what_was_chosen_before_the_article_changed_is_followed_or_refused(story: Story) -> None:
    alice, path = Browser(make_member("Alice")), f"/_d/{story.thread}/reply"
    keeps, goes = address(key(story), "two empty"), address(key(story), RULER)
    again(story, "A new first paragraph.", HOLES)
    assert alice.press(path, text="Followed.", passage=keeps, quote="two empty").status_code == 303
    found = Passage.objects.get()
    assert (found.made_number, found.exact, found.state) == (3, "two empty", "same")
    answer = alice.press(path, text="Gone.", passage=goes, quote=RULER)
    assert answer.status_code == 409
    assert "removed from the article in the meantime" in errors(answer)[0]
    assert fields(answer)["text"] == "Gone."


def test_a_passage_belongs_to_the_article_of_its_own_discussion(story: Story) -> None:
    other = publish("another", headline="Another story")
    where = address(key(story), "two empty")
    alice = Browser(make_member("Alice"))
    answer = alice.press(f"/_d/{other.thread}/reply", text="x", passage=where, quote="two empty")
    assert answer.status_code == 409
    assert Passage.objects.count() == 0


def test_where_nobody_can_write_there_is_nothing_to_choose(story: Story) -> None:
    said(story, "two empty")
    actions.close_discussion(key(story), reason="Enough.")
    html = soup(page(story.url, now=NOON + timedelta(hours=1)).body)
    assert html.select_one("a.mark") is not None, "what was said stays"
    assert html.find("a", string="Comment on a passage") is None
    assert page(f"/d/{story.thread}/passages").status == 404
    assert "Comment on this passage" not in page(f"/d/{story.thread}/inline").body


# --- for other programs -----------------------------------------------------------------------------------------------


def annotations(target: str, **query: str) -> dict[str, Any]:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    answer = page(f"/annotations?target={target}{more}")
    assert answer.status == 200, answer.status
    assert answer.content_type.startswith("application/ld+json")
    return dict(json.loads(answer.body))


def test_comments_on_passages_are_exchanged_as_web_annotations(story: Story, settings: Any) -> None:
    comment = said(story, "two empty bolt holes", "I counted *three*.")
    found = annotations(settings.PUBLIC_URL + story.url)
    assert (found["@context"], found["type"], found["total"]) == (
        "http://www.w3.org/ns/anno.jsonld", "AnnotationCollection", 1,
    )  # fmt: skip
    (one,) = found["first"]["items"]
    assert one["id"] == f"{settings.PUBLIC_URL}/d/{story.thread}/c/{comment}"
    assert (one["type"], one["motivation"], one["creator"]["name"]) == ("Annotation", "commenting", "reader0")
    assert one["body"] == {"type": "TextualBody", "format": "text/html", "value": "<p>I counted <em>three</em>.</p>"}
    quotation, place = one["target"]["selector"]
    assert one["target"]["source"] == settings.PUBLIC_URL + story.url
    assert quotation["exact"] == "two empty bolt holes"
    words_ = TextRevision.objects.get(number=2).words
    assert words_[place["start"] : place["end"]] == "two empty bolt holes"
    assert words_[: place["start"]].endswith(quotation["prefix"])
    assert words_[place["end"] :].startswith(quotation["suffix"])
    assert annotations(story.url) == found


def test_annotations_come_in_pages_and_follow_what_is_deleted(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belowline.pages.web_annotations.PASSAGES_ON_A_PAGE", 2)
    alice = make_reader("alice")
    for one in ("The pier", "two empty", "bolt holes", RULER, "First"):
        said(story, one, f"On {one}", reader=alice)
    part, seen = annotations(story.url)["first"], []
    while True:
        seen += [one["target"]["selector"][0]["exact"] for one in part["items"]]
        if "next" not in part:
            break
        part = annotations(story.url, after=part["next"].rpartition("=")[2])
        assert part["type"] == "AnnotationPage"
    assert seen == ["The pier", "two empty", "bolt holes", RULER, "First"]
    actions.delete_comment(alice, comment_id=Comment.objects.order_by("pk").first().pk, now=NOON)  # type: ignore[union-attr]
    found = annotations(story.url)
    assert found["total"] == 4
    assert "On The pier" not in str(found)


@pytest.mark.parametrize(
    ("target", "status"), [("", 400), ("/d/1", 400), ("/a/nowhere", 404), ("https://e.example/a/x", 400)]
)
def test_annotations_of_what_is_no_article_are_refused(story: Story, target: str, status: int) -> None:
    assert page(f"/annotations?target={target}").status == status
