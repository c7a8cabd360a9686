"""Searching: the same texts in the same order on both databases, and nothing that is not public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from wagtail.models import PageViewRestriction

from belowline.domain.search_query import Query, read_query
from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, Author, Ground, TopicPage, WithdrawalKind, WithdrawnDiscussion
from belowline.newsroom.publishing import history, search_documents, withdrawal
from belowline.search import queries
from belowline.search.models import SearchDocument
from tests.newsroom.conftest import MORNING, Newsroom
from tests.newsroom.test_record import staff

MARKER = "Quillwort"


def found(cursor: CursorWrapper, asked: str, **filters: Any) -> list[str]:
    """The addresses that a search gives, in order."""
    query = read_query(asked, languages=queries.languages(cursor))
    assert isinstance(query, Query), query
    return [one.path.removeprefix("/a/") for one in queries.matches(cursor, query, queries.Filters(**filters)).shown]


def paragraph(text: str) -> dict[str, Any]:
    return {"blocks": [made.Paragraph(text)]}


def edited(article: ArticlePage, **values: Any) -> ArticlePage:
    page = ArticlePage.objects.get(pk=article.pk)
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


@pytest.fixture
def archive(newsroom: Newsroom) -> Newsroom:
    """Five articles of five days."""
    texts = [
        ("body", "The last ferry", "", "Somebody spoke of gates in passing."),
        ("lead", "Harbour", "The gates close on Friday.", "A harbour stays a harbour."),
        ("title", "Gates of the Cold Narrows", "", "Two piers, and a lock."),
        ("newer", "Gates again", "", "The narrows were cold in March."),
        ("none", "Oysters", "Early spat.", "A bed of oysters."),
    ]
    for day, (slug, headline, standfirst, text) in enumerate(texts):
        newsroom.publish(
            slug,
            headline=headline,
            standfirst=standfirst,
            blocks=[made.Paragraph(text)],
            published_at=MORNING + timedelta(days=day),
        )
    newsroom.publish(
        "arabic", headline="بوابات المدينة", language="ar", blocks=[made.Paragraph("أُغلِقت البوّابة ٣ مرّات.")]
    )
    return newsroom


def test_titles_come_before_standfirsts_before_texts_and_newer_before_older(
    archive: Newsroom, cursor: CursorWrapper
) -> None:
    assert found(cursor, "gate") == ["newer", "title", "lead", "body"]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ('"cold narrows"', ["title"]),
        ("cold narrows", ["title", "newer"]),
        ('narrows -"cold narrows"', ["newer"]),
        ("gate -ferry", ["newer", "title", "lead"]),
        ("gate harbour", ["lead"]),
        ("harbour harbours HARBOUR", ["lead"]),
        ("بوابة", ["arabic"]),
        ("المدينه", ["arabic"]),
        ("3", ["arabic"]),
        ("Ines Marrick gate -lock", ["newer", "lead", "body"]),
        ("whale", []),
        ('"friday a harbour"', []),
    ],
)
def test_words_phrases_and_exclusions(archive: Newsroom, cursor: CursorWrapper, asked: str, answer: list[str]) -> None:
    assert found(cursor, asked) == answer


def test_filters_are_joined_and_without_words_the_newest_come_first(archive: Newsroom, cursor: CursorWrapper) -> None:
    other = pages.create_topic(slug="harbour", title="Harbour")
    archive.publish("moved", topic=other, headline="Gates elsewhere", kind="opinion", **paragraph("Nothing else."))
    assert found(cursor, "gate", kind="opinion") == ["moved"]
    assert found(cursor, "gate", topic_id=other.pk) == ["moved"]
    assert found(cursor, "gate", topic_id=archive.topic.pk, kind="opinion") == []
    assert found(cursor, "", language="ar") == ["arabic"]
    since, until = MORNING + timedelta(days=1), MORNING + timedelta(days=3)
    assert found(cursor, "", since=since, until=until) == ["title", "lead"]


def test_a_search_asks_the_database_twice(
    archive: Newsroom, cursor: CursorWrapper, django_assert_num_queries: Any
) -> None:
    query = read_query('gate "cold narrows" -ferry', languages=["en", "ar"])
    assert isinstance(query, Query)
    with django_assert_num_queries(2, connection=connection):
        queries.matches(cursor, query, queries.Filters(kind="report"))


@pytest.mark.parametrize(
    "asked", ["' OR 1=1", 'NEAR("a" "b")', "a* {b}: ^c", "x'); DROP TABLE", "a & b | !c", "%s %(x)s", "\\"]
)
def test_the_index_takes_no_reader_for_its_master(archive: Newsroom, cursor: CursorWrapper, asked: str) -> None:
    query = read_query(asked, languages=["en", "ar", "fr"])
    if isinstance(query, Query):
        assert queries.matches(cursor, query, queries.Filters()).count == 0


def test_a_word_of_every_article_is_ranked_among_the_newest(
    archive: Newsroom, cursor: CursorWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MATCHES_MAX", 2)
    query = read_query("a", languages=["en"])
    assert isinstance(query, Query)
    got = queries.matches(cursor, query, queries.Filters())
    assert (got.count, got.is_cut) == (2, True)


def test_an_edition_replaces_the_former_one(archive: Newsroom, cursor: CursorWrapper) -> None:
    article = archive.publish("gone", **paragraph(f"{MARKER} grows here."))
    assert found(cursor, MARKER) == ["gone"]
    changed = edited(article, body=[("paragraph", "<p>Nothing grows here.</p>")], slug="gone-elsewhere")
    assert found(cursor, MARKER) == []
    assert found(cursor, '"nothing grows"') == ["gone-elsewhere"]
    assert SearchDocument.objects.filter(key=f"article:{changed.pk}").count() == 1


def test_nothing_that_is_not_public_is_found_or_counted(archive: Newsroom, cursor: CursorWrapper) -> None:
    """S19: a draft, a draft over a public version, what is due tomorrow, restricted, withdrawn, unpublished, deleted."""
    hidden = paragraph(f"{MARKER} is the marker.")
    by = archive.author
    editor = staff("Hanne")
    pages.draft_article(
        slug="draft",
        topic=archive.topic,
        headline=MARKER,
        standfirst=MARKER,
        blocks=hidden["blocks"],
        authors=[by],
        editor=editor,
    )
    public = archive.publish("public", **paragraph("In the open."))
    public.title = f"{MARKER} in a draft"
    public.save_revision()
    later = archive.publish("later", **paragraph("In the open, too."))
    later.title, later.go_live_at = f"{MARKER} tomorrow", MORNING + timedelta(days=40_000)
    later.save_revision().publish()
    secret = pages.create_topic(slug="secret", title="Secret")
    archive.publish("restricted", topic=secret, **hidden)
    PageViewRestriction.objects.create(page=TopicPage.objects.get(pk=secret.pk), restriction_type="login")
    archive.publish("unpublished", **hidden).unpublish()
    archive.publish("deleted", **hidden).delete()
    taken = archive.publish("withdrawn", **hidden)
    withdrawal.ask_for_withdrawal(
        taken.pk, kind=WithdrawalKind.WITHDRAWN, text="It was not ours to publish.", discussion=WithdrawnDiscussion.HIDDEN,
        by=editor, now=MORNING,
    )  # fmt: skip
    once = archive.publish("withheld", **hidden)
    edited(once, body=[("paragraph", "<p>Something else.</p>")])
    history.withhold_version(once.pk, number=1, ground=Ground.SAFETY, by=editor, now=MORNING)
    query = read_query(MARKER, languages=["en"])
    assert isinstance(query, Query)
    assert queries.matches(cursor, query, queries.Filters()).count == 0
    everything = queries.matches(cursor, Query(), queries.Filters(), limit=50)
    assert "withdrawn" not in {one.path.removeprefix("/a/") for one in everything.shown}
    assert not SearchDocument.objects.filter(body__contains=MARKER).exists()
    assert not SearchDocument.objects.filter(title__contains=MARKER).exists()


def test_furniture_of_the_page_is_no_word_of_the_story(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    picture = newsroom.picture("pier")
    newsroom.publish("pictured", blocks=[made.Paragraph("A story."), made.Figure(picture, "Two piers at dawn")])
    assert found(cursor, '"piers at dawn"') == ["pictured"]
    assert found(cursor, '"full-size image"') == []


def test_an_author_is_found_under_a_new_name(archive: Newsroom, cursor: CursorWrapper) -> None:
    author = Author.objects.get(pk=archive.author.pk)
    author.name = "Ines Quarrier"
    author.save()
    assert found(cursor, "quarrier gate") == ["newer", "title", "lead", "body"]
    assert found(cursor, "marrick") == []


def test_the_index_can_be_written_anew(archive: Newsroom, cursor: CursorWrapper) -> None:
    before = found(cursor, "gate")
    SearchDocument.objects.filter(path="/a/title").delete()
    SearchDocument.objects.filter(path="/a/lead").update(indexer=0)
    SearchDocument.objects.create(
        key="article:999999", path="/a/stray", language="en", published_at=MORNING, indexer=1, words_title=" gate "
    )
    assert len(search_documents.due_articles()) == 2
    search_documents.refresh(search_documents.due_articles())
    assert search_documents.drop_strays() == 1
    assert found(cursor, "gate") == before
    assert search_documents.due_articles() == []


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_index_of_sqlite_agrees_with_its_table(archive: Newsroom, cursor: CursorWrapper) -> None:
    archive.publish("title", **paragraph("x")).unpublish()
    cursor.execute("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
