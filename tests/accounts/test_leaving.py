"""My page: what I wrote, another name, everything to take home, and the end of an account (S29)."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps

from belowline.accounts import leaving
from belowline.accounts.models import Confirmation, FormerName, Reader, SignIn, User
from belowline.accounts.queries import name_refusal
from belowline.discussion import actions
from belowline.discussion.events import THREADS_EACH, AuthorErased
from belowline.discussion.models import (
    Comment,
    GivenSource,
    IgnoredReader,
    Mention,
    MutedBranch,
    Report,
    Revision,
    Vote,
)
from belowline.domain.commenting import Refused
from belowline.feedback.models import Offer
from belowline.mail.actions import queue_mail
from belowline.mail.models import Letter
from belowline.notifications.models import Preferences, Subscription
from belowline.outbox.models import Event
from belowline.pages import exports, refusals
from tests.accounts.test_signing_up import follow, name_of
from tests.support.cast import Cast, make_reader, posted
from tests.support.databases import dump
from tests.support.desk import PASSWORD, Browser, errors, make_member, make_staff, publish, reader_of, soup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

NOW = datetime(2026, 4, 1, tzinfo=UTC)


MARKERS = 27


def marker(number: int) -> str:
    return f"zqmarker{number:02d}x"


def planted(cast: Cast) -> User:
    """A member of whom every table knows something; each thing carries a marker of its own."""
    user = make_member("Alma")
    reader = Reader.objects.get(user=user)
    User.objects.filter(pk=user.pk).update(email=f"{marker(1)}@example.org", first_name=marker(2), last_name=marker(3))
    Reader.objects.filter(pk=reader.pk).update(
        name=marker(4), skeleton=marker(5), email=f"{marker(6)}@example.org", source="isso", source_key=marker(7)
    )
    FormerName.objects.create(reader=reader, skeleton=marker(8), kept_until=NOW + timedelta(days=99))
    SignIn.objects.create(user=user, session_key="k" * 32, browser=marker(9), began_at=NOW, used_at=NOW)
    EmailAddress.objects.create(user=user, email=f"{marker(10)}@example.org")
    Authenticator.objects.create(user=user, type="webauthn", data={"name": marker(11), "credential": {}})
    SocialAccount.objects.create(user=user, provider="club", uid=marker(12))
    Confirmation.objects.create(digest="d", reader=reader, email=f"{marker(13)}@example.org", made_at=NOW)
    Preferences.objects.create(reader=reader, zone=marker(21))
    Subscription.objects.create(reader=reader, about="replies", language="en", made_at=NOW)
    queue_mail("one", to=f"{marker(1)}@example.org", language="en", kind="account", subject=marker(14), body=marker(15))
    queue_mail("two", to=f"{marker(6)}@example.org", language="en", kind="account", subject=marker(16), body="Hello")
    Letter.objects.filter(key="two").update(state="sent")
    first = posted(reader.pk, marker(17), thread=cast.thread)
    Revision.objects.create(
        comment_id=first, number=2, source=marker(18), html=marker(18), excerpt="", digest=b"", renderer=1, written_us=1
    )
    posted(cast.bob, "An answer", thread=cast.thread, parent=first)
    refused = posted(reader.pk, marker(19), thread=cast.thread, minutes=1)
    Comment.objects.filter(pk=refused).update(state="rejected", is_listed=False)
    waiting = posted(reader.pk, marker(20), thread=cast.thread, minutes=2)
    actions.cast_vote(reader.pk, comment_id=posted(cast.bob, "Theirs", thread=cast.thread), value=1, now=NOW)
    Comment.objects.filter(pk=waiting).update(state="held")
    Report.objects.create(comment_id=first, reporter=reader, reason="other", note=marker(22), at=NOW)
    GivenSource.objects.create(comment_id=first, number=1, url=f"https://example.org/{marker(23)}", given_us=1)
    Mention.objects.create(comment_id=first, reader=reader, name=marker(24))
    actions.ask_for_source(
        reader.pk, comment_id=Comment.objects.get(author_id=cast.bob, parent=None).pk, is_asking=True, now=NOW
    )
    IgnoredReader.objects.create(reader=reader, ignored_id=cast.bob, at=NOW)
    MutedBranch.objects.create(reader=reader, comment_id=first, at=NOW)
    Offer.objects.create(
        article=publish().article, reader=reader, words=marker(25), contact=marker(26), name=marker(27),
        consent="named", language="en", received_at=NOW,
    )  # fmt: skip
    return user


def in_dump() -> set[int]:
    text = dump()
    return {number for number in range(1, MARKERS + 1) if marker(number) in text}


def unpacked(browser: Browser) -> dict[str, str]:
    asked = browser.press("/_account/export")["Location"]
    answer: Any = browser.press(asked, password=PASSWORD)
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_everything_that_the_database_holds_about_somebody_is_in_the_export(cast: Cast) -> None:
    user = planted(cast)
    assert in_dump() == set(range(1, MARKERS + 1)), "the test plants what it says"
    files = unpacked(Browser(User.objects.get(pk=user.pk)))
    assert set(files) == {"account.json", "comments.json", "votes.json", "index.html"}
    for number in range(1, MARKERS + 1):
        assert any(marker(number) in text for name, text in files.items() if name.endswith(".json")), number
        assert marker(number) in files["index.html"], number
    assert len(json.loads(files["comments.json"])) == 3
    assert [one["value"] for one in json.loads(files["votes.json"])] == [1]


# Secrets, and what the program counts by; everything else that a table knows of somebody is in the export.
NOT_EXPORTED = {
    "accounts.reader": {"user_id", "merged_into_id"},
    "accounts.formername": {"id"},
    "accounts.confirmation": {"digest"},
    "accounts.signin": {"id", "session_key"},
    "account.emailaddress": {"id"},
    "mfa.authenticator": {"id", "type", "data", "created_at", "last_used_at"},  # under other names, without the key
    "socialaccount.socialaccount": {"id"},
    "discussion.report": {"id"},
    "moderation.urgentreport": {"id"},
    "feedback.asker": {"id"},
    "feedback.offer": {"id", "version", "settled_by_id"},
    # Who decided, and what they wrote for their colleagues, is the newsroom's record.
    "moderation.act": {"id", "actor_id", "thread_id", "cause", "detail", "batch", "undoes_id"},
    "moderation.readerstanding": {"act_id"},
    "moderation.appeal": {"id", "decided_by_id"},
}
# Shown as comments.json and votes.json, with the words of every revision.
OF_THEIR_OWN = {"accounts.reader", "mfa.authenticator", "discussion.comment", "discussion.vote", "discussion.thread"}
OF_THEIR_OWN |= {"discussion.statechange"}
# What waits for a moderator is about comments that stand in comments.json, for as long as it waits.
OF_THEIR_OWN |= {"moderation.case", "moderation.sketch"}
# What staff did for the newsroom is its record.
OF_THEIR_OWN |= {"feedback.request", "feedback.decision", "feedback.question", "moderation.listchange"}


def test_every_column_of_every_table_that_points_to_a_person_is_exported_or_named_here() -> None:
    """Complete by construction: a new table, or a new column of an old one, fails until somebody has decided."""
    tables = {one.model._meta.label_lower: one for one in (*exports.OF_READER.values(), *exports.OF_USER.values())}
    readers = exports.Kept(Reader, "id", exports.READER)
    of_newsroom = {"newsroom", "support", "maps", "live", "taggit"}
    for model in apps.get_models():
        keys = [field for field in model._meta.concrete_fields if field.related_model in {User, Reader}]
        if not keys or "wagtail" in model.__module__ or model._meta.app_label in of_newsroom:
            continue
        label = model._meta.label_lower
        assert label in tables or label in OF_THEIR_OWN, f"{label} is in no export"
        kept = readers if model is Reader else tables.get(label)
        if kept is None:
            continue
        columns = {field.attname for field in model._meta.concrete_fields}
        known = {*kept.columns, kept.key, f"{kept.key}_id", *NOT_EXPORTED.get(label, set())}
        assert columns - known == set(), label
    assert set(exports.section_titles()) >= {"reader", "user", *exports.OF_READER, *exports.OF_USER}


@pytest.mark.parametrize("texts", ["keep", "delete"])
def test_after_the_end_no_marker_is_left_but_the_words_that_stay(cast: Cast, texts: str) -> None:
    user = User.objects.get(pk=planted(cast).pk)
    reader = reader_of(user)
    browser = Browser(user)
    form = browser.form("/_account/delete") | {"texts": texts}
    asked = browser.post("/_account/delete", form)["Location"]
    answer = browser.press(asked, password=PASSWORD)
    assert "deleted" in answer.content.decode()
    assert name_of(browser) is None
    assert in_dump() == ({17, 18, 23} if texts == "keep" else set())
    gone = Reader.objects.get(pk=reader)
    assert (gone.kind, gone.name, gone.user_id) == ("erased", "", None)
    assert not Letter.objects.filter(state="waiting").exists(), "what waited is not sent"
    assert Vote.objects.filter(reader_id=reader).exists(), "totals stay exact"
    assert (
        Event.objects.filter(kind="AuthorErased", is_drop=True).exists() or Event.objects.filter(is_drop=True).exists()
    )
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Subscription.objects.exists()


def test_a_get_deletes_nothing_and_a_choice_is_needed(cast: Cast) -> None:
    user = make_member("Alma")
    browser = Browser(user)
    browser.get("/_account/delete?texts=delete")
    assert browser.press("/_account/delete").status_code == 422
    assert User.objects.filter(pk=user.pk).exists()


def test_staff_do_not_delete_the_name_under_their_decisions() -> None:
    browser = Browser(make_staff("Mona", "moderator"))
    answer = browser.press("/_account/delete", texts="delete")
    assert errors(answer) == [refusals.sentence("staff_stay")]


def test_another_name_once_in_thirty_days_and_the_old_one_is_kept_from_others() -> None:
    alma = reader_of(make_member("Alma"))
    assert actions.rename_reader(alma, "Alma Marin", now=NOW) is None
    again = actions.rename_reader(alma, "Almina", now=NOW + timedelta(days=29))
    assert isinstance(again, Refused)
    assert (again.code, again.until) == ("rename_often", NOW + timedelta(days=30))
    FormerName.objects.update(kept_until=datetime.now(UTC) + timedelta(days=1))
    refused = name_refusal("ALMA")
    assert refused == Refused("name_taken", status=409)
    assert actions.rename_reader(alma, "Alma", now=NOW + timedelta(days=31)) is None, "who gave it up takes it back"
    FormerName.objects.update(kept_until=datetime.now(UTC) - timedelta(days=1))
    assert name_refusal("Alma Marin") is None


def test_a_name_is_changed_on_my_page_and_a_refusal_keeps_what_was_typed() -> None:
    make_member("Bruno")
    browser = Browser(make_member("Alma"))
    answer = browser.press("/_account/name", name="Brunо")  # a Cyrillic o
    assert answer.status_code in {409, 422}
    assert follow(browser, browser.press("/_account/name", name="Alma Marin")) == "/_account"
    assert soup(browser.get("/_account").content.decode()).select_one("h1").get_text() == "Alma Marin"


def test_renaming_makes_the_pages_of_every_thread_stale(cast: Cast) -> None:
    posted(cast.alice, "One", thread=cast.thread)
    posted(cast.alice, "Two", thread=cast.other_thread)
    before = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    actions.rename_reader(cast.alice, "Alicia", now=NOW)
    tags = str(list(Event.objects.filter(pk__gt=before).values_list("tags", flat=True)))
    assert f"thread:{cast.thread}" in tags
    assert f"thread:{cast.other_thread}" in tags


@pytest.mark.parametrize("act", ["rename", "erase"])
def test_a_name_changes_together_with_the_word_to_every_cache_or_not_at_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """A process that dies between the two would leave the old name in the caches for good."""
    site = actions.ensure_site(actions.OWN_SITE, now=NOW)
    threads = [actions.ensure_thread(site, subject_key=f"t{n}", now=NOW, title="T", url="/a/t") for n in range(30)]
    for thread in threads:
        posted(cast.alice, "Here", thread=thread)

    def change() -> None:
        if act == "rename":
            actions.rename_reader(cast.alice, "Alicia", now=NOW)
        else:
            actions.erase_reader(cast.alice, texts=actions.Texts.KEEP, now=NOW)

    def dies(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("belowline.discussion.actions.reader_leave.tell_threads", dies)
        with pytest.raises(ConnectionError):
            change()
    assert Reader.objects.get(pk=cast.alice).name == "alice"
    change()
    rows = Event.objects.filter(kind__startswith="Author")
    assert {tag for one in rows for tag in one.tags.split()} >= {f"thread:{thread}" for thread in threads}
    assert {one.is_drop for one in rows} == {act == "erase"}


def test_the_tags_of_one_event_about_an_author_fit_into_its_row() -> None:
    event = AuthorErased(tuple(range(2**63 - THREADS_EACH, 2**63)))
    assert len(" ".join(event.tags)) <= Event._meta.get_field("tags").max_length


def test_my_comments_are_listed_in_every_state_and_paged_by_key(cast: Cast) -> None:
    user = make_member("Alma")
    me = reader_of(user)
    for number in range(60):
        posted(me, f"Words {number}", thread=cast.thread, minutes=number * 20)
    Comment.objects.filter(author_id=me).order_by("pk").last()
    held = Comment.objects.filter(author_id=me).latest("time_key")
    Comment.objects.filter(pk=held.pk).update(state="held")
    browser = Browser(user)
    first = soup(browser.get("/_account/comments").content.decode())
    assert "waits for a moderator" in first.get_text()
    assert len(first.select("ol.lines li")) == 50
    rest = soup(browser.get(first.select_one("a[rel=next]")["href"]).content.decode())
    assert len(rest.select("ol.lines li")) == 10
    assert make_reader("Nobody") != me


def test_a_second_end_finds_nothing_to_do(cast: Cast) -> None:
    reader = reader_of(planted(cast))
    actions.erase_reader(reader, texts=actions.Texts.DELETE, now=NOW)
    leaving.erase(reader, now=NOW)
    assert in_dump() == set()


def test_every_part_of_my_page_leads_back_to_it() -> None:
    browser = Browser(make_member("Alma"))
    parts = [str(one["href"]) for one in soup(browser.get("/_account").content.decode()).select("main .rows a")]
    assert {"/_notices", "/_notify", "/_account/comments"} < set(parts)
    opened = {part: browser.get(part) for part in parts}
    # What is for the owner alone asks first who is there.
    shown = {part: answer.content.decode() for part, answer in opened.items() if answer.status_code == 200}
    assert {"/_notices", "/_notify"} < set(shown)
    assert [part for part, html in shown.items() if not soup(html).select('main a[href="/_account"]')] == []
