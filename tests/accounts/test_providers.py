"""Signing in with an account elsewhere, against a provider that runs here and speaks the protocol: linked by provider and
subject, never by an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

from belowline.accounts.models import Reader, User
from belowline.pages import refusals
from tests.accounts.conftest import Letter
from tests.accounts.test_signing_up import follow, name_of
from tests.support.desk import Browser, errors, make_member, soup, words
from tests.support.openid import CLIENT, SECRET, OpenId, openid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

CALLBACK = "/_account/with/oidc/club/login/callback/"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@pytest.fixture(scope="module")
def running() -> Iterator[OpenId]:
    with openid() as provider:
        yield provider


@pytest.fixture
def club(running: OpenId, settings: Any) -> OpenId:
    """The provider, set up as the settings of a site do it, and as if nobody had been there."""
    fresh = OpenId()
    running.person, running.says, running.is_away, running.refuses = fresh.person, {}, False, False
    running.asked.clear()
    settings.ROOT_URLCONF = "tests.accounts.openid_urls"
    app = {"provider_id": "club", "name": "The Club", "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": running.url}}]}
    }
    registry.register(OpenIDConnectProvider)
    return running


def led_away(browser: Browser, **more: str) -> str:
    """Press the provider's button; the address that the page leads to."""
    page = soup(browser.get("/_account/sign-in").content.decode())
    form = page.select_one('form[action="/_account/with/oidc/club/login/"]')
    assert form is not None
    button = form.select_one("button")
    assert button is not None
    assert button.get_text() == "Sign in with The Club"
    data = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    answer = browser.post("/_account/with/oidc/club/login/", data | more)
    assert answer.status_code == 200, "a redirect to another site would be stopped by form-action"
    going = soup(answer.content.decode())
    refresh = going.select_one("meta[http-equiv=refresh]")
    link = going.select_one("main a")
    assert refresh is not None
    assert link is not None
    assert refresh["content"] == f"0;url={link['href']}"
    return str(link["href"])


def agreed(address: str) -> str:
    """What the provider sends the browser back to."""
    with pytest.raises(HTTPError) as answer:
        build_opener(_Stay).open(address, timeout=10)
    assert answer.value.code == 302
    back = urlsplit(answer.value.headers["Location"])
    assert back.path == CALLBACK
    return f"{back.path}?{back.query}"


def come_back(browser: Browser) -> Any:
    return browser.get(agreed(led_away(browser)))


def sign_up(browser: Browser, name: str = "Alma", email: str = "alma@example.org") -> Any:
    answer = come_back(browser)
    assert answer["Location"] == "/_account/with/sign-up"
    return browser.press("/_account/with/sign-up", name=name, email=email)


def test_an_account_is_made_and_opened_again_by_the_subject_alone(club: OpenId) -> None:
    browser = Browser()
    follow(browser, sign_up(browser))
    assert name_of(browser) == "Alma"
    known = SocialAccount.objects.get()
    assert (known.provider, known.uid, known.extra_data) == ("club", "person-1", {}), "nothing else is kept"
    assert not SocialToken.objects.exists()
    assert not User.objects.get().has_usable_password()
    club.person = {"sub": "person-1", "email": "moved@example.net", "email_verified": True}
    again = Browser()
    assert come_back(again).status_code == 302
    assert name_of(again) == "Alma", "whatever address the provider tells now"
    assert User.objects.get().email == "alma@example.org"


def test_the_page_for_the_name_is_filled_in_with_the_address_and_names_rules_and_age(club: OpenId) -> None:
    browser = Browser()
    come_back(browser)
    html = browser.get("/_account/with/sign-up").content.decode()
    field = soup(html).select_one("input[name=email]")
    assert field is not None
    assert field["value"] == "alma@example.org"
    assert "16" in words(html)
    assert soup(html).select_one('main a[href="/house-rules"]') is not None


@pytest.mark.parametrize("is_verified", [None, False, True, "true"])
def test_the_same_address_opens_no_account_that_is_here(club: OpenId, letters: list[Letter], is_verified: Any) -> None:
    """The worst case: a provider where anybody may claim any address, even as proved."""
    make_member("Alma")
    club.person = {"sub": "an attacker", "email": "alma@example.org"}
    if is_verified is not None:
        club.person["email_verified"] = is_verified
    browser = Browser()
    answer = sign_up(browser, name="Somebody Else")
    assert name_of(browser) is None
    assert not SocialAccount.objects.filter(user__email="alma@example.org").exists()
    assert User.objects.get(email="alma@example.org").has_usable_password()
    assert EmailAddress.objects.filter(email="alma@example.org", verified=True).count() == 1
    assert answer.status_code in {303, 409}


def test_a_name_that_is_taken_is_said_at_the_field_and_the_rest_is_kept(club: OpenId) -> None:
    make_member("Bruno")
    browser = Browser()
    answer = sign_up(browser, name="Brunо", email="alma@example.org")  # a Cyrillic o
    assert answer.status_code in {409, 422}
    assert errors(answer)[0] in {refusals.sentence("name_taken"), refusals.sentence("name_mixed_scripts")}
    answer = browser.press("/_account/with/sign-up", name="Bruno", email="alma@example.org")
    assert errors(answer) == [refusals.sentence("name_taken")]
    assert 'value="alma@example.org"' in answer.content.decode()
    follow(browser, browser.press("/_account/with/sign-up", name="Alma", email="alma@example.org"))
    assert name_of(browser) == "Alma"


def test_a_provider_that_is_away_is_said_before_and_after(club: OpenId) -> None:
    browser = Browser()
    form = soup(browser.get("/_account/sign-in").content.decode()).select_one('form[action*="/oidc/club/"]')
    assert form is not None
    data = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    club.is_away = True
    answer = browser.post("/_account/with/oidc/club/login/", data)
    assert answer.status_code == 503
    assert "does not answer" in words(answer.content.decode())
    club.is_away = False
    back = agreed(led_away(browser))
    club.is_away = True
    answer = browser.get(back)
    assert answer.status_code == 503
    assert "does not answer" in words(answer.content.decode())
    assert name_of(browser) is None


def test_no_at_the_provider_is_no_fault(club: OpenId) -> None:
    club.refuses = True
    browser = Browser()
    assert "called off" in words(end_of(browser, come_back(browser)))


def end_of(browser: Browser, answer: Any) -> str:
    while answer.status_code in {302, 303}:
        answer = browser.get(answer["Location"])
    return str(answer.content.decode())


@pytest.mark.parametrize(
    "attack", ["state of another", "no state", "state of another browser", "code of another", "twice"]
)
def test_an_answer_that_was_not_asked_for_signs_nobody_in(club: OpenId, attack: str) -> None:
    """Among them signing a victim into the attacker's account."""
    victim, attacker = Browser(), Browser()
    own, other = agreed(led_away(victim)), agreed(led_away(attacker))
    code, state = (parse_qs(urlsplit(own).query)[name][0] for name in ("code", "state"))
    match attack:
        case "state of another":
            sent = f"{CALLBACK}?code={code}&state={state[::-1]}"
        case "no state":
            sent = f"{CALLBACK}?code={code}"
        case "state of another browser":
            sent = other
        case "code of another":
            # Their PKCE verifiers differ, so the provider gives no token.
            sent = f"{CALLBACK}?code={parse_qs(urlsplit(other).query)['code'][0]}&state={state}"
        case _:
            victim.get(own)
            sent = own
    answer = victim.get(sent)
    assert "did not confirm" in words(end_of(victim, answer)), attack
    assert name_of(victim) is None
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claim", [{"aud": "another-site"}, {"iss": "https://elsewhere.example"}, {"exp": 1_000_000_000}]
)
def test_a_token_for_somebody_else_or_from_somebody_else_is_refused(club: OpenId, claim: dict[str, Any]) -> None:
    club.says = claim
    browser = Browser()
    assert "did not confirm" in words(end_of(browser, come_back(browser)))
    assert not Reader.objects.exists()


def test_what_is_asked_of_a_provider_is_a_code_with_pkce_and_an_address_of_this_site(club: OpenId) -> None:
    browser = Browser()
    come_back(browser)
    asked = club.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+{re.escape(CALLBACK)}", asked["redirect_uri"])
    assert len(asked["state"]) >= 16


def test_opening_the_address_of_the_button_leads_nowhere_else(club: OpenId) -> None:
    assert follow(Browser(), Browser().get("/_account/with/oidc/club/login/")) == "/_account/sign-in"
    assert club.asked == []
