"""S22 and S17 over HTTP, on a served site: the same form again, and the id of a session in other hands.

However a form comes to be sent again, it has one effect and one answer.

Each press is a form of the site, opened and filled in as a browser without scripts does it. It is sent so many times at
once; again afterwards, as by the button after "back"; and by a browser that heard no answer.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.discussion.crowds import at_once
from tests.front.site import wait_until
from tests.support.desk import PASSWORD, soup
from tests.support.live_site import ROOT, LiveSite, environment, serve, stop
from tests.support.visitor import Heard, Visitor

pytestmark = pytest.mark.process

# More than any limit for one network or reader within an hour: what counts every press would refuse the last ones.
MANY = 36
FEW = 8


@dataclass
class Pressed:
    """The served site, with what there is to act on, and readers who are signed in."""

    site: LiveSite
    things: dict[str, list[Any]]
    readers: dict[str, Visitor] = field(default_factory=dict)
    runs: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def reader(self, name: str) -> Visitor:
        """A member, who signs in once; "" for a stranger."""
        if not name:
            return Visitor(self.site.url)
        if name not in self.readers:
            self.readers[name] = self.signed_in(name)
        return self.readers[name]

    def signed_in(self, name: str, *, password: str = PASSWORD) -> Visitor:
        """In a browser of its own."""
        visitor = Visitor(self.site.url)
        action, form = visitor.open("/_account/sign-in")
        heard = visitor.post(action, form | {"email": f"{name.lower()}@example.org", "password": password})
        assert (heard.status, heard.location) == (303, "/")
        return visitor

    def take(self, *names: str) -> dict[str, Any]:
        """One of each, that no test has acted on."""
        return {name: self.things[name].pop() for name in names}

    def count(self, *questions: str) -> list[int]:
        """What each question of the database counts."""
        with closing(self._connection()) as database:
            return [database.execute(one).fetchone()[0] for one in questions]

    def tell(self, question: str, *values: object) -> Any:
        with closing(self._connection()) as database:
            return database.execute(question, values).fetchone()[0]

    def change(self, statement: str, *values: object) -> None:
        with closing(self._connection()) as database, database:
            assert database.execute(statement, values).rowcount > 0, statement

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self.site.data / "belowline.db", timeout=30)


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pressed]:
    data = tmp_path_factory.mktemp("pressed") / "site"
    command = [sys.executable, "-m", "tests.process.pressed_site", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr[-3_000:]
    site = LiveSite(data)
    serve(site, settings={"BELOWLINE_DISCUSSION__GUESTS": "confirm"})
    yield Pressed(site, json.loads(done.stdout.splitlines()[-1]))
    stop(site)


def rows(table: str, where: str = "1") -> str:
    return f"SELECT count(*) FROM {table} WHERE {where}"


def events(kind: str) -> str:
    return rows("outbox_event", f"kind = '{kind}'")


Before = Callable[[Pressed, Visitor], dict[str, Any]]


def a_guest_wrote(pressed: Pressed, visitor: Visitor) -> dict[str, Any]:
    """The token of the letter, which is so old that there may be another one."""
    action, form = visitor.open(f"/_d/{pressed.things['thread'][0]}/reply")
    email = f"g{visitor.address}@example.org"
    written = visitor.post(action, form | {"name": "Gerda", "email": email, "text": f"From {visitor.address}."})
    assert written.status == 303
    pressed.change("UPDATE accounts_askedaddress SET asked_at = datetime(asked_at, '-1 hour')")
    letter = pressed.tell("SELECT payload FROM mail_letter WHERE kind = 'confirm' AND email = ?", email)
    return {"token": json.loads(letter)["token"]}


def joined(pressed: Pressed, visitor: Visitor) -> dict[str, Any]:
    taken = pressed.take("request")
    action, form = visitor.open(f"/_d/request/{taken['request']}")
    assert visitor.post(action, form | {"act": "join"}).status == 303
    return taken


@dataclass(frozen=True)
class Press:
    """`form` is the page with the form, or where a bare one goes; each of `effect` rises by one. In them and in `fields`
    stand `things` that are taken, what `before` told, and the number of the `run`."""

    name: str
    by: tuple[str, str]  # at once, and by the browser that heard no answer
    form: str
    fields: dict[str, str]
    effect: tuple[str, ...]
    times: int = FEW
    things: tuple[str, ...] = ()
    before: Before = lambda pressed, visitor: {}
    is_bare: bool = False  # on a public page, which carries no token


COMMENTS, PUBLISHED = rows("discussion_comment"), events("CommentPublished")
LETTERS, READERS = rows("mail_letter", "kind = 'confirm'"), rows("accounts_reader")
STRANGERS = ("", "")
WRITE = "/_d/{thread}/reply"

PRESSES = [
    Press("a comment", ("Alma", "Alma"), WRITE, {"text": "A comment, {run}."}, (COMMENTS, PUBLISHED), 50),
    Press(
        "a reply",
        ("Alma", "Alma"),
        f"{WRITE}/{{of Bruno}}",
        {"text": "A reply."},
        (COMMENTS, PUBLISHED),
        50,
        ("of Bruno",),
    ),
    Press(
        "a guest's first comment",
        STRANGERS,
        WRITE,
        {"text": "A guest's, {run}.", "name": "Gunda", "email": "gunda{run}@example.org"},
        (COMMENTS, events("CommentHeld"), READERS, LETTERS),
        50,
    ),
    Press(
        "a comment on a passage",
        ("Alma", "Bruno"),
        f"{WRITE}?passage={{passage}}",
        {"text": "On a passage, {run}."},
        (COMMENTS, PUBLISHED),
        50,
        ("passage",),
    ),
    Press(
        "words that ask",
        ("Bruno", "Clara"),
        f"{WRITE}?passage={{passage}}",
        {"text": "I was there, {run}.", "asks": "dispute"},
        (COMMENTS, PUBLISHED, rows("feedback_request"), rows("feedback_asker")),
        things=("passage",),
    ),
    Press(
        "asking without a word",
        ("Clara", "Dora"),
        f"{WRITE}?passage={{passage}}",
        {"text": "", "asks": "source"},
        (rows("feedback_request"), rows("feedback_asker")),
        MANY,
        ("passage",),
    ),
    Press(
        "joining a request",
        ("Clara", "Dora"),
        "/_d/request/{request}",
        {"act": "join"},
        (rows("feedback_asker"), events("FeedbackChanged")),
        MANY,
        ("request",),
    ),
    Press(
        "leaving a request",
        ("Clara", "Dora"),
        "/_d/request/{request}",
        {"act": "leave"},
        (events("FeedbackChanged"),),
        before=joined,
    ),
    Press(
        "a vote",
        ("Alma", "Clara"),
        "/_d/{thread}/vote",
        {"up": "{of Bruno}"},
        (rows("discussion_vote"), events("VoteCast")),
        50,
        ("of Bruno",),
        is_bare=True,
    ),
    Press(
        "an edit",
        ("Alma", "Alma"),
        "/_d/comment/{of Alma}/edit",
        {"text": "Other words."},
        (rows("discussion_revision"), events("CommentEdited")),
        50,
        ("of Alma",),
    ),
    Press(
        "a deletion",
        ("Alma", "Alma"),
        "/_d/comment/{of Alma}/delete",
        {},
        (rows("discussion_statechange", "after = 'deleted'"), events("CommentHidden")),
        50,
        ("of Alma",),
    ),
    *(
        Press(
            f"a report by {who}",
            by,
            "/_d/comment/{of Bruno}/report",
            {"reason": "insult", "note": "See {run}."},
            (rows("discussion_report"),),
            MANY,
            ("of Bruno",),
        )
        for who, by in (("a reader", ("Alma", "Clara")), ("a stranger", STRANGERS))
    ),
    Press(
        "asking an author for a source",
        ("Clara", "Dora"),
        "/_d/comment/{of Bruno}/source",
        {"act": "ask"},
        (rows("discussion_sourceask"), events("SourceAsked")),
        MANY,
        ("of Bruno",),
    ),
    Press(
        "giving a source",
        ("Alma", "Alma"),
        "/_d/comment/{of Alma}/source",
        {"act": "give", "source": "https://example.org/{run}"},
        (rows("discussion_givensource"), events("SourceGiven")),
        MANY,
        ("of Alma",),
    ),
    Press(
        "ignoring somebody",
        ("Alma", "Clara"),
        "/_d/comment/{of Bruno}/choices",
        {"act": "ignore"},
        (rows("discussion_ignoredreader"),),
        things=("of Bruno",),
    ),
    Press(
        "muting a branch",
        ("Alma", "Clara"),
        "/_d/comment/{of Bruno}/choices",
        {"act": "mute"},
        (rows("discussion_mutedbranch"),),
        things=("of Bruno",),
    ),
    Press(
        "taking no more replies",
        ("Alma", "Alma"),
        "/_d/comment/{of Alma}/choices",
        {"act": "stop"},
        (events("RepliesStopped"),),
        things=("of Alma",),
    ),
    Press(
        "a report of an error",
        STRANGERS,
        "/_error/{article}",
        {"text": "There are three, {run}."},
        (rows("newsroom_errorreport"),),
        MANY,
    ),
    Press(
        "an offer of a source",
        STRANGERS,
        "/_offer/{article}",
        {"text": "A letter, {run}.", "url": "https://example.org/{run}"},
        (rows("feedback_offer"),),
        MANY,
    ),
    Press(
        "following as a member",
        ("Clara", "Clara"),
        "/_d/{followed}/notify",
        {"mail-thread-{followed}": "now"},
        (rows("notifications_subscription", "about = 'thread'"),),
        things=("followed",),
    ),
    Press(
        "following by an address",
        STRANGERS,
        "/_d/{thread}/notify",
        {"mail-thread-{thread}": "daily", "email": "follower{run}@example.org"},
        (READERS, LETTERS, rows("notifications_subscription", "about = 'thread'")),
        MANY,
    ),
    Press("the letter once more", STRANGERS, "/_guest", {"act": "again"}, (LETTERS,), MANY, before=a_guest_wrote),
    Press(
        "another address",
        STRANGERS,
        "/_guest",
        {"act": "change", "email": "other{run}@example.org"},
        (LETTERS,),
        MANY,
        before=a_guest_wrote,
    ),
    Press("yes to a letter", STRANGERS, "/_confirm/{token}", {"answer": "yes"}, (PUBLISHED,), before=a_guest_wrote),
    Press(
        "no to a letter",
        STRANGERS,
        "/_confirm/{token}",
        {"answer": "no"},
        (rows("discussion_statechange", "after = 'deleted'"),),
        before=a_guest_wrote,
    ),
    Press(
        "the end of mails",
        STRANGERS,
        "/_u/{line}",
        {},
        (rows("notifications_subscription", "by_mail = 'off'"),),
        things=("line",),
    ),
    Press(
        "opening a notice",
        ("Alma", "Alma"),
        "/_notices",
        {"open": "{notice}"},
        (rows("notifications_notice", "seen_at IS NOT NULL"),),
        things=("notice",),
    ),
    Press(
        "quiet hours",
        ("Clara", "Dora"),
        "/_notify",
        {"zone": "Europe/Oslo", "quiet_from": "22", "quiet_until": "7"},
        (rows("notifications_preferences"),),
    ),
    Press(
        "a profile for search engines",
        ("Clara", "Dora"),
        "/_account/profile",
        {"is_indexed": "yes"},
        (rows("accounts_reader", "is_indexed"),),
    ),
    Press("another name", ("Dora", "Bruno"), "/_account/name", {"name": "Nova {word}"}, (rows("accounts_formername"),)),
    Press("a gift", STRANGERS, "/_support/give?amount=5&every=once", {}, (rows("support_gift"),), MANY),
]


@dataclass(frozen=True)
class Form:
    """A press that was filled in."""

    visitor: Visitor
    action: str
    fields: dict[str, str]
    effect: tuple[str, ...]


def filled_in(pressed: Pressed, press: Press, *, by: str) -> Form:
    visitor = pressed.reader(by)
    run = next(pressed.runs)
    values = {
        "run": run,
        "word": "".join(chr(ord("a") + int(digit)) for digit in str(run)),
        "thread": pressed.things["thread"][0],
    }
    values |= {"article": pressed.things["article"][0]} | press.before(pressed, visitor) | pressed.take(*press.things)
    path = press.form.format_map(values)
    action, form = (path, {"csrfmiddlewaretoken": visitor.token()}) if press.is_bare else visitor.open(path)
    form |= {name.format_map(values): value.format_map(values) for name, value in press.fields.items()}
    return Form(visitor, action, form, press.effect)


def is_good(heard: Heard) -> bool:
    return heard.status in {200, 303} and not soup(heard.text).select("[data-errors]")


@pytest.mark.parametrize("press", PRESSES, ids=lambda press: press.name)
def test_a_form_that_is_sent_many_times_at_once_has_one_effect_and_one_answer(pressed: Pressed, press: Press) -> None:
    form = filled_in(pressed, press, by=press.by[0])
    before = pressed.count(*form.effect)
    heard = form.visitor.post_at_once(form.action, form.fields, times=press.times)
    assert pressed.count(*form.effect) == [one + 1 for one in before]
    assert len(set(heard)) == 1, {(one.status, one.location) for one in heard}
    assert is_good(heard[0]), heard[0]
    # The button after "back": the browser shows the same form, and the reader presses once more.
    assert form.visitor.post(form.action, form.fields) == heard[0]
    assert pressed.count(*form.effect) == [one + 1 for one in before]


@pytest.mark.parametrize("press", PRESSES, ids=lambda press: press.name)
def test_a_form_whose_answer_was_never_heard_is_sent_again_without_harm(pressed: Pressed, press: Press) -> None:
    form = filled_in(pressed, press, by=press.by[1])
    before = pressed.count(*form.effect)
    with form.visitor.unheard(form.action, form.fields):
        wait_until(lambda: pressed.count(*form.effect) != before, what="nothing was done")
    heard = form.visitor.post(form.action, form.fields)
    assert is_good(heard), heard
    assert form.visitor.post(form.action, form.fields) == heard
    assert pressed.count(*form.effect) == [one + 1 for one in before]


def test_who_leaves_at_any_moment_and_sends_the_form_again_has_written_once(pressed: Pressed) -> None:
    """Whether the site got to see the first one depends on the moment; neither harms."""
    forms = [filled_in(pressed, PRESSES[0], by="Bruno") for _ in range(12)]
    before = pressed.count(*PRESSES[0].effect)
    for form in forms:
        with form.visitor.unheard(form.action, form.fields):
            pass
        assert is_good(form.visitor.post(form.action, form.fields))
    assert pressed.count(*PRESSES[0].effect) == [one + len(forms) for one in before]


# Bound to who sends it, where, and which words


BOUND = [
    press for press in PRESSES if press.name in {"a comment", "a report of an error", "an offer of a source", "a gift"}
]


@pytest.mark.parametrize("press", BOUND, ids=lambda press: press.name)
def test_the_same_key_from_somebody_else_is_a_press_of_theirs(pressed: Pressed, press: Press) -> None:
    form = filled_in(pressed, press, by="Alma")
    first = form.visitor.post(form.action, form.fields)
    before = pressed.count(*form.effect)
    other = pressed.reader("Bruno")
    heard = other.post(form.action, form.fields | {"csrfmiddlewaretoken": other.token()})
    assert is_good(heard)
    assert pressed.count(*form.effect) == [one + 1 for one in before]
    assert not heard.location or heard.location != first.location, "nobody is led to what somebody else did"


@pytest.mark.parametrize("press", BOUND[:3], ids=lambda press: press.name)
def test_the_same_key_at_another_place_is_another_press(pressed: Pressed, press: Press) -> None:
    form = filled_in(pressed, press, by="Alma")
    assert is_good(form.visitor.post(form.action, form.fields))
    before = pressed.count(*form.effect)
    name = "thread" if "/_d/" in form.action else "article"
    here, elsewhere = (f"/{one}" for one in pressed.things[name])
    assert is_good(form.visitor.post(form.action.replace(here, elsewhere, 1), form.fields))
    assert pressed.count(*form.effect) == [one + 1 for one in before]


@pytest.mark.parametrize("press", BOUND[1:3], ids=lambda press: press.name)
def test_the_same_key_with_other_words_loses_none_of_them(pressed: Pressed, press: Press) -> None:
    form = filled_in(pressed, press, by="")
    assert is_good(form.visitor.post(form.action, form.fields))
    before = pressed.count(*form.effect)
    assert is_good(form.visitor.post(form.action, form.fields | {"text": "Something else."}))
    assert pressed.count(*form.effect) == [one + 1 for one in before]


def test_the_same_key_with_another_comment_is_offered_as_an_edit(pressed: Pressed) -> None:
    form = filled_in(pressed, PRESSES[0], by="Alma")
    first = form.visitor.post(form.action, form.fields)
    before = pressed.count(*form.effect)
    heard = form.visitor.post(form.action, form.fields | {"text": "Better words."})
    shown = soup(heard.text).select_one("main form:not(#votes)")
    assert shown is not None
    assert (heard.status, shown["action"], shown.textarea.get_text().strip()) == (  # type: ignore[union-attr]
        200, f"{first.location}/edit", "Better words.",
    )  # fmt: skip
    assert pressed.count(*form.effect) == before


def test_the_same_key_at_another_passage_is_another_comment_and_for_another_request_a_double_one(
    pressed: Pressed,
) -> None:
    form = filled_in(pressed, PRESSES[3], by="Dora")
    other = {"passage": pressed.things["passage"][0], "quote": ""}
    before = pressed.count(*form.effect)
    for more in ({}, other):
        assert is_good(form.visitor.post(form.action, form.fields | more)), more
    assert form.visitor.post(form.action, form.fields | other | {"asks": "wording"}).status == 409
    assert pressed.count(*form.effect) == [one + 2 for one in before]


def test_who_learns_a_guests_key_does_not_become_that_guest(pressed: Pressed) -> None:
    press = next(one for one in PRESSES if one.name == "a guest's first comment")
    form = filled_in(pressed, press, by="")
    gunda = form.visitor.post(form.action, form.fields)
    thief = Visitor(pressed.site.url)
    taken = form.fields | {"csrfmiddlewaretoken": thief.token(), "name": "Theo", "email": "theo@example.org"}
    heard = thief.post(form.action, taken)
    assert heard.location != gunda.location
    assert (thief.get(gunda.location).status, thief.get(heard.location).status) == (404, 200)
    assert json.loads(thief.get("/_me").text)["reader"]["name"] == "Theo"


def test_a_form_is_known_for_a_day_and_then_no_more(pressed: Pressed) -> None:
    press = BOUND[1]
    form = filled_in(pressed, press, by="")
    first = form.visitor.post(form.action, form.fields)
    before = pressed.count(*form.effect)
    for hours, more in ((23, 0), (24, 1)):
        aged = datetime.now(UTC) - timedelta(hours=hours, seconds=5)
        pressed.change("UPDATE accounts_sentform SET at = ?", f"{aged:%Y-%m-%d %H:%M:%S.%f}")
        assert form.visitor.post(form.action, form.fields) == first
        assert pressed.count(*form.effect) == [one + more for one in before], hours


# S17: an id that was stolen is dead with the session, in whichever process somebody asks


SESSION = "bl_session"
DEAD_WITHIN_SECONDS = 1.0
OTHER_PASSWORD = "another quiet harbour"


def name_of(visitor: Visitor) -> str | None:
    reader = json.loads(visitor.get("/_me").text)["reader"]
    return None if reader is None else str(reader["name"])


def thief_of(visitor: Visitor) -> Visitor:
    """Somebody elsewhere with a copy of the cookies."""
    return Visitor(visitor.url, dict(visitor.cookies))


def sent(visitor: Visitor, path: str, **fields: str) -> Heard:
    action, form = visitor.open(path)
    return visitor.post(action, form | fields)


ENDS: dict[str, tuple[bool, Callable[[Visitor], Heard]]] = {
    # whether the owner stays signed in where it was done, and what is done
    "signing out": (False, lambda owner: sent(owner, "/_account/sign-out")),
    "ending all others": (
        True,
        lambda owner: owner.post("/_account/sessions", {"end": "all", "csrfmiddlewaretoken": owner.token()}),
    ),
    "showing that it is you": (True, lambda owner: sent(owner, "/_account/again?next=/", password=PASSWORD)),
    "another password": (
        True,
        lambda owner: sent(owner, "/_account/password", oldpassword=PASSWORD, password=OTHER_PASSWORD),
    ),
}


@pytest.mark.parametrize("what", ENDS)
def test_a_stolen_session_is_dead_within_a_second_of_its_end(pressed: Pressed, what: str) -> None:
    stays, end = ENDS[what]
    name = "Frida" if what == "another password" else "Erna"
    owner, elsewhere = pressed.signed_in(name), pressed.signed_in(name)
    # Of this browser, or of another one, which the owner ends from here.
    stolen = thief_of(elsewhere if what == "ending all others" else owner)
    former = stolen.cookies[SESSION]
    assert name_of(stolen) == name
    assert end(owner).status == 303
    began = time.monotonic()
    assert name_of(stolen) is None
    assert time.monotonic() - began < DEAD_WITHIN_SECONDS
    assert name_of(owner) == (name if stays else None)
    assert owner.cookies.get(SESSION) != former


def test_two_browsers_sign_in_at_the_same_moment_and_neither_takes_the_others_session(pressed: Pressed) -> None:
    planted = Visitor(pressed.site.url)
    # A draft that waits for its author is a session of a stranger: its id could be known to somebody.
    action, form = planted.open(f"/_d/{pressed.things['thread'][0]}/reply")
    planted.post(action, form | {"sign_in": "yes", "text": "A draft."})
    assert SESSION in planted.cookies
    browsers = [thief_of(planted) for _ in range(4)]
    forms = [one.open("/_account/sign-in") for one in browsers]
    fields = {"email": "bruno@example.org", "password": PASSWORD}
    heard = at_once(
        lambda pair: pair[0].post(pair[1][0], pair[1][1] | fields), zip(browsers, forms, strict=True), threads=4
    )
    assert {(one.status, one.location) for one in heard} == {(303, "/")}  # type: ignore[union-attr]
    assert len({one.cookies[SESSION] for one in browsers} | {planted.cookies[SESSION]}) == 5
    # Another test may have given him another name, and signing in once more may be once too often.
    names = {name_of(one) for one in browsers}
    assert len(names) == 1
    assert None not in names
    assert name_of(planted) is None
    assert sent(browsers[0], "/_account/sign-out").status == 303
    assert [name_of(one) for one in browsers] == [None, *names, *names, *names]


def test_the_cookie_of_a_session_says_nothing_to_scripts_and_comes_with_no_form_of_another_site(
    pressed: Pressed,
) -> None:
    visitor = Visitor(pressed.site.url)
    action, form = visitor.open("/_account/sign-in")
    visitor.post(action, form | {"email": "bruno@example.org", "password": PASSWORD})
    (line,) = [one for one in visitor.set_cookies if one.startswith(f"{SESSION}=")]
    attributes = {one.strip().split("=")[0].lower(): one.strip() for one in line.split(";")[1:]}
    assert set(attributes) == {"expires", "httponly", "max-age", "path", "samesite"}  # no domain: this host alone
    assert (attributes["samesite"], attributes["path"]) == ("SameSite=Lax", "Path=/")
