"""Reports that cannot wait for a moderator (moderation.md, "Urgent reports do not wait")."""

from __future__ import annotations

from dataclasses import dataclass

from belowline.domain.readers import Standing

URGENT_REASONS = frozenset({"private", "threat", "child", "intimate"})
# Once may be a mistake.
WRONG_MAX = 1


@dataclass(frozen=True, slots=True)
class ReporterFacts:
    """`is_proved`: a member whose address is proved. `is_new` as in domain.readers. `wrong`: how many of their urgent
    reports a person did not share."""

    is_proved: bool
    is_new: bool
    standing: Standing | None
    wrong: int


def hides_at_once(reason: str, reporter: ReporterFacts | None, *, was_upheld: bool) -> bool:
    """`reporter` None: a stranger. `was_upheld`: a person has looked at such a report about this comment, and let it
    stand. Two hundred new accounts hide nothing."""
    if reason not in URGENT_REASONS or was_upheld or reporter is None:
        return False
    is_good = reporter.standing in {None, Standing.TRUSTED} and reporter.wrong <= WRONG_MAX
    return is_good and reporter.is_proved and not reporter.is_new
