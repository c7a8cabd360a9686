"""The pipeline: named phases in order; the strictest answer wins; every reason that fired is kept.

The list stands in `phases.py`. Posting gathers the facts and stores what was found with the revision.
"""

from belowline.domain.screening.facts import (
    Author,
    Guests,
    Likeness,
    Match,
    Opinion,
    Pace,
    Place,
    Rules,
    ScreeningFacts,
    Sending,
    Wording,
)
from belowline.domain.screening.findings import Finding, Outcome, Verdict, from_stored
from belowline.domain.screening.phases import (
    AWAITS_HOOK,
    HASTY_SECONDS,
    NEW_AUTHOR_COMMENTS,
    PHASES,
    UNCONFIRMED,
    WORDING_PHASES,
    screen,
)

__all__ = [
    "AWAITS_HOOK",
    "HASTY_SECONDS",
    "NEW_AUTHOR_COMMENTS",
    "PHASES",
    "UNCONFIRMED",
    "WORDING_PHASES",
    "Author",
    "Finding",
    "Guests",
    "Likeness",
    "Match",
    "Opinion",
    "Outcome",
    "Pace",
    "Place",
    "Rules",
    "ScreeningFacts",
    "Sending",
    "Verdict",
    "Wording",
    "from_stored",
    "screen",
]
