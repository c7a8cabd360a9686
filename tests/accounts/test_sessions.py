"""S17: where somebody is signed in, and how a session ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session

from belowline.accounts import sessions
from belowline.accounts.models import SignIn, User
from tests.accounts.test_signing_up import follow, name_of
from tests.support.desk import PASSWORD, Browser, make_member, make_staff, soup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


def signed_in(agent: str = FIREFOX) -> Browser:
    browser = Browser()
    browser.client.defaults["HTTP_USER_AGENT"] = agent
    follow(browser, browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD))
    return browser


def lines(browser: Browser) -> list[str]:
    html = soup(browser.get("/_account/sessions").content.decode())
    return [" ".join(one.get_text(" ").split()) for one in html.select("ul.rows h2")]


def test_the_list_names_browsers_and_keeps_no_address() -> None:
    make_member("Alma")
    here, _there = signed_in(), signed_in(IPHONE)
    assert sorted(lines(here)) == ["Firefox · Linux this one", "Safari · iPhone"]
    assert {field.name for field in SignIn._meta.fields} == {
        "id", "user", "session_key", "browser", "began_at", "used_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (FIREFOX, "Firefox · Linux"),
        (IPHONE, "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        ("curl/8", ""),
        ("<script>" * 200, ""),
    ],
)
def test_a_browser_is_known_by_its_family_alone(header: str, name: str) -> None:
    assert sessions.family(header) == name


def test_one_session_is_ended_and_dead_at_once() -> None:
    make_member("Alma")
    here, there = signed_in(), signed_in(IPHONE)
    row = SignIn.objects.get(browser="Safari · iPhone")
    here.post("/_account/sessions", here.form("/_account/sessions") | {"end": str(row.pk)})
    assert (name_of(there), name_of(here)) == (None, "Alma")
    assert lines(here) == ["Firefox · Linux this one"]


def test_all_others_end_with_one_press() -> None:
    make_member("Alma")
    here, others = signed_in(), [signed_in(IPHONE) for _ in range(3)]
    here.post("/_account/sessions", here.form("/_account/sessions") | {"end": "all"})
    assert [name_of(one) for one in others] == [None] * 3
    assert name_of(here) == "Alma"
    assert Session.objects.filter(session_key__in=SignIn.objects.values("session_key")).count() == 1


def test_nobody_ends_somebody_elses_session() -> None:
    make_member("Alma")
    alma = signed_in()
    bruno = Browser(make_member("Bruno"))
    row = SignIn.objects.get(browser="Firefox · Linux")
    answer = bruno.post("/_account/sessions", bruno.form("/_account/sessions") | {"end": str(row.pk)})
    assert (answer.status_code, name_of(alma)) == (404, "Alma")


def test_another_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    make_member("Alma")
    here, there = signed_in(), signed_in()
    key = here.client.session.session_key
    follow(here, here.press("/_account/password", oldpassword=PASSWORD, password="another quiet harbour"))
    assert (name_of(here), name_of(there)) == ("Alma", None)
    assert here.client.session.session_key != key, "the id is another one, too"
    assert len(lines(here)) == 1


def test_showing_that_it_is_you_gives_the_session_a_new_id() -> None:
    make_member("Alma")
    browser = signed_in()
    key = browser.client.session.session_key
    browser.press("/_account/again?next=/_account/security", password=PASSWORD)
    assert not Session.objects.filter(session_key=key).exists()
    assert lines(browser) == ["Firefox · Linux this one"]


def test_a_day_of_use_is_noted_once() -> None:
    make_member("Alma")
    browser = signed_in()
    SignIn.objects.update(used_at=datetime(2026, 1, 1, tzinfo=UTC))
    browser.get("/_me")
    assert f"{SignIn.objects.get().used_at:%Y-%m}" == "2026-01"
    session = browser.client.session
    session["noted_on"] = "2026-01-01"
    session.save()
    browser.get("/_me")
    assert datetime.now(UTC) - SignIn.objects.get().used_at < timedelta(minutes=1)


def test_what_is_over_is_forgotten() -> None:
    make_member("Alma")
    signed_in()
    now = datetime.now(UTC)
    sessions.forget_expired(now + timedelta(days=59))
    assert SignIn.objects.count() == Session.objects.count() == 1
    sessions.forget_expired(now + timedelta(days=62))
    assert SignIn.objects.count() == Session.objects.count() == 0


RIGHTS_CHANGES = {
    "a group more": lambda user: user.groups.add(Group.objects.get(name="editor")),
    "from the group's side": lambda user: Group.objects.get(name="editor").user_set.add(user),
    "a group less": lambda user: user.groups.remove(Group.objects.get(name="moderator")),
    "no group": lambda user: user.groups.clear(),
    "the group emptied": lambda user: Group.objects.get(name="moderator").user_set.clear(),
    "a right of one's own": lambda user: user.user_permissions.add(Permission.objects.get(codename="moderate")),
    "an administrator": lambda user: changed(user, is_superuser=True),
    "no longer staff": lambda user: changed(user, is_staff=False),
    "closed": lambda user: changed(user, is_active=False),
}


def changed(user: User, **values: bool) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save()


@pytest.mark.parametrize("change", RIGHTS_CHANGES)
def test_other_rights_end_every_session_at_once(change: str) -> None:
    """S17: what an old session id was worth does not grow, and does not stay."""
    user = make_staff("Alma", "moderator")
    browsers = [signed_in(), signed_in(IPHONE)]
    keys = [one.client.session.session_key for one in browsers]
    bruno = Browser(make_member("Bruno"))
    RIGHTS_CHANGES[change](user)
    assert [name_of(one) for one in browsers] == [None, None]
    assert not Session.objects.filter(session_key__in=keys).exists()
    assert not SignIn.objects.filter(user=user).exists()
    assert name_of(bruno) == "Bruno", "nobody else's"


def test_what_changes_no_right_ends_no_session() -> None:
    user = make_staff("Alma", "moderator")
    browser = signed_in()
    user.groups.add(Group.objects.get(name="moderator"))
    user.first_name = "Alma"
    user.save()
    user.save(update_fields=["last_login"])
    assert name_of(browser) == "Alma"


def test_the_id_from_before_signing_in_is_worth_nothing_afterwards() -> None:
    """Fixation: whoever planted a session id in a browser does not get in with its owner."""
    make_member("Alma")
    browser = Browser()
    browser.get("/_account/sign-in")
    session = browser.client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    follow(browser, browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD))
    assert browser.client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
