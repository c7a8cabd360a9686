"""S19: every address of our own in the desk, every role. Wagtail's addresses are Wagtail's to test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from belowline.accounts.models import User
from belowline.feedback.models import Offer
from belowline.live import actions as live
from belowline.live.models import LiveEntry
from belowline.maps.models import Place
from belowline.newsroom.actions import pages as newsroom
from belowline.newsroom.actions.error_reports import Wrong, report_error
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, AsideDraft, ErrorReport, SiteDocument
from belowline.support.actions import ProposedEntry, propose_entry
from belowline.support.models import Entry, Proposal
from tests.ledger.conftest import Till, served, till
from tests.support.cast import NOON, make_reader
from tests.support.desk import make_member, make_staff, publish
from tests.support.passages import a_request

__all__ = ["served", "till"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

ROLES = ("reader", "contributor", "author", "moderator", "treasurer", "editor", "publisher", "administrator")
# What a form of that page would send; none of them goes through here, but for the first.
SENT = {
    "errors/<int:report_id>/": {"state": "done"},
    "readers-ask/<int:request_id>/": {"act": "answer"},
    "readers-ask/offers/<int:offer_id>/": {"act": "settle"},
    "readers-ask/questions/<int:page_id>/": {"act": "ask"},
}


@dataclass
class Desk:
    """Something for every address, begun by an editor whom no test signs in."""

    ids: dict[str, int]
    line: int
    clients: dict[str, Client]

    def path(self, route: str) -> str:
        ids = self.ids | ({"entry_id": self.line} if route.startswith("accounts/") else {})
        for name, value in ids.items():
            route = route.replace(f"<int:{name}>", str(value))
        return f"/_desk/{route.replace('<path:name>', 'a/b.jpg')}"

    def may(self, role: str, route: str, method: str) -> bool:
        """Wagtail answers a refusal by leading back to the desk's first page, or a stranger to the door."""
        values = SENT.get(route) if method == "POST" else None
        answer: HttpResponse = getattr(self.clients[role], method.lower())(self.path(route), values)
        assert answer.status_code < 500, (role, method, route)
        is_led_away = answer.get("Location", "").split("?")[0] in {"/_desk/", "/_desk/login/", "/_account/sign-in"}
        return answer.status_code not in {403, 404, 405} and not is_led_away


@pytest.fixture
def desk(till: Till, settings: Any) -> Desk:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    story = publish()
    owner = make_staff("Olga", "editor")
    article, entry = _coverage(owner)
    wrong = report_error(Wrong(article.pk, "The date.", "en"), now=NOON)
    assert isinstance(wrong, ErrorReport), wrong
    aside = AsideDraft.objects.create(
        page_id=article.pk, by=owner, base=None, content={}, wish="save", digest="0" * 64, made_at=NOON
    )
    home = Place.objects.create(name="A house", latitude=35.9, longitude=36.6, precision="exact", kind="home")
    till.paid(1_000)
    gift = till.gift(500)
    wish = ProposedEntry(till.campaign.pk, "offline", 900_000, "USD", NOON.date(), "bank 7")
    proposal = propose_entry(wish, by_id=till.treasurer.pk, now=NOON)
    assert isinstance(proposal, Proposal), proposal
    document = SiteDocument.objects.create(title="A letter", file=ContentFile(b"words", name="letter.txt"))
    offer = Offer.objects.create(article=story.article, words="Look", consent="none", received_at=NOON)
    ids = {
        "request_id": a_request(story, make_reader("Asta")),
        "offer_id": offer.pk,
        "page_id": article.pk,
        "entry_id": entry.pk,
        "report_id": wrong.pk,
        "aside_id": aside.pk,
        "place_id": home.pk,
        "pk": home.pk,
        "campaign_id": till.campaign.pk,
        "proposal_id": proposal.pk,
        "gift_id": gift.pk,
        "document_id": document.pk,
    }
    clients = {role: Client() for role in ROLES}
    for role, client in clients.items():
        client.force_login(make_member("Rita") if role == "reader" else make_staff(role.title(), role))
    return Desk(ids, line=Entry.objects.get().pk, clients=clients)


def _coverage(owner: User) -> tuple[ArticlePage, LiveEntry]:
    article = newsroom.publish_article(
        slug="surge",
        topic=ArticlePage.objects.get(slug="the-gauge").get_parent().specific,
        headline="Surge night",
        blocks=[made.Paragraph("The water is coming.")],
        published_at=NOON - timedelta(hours=2),
        kind="live",
    )
    ArticlePage.objects.filter(pk=article.pk).update(owner=owner)
    words = live.Words(live.body_of([made.Paragraph("Step nine.")], key="one"), "")
    entry = live.write_entry(article.pk, words, form_key=UUID(int=1), by=owner, now=NOON, is_public=False)
    assert isinstance(entry, LiveEntry), entry
    return article, entry


def routes() -> dict[str, str]:
    """The addresses below /_desk/ whose view is ours, each with the view's module."""

    def walk(patterns: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            place = prefix + str(one.pattern)
            if isinstance(one, URLPattern):
                module = _module(one.callback)
                if place.startswith("_desk/") and module.startswith("belowline."):
                    yield place.removeprefix("_desk/"), module
            else:
                yield from walk(one.url_patterns, place)

    return dict(walk(get_resolver().url_patterns, ""))


def _module(view: Any) -> str:
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return getattr(view, "view_class", view).__module__


WRITERS = "contributor author editor publisher administrator"
DESK = "author editor publisher administrator"
EDITORS = "editor publisher administrator"
PUBLISHERS = "publisher administrator"
MONEY = "treasurer administrator"
STAFF = "contributor author moderator treasurer editor publisher administrator"
NOBODY = ""
# route: who may read it, who may write there. Of the objects none belongs to anybody here.
MATRIX: dict[str, tuple[str, str]] = {
    "accounts/": (MONEY, NOBODY),
    "accounts/campaign/": (MONEY, MONEY),
    "accounts/campaign/<int:campaign_id>/": (MONEY, MONEY),
    "accounts/campaign/<int:campaign_id>/enter/": (MONEY, MONEY),
    "accounts/campaign/<int:campaign_id>/gifts/": (MONEY, NOBODY),
    "accounts/campaign/<int:campaign_id>/ledger/": (MONEY, NOBODY),
    # This one's provider is not set up here; who may: tests/ledger/test_desk.py.
    "accounts/entry/<int:entry_id>/refund/": (NOBODY, NOBODY),
    "accounts/entry/<int:entry_id>/reverse/": (MONEY, MONEY),
    "accounts/gift/<int:gift_id>/privacy/": (NOBODY, MONEY),
    "accounts/proposal/<int:proposal_id>/": (NOBODY, MONEY),
    "accounts/reconciliation/": (MONEY, MONEY),
    "articles/": (WRITERS, NOBODY),
    "articles/<int:page_id>/links/": (EDITORS, EDITORS),
    "articles/<int:page_id>/versions/": (PUBLISHERS, PUBLISHERS),
    "articles/<int:page_id>/withdraw/": (PUBLISHERS, PUBLISHERS),
    # Wagtail leads on from here by what somebody may begin; without a right it offers nothing.
    "articles/choose_parent/": (STAFF, STAFF),
    "articles/results/": (WRITERS, NOBODY),
    "errors/": (DESK, NOBODY),
    "errors/<int:report_id>/": (NOBODY, DESK),
    "files/documents/<int:document_id>": ("administrator", "administrator"),
    # There is no such file; a real one: tests/newsroom/test_desk.py.
    "files/thumbnails/<path:name>": (NOBODY, NOBODY),
    "live/": (STAFF, NOBODY),
    "live/<int:page_id>/": (WRITERS, WRITERS),
    "live/<int:page_id>/entry/<int:entry_id>/": (EDITORS, EDITORS),
    "maps/ground.geojson": (STAFF, NOBODY),
    "maps/places/<int:place_id>/approve": (NOBODY, EDITORS),
    # A draft that was kept for its writer alone.
    "pages/<int:page_id>/merge/<int:aside_id>/": (NOBODY, NOBODY),
    "place_chooser/": (WRITERS, NOBODY),
    "place_chooser/create/": (WRITERS, WRITERS),
    "place_chooser/results/": (WRITERS, NOBODY),
    "readers-ask/": (DESK, NOBODY),
    "readers-ask/<int:request_id>/": (DESK, DESK),
    "readers-ask/offers/": (DESK, NOBODY),
    "readers-ask/offers/<int:offer_id>/": (DESK, DESK),
    "readers-ask/questions/<int:page_id>/": (DESK, DESK),
    "snippets/maps/place/": (WRITERS, NOBODY),
    "snippets/maps/place/edit/<int:pk>/": (DESK, DESK),
    "snippets/maps/place/results/": (WRITERS, NOBODY),
}


def test_every_role_reads_and_writes_in_the_desk_what_the_matrix_says(desk: Desk) -> None:
    """In one test: its world takes longer to make than all the questions."""
    assert set(routes()) == set(MATRIX)
    for method, column in (("GET", 0), ("POST", 1)):
        for route, allowed in MATRIX.items():
            found = {role for role in ROLES if desk.may(role, route, method)}
            assert found == set(allowed[column].split()), (method, route)
