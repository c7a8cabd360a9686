"""What readers ask at passages and what the newsroom says there, as pages show it; and how well it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from belowline.domain.asking import source_host
from belowline.domain.feedback import WAITING, AnswerRate, Kind, State
from belowline.feedback import queries
from belowline.feedback.events import RATE_TAG
from belowline.pages import links
from belowline.pages.comments import badge_words
from belowline.pages.model.feedback import NOTHING, Beside, QuestionView, RequestView, SourceView
from belowline.pages.model.frame import Link
from belowline.pages.render import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.backends.utils import CursorWrapper

    from belowline.feedback.queries import OfferRow, QuestionRow, RequestRow
    from belowline.pages.comments import Context
    from belowline.pages.model import CommentView
    from belowline.passages.queries import PassageRow

__all__ = ["NOTHING", "RATE_TAG", "beside", "kind_name", "rate_ends", "rate_sentence", "says", "state_name"]


def kind_name(kind: Kind) -> str:
    """What a reader does who chooses it."""
    return {
        Kind.SOURCE: _("Ask for a source"),
        Kind.DISPUTE: _("Dispute it"),
        Kind.PLACE: _("Say that the place or the time is wrong"),
        Kind.WORDING: _("Say that the wording is unclear"),
        Kind.TRANSLATION: _("Ask for a better translation"),
    }[kind]


def says(kind: Kind, count: int) -> str:
    """Who asks for what, in numbers."""
    text = {
        Kind.SOURCE: ngettext("%(n)s reader asks for a source", "%(n)s readers ask for a source", count),
        Kind.DISPUTE: ngettext("%(n)s reader disputes this", "%(n)s readers dispute this", count),
        Kind.PLACE: ngettext(
            "%(n)s reader says that the place or the time is wrong",
            "%(n)s readers say that the place or the time is wrong",
            count,
        ),
        Kind.WORDING: ngettext(
            "%(n)s reader finds the wording unclear", "%(n)s readers find the wording unclear", count
        ),
        Kind.TRANSLATION: ngettext(
            "%(n)s reader asks for a better translation", "%(n)s readers ask for a better translation", count
        ),
    }[kind]
    return text % {"n": number(count, language=get_language() or "en")}


def state_name(state: State) -> str:
    return {
        State.OPEN: _("open"),
        State.ACKNOWLEDGED: _("seen by the newsroom"),
        State.ANSWERED: _("answered"),
        State.DECLINED: _("declined"),
        State.DUPLICATE: _("asked elsewhere"),
    }[state]


def beside(
    cursor: CursorWrapper, rows: Sequence[PassageRow], views: Mapping[int, Sequence[CommentView]], context: Context
) -> dict[int, tuple[Beside, tuple[CommentView, ...]]]:
    """For each passage at which more than comments stand: that, and the comments that are not words of a request. Four
    queries where there is any such passage, and one for each question; else none."""
    wanted = [one.id for one in rows if one.beside]
    requests = queries.requests_at(cursor, wanted)
    questions = queries.questions_at(cursor, wanted)
    offers = queries.offers_at(cursor, wanted)
    shown = [view.id for id_ in requests for view in views.get(id_, ())]
    asked_by = queries.kinds_of(cursor, shown)
    found = {}
    for id_ in wanted:
        said = views.get(id_, ())
        mine = {one.id for one in requests.get(id_, ())}
        words: dict[int, list[CommentView]] = {}
        for view in said:
            request_id, _kind = asked_by.get(view.id, (0, ""))
            words.setdefault(request_id if request_id in mine else 0, []).append(view)
        found[id_] = (
            Beside(
                requests=tuple(
                    replace(_request(one, context), comments=tuple(words.get(one.id, ())))
                    for one in requests.get(id_, ())
                ),
                question=_question(questions[id_], context) if id_ in questions else None,
                sources=tuple(_source(one) for one in offers.get(id_, ())),
            ),
            tuple(words.get(0, ())),
        )
    return found


def _request(row: RequestRow, context: Context) -> RequestView:
    state = State(row.state)
    is_waiting = state in WAITING
    same = None
    if row.target_id is not None:
        address = links.inline(row.thread_id, context.language, row.target_block)
        same = Link(f"{address}#r-{row.target_id}", _("To the request that this one repeats"))
    return RequestView(
        id=row.id,
        says=says(Kind(row.kind), row.askers),
        state=state_name(state),
        is_waiting=is_waiting,
        opened_at=row.opened_at,
        html=Markup(row.html) if state is State.ANSWERED else None,  # noqa: S704 - from the one renderer
        reason=row.reason if state is State.DECLINED else "",
        answered_at=row.answered_at,
        by=row.by,
        badge=next(iter(badge_words(row.badge, context.language)), ""),
        join_url=links.request(row.id, context.language) if is_waiting and context.is_open else "",
        same=same,
    )


def _question(row: QuestionRow, context: Context) -> QuestionView:
    shown = number(row.answers, language=context.language)
    return QuestionView(
        html=Markup(row.html),  # noqa: S704 - from the one renderer
        by=row.by,
        asked_at=row.asked_at,
        answers=ngettext("%(n)s answer", "%(n)s answers", row.answers) % {"n": shown},
    )


def _source(row: OfferRow) -> SourceView:
    return SourceView(row.url, source_host(row.url) if row.url else "", row.note, row.name, row.published_at)


# --- how well the newsroom answers ------------------------------------------------------------------------------------


def rate_sentence(cursor: CursorWrapper, *, now: datetime, language: str) -> str:
    """ "31 of 34 requests … were answered, half of them within 5 hours"; empty while nobody has asked. One query."""
    return _rate_words(queries.rate(cursor, now=now), language)


def rate_ends(now: datetime) -> datetime:
    """When the window of the rate moves on."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _rate_words(rate: AnswerRate, language: str) -> str:
    if not rate.asked:
        return ""
    values = {"answered": number(rate.answered, language=language), "asked": number(rate.asked, language=language)}
    if rate.median_wait is None:
        return (
            ngettext(
                "Of %(asked)s request of readers in the last 30 days the newsroom has answered none yet.",
                "Of %(asked)s requests of readers in the last 30 days the newsroom has answered none yet.",
                rate.asked,
            )
            % values
        )
    text = ngettext(
        "Of %(asked)s request of readers in the last 30 days the newsroom has answered %(answered)s; median: %(time)s.",
        "Of %(asked)s requests of readers in the last 30 days the newsroom has answered %(answered)s; median: %(time)s.",
        rate.asked,
    )
    return text % (values | {"time": _time_words(rate.median_wait, language)})


def _time_words(wait: timedelta, language: str) -> str:
    """In the largest unit of which there are two, rounded: nobody waits for 4.7 hours."""
    minutes = max(1, round(wait.total_seconds() / 60))
    hours, days = round(minutes / 60), round(minutes / 1440)
    if days >= 2:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days, language=language)}
    if minutes >= 120:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": number(hours, language=language)}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number(minutes, language=language)}
