"""Reporting an error: open to everybody, for the newsroom alone, and forgotten in time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.support.cast import NOON, Cast
from tests.support.desk import (
    ORIGIN,
    Browser,
    Story,
    errors,
    fields,
    honeypot_of,
    make_staff,
    page,
    publish,
    soup,
    words,
)

from belowline.accounts.networks import count_use
from belowline.domain.rates import SHARED
from belowline.newsroom.actions import error_reports
from belowline.newsroom.models import ArticlePage, ErrorReport, ReportState
from belowline.pages.views.errors import RATE

HIDDEN = ""  # stands for the name of the field that nobody sees
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]


@pytest.fixture
def story(served: None, cast: Cast, settings: Any) -> Story:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    return publish()


def form_of(story: Story, language: str = "") -> str:
    return f"{language}/_error/{story.article.pk}"


def test_every_article_ends_with_the_way_to_report_an_error(story: Story) -> None:
    link = soup(page(story.url).body).select_one(".story footer a[href*='_error']")
    assert link is not None
    assert (link["href"], link["rel"]) == (form_of(story), ["nofollow"])


def test_a_report_reaches_the_newsroom_with_the_article_and_its_version(story: Story) -> None:
    said = {"text": "There are three holes.\r\nI counted.", "passage": "  two\nholes ", "email": "ann@example.org"}
    answer = Browser().press(form_of(story), **said)
    assert answer.status_code == 200
    assert "Your report is with the newsroom." in words(answer.content.decode())
    stored = ErrorReport.objects.get()
    assert (stored.text, stored.passage, stored.email) == (
        "There are three holes.\nI counted.",
        "two holes",
        said["email"],
    )
    assert (stored.article_id, stored.version, stored.state) == (story.article.pk, 1, ReportState.OPEN)
    # Nothing of it is public.
    assert "I counted" not in page(story.url).body


def test_the_form_speaks_the_language_of_the_page(story: Story) -> None:
    answer = Browser().get(form_of(story, "/ar"))
    assert "الإبلاغ عن خطأ" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": " \u200b"}, "Write something first."),
        ({"text": "x" * 2001}, "This report is too long: at most 2,000 characters."),
        ({"text": "Wrong", "passage": "y" * 501}, "These words are too many"),
        ({"text": "Wrong", "email": "ann at example"}, "This is not an e-mail address."),
        ({"text": "Wrong", HIDDEN: "https://spam.example"}, "A field that people do not see was filled in."),
    ],
)
def test_what_does_not_fit_is_said_and_every_word_kept(story: Story, given: dict[str, str], said: str) -> None:
    hidden = str(honeypot_of(Browser().get(form_of(story)))["name"])
    answer = Browser().press(form_of(story), **{name or hidden: value for name, value in given.items()})
    assert answer.status_code == 422
    assert any(one.startswith(said) for one in errors(answer)), errors(answer)
    kept = fields(answer)
    assert {name: kept[name] for name in given if name != HIDDEN} == {
        name: value.replace("\r\n", "\n") for name, value in given.items() if name != HIDDEN
    }
    # Not the hidden field: pressing once more is enough.
    assert kept[hidden] == ""
    assert not ErrorReport.objects.exists()


def test_a_form_without_its_token_keeps_the_words(story: Story) -> None:
    answer = Browser().post(form_of(story), {"text": "There are three."})
    assert answer.status_code == 403
    assert fields(answer)["text"] == "There are three."
    assert not ErrorReport.objects.exists()


def test_the_same_form_twice_is_one_report(story: Story) -> None:
    browser = Browser()
    form = browser.form(form_of(story)) | {"text": "There are three."}
    assert [browser.post(form_of(story), form).status_code for _ in range(3)] == [200, 200, 200]
    assert ErrorReport.objects.count() == 1


def test_an_article_that_is_not_public_has_no_form(story: Story) -> None:
    browser = Browser()
    form = browser.form(form_of(story)) | {"text": "There are three."}
    ArticlePage.objects.get(pk=story.article.pk).unpublish()
    assert browser.get(form_of(story)).status_code == 404
    answer = browser.post(form_of(story), form)
    assert answer.status_code == 404
    assert "There are three." in answer.content.decode(), "what was written is not lost"
    assert not ErrorReport.objects.exists()


def test_one_network_may_not_flood_the_newsroom(story: Story) -> None:
    def send(address: str, number: int) -> int:
        client = Client(headers={"host": ORIGIN.removeprefix("http://"), "belowline-client": address})
        return client.post(form_of(story), {"text": f"Report {number}"}).status_code

    from_one_house = [send(f"2001:db8::{number:x}", number) for number in range(8)]
    assert from_one_house == [200] * 6 + [429] * 2
    assert send("2001:db8:0:1::1", 99) == 200, "another network is not held up"


def test_who_sends_too_many_reports_is_told_until_when_and_keeps_every_word(story: Story) -> None:
    browser = Browser()
    for _number in range(RATE.most * SHARED):  # a browser of these tests has no address: it shares a larger share
        assert count_use(RATE, "", now=datetime.now(UTC)) is None
    answer = browser.press(form_of(story), text="The seventh.")
    assert answer.status_code == 429
    (said,) = errors(answer)
    assert re.search(r"try again at \d\d:\d\d\.$", said), said
    assert fields(answer)["text"] == "The seventh."
    status, problem = browser.json(form_of(story), {"text": "The eighth."})
    assert (status, problem["code"]) == (429, "errors_often")
    assert problem["until"] > 0


# --- the desk ---------------------------------------------------------------------------------------------------------

DESK = "/_desk/errors/"


def a_report(story: Story, text: str = "There are three.", **values: Any) -> ErrorReport:
    wrong = error_reports.Wrong(story.article.pk, text, "en", **values)
    made = error_reports.report_error(wrong, now=NOON)
    assert isinstance(made, ErrorReport)
    return made


@pytest.mark.parametrize(
    ("role", "status"), [("contributor", 302), ("moderator", 302), ("author", 200), ("editor", 200)]
)
def test_reports_are_for_those_who_answer_for_articles(story: Story, role: str, status: int) -> None:
    report = a_report(story)
    browser = Browser(make_staff("Rita", role))
    assert browser.get(DESK).status_code == status
    token = browser.token()
    answer = browser.post(f"{DESK}{report.pk}/", {"state": "done", "csrfmiddlewaretoken": token})
    # Wagtail leads whoever may not back to its first page.
    assert answer.status_code == (303 if status == 200 else 302)
    assert browser.get(f"{DESK}{report.pk}/").status_code == 405, "reading settles nothing"
    report.refresh_from_db()
    assert report.state == ("done" if status == 200 else "open")


def test_a_report_is_read_answered_and_settled(story: Story) -> None:
    report = a_report(story, passage="two holes", email="ann@example.org")
    browser = Browser(make_staff("Edda", "editor"))
    shown = soup(browser.get(DESK).content.decode())
    assert "Reported errors (1)" in str(shown), "the menu, which a script draws, says how many wait"
    assert "1 reported error waits." in words(browser.get("/_desk/").content.decode())
    links = {one.get_text(): one["href"] for one in shown.select("main a, section a")}
    assert links["Read the article"] == story.url
    assert links["Make it a correction"].startswith(f"/_desk/pages/{story.article.pk}/edit/#panel")
    assert next(url for url in links.values() if url.startswith("mailto:ann@example.org?subject="))
    token = browser.token()
    settled = {"state": "answered", "note": "Counted again.", "csrfmiddlewaretoken": token}
    assert browser.post(f"{DESK}{report.pk}/", settled).status_code == 303
    assert "There are three." not in browser.get(DESK).content.decode()
    later = words(browser.get(f"{DESK}?state=answered").content.decode())
    assert "Counted again." in later
    assert "Edda" in later
    assert browser.post(f"{DESK}{report.pk}/", settled | {"state": "lost"}).status_code == 404
    assert browser.post(f"{DESK}99999/", settled).status_code == 404


def test_hostile_words_stay_words_on_the_desk(story: Story) -> None:
    hostile = '"><script>hit(1)</script>{{7*7}}'
    a_report(story, hostile, passage=hostile, email='a"b?bcc=x@example.org')
    shown = soup(Browser(make_staff("Edda", "editor")).get(DESK).content.decode())
    assert not [one for one in shown.select("script") if "hit(1)" in (one.string or "")]
    assert hostile in shown.get_text()
    mail = next(str(one["href"]) for one in shown.select("a") if str(one["href"]).startswith("mailto:"))
    assert mail.count("?") == 1, mail


def test_settled_reports_lose_the_address_and_then_go(story: Story) -> None:
    kept, settled = a_report(story, "Open", email="a@example.org"), a_report(story, "Done", email="b@example.org")
    by = make_staff("Edda", "editor").pk
    error_reports.settle_report(settled.pk, state="done", note="", by_id=by, now=NOON)
    error_reports.forget_old_reports(NOON + timedelta(days=29))
    settled.refresh_from_db()
    assert settled.email == "b@example.org"
    error_reports.forget_old_reports(NOON + timedelta(days=31))
    settled.refresh_from_db()
    assert settled.email == ""
    error_reports.forget_old_reports(NOON + timedelta(days=400))
    assert [one.email for one in ErrorReport.objects.all()] == ["a@example.org"]
    assert kept.pk == ErrorReport.objects.get().pk


def test_scripts_get_a_code(story: Story) -> None:
    browser = Browser()
    status, answer = browser.json(form_of(story), {"text": ""})
    assert (status, answer["code"], answer["field"]) == (422, "text_empty", "text")
    status, answer = browser.json(form_of(story), {"text": "There are three."})
    assert (status, answer) == (200, {"state": "received"})
    assert json.dumps(answer)
