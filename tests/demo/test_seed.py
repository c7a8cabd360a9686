"""Seeding the demo newsroom: the same every time, whole after an interruption, and never on a real site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.db import connections
from django.test import override_settings
from wagtail.models import PageLogEntry

from belowline.accounts.models import Reader, User
from belowline.demo import content as written
from belowline.demo.moderation import REFUSED, WAITING
from belowline.demo.seed import seed
from belowline.demo.views import ROLES
from belowline.discussion.models import Comment, Report, Revision, Thread, ThreadDelta
from belowline.domain.commenting import CommentState
from belowline.domain.moderating import Queue
from belowline.imaging import jobs
from belowline.moderation.models import Case, ListChange, ReaderStanding
from belowline.newsroom.models import ArticlePage, ArticleRendering, ArticleVersion, StandingText, TopicPage
from tests.support.databases import fresh_database
from tests.support.desk import build_static, page, soup

pytestmark = pytest.mark.once

COMMENTS = 600


@pytest.fixture(scope="module", autouse=True)
def drawn_once() -> Iterator[None]:
    """The demo's ten pictures are large, and several seedings draw the same ones: really the first time only."""
    drawn: dict[tuple[bytes, Any], Any] = {}
    really = jobs.draw_public

    def draw(source: Any, **options: Any) -> Any:
        key = (source.read(), tuple(options.values()))
        if key not in drawn:
            drawn[key] = really(source, **options)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "draw_public", draw)
        yield


@contextmanager
def demo_site(folder: Path) -> Iterator[None]:
    """An empty site in demo mode, with a database and a folder of its own."""
    folder.mkdir()
    config = django_settings.CONFIG.model_copy(update={"demo": True})
    with fresh_database(folder), override_settings(CONFIG=config, DATA=folder, MEDIA_ROOT=folder / "media"):
        build_static()
        yield


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Path]:
    """Seeded once for the tests that only look."""
    folder = tmp_path_factory.mktemp("demo") / "site"
    with django_db_blocker.unblock(), demo_site(folder):
        seed(comments=COMMENTS)
        yield folder
        connections.close_all()


@pytest.fixture
def looking(seeded: Path, django_db_blocker: Any) -> Iterator[Path]:
    with django_db_blocker.unblock():
        yield seeded


def hero() -> Thread:
    return Thread.objects.get(url=f"/a/{written.HERO}")


def rows() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
    }


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and "belowline.db" not in path.name
    }


def test_the_newsroom_is_written_as_its_files_say(looking: Path) -> None:
    newcomers = [one.name for one in (*WAITING, *(refused for refused, _rule in REFUSED))]
    content = written.load_content()
    assert ArticlePage.objects.live().count() == ArticleRendering.objects.count() == len(content.articles)
    assert TopicPage.objects.count() == len(content.topics)
    assert Thread.objects.count() == len(content.articles)
    for article in content.articles:
        thread = Thread.objects.get(url=f"/a/{article.slug}")
        wanted = COMMENTS if article.slug == written.HERO else len(content.comments.get(article.slug, ()))
        here = Comment.objects.filter(thread=thread).exclude(author__name__in=newcomers)
        assert here.count() == wanted, article.slug


def test_the_moderator_finds_a_queue_that_shows_what_it_is_for(looking: Path) -> None:
    codes = set(Case.objects.filter(queue=Queue.HELD).values_list("code", flat=True))
    assert codes >= {
        "many_links",
        "personal_data",
        "listed_words",
        "sent_at_once",
        "hidden_field_filled",
        "sent_around",
        "invisible_signs",
        "urgent_report",
    }
    reported = set(Report.objects.values_list("reason", flat=True))
    assert reported == {"insult", "private", "other", "follows"}
    assert Case.objects.filter(queue=Queue.REPORTED).count() == 3
    assert [one.term for one in ListChange.objects.all()] == ["quickvalue"]
    assert [one.standing for one in ReaderStanding.objects.all()] == ["timed_out"]
    assert Thread.objects.get(is_mode_kept=True).mode_reason == "Guests are back on Monday."


def test_counts_and_lists_are_right_from_the_start(looking: Path) -> None:
    assert not ThreadDelta.objects.exists(), "folded already"
    for thread in Thread.objects.all():
        comments = Comment.objects.filter(thread=thread)
        assert thread.comment_count == comments.filter(state=CommentState.PUBLISHED).count()
        listed = {one.pk for one in comments if one.is_listed}
        for one in comments:
            below = [reply.pk for reply in comments if reply.parent_id == one.pk and reply.pk in listed]
            assert one.listed_replies == len(below)
            assert one.is_listed == (one.state == CommentState.PUBLISHED or bool(below))


def test_the_discussion_has_every_state_and_edits_to_look_at(looking: Path) -> None:
    states = set(Comment.objects.values_list("state", flat=True))
    assert {CommentState.PUBLISHED, CommentState.HELD, CommentState.REMOVED, CommentState.DELETED} <= states
    assert Comment.objects.filter(edited_us__isnull=False).exists()
    assert Revision.objects.filter(number=2, is_public=True).exists()


def test_every_page_of_the_demo_opens(looking: Path) -> None:
    now = datetime.now(UTC)
    addresses = ["/", "/d", "/ar/", *(f"/t/{one}" for one in TopicPage.objects.values_list("slug", flat=True))]
    for slug, language in ArticlePage.objects.live().values_list("slug", "language"):
        addresses.append(f"/a/{slug}" if language == "en" else f"/{language}/a/{slug}")
    addresses += [f"/d/{thread}" for thread in Thread.objects.values_list("pk", flat=True)]
    for address in addresses:
        answer = page(address, now=now)
        assert answer.status == 200, address
        assert not soup(answer.body).select("script:not([src], [type='application/ld+json'])")
    assert len(soup(page("/", now=now).body).select("article")) >= 5


def test_one_story_stands_in_two_languages_that_lead_to_each_other(looking: Path) -> None:
    now = datetime.now(UTC)
    english, arabic = "/a/who-pays-for-the-lantern-dock-shutters", "/ar/a/lantern-dock-shutters"
    for address, other in [(english, arabic), (arabic, english)]:
        shown = soup(page(address, now=now).body)
        assert [one["href"] for one in shown.select(".byline a[hreflang]")] == [other]
        assert any(one["href"].endswith(other) for one in shown.select("link[rel=alternate][hreflang]"))
    for front, here, there in [("/", english, arabic), ("/ar/", arabic, english)]:
        found = {one["href"] for one in soup(page(front, now=now).body).select("article h2 a, article h3 a")}
        assert here in found
        assert there not in found


def test_every_standing_page_of_the_demo_is_written(looking: Path) -> None:
    content = written.load_content()
    shown = {(one.language, one.kind): one for one in StandingText.objects.all()}
    assert set(content.standing) == set(shown)
    for key, texts in content.standing.items():
        assert shown[key].gaps == 0
        words = " ".join(soup(shown[key].body_html).get_text().split())
        assert all(text in words for text in texts), key


def test_the_reference_page_tells_what_was_corrected_and_when(looking: Path) -> None:
    story = ArticlePage.objects.get(slug=written.HERO)
    first, second = ArticleVersion.objects.filter(article_id=story.pk).order_by("number")
    assert (first.published_at, second.published_at) == (story.published_at, story.updated_at)
    changed = soup(page(f"/a/{written.HERO}/history/2").body)
    assert "2051" in changed.find("del").get_text()
    assert "2015" in changed.find("ins").get_text()


def test_nobody_enters_a_demo_account_with_a_password(looking: Path) -> None:
    assert User.objects.count() > 5
    for user in User.objects.all():
        assert user.email.endswith("@demo.invalid")
        assert not user.has_usable_password()
        assert authenticate(username=user.email, password="") is None
    assert Reader.objects.filter(name="Wanda Reads", kind="member").exists()


def test_who_speaks_in_words_of_their_own_has_a_profile_that_lists_them(looking: Path) -> None:
    said = Comment.objects.filter(author__name="datum_pedant", state="published")
    html = soup(page(f"/r/{said[0].author_id}").body)
    assert "datum_pedant" in html.h1.get_text()
    assert len(html.select("main article.comment")) == min(said.count(), 20)


def test_each_role_of_the_demo_bar_finds_something_waiting(looking: Path) -> None:
    reader, editor = User.objects.get(email="reader@demo.invalid"), User.objects.get(email="editor@demo.invalid")
    thread_id, comment_id = re.fullmatch(r"/d/(\d+)/c/(\d+)", ROLES["reader"][1](reader)).groups()  # type: ignore[union-attr]
    answers = Comment.objects.filter(thread_id=thread_id, parent_id=comment_id, state="published")
    assert answers.count() == 2
    assert Comment.objects.get(pk=comment_id).author.user == reader
    draft = ArticlePage.objects.get(live=False)
    assert draft.latest_revision.user == editor
    # Whence the desk's first page takes "your most recent edits".
    assert PageLogEntry.objects.filter(user=editor, action="wagtail.edit", page_id=draft.pk).count() == 1
    assert not ArticleRendering.objects.filter(article_id=draft.pk).exists()
    assert Comment.objects.filter(state="held").exists()


def test_seeding_again_changes_nothing_at_all(looking: Path) -> None:
    before, kept = rows(), files(looking)
    seed(comments=COMMENTS)
    after = rows()
    for table, found in before.items():
        assert after[table] == found, table
    assert files(looking) == kept


def test_an_interrupted_seeding_goes_on_to_the_same_newsroom_as_one_in_one_go(
    looking: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = Reader.objects.filter(source="demo").values_list("joined_at", flat=True)[0]
    in_one_go = story_of_the_hero()
    monkeypatch.setattr("belowline.demo.seed._moment_of_seeding", lambda: moment)

    class Stopped(Exception):
        pass

    def advance(_count: int) -> None:
        if Comment.objects.filter(thread__url=f"/a/{written.HERO}").count() >= COMMENTS // 2:
            raise Stopped

    with demo_site(tmp_path / "second"):
        with pytest.raises(Stopped):
            seed(comments=COMMENTS, advance=advance)
        seed(comments=COMMENTS)
        assert story_of_the_hero() == in_one_go
        connections.close_all()


def story_of_the_hero() -> list[tuple[Any, ...]]:
    """The contested discussion without the ids that a database gives."""
    words = dict(Revision.objects.order_by("number").values_list("comment_id", "html"))
    position = dict(Comment.objects.filter(thread=hero()).values_list("pk", "position"))
    return [
        (
            one.position, position.get(one.parent_id), one.author.name, words[one.pk], one.state, one.time_key,
            one.imported_up, one.imported_down, one.is_listed, one.listed_replies, one.edited_us,
        )
        for one in Comment.objects.filter(thread=hero()).select_related("author").order_by("position")
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_site_that_is_no_demo_is_never_seeded() -> None:
    assert not django_settings.CONFIG.demo
    before = rows()
    with pytest.raises(RuntimeError, match="not a demo site"):
        seed(comments=COMMENTS)
    assert rows() == before
