"""How old a form is, and the field that nobody sees: both only hold, and no person loses a word to them."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.cast import NOON, Cast
from tests.support.desk import (
    Browser,
    Story,
    errors,
    fields,
    honeypot_of,
    make_member,
    page,
    publish,
    timed_fields,
    words,
)

from belowline.discussion.models import Comment
from belowline.pages import form_keys, honeypot
from belowline.pages.personal import Personal

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2058, 1, 1), timezones=st.just(UTC))
DAY = date(2026, 3, 14)


@given(at=MOMENTS, seconds=st.floats(0, 3 * 86_400))
def test_a_key_says_when_its_form_was_drawn(at: datetime, seconds: float) -> None:
    key, now = form_keys.new_form_key(at), at + timedelta(seconds=seconds)
    assert len(key) <= 56
    known = form_keys.seconds_since(key, now=now)
    assert known is not None
    assert abs(known - seconds) < 0.002
    assert form_keys.is_spent(key, now=now + timedelta(milliseconds=2)) == (seconds >= 86_400 - 0.001)


@given(at=MOMENTS, place=st.integers(0, 55), sign=st.characters(categories=["L", "N"]))
def test_a_key_that_was_changed_by_one_sign_is_not_ours(at: datetime, place: int, sign: str) -> None:
    key = form_keys.new_form_key(at)
    place %= len(key)
    changed = key[:place] + sign + key[place + 1 :]
    assert form_keys.seconds_since(changed, now=at) == (0 if changed == key else None) or changed == key
    if changed != key and "." in changed:
        assert form_keys.is_spent(changed, now=at)


@pytest.mark.parametrize("key", ["", "k1", "PuEMDC9mS6wRFkqBqyK0xLQh", "x" * 100, "é"])
def test_a_key_without_a_time_says_nothing_and_is_never_spent(key: str) -> None:
    assert form_keys.seconds_since(key, now=NOON) is None
    assert not form_keys.is_spent(key, now=NOON)


@pytest.mark.parametrize("key", [".", "..", "a.b", "a.b.c", "a..", "..c", "a.zzzzzzzzzzzzzzzzzz.c", "é.é.é", "." * 100])
def test_a_key_that_looks_like_ours_and_is_not_is_spent(key: str) -> None:
    assert form_keys.seconds_since(key, now=NOON) is None
    assert form_keys.is_spent(key, now=NOON)


def test_a_clock_that_was_set_back_makes_nobody_hasty() -> None:
    assert form_keys.seconds_since(form_keys.new_form_key(NOON), now=NOON - timedelta(minutes=1)) is None


def test_the_hidden_field_has_another_name_nearly_every_day_and_none_that_a_form_needs() -> None:
    names = [honeypot.name_on(DAY + timedelta(days=n)) for n in range(365)]
    assert len(set(names)) >= 30
    assert sum(one == after for one, after in itertools.pairwise(names)) < 25
    real = {
        "text",
        "name",
        "email",
        "notify",
        "passage",
        "quote",
        "without",
        "asks",
        "url",
        "contact",
        "consent",
        "key",
    }
    assert not set(names) & (real | {"anyway", "preview", "sign_in", "note", "reason", "next", "csrfmiddlewaretoken"})
    # What browsers and password managers fill in by themselves.
    filled = r"name|mail|phone|tel|fax|street|address|city|zip|post|country|company|organi|card|user|pass|login"
    assert [one for one in names if re.search(filled, one)] == []


# On the forms


class Clock:
    now = NOON + timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(Personal, "now", property(lambda _self: clock.now))
    return clock


@pytest.fixture
def story(served: None, story_database: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def alma(story: Story, clock: Clock) -> Browser:
    return Browser(make_member("Alma"))


def post_form(story: Story) -> str:
    return f"/_d/{story.thread}/reply"


def latest() -> Comment:
    return Comment.objects.order_by("-pk")[0]


def opened(browser: Browser, story: Story) -> dict[str, str]:
    return timed_fields(browser.get(post_form(story)))


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize(("seconds", "state"), [(0.4, "held"), (2.9, "held"), (3, "published"), (86_400, "published")])
def test_a_newcomers_form_that_comes_back_at_once_waits(
    story: Story, alma: Browser, clock: Clock, seconds: float, state: str
) -> None:
    form = opened(alma, story) | {"text": "Read in no time"}
    clock.now += timedelta(seconds=seconds)
    assert alma.post(post_form(story), form).status_code == 303
    assert latest().state == state
    said = words(alma.get(f"/_d/comment/{latest().pk}").content.decode())
    assert ("It was sent at the moment when the form opened" in said) == (state == "held")


@pytest.mark.django_db
@pytest.mark.once
def test_a_form_that_was_refused_first_is_as_old_as_it_is(story: Story, alma: Browser, clock: Clock) -> None:
    form = opened(alma, story)
    clock.now += timedelta(seconds=8)
    empty = alma.post(post_form(story), form)
    assert timed_fields(empty)["key"] == form["key"]
    assert alma.post(post_form(story), timed_fields(empty) | {"text": "At once then"}).status_code == 303
    assert latest().state == "published"


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("how", ["old", "broken"])
def test_a_form_of_yesterday_comes_back_with_every_word_and_goes_through_at_once(
    story: Story, alma: Browser, clock: Clock, how: str
) -> None:
    form = opened(alma, story) | {"text": "Thought about\nfor a day"}
    if how == "broken":
        form["key"] = form["key"][:-1] + ("A" if form["key"][-1] != "A" else "B")
    else:
        clock.now += timedelta(hours=24, seconds=1)
    again = alma.post(post_form(story), form)
    assert again.status_code == 409
    assert errors(again) == ["This form was open for more than a day. Your words are here: press once more."]
    renewed = timed_fields(again)
    assert renewed["text"].replace("\r\n", "\n") == form["text"]
    assert renewed["key"] != form["key"]
    assert alma.post(post_form(story), renewed).status_code == 303
    assert (latest().state, Comment.objects.count()) == ("published", 1)


@pytest.mark.django_db
@pytest.mark.once
def test_scripts_get_a_new_key_for_an_old_one_and_are_asked_no_second_time(
    story: Story, alma: Browser, clock: Clock
) -> None:
    key = opened(alma, story)["key"]
    clock.now += timedelta(days=2)
    status, told = alma.json(post_form(story), {"text": "An old draft", "key": key})
    assert (status, told["code"]) == (409, "form_old")
    status, told = alma.json(post_form(story), {"text": "An old draft", "key": told["key"]})
    assert (status, told["state"]) == (200, "published")


@pytest.mark.django_db
@pytest.mark.once
def test_a_form_that_was_sent_in_time_has_its_answer_a_day_later(story: Story, alma: Browser, clock: Clock) -> None:
    form = opened(alma, story) | {"text": "Sent, and never heard of"}
    clock.now += timedelta(hours=23, minutes=59)
    first = alma.post(post_form(story), form)
    clock.now += timedelta(minutes=2)
    assert alma.post(post_form(story), form)["Location"] == first["Location"]


@pytest.mark.django_db
@pytest.mark.once
def test_the_hidden_field_of_yesterday_is_still_one_and_that_of_another_day_is_not(
    story: Story, alma: Browser, clock: Clock
) -> None:
    name = str(honeypot_of(alma.get(post_form(story)))["name"])
    for days, state in ((0, "held"), (1, "held")):
        clock.now = NOON + timedelta(days=days)
        form = fields(alma.get(post_form(story)))
        alma.post(post_form(story), form | {"text": f"Cheap watches {days}", name: "https://x.example"})
        assert latest().state == state
    days = next(
        n for n in range(2, 9) if name not in {honeypot.name_on(NOON.date() + timedelta(n - k)) for k in (0, 1)}
    )
    clock.now = NOON + timedelta(days=days)
    form = fields(alma.get(post_form(story)))
    alma.post(post_form(story), form | {"text": "A field that is none any more", name: "x"})
    assert latest().state == "published"


@pytest.mark.django_db
@pytest.mark.once
def test_no_public_page_carries_a_key_or_a_hidden_field(story: Story, alma: Browser) -> None:
    alma.press(post_form(story), text="Something to answer")
    for path in (story.url, f"/d/{story.thread}", f"/d/{story.thread}/c/{latest().pk}", "/support", "/"):
        body = page(path).body
        assert 'name="key"' not in body, path
        assert honeypot.name_on(datetime.now(UTC).date()) not in re.findall(r'name="([^"]+)"', body), path
