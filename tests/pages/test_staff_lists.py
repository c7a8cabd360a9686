"""The moderators' page about a list of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.cast import Cast
from tests.support.desk import Browser, Story, errors, make_member, make_staff, publish, soup, words

from belowline.domain.wordlists import Match, shipped_list
from belowline.moderation.models import ListChange

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

EN = "/_staff/lists/en"
# A word that ships with the site.
LISTED = next(one.term for one in shipped_list("en").entries if one.match is Match.TOKEN and one.term.isalpha())
WORD = {
    "act": "add",
    "term": "zwurbel",
    "kind": "raid",
    "severity": "3",
    "match": "token",
    "target": "person",
    "note": "Since this morning.",
}


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def mona(story: Story) -> Browser:
    return Browser(make_staff("Mona", "moderator"))


@pytest.fixture
def edda(story: Story) -> Browser:
    return Browser(make_staff("Edda", "editor"))


def send(browser: Browser, path: str = EN, **fields: str) -> HttpResponse:
    return browser.post(path, {"csrfmiddlewaretoken": browser.token()} | fields)


def read(browser: Browser, path: str = EN) -> str:
    return words(browser.get(path).content.decode())


def test_a_word_is_proposed_by_one_and_agreed_to_by_another(mona: Browser, edda: Browser) -> None:
    answer = send(mona, **WORD)
    assert (answer.status_code, answer["Location"]) == (303, EN)
    own, other = read(mona), read(edda)
    for page in (own, other):
        assert "zwurbel" in page
        assert "Of a raid · A person · The whole word" in page
        assert "New. It counts until" in page
        assert "Since this morning." in page
    assert "Take it back" in own
    assert "Turn it down" in other
    change = str(ListChange.objects.get().pk)
    refused = send(mona, act="confirm", change=change)
    assert (refused.status_code, errors(refused)) == (409, ["You proposed this: somebody else has to agree."])
    assert send(edda, act="confirm", change=change).status_code == 303
    assert "Waits for a second person" not in read(edda)
    assert "zwurbel" in read(edda, f"{EN}?q=zwurb")
    late = send(edda, act="withdraw", change=change)
    assert late.status_code == 409


def test_a_word_of_the_list_is_proposed_to_go(mona: Browser, edda: Browser) -> None:
    page = soup(mona.get(f"{EN}?q={LISTED}").content.decode())
    count = int(page.select("main h2")[-1].get_text().split()[0])
    button = next(one for one in page.select(".listed button") if one["value"] == f"token {LISTED}")
    assert send(mona, act="remove", entry=button["value"]).status_code == 303
    assert "To be taken from the list. It counts until somebody agrees." in read(edda)
    shown = soup(edda.get(f"{EN}?q={LISTED}").content.decode()).select(".listed button")
    assert button["value"] not in [one["value"] for one in shown]
    send(edda, act="confirm", change=str(ListChange.objects.get().pk))
    listed = soup(edda.get(f"{EN}?q={LISTED}").content.decode()).select(".listed li bdi")
    assert LISTED not in [one.get_text() for one in listed]
    assert "Nothing on the list has these words." in read(edda, f"{EN}?q=xyzzyx")
    assert f"{count - 1} words on the list" in read(edda)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"term": ""}, "Write the word, or the words."),
        ({"term": "a|b"}, "A word or words, no pattern"),
        ({"term": "x" * 500}, "At most 64 characters."),
        ({"term": LISTED}, "This is on the list already, or was proposed."),
        ({"note": "x" * 301}, "The note may have at most 300 characters."),
    ],
)
def test_what_cannot_be_listed_is_said_and_the_form_is_kept(mona: Browser, changes: dict[str, str], says: str) -> None:
    answer = send(mona, **WORD | changes)
    assert answer.status_code in {409, 422}
    assert says in errors(answer)[0]
    assert 'value="raid" selected' in answer.content.decode()
    assert ListChange.objects.count() == 0


def test_unknown_choices_languages_and_changes_are_refused(mona: Browser) -> None:
    for wrong in (
        {"kind": "x"},
        {"severity": "9"},
        {"severity": "x"},
        {"match": "regex"},
        {"act": "burn"},
        {"act": ""},
    ):
        assert send(mona, **WORD | wrong).status_code == 400
    assert send(mona, act="remove", entry="token nothing").status_code == 400
    assert send(mona, act="confirm", change="x").status_code == 409
    assert send(mona, act="confirm", change="9" * 18).status_code == 409
    assert send(mona, "/_staff/lists/tlh", **WORD).status_code == 404
    assert ListChange.objects.count() == 0


def test_the_queue_leads_to_the_list_of_the_pages_language(mona: Browser) -> None:
    assert "/_staff/lists" in [
        one["href"] for one in soup(mona.get("/_staff/comments").content.decode()).select("main a")
    ]
    assert mona.get("/_staff/lists")["Location"] == EN
    assert mona.get("/ar/_staff/lists")["Location"] == "/ar/_staff/lists/ar"


def test_nobody_else_reads_or_changes_a_list(story: Story) -> None:
    alma = Browser(make_member("Alma"))
    assert alma.get(EN).status_code == 403
    assert send(alma, **WORD).status_code == 403
    assert ListChange.objects.count() == 0
