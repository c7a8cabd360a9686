"""The pipeline inside the writing transaction, for what is posted and for what is edited."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.discussion import ports
from belowline.discussion.actions.facts import moment
from belowline.domain import readers, screening
from belowline.domain.commenting import Refused

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.actions.facts import Situation

HTTP_STATUS = {"same_text": 409, "posts_often": 429, "thread_slow": 429}


def author(situation: Situation, *, now_us: int, can_be_asked: bool = False) -> screening.Author:
    """Of a situation with a kind of reader; a first-time guest has no `joined_us`."""
    assert situation.kind is not None
    joined = situation.joined_at
    return screening.Author(
        kind=situation.kind,
        published_before=situation.published_before,
        is_new=joined is None
        or readers.is_new(joined_at=joined, published_before=situation.published_before, now=moment(now_us)),
        is_staff=situation.is_staff,
        is_confirmed=situation.is_confirmed,
        can_be_asked=can_be_asked,
    )


def rules() -> screening.Rules:
    return screening.Rules(guests=screening.Guests(settings.CONFIG.discussion.guests))


def screen(
    cursor: CursorWrapper, draft: ports.Draft, facts: screening.ScreeningFacts, *, asks_again: bool
) -> screening.Verdict | Refused:
    """What the phases say. Refused with the code of the phase that refuses; or, once, with `think_again`, when the text
    would be held for its wording and its author can still choose other words (`asks_again`)."""
    verdict = screening.screen(ports.complete_facts(cursor, draft, facts))
    refusal = verdict.refusal
    if refusal is not None:
        return Refused(refusal.code, status=HTTP_STATUS.get(refusal.code, 403), until=refusal.until)
    about_words = [
        one
        for one in verdict.findings
        if one.phase in screening.WORDING_PHASES and one.outcome is screening.Outcome.HOLD
    ]
    if asks_again and about_words:
        passages = tuple(sorted({passage for one in about_words for passage in one.passages}))
        if all(one.phase == "personal_data" for one in about_words):
            return Refused("think_again_private", status=422, passages=passages)
        return Refused("think_again", status=422, passages=passages)
    return verdict


def as_json(verdict: screening.Verdict) -> str:
    """What stays with the revision."""
    return json.dumps([as_row(finding) for finding in verdict.findings])


def as_row(finding: screening.Finding) -> dict[str, object]:
    """One finding, as a revision keeps it."""
    row = asdict(finding)
    until = row.pop("until")
    return row if until is None else row | {"until": until.isoformat()}
