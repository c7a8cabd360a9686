"""How the front page is composed: what stands beside the lead, what in the row under it, and each topic's own lead.

A page is laid out for whoever reads it, so the places are chosen by what the articles are like: beside the lead as many
as are about as tall as it is, in the row those with pictures, and nowhere a column that ends in a hole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import ceil

from belowline.pages.model import TeaserView

BESIDE_MOST = 5
ROW = 3

# Pixels on a sheet of 1280, and the letters that a line of that column holds (teaser.css). Estimates: the last gaps
# are made even by the style.
_PICTURE, _LEAD_FURNITURE = 563, 72
_LEAD_HEADLINE, _LEAD_STANDFIRST = (29, 65), (60, 33)
_FURNITURE, _BETWEEN = 84, 41
_HEADLINE, _STANDFIRST = (25, 29), (35, 27)
_TOLERANCE = 60


@dataclass(frozen=True, slots=True)
class Top:
    """`left` found no place: it goes to its topic."""

    lead: TeaserView | None
    beside: tuple[TeaserView, ...] = ()
    row: tuple[TeaserView, ...] = ()
    left: tuple[TeaserView, ...] = ()


def composed(lead: TeaserView | None, others: Sequence[TeaserView], *, topics: Collection[str]) -> Top:
    """The top of the page from its lead and the articles that follow it in rank.

    `topics` are the addresses of those that stand further down: only what has its topic there can be left over.
    """
    if lead is None:
        return Top(None)
    shown = {lead.picture.url} if lead.picture else set()
    row = tuple(_once(one, shown) for one in _pictured(others, shown))
    urls = {one.url for one in row}
    rest = [_bare(one) for one in others if one.url not in urls]
    beside = _as_tall_as(lead, rest)
    rest = rest[len(beside) :]
    if not row:
        row, rest = tuple(rest[:ROW]), rest[ROW:]
    left = {one.url for one in rest if one.topic and one.topic.url in topics}
    row = (*row, *(one for one in rest if one.url not in left))
    return Top(lead, beside, row, tuple(one for one in others if one.url in left))


def led(articles: Sequence[TeaserView], *, shown: set[str], most: int) -> tuple[TeaserView, ...]:
    """A topic's articles, the newest first, but led by the newest with a picture that is not on the page yet.

    `shown` holds the addresses of the pictures on the page; the picture of the first is added to it.
    """
    articles = articles[:most]
    first = next((one for one in articles if one.picture and one.picture.url not in shown), None)
    if first is None:
        return tuple(_bare(one) for one in articles)
    return (_once(first, shown), *(_bare(one) for one in articles if one is not first))


def _pictured(others: Sequence[TeaserView], shown: set[str]) -> list[TeaserView]:
    """The first of them that have pictures, each another one: a row of them, or none when there is only one."""
    seen = set(shown)
    found: list[TeaserView] = []
    for one in others:
        if one.picture and one.picture.url not in seen and len(found) < ROW:
            seen.add(one.picture.url)
            found.append(one)
    return found if len(found) > 1 else []


def _as_tall_as(lead: TeaserView, rest: Sequence[TeaserView]) -> tuple[TeaserView, ...]:
    room = _tall(lead, headline=_LEAD_HEADLINE, standfirst=_LEAD_STANDFIRST) + _LEAD_FURNITURE
    room += (_PICTURE if lead.picture else 0) + _BETWEEN + _TOLERANCE
    found: list[TeaserView] = []
    for one in rest[:BESIDE_MOST]:
        room -= _tall(one, headline=_HEADLINE, standfirst=_STANDFIRST) + _FURNITURE + _BETWEEN
        if room < 0:
            break
        found.append(one)
    return tuple(found)


def _tall(one: TeaserView, *, headline: tuple[int, int], standfirst: tuple[int, int]) -> int:
    letters, line = headline
    tall = ceil(len(one.headline) / letters) * line
    letters, line = standfirst
    return tall + ceil(len(one.standfirst) / letters) * line


def _once(one: TeaserView, shown: set[str]) -> TeaserView:
    shown.update([one.picture.url] if one.picture else [])
    return one


def _bare(one: TeaserView) -> TeaserView:
    return replace(one, picture=None)
