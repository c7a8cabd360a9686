"""What the newsroom decides about readers: changes, each with an actor, a cause and an act that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.discussion.actions.facts import moment
from belowline.domain.commenting import Refused
from belowline.domain.moderating import ActKind
from belowline.domain.readers import ENDING, STRICTNESS, WITHOUT_VOTE, Standing, decide_standing, in_force
from belowline.moderation.acts import StandingFacts, facts_about, record
from belowline.moderation.models import Act, Appeal, Case, ReaderStanding, Sketch
from belowline.storage.reading import aware
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


def set_standing(
    reader_id: int,
    standing: Standing | None,
    *,
    actor_id: int | None,
    rule: str,
    cause: str,
    now: datetime,
    until: datetime | None = None,
    batch: int | None = None,
) -> Refused | None:
    """None: done. `standing` None takes back what is; `actor_id` None: a rule. Refused with `standing_…` codes."""

    def change() -> Refused | None:
        found: StandingFacts | None = facts_about(reader_id, actor_id=actor_id)
        if found is None:
            return Refused("reader_missing", status=403)
        refused = decide_standing(
            standing,
            until=until,
            is_self=actor_id == reader_id,
            is_staff=found.is_staff,
            is_last_administrator=found.is_last_administrator,
            has_rule=bool(rule),
            now=now,
        )
        if refused is not None:
            return refused
        before = ReaderStanding.objects.filter(reader_id=reader_id).first()
        act = record(
            ActKind.STANDING,
            actor_id=actor_id,
            reader_id=reader_id,
            rule=rule,
            cause=cause,
            detail={
                "before": before.standing if before is not None else "",
                "before_until": before.until.isoformat() if before is not None and before.until is not None else "",
                "after": standing.value if standing is not None else "",
                "until": until.isoformat() if until is not None else "",
            },
            batch=batch,
            now=now,
        )
        if standing is None:
            ReaderStanding.objects.filter(reader_id=reader_id).delete()
        else:
            ReaderStanding.objects.update_or_create(
                reader_id=reader_id,
                defaults={
                    "standing": standing.value,
                    "until": until if standing in ENDING else None,
                    "since": now,
                    "act": act,
                },
            )
        return None

    return write(change)


def objection_to_act(cursor: CursorWrapper, reader_id: int, now_us: int) -> Refused | None:
    """Who is suspended or banned neither votes nor asks for anything either; who is timed out does."""
    cursor.execute("SELECT standing, until FROM moderation_readerstanding WHERE reader_id = %s", [reader_id])
    row = cursor.fetchone()
    if row is None:
        return None
    until = None if row[1] is None else aware(row[1])
    standing = in_force(Standing(row[0]), until=until, now=moment(now_us))
    return Refused(f"reader_{standing}", until=until) if standing in WITHOUT_VOTE else None


def merge(reader_id: int, into: int) -> None:
    """A guest has become an account, or another guest: of two standings the stricter one stays, for nobody leaves a ban
    behind by signing up."""
    Case.objects.filter(author_id=reader_id).update(author_id=into)
    Sketch.objects.filter(author_id=reader_id).update(author_id=into)
    # Whoever was a guest yesterday objects today with the account.
    Act.objects.filter(reader_id=reader_id).update(reader_id=into)
    Appeal.objects.filter(reader_id=reader_id).update(reader_id=into)
    old = ReaderStanding.objects.filter(reader_id=reader_id).first()
    if old is None:
        return
    new = ReaderStanding.objects.filter(reader_id=into).first()
    if new is None or STRICTNESS[Standing(old.standing)] > STRICTNESS[Standing(new.standing)]:
        ReaderStanding.objects.update_or_create(
            reader_id=into,
            defaults={"standing": old.standing, "until": old.until, "since": old.since, "act_id": old.act_id},
        )
    old.delete()


def forget(reader_id: int) -> None:
    """Who is gone has no standing, and objects to nothing; the acts stay, about nobody."""
    Appeal.objects.filter(reader_id=reader_id).delete()
    ReaderStanding.objects.filter(reader_id=reader_id).delete()
