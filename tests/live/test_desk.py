"""The desk of a live coverage: an entry in seconds, and a clear word when something cannot be done."""

from __future__ import annotations

import uuid
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from belowline.accounts.models import User
from belowline.live.models import Coverage, EntryState, LiveEntry
from belowline.newsroom.body.made import Figure
from belowline.newsroom.models import Picture
from tests.live.conftest import Night
from tests.support.desk import make_staff, page, words

pytestmark = [pytest.mark.urls("tests.newsroom.desk_urls"), pytest.mark.once]


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    # Nobody has collected the static files in a test.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(night: Night) -> Client:
    return signed_in(night.editor)


def desk(night: Night) -> str:
    return reverse("live_coverage", args=[night.article.pk])


def form(text: str = "", *, blocks: list[Any] | None = None, **values: Any) -> dict[str, Any]:
    body = blocks if blocks is not None else [("paragraph", rich_text(f"<p>{text}</p>"))]
    facts = {"headline": "", "at": "", "form_key": str(uuid.uuid4()), "version": "0", "act": "publish"}
    return nested_form_data(facts | {"body": streamfield(body)} | values)


def said(answer: HttpResponse) -> str:
    return words(answer.content.decode())


def test_an_entry_is_public_with_one_press_of_a_button(night: Night, editor: Client) -> None:
    assert "Publish now" in said(editor.get(desk(night)))
    answer = editor.post(desk(night), form("The gates are closed."))
    assert (answer.status_code, answer["Location"]) == (303, desk(night))
    assert "The gates are closed." in page(night.url).body
    assert "The gates are closed." in said(editor.get(desk(night)))


def test_the_desk_leads_to_its_coverages_from_the_menu_and_from_the_article(night: Night, editor: Client) -> None:
    assert "Surge night" in said(editor.get(reverse("live_coverages")))
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[night.article.pk])).content.decode()
    assert desk(night) in edit
    assert reverse("live_coverages") in edit


def test_a_double_click_is_one_entry(night: Night, editor: Client) -> None:
    sent = form("Once.")
    assert [editor.post(desk(night), sent).status_code for _ in range(2)] == [303, 303]
    assert LiveEntry.objects.count() == 1


def test_the_second_editor_keeps_the_words_and_sees_the_first_ones(night: Night, editor: Client) -> None:
    entry = night.write("First.")
    address = reverse("live_entry", args=[night.article.pk, entry.pk])
    assert editor.post(address, form("From Edda.", version="1", act="save")).status_code == 303
    answer = editor.post(address, form("From Paul.", version="1", act="save"))
    assert answer.status_code == 422
    assert "Somebody else saved this entry" in said(answer)
    assert "From Edda." in said(answer)
    assert "From Paul." in answer.content.decode()
    assert answer.context["form"].data["version"] == "2"
    assert editor.post(address, form("From Paul.", version="2", act="save")).status_code == 303
    assert "From Paul." in page(night.url).body


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"text": " "}, "Write a headline or some text."),
        ({"text": "Words.", "at": "2099-01-01 00:00"}, "This time has not come yet."),
        ({"text": "Words.", "at": "yesterday"}, "Enter a valid date/time."),
        ({"text": "Words.", "headline": "x" * 201}, "at most 200 characters"),
        ({"blocks": [("quote", {"text": "x", "attribution": ""})] * 13}, "maximum number of items is 12"),
    ],
)
def test_what_cannot_be_published_is_told_at_its_field_and_nothing_is_lost(
    night: Night, editor: Client, values: dict[str, Any], sentence: str
) -> None:
    text = values.pop("text", "")
    answer = editor.post(desk(night), form(text, **values))
    assert answer.status_code == 422
    assert sentence in unescape(answer.content.decode())
    assert not LiveEntry.objects.exists()


def test_a_picture_without_credit_keeps_an_entry_from_readers_and_says_why(night: Night, editor: Client) -> None:
    picture = night.newsroom.picture("pier")
    Picture.objects.filter(pk=picture.pk).update(credit="")
    figure = ("figure", {"picture": str(picture.pk), "caption": "", "credit": ""})
    answer = editor.post(desk(night), form(blocks=[figure]))
    assert answer.status_code == 422
    assert "It has no credit" in unescape(answer.content.decode())
    assert editor.post(desk(night), form(blocks=[figure], act="draft")).status_code == 303
    draft = LiveEntry.objects.get()
    answer = editor.post(desk(night), {"act": "out", "entry": draft.pk}, follow=True)
    assert "It has no credit" in said(answer)
    assert LiveEntry.objects.get().state == EntryState.DRAFT


def test_entries_are_pinned_marked_and_deleted_from_the_list(night: Night, editor: Client) -> None:
    entry = night.write("Words.", Figure(night.newsroom.picture("pier")))

    def act(name: str) -> LiveEntry:
        assert editor.post(desk(night), {"act": name, "entry": entry.pk}).status_code == 303
        return LiveEntry.objects.get()

    assert act("pin").is_pinned
    assert act("key").is_key
    assert not act("unpin").is_pinned
    assert not act("unkey").is_key
    assert act("delete").state == EntryState.DELETED
    answer = editor.post(desk(night), {"act": "pin", "entry": entry.pk}, follow=True)
    assert "This entry was deleted." in said(answer)
    for wrong in ("0", "x", "9" * 30, ""):
        answer = editor.post(desk(night), {"act": "pin", "entry": wrong}, follow=True)
        assert "There is no such entry." in said(answer)


def test_an_archived_coverage_takes_no_entry_and_says_so(night: Night, editor: Client) -> None:
    editor.post(desk(night), {"act": "state", "state": "archived"})
    assert Coverage.objects.get().state == "archived"
    assert "its entries are locked" in said(editor.get(desk(night)))
    answer = editor.post(desk(night), form("Late words."))
    assert answer.status_code == 422
    assert "This coverage is archived" in str(answer.context["form"].errors)
    answer = editor.post(desk(night), {"act": "state", "state": "gone"}, follow=True)
    assert "There is no such state." in said(answer)


def test_an_entry_becomes_a_draft_article_in_wagtails_own_editor(night: Night, editor: Client) -> None:
    entry = night.write("The keeper tells.", headline="The keeper’s night")
    answer = editor.post(desk(night), {"act": "story", "entry": entry.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_pages:edit", args=[Page.objects.last().pk])  # type: ignore[attr-defined,union-attr]
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("role", "sees", "publishes"),
    [("contributor", 200, False), ("author", 200, False), ("editor", 200, True), ("moderator", 403, False)],
)
def test_each_role_may_do_what_it_may_do_with_articles(night: Night, role: str, sees: int, publishes: bool) -> None:
    client = signed_in(make_staff("Pia", role))
    entry = night.write("Theirs.")
    seen = client.get(desk(night))
    # Wagtail sends those whom it refuses to its first page.
    assert (seen.status_code if seen.status_code != 302 else 403) == sees
    assert ("Publish now" in seen.content.decode()) is publishes
    client.post(desk(night), form("PLANTED words."))
    assert ("PLANTED" in page(night.url).body) is publishes
    for act in ("pin", "delete", "story"):
        client.post(desk(night), {"act": act, "entry": entry.pk})
    assert (LiveEntry.objects.get(pk=entry.pk).state == EntryState.DELETED) is publishes
    edit = client.get(reverse("live_entry", args=[night.article.pk, night.write("Other.").pk]))
    assert (edit.status_code == 200) is publishes


def test_a_stranger_and_a_get_change_nothing(night: Night, editor: Client) -> None:
    entry = night.write("Words.")
    assert Client().get(desk(night)).status_code == 302
    assert Client().post(desk(night), form("PLANTED")).status_code == 302
    editor.get(desk(night), {"act": "delete", "entry": entry.pk})
    assert LiveEntry.objects.get().state == EntryState.PUBLISHED
    assert Client(enforce_csrf_checks=True).post(desk(night), form("PLANTED")).status_code in {302, 403}


def test_an_entry_of_another_coverage_is_not_reached_through_this_one(night: Night, editor: Client) -> None:
    other = night.newsroom.publish("other", kind="live", headline="Other")
    entry = night.write("Words.")
    assert editor.get(reverse("live_entry", args=[other.pk, entry.pk])).status_code == 404
    editor.post(reverse("live_coverage", args=[other.pk]), {"act": "delete", "entry": entry.pk})
    assert LiveEntry.objects.get().state == EntryState.PUBLISHED


def test_a_publisher_withholds_a_former_wording_at_its_entry(night: Night, editor: Client) -> None:
    entry = night.write("PLANTED name.")
    night.edit(entry, "Somebody.")
    address = reverse("live_entry", args=[night.article.pk, entry.pk])
    assert "Withhold a wording" not in said(editor.get(address)), "an editor may not"
    assert editor.post(address, {"act": "withhold", "number": "1", "ground": "law"}).status_code in {302, 403}
    publisher = signed_in(make_staff("Paula", "publisher"))
    assert "Withhold a wording" in said(publisher.get(address))
    assert publisher.post(address, {"act": "withhold", "number": "7", "ground": "law"}).status_code == 422
    assert "PLANTED" in page(f"{night.url}/e/1/history").body
    assert publisher.post(address, {"act": "withhold", "number": "1", "ground": "law"}).status_code == 303
    assert "PLANTED" not in page(f"{night.url}/e/1/history").body
    assert "a legal duty" in said(publisher.get(address))
