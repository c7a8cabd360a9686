"""Links to a draft for somebody outside: what they open, how long, and what they do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from belowline.accounts.models import User
from belowline.newsroom.actions import preview_links
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, PreviewLink, WithdrawalKind, WithdrawnDiscussion
from belowline.newsroom.publishing import withdrawal
from tests.newsroom.conftest import Newsroom
from tests.newsroom.test_record import staff
from tests.support.desk import build_static

pytestmark = pytest.mark.once

NOTHING = "nothing-that-was-ever-made-here"


@pytest.fixture
def draft(newsroom: Newsroom) -> ArticlePage:
    build_static()
    article = newsroom.publish(blocks=[made.Figure(newsroom.picture())])
    article.title = "A draft headline"
    article.save_revision()
    return article


def handed_out(article: ArticlePage, *, days: int = 7, ago: int = 0) -> str:
    by = User.objects.filter(email="hanne@gauge.example").first() or staff("Hanne")
    made = preview_links.make_link(article, label="Dr Weir", days=days, by=by, now=timezone.now() - timedelta(days=ago))
    assert isinstance(made, tuple)
    return made[1]


def test_whoever_has_the_link_reads_the_newest_draft(draft: ArticlePage, client: Client) -> None:
    path = f"/_preview/{handed_out(draft)}"
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "A draft headline" in page
    assert "Not published. Please do not pass on." in page
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in page
    assert "og:image" not in page, "no card tells the address to a messenger"
    draft.title = "A later headline"
    draft.save_revision()
    assert "A later headline" in client.get(path).content.decode()


def test_its_pictures_are_under_the_link_and_those_of_other_drafts_are_not(
    newsroom: Newsroom, draft: ArticlePage, client: Client
) -> None:
    other = newsroom.publish("other", blocks=[made.Figure(newsroom.picture("secret", colour="red"))])
    token = handed_out(draft)
    own, foreign = (one.body[0].value["picture"].pk for one in (draft, other))
    found = client.get(f"/_preview/{token}/picture/{own}")
    assert (found.status_code, found["Content-Type"], found["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    refused = client.get(f"/_preview/{token}/picture/{foreign}")
    missing = client.get(f"/_preview/{token}/picture/999999")
    assert refused.status_code == missing.status_code == 404
    assert f"/_preview/{token}/picture/{own}" in client.get(f"/_preview/{token}").content.decode()


def test_every_link_that_opens_nothing_gives_the_same_answer(draft: ArticlePage, client: Client) -> None:
    token, over, taken_back = handed_out(draft), handed_out(draft, ago=8), handed_out(draft)
    link = PreviewLink.objects.order_by("-pk")[0]
    preview_links.revoke_link(link.pk, page_id=draft.pk, by=staff("Mara"), now=timezone.now())
    answers = {
        (answer.status_code, answer.content, answer["Cache-Control"])
        for one in (over, taken_back, NOTHING, token[:-1] + ("a" if token[-1] != "a" else "b"), token.swapcase())
        for answer in [client.get(f"/_preview/{one}")]
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    assert client.get(f"/_preview/{token}").status_code == 200


def test_a_link_ends_with_the_article_when_it_is_taken_away(draft: ArticlePage, client: Client) -> None:
    token = handed_out(draft)
    withdrawal.ask_for_withdrawal(
        draft.pk,
        kind=WithdrawalKind.WITHDRAWN,
        text="Its source has taken it back.",
        discussion=WithdrawnDiscussion.HIDDEN,
        by=staff("Mara"),
        now=timezone.now(),
    )
    assert client.get(f"/_preview/{token}").status_code == 404


def test_looking_writes_nothing(draft: ArticlePage, client: Client) -> None:
    token = handed_out(draft)
    number = draft.body[0].value["picture"].pk
    for path in (f"/_preview/{token}", f"/_preview/{token}/picture/{number}", f"/_preview/{NOTHING}"):
        for ask in (client.get, client.head):
            with CaptureQueriesContext(connection) as asked:
                ask(path)
            assert not [one for one in asked if one["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert client.post(f"/_preview/{token}").status_code in {403, 405}


def test_only_the_hash_of_a_token_is_stored(draft: ArticlePage) -> None:
    token = handed_out(draft)
    stored = PreviewLink.objects.values().get()
    assert token not in str(stored)
    assert len(stored["token_hash"]) == 64


def test_an_editor_makes_a_link_and_takes_it_back_in_the_desk(
    draft: ArticlePage, client: Client, settings: Any
) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    client.force_login(staff("Hanne", "editor"))
    path = reverse("newsroom_links", args=[draft.pk])
    for days in ("0", "31", "x"):
        refused = client.post(path, {"act": "make", "label": "Dr Weir", "days": days})
        assert refused.context["form"].errors["days"]
    made = client.post(path, {"act": "make", "label": "Dr <Weir>", "days": "3"})
    address = made.context["address"]
    assert address in made.content.decode()
    assert Client().get("/" + address.split("/", 3)[3]).status_code == 200
    assert address not in client.get(path).content.decode(), "shown once"
    link = PreviewLink.objects.get()
    assert link.expires_at - link.made_at == timedelta(days=3)
    client.post(path, {"act": "revoke", "link": str(link.pk)})
    assert Client().get("/" + address.split("/", 3)[3]).status_code == 404


def test_a_contributor_hands_out_no_links(draft: ArticlePage, client: Client) -> None:
    client.force_login(staff("Kim", "contributor"))
    assert client.get(reverse("newsroom_links", args=[draft.pk])).status_code in {302, 403}


def test_links_have_a_number_that_somebody_can_keep_in_mind(draft: ArticlePage) -> None:
    by, now = staff("Hanne"), timezone.now()
    for _ in range(preview_links.LINKS_MOST):
        preview_links.make_link(draft, label="x", days=1, by=by, now=now)
    answer = preview_links.make_link(draft, label="x", days=1, by=by, now=now)
    assert getattr(answer, "code", "") == "too_many_links"
