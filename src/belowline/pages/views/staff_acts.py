"""What moderators press: one decision, many at once, undoing, and taking a case in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _

from belowline.domain.commenting import Refused
from belowline.moderation import deciding, queries
from belowline.pages import refusals
from belowline.pages.model import Link
from belowline.pages.moderating import GROUNDS
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.pages.personal import Personal
    from belowline.pages.views.staff import Shown

# What one press decides about at most.
BULK_MAX = 500


def answer(personal: Personal, shown: Shown, *, moderator_id: int) -> HttpResponse:
    """A second moderator who comes too late is told so."""
    done = _carried_out(personal, shown, moderator_id=moderator_id)
    if isinstance(done, Refused):
        if personal.wants_json:
            return personal.refusal(done)
        back = Link(shown.url(personal.language), _("To the queue"))
        return personal.message(_("Moderation"), (refusals.said(done),), status=done.status, back=back)
    if personal.wants_json:
        return personal.data({"act": done})
    return personal.see_other(shown.url(personal.language, done=done))


def _carried_out(personal: Personal, shown: Shown, *, moderator_id: int) -> int | Refused:
    """The act that would be undone; 0: nothing to undo."""
    decision, now = personal.field("decision", limit=20), personal.now
    ground = personal.field("reason", limit=40)
    rule = ground if ground in GROUNDS else "other"
    if decision == "undo":
        undone = deciding.undo(_number(personal, "act"), moderator_id=moderator_id, now=now)
        return undone if isinstance(undone, Refused) else 0
    if decision == "take":
        refused = deciding.take_in_hand(_number(personal, "comment"), moderator_id=moderator_id, now=now)
        return refused or 0
    if personal.field("typed", limit=20):
        return _all(personal, shown, decision, moderator_id=moderator_id, rule=rule)
    decided = deciding.decide(
        decision, comment_id=_number(personal, "comment"), moderator_id=moderator_id, rule=rule, now=now
    )
    return decided if isinstance(decided, Refused) else decided.act_id


def _all(personal: Personal, shown: Shown, decision: str, *, moderator_id: int, rule: str) -> int | Refused:
    """About everything that the page's narrowed queue holds. Whoever presses has read how many that are, and typed it."""
    if not shown.is_narrowed:
        return Refused("bulk_typed", status=422)
    with snapshot() as cursor:
        found = queries.waiting_cases(cursor, *shown.queues(personal.now), narrowed=shown.narrowed, at_most=BULK_MAX)
    if _number(personal, "typed") != len(found):
        return Refused("bulk_typed", status=422)
    ids = [case.comment_id for case in found]
    tally = deciding.decide_all(decision, ids, moderator_id=moderator_id, rule=rule, now=personal.now)
    if tally.done:
        return tally.act_id
    return Refused(next(iter(tally.refused)), status=409, until=personal.now)


def _number(personal: Personal, name: str) -> int:
    """A submitted id or count, in the digits of any script; 0, which nothing has, for anything else."""
    text = personal.field(name, limit=18)
    return int(text) if text.isdecimal() else 0
