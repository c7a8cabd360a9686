"""Social cards: drawn once, public under the name of their content, and gone with what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from belowline.imaging import jobs
from belowline.newsroom.models import ArticlePage, ArticleRendering, Correction, Picture, SiteCard, SocialCard
from belowline.newsroom.publishing import cards, withdrawal
from tests.newsroom.conftest import MORNING, Newsroom
from tests.newsroom.test_record import staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was asked of the child process; a small card of another colour each time in its place."""
    asked: list[dict[str, Any]] = []

    def drawn(picture: Any, *, words: dict[str, Any]) -> Any:
        from belowline.imaging.drawn import Drawn

        asked.append(words | {"has_picture": picture is not None})
        return Drawn("image/png", 1200, 630, f"card {words}".encode())

    monkeypatch.setattr(jobs, "draw_card", drawn)
    return asked


def files() -> list[str]:
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).glob("*.png"))


def republished(article: ArticlePage, **values: Any) -> None:
    page = ArticlePage.objects.get(pk=article.pk)
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_card_is_drawn_once_and_its_page_goes_stale(newsroom: Newsroom, at_once: list[Any]) -> None:
    article = newsroom.publish()
    before = newsroom.position()
    cards.draw_card(article.pk)
    cards.draw_card(article.pk)
    assert len(at_once) == 1
    assert files() == [SocialCard.objects.get().name]
    assert newsroom.events(before) == [("CardDrawn", f"article:{article.pk}", False)]


def test_a_changed_headline_takes_the_old_card_away_in_the_same_transaction(
    newsroom: Newsroom, at_once: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    article = newsroom.publish()
    cards.draw_card(article.pk)
    with django_capture_on_commit_callbacks(execute=True):
        republished(article, title="The gauge that stood")
    assert not SocialCard.objects.exists()
    assert files() == []
    cards.draw_card(article.pk)
    assert at_once[-1]["headline"] == "The gauge that stood"
    with django_capture_on_commit_callbacks(execute=True):
        republished(article, standfirst="Words that are not on it")
    assert len(files()) == 1


def test_a_card_says_what_readers_must_know_first(newsroom: Newsroom, at_once: list[Any]) -> None:
    article = newsroom.publish(kind="opinion")
    republished(article, corrections=[Correction(kind="correction", text="There are three.", at=MORNING)])
    cards.draw_card(article.pk)
    assert at_once[-1]["labels"] == ["The Barrier", "Opinion", "Corrected"]
    arabic = newsroom.publish("miqyas", language="ar", kind="opinion", headline="المقياس")
    cards.draw_card(arabic.pk)
    assert at_once[-1]["labels"] == ["الحاجز", "رأي"]
    assert at_once[-1]["direction"] == "rtl"


def test_the_opening_picture_comes_with_its_credit_and_a_sensitive_one_never(
    newsroom: Newsroom, at_once: list[Any]
) -> None:
    article = newsroom.publish(picture=newsroom.picture("pier"))
    cards.draw_card(article.pk)
    assert (at_once[-1]["has_picture"], at_once[-1]["credit"]) == (True, "Photograph: pier")
    Picture.objects.update(sensitivity="graphic", content="A wound")
    republished(article)
    cards.draw_card(article.pk)
    assert (at_once[-1]["has_picture"], at_once[-1]["credit"]) == (False, "")


@pytest.mark.parametrize("way", ["hidden", "withdrawn", "deleted"])
def test_nothing_of_an_article_that_is_gone_stays_on_the_disk(
    newsroom: Newsroom, way: str, django_capture_on_commit_callbacks: Any
) -> None:
    article = newsroom.publish()
    cards.draw_card(article.pk)
    assert files()
    with django_capture_on_commit_callbacks(execute=True):
        if way == "hidden":
            article.unpublish()
        elif way == "deleted":
            article.delete()
        else:
            withdrawal.ask_for_withdrawal(
                article.pk,
                kind="withdrawn",
                text="It was not so, and we cannot say why.",
                discussion="closed",
                by=staff("Pia"),
                now=timezone.now(),
            )
    assert not ArticleRendering.objects.exists()
    assert (files(), SocialCard.objects.count()) == ([], 0)


def test_an_article_that_changed_while_its_card_was_drawn_gets_none_of_the_old_words(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = newsroom.publish()
    drawn = jobs.draw_card

    def slowly(picture: Any, *, words: dict[str, Any]) -> Any:
        republished(article, title="Other words")
        return drawn(picture, words=words)

    monkeypatch.setattr(jobs, "draw_card", slowly)
    cards.draw_card(article.pk)
    assert (files(), SocialCard.objects.count()) == ([], 0)


def test_what_no_font_has_is_tried_once(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def refused(picture: Any, *, words: dict[str, Any]) -> Any:
        tried.append(words)
        raise jobs.PictureRefused("no_letters", letter="U+6F22")

    monkeypatch.setattr(jobs, "draw_card", refused)
    article = newsroom.publish(headline="漢字")
    cards.draw_card(article.pk)
    cards.draw_due(timezone.now())
    assert len([words for words in tried if words.get("headline")]) == 1
    assert SocialCard.objects.get().name == ""


def test_the_clock_draws_what_is_lacking_a_few_at_a_time(newsroom: Newsroom, at_once: list[Any]) -> None:
    for number in range(cards.AT_ONCE + 1):
        newsroom.publish(f"story-{number}", headline=f"Story {number}")
    cards.draw_due(timezone.now())
    assert SocialCard.objects.count() == cards.AT_ONCE
    assert SiteCard.objects.count() == 2
    cards.draw_due(timezone.now())
    assert SocialCard.objects.count() == cards.AT_ONCE + 1
    count = len(at_once)
    cards.draw_due(timezone.now())
    assert len(at_once) == count


def test_a_real_card_is_a_real_picture(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    settings.MEDIA_ROOT = str(newsroom.files / "real")
    article = newsroom.publish(picture=newsroom.picture("pier", size=(900, 600)))
    cards.draw_card(article.pk)
    with Image.open(Path(settings.MEDIA_ROOT) / SocialCard.objects.get().name) as image:
        assert (image.size, image.format) == ((1200, 630), "PNG")
        assert not image.info.keys() - {"transparency"}


def under_another_name(settings: Any) -> None:
    site = settings.CONFIG.site.model_copy(update={"name": "The Other Weir"})
    settings.CONFIG = settings.CONFIG.model_copy(update={"site": site})


def test_another_name_of_the_site_comes_onto_every_card_in_small_steps(
    newsroom: Newsroom, at_once: list[Any], settings: Any
) -> None:
    for number in range(5):
        cards.draw_card(newsroom.publish(f"story-{number}", headline=f"Story {number}").pk)
    former = dict(SocialCard.objects.values_list("pk", "name"))
    cards.draw_due(timezone.now())
    at_once.clear()
    under_another_name(settings)
    cards.draw_due(timezone.now())
    renewed = [one for one in at_once if one.get("headline")]
    assert [one["paper"] for one in renewed] == ["The Other Weir"] * cards.AT_ONCE
    waiting = {pk for pk, name in SocialCard.objects.values_list("pk", "name") if former[pk] == name}
    assert len(waiting) == 5 - cards.AT_ONCE
    assert {former[pk] for pk in waiting} <= set(files()), "an old card is public until the new one is there"
    cards.draw_due(timezone.now())
    assert not set(former.values()) & set(files())
    at_once.clear()
    cards.draw_due(timezone.now())
    assert at_once == [], "done"


@pytest.mark.parametrize("what", ["STYLE", "DRAWING"])
def test_other_colours_and_another_way_of_drawing_make_cards_outdated(
    newsroom: Newsroom, at_once: list[Any], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    cards.draw_card(newsroom.publish().pk)
    at_once.clear()
    if what == "STYLE":
        monkeypatch.setattr("belowline.imaging.card.STYLE", ("#000000",))
    else:
        monkeypatch.setattr(cards, "DRAWING", cards.DRAWING + 1)
    cards.draw_due(timezone.now())
    assert [one["headline"] for one in at_once if one.get("headline")] == ["The gauge that moved"]


def test_a_topic_with_another_name_renews_the_cards_that_print_it_and_no_other(
    newsroom: Newsroom, at_once: list[Any]
) -> None:
    cards.draw_card(newsroom.publish("plain", kicker="").pk)
    cards.draw_card(newsroom.publish("kicked", kicker="Harbour").pk)
    cards.draw_due(timezone.now())
    at_once.clear()
    topic = newsroom.topic
    topic.title = "The Flood Wall"
    topic.save_revision().publish()
    cards.draw_due(timezone.now())
    assert [one["labels"] for one in at_once] == [["The Flood Wall"]]
    cards.draw_due(timezone.now())
    assert len(at_once) == 1
