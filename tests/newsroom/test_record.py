"""The public record: versions of what was published, corrections, words taken back, and articles taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from belowline.accounts.actions import create_staff
from belowline.accounts.models import User
from belowline.moderation.roles import ensure_roles
from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import (
    ArticleAuthor,
    ArticlePage,
    ArticleRendering,
    ArticleVersion,
    Correction,
    Ground,
    Withdrawal,
    WithdrawalKind,
    WithdrawnDiscussion,
)
from belowline.newsroom.publishing import history, rebuilding, withdrawal
from belowline.newsroom.queries import record
from tests.newsroom.conftest import MORNING, Newsroom

NOW = timezone.now()
NOTICE = "Two of its three sources have withdrawn what they said."
PASSPHRASE = "a weir below the line"


def staff(name: str, role: str = "publisher") -> User:
    ensure_roles()
    made = create_staff(name=name, email=f"{name.lower()}@gauge.example", password=PASSPHRASE, role=role)
    assert isinstance(made, User)
    return made


def edited(article: ArticlePage, *texts: str, **values: Any) -> ArticlePage:
    """Published again with these paragraphs; each block keeps its id."""
    stream = [block | {"value": f"<p>{text}</p>"} for block, text in zip(article.body.raw_data, texts, strict=False)]
    article.body = type(article.body)(article.body.stream_block, stream, is_lazy=True)
    for name, value in values.items():
        setattr(article, name, value)
    article.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


@pytest.fixture
def article(newsroom: Newsroom) -> ArticlePage:
    blocks = [made.Paragraph("Ann Weir lives at the lock."), made.Paragraph("It rose four centimetres.")]
    return newsroom.publish(blocks=blocks)


def texts(number: int) -> list[str]:
    return [text for _, _, text in ArticleVersion.objects.get(number=number).passages]


def test_each_publication_that_changes_words_is_a_version(newsroom: Newsroom, article: ArticlePage) -> None:
    article.save_revision().publish()  # nothing changed
    article = edited(article, "Ann Weir lives at the lock.", "It rose nine.", change_note="The figure was wrong.")
    assert list(ArticleVersion.objects.values_list("number", "note")) == [(1, ""), (2, "The figure was wrong.")]
    assert texts(1)[1] == "It rose four centimetres."
    assert texts(2)[1] == "It rose nine."
    edited(article, "Ann Weir lives there.")
    assert ArticleVersion.objects.get(number=3).note == "", "a note goes with one publication"


def test_a_version_keeps_what_it_said_when_the_article_is_rendered_anew(
    newsroom: Newsroom, article: ArticlePage
) -> None:
    edited(article, "Other words.")
    rebuilding.rebuild_public()
    assert ArticleVersion.objects.count() == 2
    assert "Ann Weir" in texts(1)[0]


def test_only_a_new_date_of_update_makes_a_change_one_of_substance(newsroom: Newsroom, article: ArticlePage) -> None:
    article = edited(article, "A comma, more.")
    edited(article, "Another result.", updated_at=MORNING + timedelta(days=1))
    assert list(ArticleVersion.objects.order_by("number").values_list("is_substantive", flat=True)) == [
        True,
        False,
        True,
    ]


def test_a_withheld_version_has_no_word_left(newsroom: Newsroom, article: ArticlePage) -> None:
    edited(article, "Somebody lives at the lock.")
    by, before = staff("Hanne"), newsroom.position()
    assert history.withhold_version(article.pk, number=1, ground=Ground.SAFETY, by=by, now=NOW) is None
    version = ArticleVersion.objects.get(number=1)
    assert (version.headline, version.standfirst, version.passages, version.ground) == ("", "", [], "safety")
    assert newsroom.events(before) == [("ArticleHistoryChanged", f"article:{article.pk}", True)]


@pytest.mark.parametrize(("number", "code"), [(1, "version_is_public"), (7, "version_unknown")])
def test_what_is_public_now_cannot_be_withheld_as_history(
    newsroom: Newsroom, article: ArticlePage, number: int, code: str
) -> None:
    answer = history.withhold_version(article.pk, number=number, ground=Ground.LAW, by=staff("Hanne"), now=NOW)
    assert isinstance(answer, Denied)
    assert answer.code == code
    assert texts(1)


def test_words_are_cut_out_of_every_former_version(newsroom: Newsroom, article: ArticlePage) -> None:
    article = edited(article, "Ann\n  Weir, of the lock.", change_note="Ann Weir asked us to.")
    edited(article, "Somebody of the lock.")
    by = staff("Hanne")
    assert history.withhold_passage(article.pk, words=" ann weir ", ground=Ground.PRIVACY, by=by, now=NOW) == 2
    assert texts(1)[0] == f"{history.CUT} lives at the lock."
    assert not ArticleVersion.objects.filter(passages__icontains="weir").exists()
    assert ArticleVersion.objects.get(number=2).note == f"{history.CUT} asked us to."


@pytest.mark.parametrize(
    ("words", "code"), [("Ann Weir", "passage_is_public"), ("xy", "passage_length"), ("Nobody", "passage_unknown")]
)
def test_words_that_cannot_be_cut_are_refused_with_the_reason(
    newsroom: Newsroom, article: ArticlePage, words: str, code: str
) -> None:
    answer = history.withhold_passage(article.pk, words=words, ground=Ground.LAW, by=staff("Hanne"), now=NOW)
    assert isinstance(answer, Denied)
    assert answer.code == code
    assert "Ann Weir" in texts(1)[0]


def test_corrections_are_published_with_the_article_and_listed_newest_first(
    newsroom: Newsroom, article: ArticlePage, cursor: CursorWrapper
) -> None:
    article.corrections = [
        Correction(kind="correction", text="It rose nine.", was="four", now="nine", at=MORNING),
        Correction(kind="note", text="We asked twice.", at=MORNING + timedelta(days=1), place="top"),
    ]
    article.save_revision()
    assert record.corrections(cursor, limit=10) == (), "a draft is not public"
    article.save_revision().publish()
    found = record.corrections(cursor, limit=10)
    assert [(one.correction.kind, one.correction.was, one.slug) for one in found] == [
        ("note", "", "the-gauge"),
        ("correction", "four", "the-gauge"),
    ]
    ArticlePage.objects.get(pk=article.pk).unpublish()
    assert record.corrections(cursor, limit=10) == ()


def ask(article: ArticlePage, by: User, kind: str = WithdrawalKind.RETRACTED) -> Withdrawal | Denied:
    return withdrawal.ask_for_withdrawal(
        article.pk,
        kind=WithdrawalKind(kind),
        text=NOTICE,
        discussion=WithdrawnDiscussion.CLOSED,
        by=by,
        now=NOW,
    )


def test_a_withdrawn_article_leaves_its_notice_and_nothing_else(
    newsroom: Newsroom, article: ArticlePage, cursor: CursorWrapper
) -> None:
    edited(article, "Ann Weir lives here.", slug="renamed")
    ask(article, staff("Hanne"), WithdrawalKind.WITHDRAWN)
    assert not ArticleRendering.objects.exists()
    for slug in ("renamed", "the-gauge"):
        found = record.notice(cursor, slug=slug)
        assert found is not None
        assert (found.kind, found.text, found.keeps_discussion) == ("withdrawn", NOTICE, True)
        assert record.history(cursor, slug=slug) is None
    assert newsroom.events()[-1][2], "caches drop it"


def test_a_retraction_takes_a_second_person(newsroom: Newsroom, article: ArticlePage, cursor: CursorWrapper) -> None:
    hanne, omar = staff("Hanne"), staff("Omar")
    asked = ask(article, hanne)
    assert isinstance(asked, Withdrawal)
    assert ArticleRendering.objects.exists()
    assert record.notice(cursor, slug="the-gauge") is None
    refused = withdrawal.decide_withdrawal(article.pk, by=hanne, now=NOW + timedelta(days=9))
    assert isinstance(refused, Denied)
    assert refused.code == "second_person_needed"
    assert isinstance(withdrawal.decide_withdrawal(article.pk, by=omar, now=NOW), Withdrawal)
    assert not ArticleRendering.objects.exists()
    found = record.notice(cursor, slug="the-gauge")
    assert found is not None
    assert not found.is_alone


def test_one_alone_may_retract_after_a_day_and_it_is_said_for_ever(
    newsroom: Newsroom, article: ArticlePage, cursor: CursorWrapper
) -> None:
    hanne = staff("Hanne")
    staff("Ed", "editor")
    ask(article, hanne)
    early = withdrawal.decide_withdrawal(article.pk, by=hanne, now=NOW + timedelta(hours=23))
    assert isinstance(early, Denied)
    assert early.code == "second_person_wait"
    withdrawal.decide_withdrawal(article.pk, by=hanne, now=NOW + timedelta(hours=24))
    found = record.notice(cursor, slug="the-gauge")
    assert found is not None
    assert found.is_alone


@pytest.mark.parametrize("role", ["contributor", "author", "editor", "moderator"])
def test_other_roles_take_nothing_back(newsroom: Newsroom, article: ArticlePage, role: str) -> None:
    answer = ask(article, staff("Ed", role), WithdrawalKind.WITHDRAWN)
    assert isinstance(answer, Denied)
    assert ArticleRendering.objects.exists()


def test_publishing_again_takes_the_notice_away(
    newsroom: Newsroom, article: ArticlePage, cursor: CursorWrapper
) -> None:
    ask(article, staff("Hanne"), WithdrawalKind.WITHDRAWN)
    ArticlePage.objects.get(pk=article.pk).save_revision().publish()
    assert record.notice(cursor, slug="the-gauge") is None
    assert ArticleRendering.objects.exists()


def test_an_authors_page_lists_what_is_public_by_them(
    newsroom: Newsroom, article: ArticlePage, cursor: CursorWrapper
) -> None:
    other = pages.create_author(slug="omar", name="Omar")
    newsroom.publish("another", authors=[other, newsroom.author], published_at=MORNING + timedelta(days=1))
    found = record.author(cursor, slug="ines", limit=10)
    assert found is not None
    assert [one.slug for one in found.articles] == ["another", "the-gauge"]
    alone = ArticlePage.objects.get(slug="another")
    alone.bylines = [ArticleAuthor(author=other)]
    alone.save_revision().publish()
    found = record.author(cursor, slug="ines", limit=10)
    assert found is not None
    assert [one.slug for one in found.articles] == ["the-gauge"], "whose name was taken off does not list it"
    ArticlePage.objects.get(slug="another").unpublish()
    assert record.author(cursor, slug="omar", limit=10) is None, "nothing public: no page"


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(newsroom: Newsroom, client: Client, settings: Any) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    client.force_login(staff("Hanne"))
    return client


@pytest.mark.urls("tests.newsroom.desk_urls")
def test_a_publisher_withdraws_from_the_desk(newsroom: Newsroom, article: ArticlePage, desk: Client) -> None:
    edit = desk.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()
    address = reverse("newsroom_withdraw", args=[article.pk])
    assert address in edit
    values = {"act": "ask", "kind": "withdrawn", "discussion": "hidden", "text": "short"}
    assert "why it is gone" in desk.post(address, values).content.decode()
    assert desk.post(address, values | {"text": NOTICE}).status_code == 302
    assert NOTICE in desk.get(address).content.decode()
    assert not ArticleRendering.objects.exists()


@pytest.mark.urls("tests.newsroom.desk_urls")
def test_a_retraction_waits_in_the_desk_and_can_be_dropped(
    newsroom: Newsroom, article: ArticlePage, desk: Client
) -> None:
    address = reverse("newsroom_withdraw", args=[article.pk])
    desk.post(address, {"act": "ask", "kind": "retracted", "discussion": "closed", "text": NOTICE})
    assert "Hanne" in desk.get(address).content.decode()
    staff("Omar")
    assert "somebody else has to decide" in desk.post(address, {"act": "decide"}).content.decode()
    desk.post(address, {"act": "drop"})
    assert not Withdrawal.objects.exists()
    assert ArticleRendering.objects.exists()


@pytest.mark.urls("tests.newsroom.desk_urls")
def test_a_publisher_withholds_from_the_desk(newsroom: Newsroom, article: ArticlePage, desk: Client) -> None:
    edited(article, "Somebody lives here.")
    address = reverse("newsroom_versions", args=[article.pk])
    assert desk.post(address, {"act": "passage", "words": "Ann Weir", "ground": "privacy"}).status_code == 302
    assert history.CUT in texts(1)[0]
    assert desk.post(address, {"act": "version", "number": "2", "ground": "law"}).status_code == 200, "it is public"
    assert desk.post(address, {"act": "version", "number": "1", "ground": "law"}).status_code == 302
    assert texts(1) == []


@pytest.mark.urls("tests.newsroom.desk_urls")
@pytest.mark.parametrize("view", ["newsroom_withdraw", "newsroom_versions"])
@pytest.mark.parametrize("role", ["author", "editor", "moderator"])
def test_these_pages_of_the_desk_are_a_publishers(
    newsroom: Newsroom, article: ArticlePage, desk: Client, view: str, role: str
) -> None:
    desk.force_login(staff("Ed", role))
    answer = desk.post(reverse(view, args=[article.pk]), {"act": "decide"})
    assert answer.status_code in {302, 403}
    assert answer.status_code == 403 or "/_desk/" in answer["Location"]
    assert ArticleRendering.objects.exists()
