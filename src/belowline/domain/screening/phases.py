"""The phases, each a function of plain facts that answers with a Finding, or None: no opinion.

Read from top to bottom, `PHASES` is what happens to every text before it becomes public.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from belowline.domain.commenting import ReaderKind, ThreadMode
from belowline.domain.readers import SILENT, Standing
from belowline.domain.screening.facts import Guests, Match, ScreeningFacts
from belowline.domain.screening.findings import Finding, Outcome, Verdict

Phase = Callable[[ScreeningFacts], Finding | None]

# Its author can resolve this one, by the link in a mail; no moderator sees it before.
UNCONFIRMED = "guest_unconfirmed"
# The newsroom's own service resolves this one; if it does not answer, a moderator does.
AWAITS_HOOK = "awaits_service"

# mail-and-spam.md, "Links": more than two links wait for a moderator while the author is new.
NEW_AUTHOR_LINKS = 2
NEW_AUTHOR_COMMENTS = 3
ANY_AUTHOR_LINKS = 10
# mail-and-spam.md, "Time trap".
HASTY_SECONDS = 3.0
# Signs that nobody sees and nobody types, beyond what emoji and right-to-left text need.
INVISIBLE_MAX = 20
# The lowest severity of a list's word that waits for a moderator; words below are known to the list alone.
HOLDING_SEVERITY = 2
# From the third time on the same answer in one discussion gets a hint.
SAME_REPLIES = 2
# From so many near duplicates on a text is one that is sent around.
OWN_COPIES = 2
OTHERS_COPIES = 3


def shape(facts: ScreeningFacts) -> Finding | None:
    """Length is refused when the text is rendered (domain.markup); here is what rendering cannot judge."""
    if facts.wording.invisible <= INVISIBLE_MAX:
        return None
    return Finding("shape", Outcome.HOLD, "invisible_signs", {"signs": facts.wording.invisible})


def opening_hours(facts: ScreeningFacts) -> Finding | None:
    """Outside the opening hours nothing is refused: it waits, and its author reads until when."""
    if facts.place.opens_at is None or facts.author.is_staff:
        return None
    return Finding("opening_hours", Outcome.HOLD, "outside_hours", until=facts.place.opens_at)


def slow(facts: ScreeningFacts) -> Finding | None:
    if facts.pace.slow_until is None or facts.author.is_staff:
        return None
    return Finding("slow", Outcome.REFUSE, "thread_slow", until=facts.pace.slow_until)


def standing(facts: ScreeningFacts) -> Finding | None:
    found = facts.author.standing
    if found in SILENT:
        return Finding("standing", Outcome.REFUSE, f"reader_{found}", until=facts.author.until)
    is_held = found is Standing.PREMODERATED
    return Finding("standing", Outcome.HOLD, "reader_premoderated") if is_held else None


def pace(facts: ScreeningFacts) -> Finding | None:
    """An author who writes too much is asked to come back later. A network is shared by many: its newcomers wait."""
    if facts.pace.author_until is not None and not facts.author.is_staff:
        return Finding("pace", Outcome.REFUSE, "posts_often", until=facts.pace.author_until)
    is_held = facts.pace.is_network_busy and not _is_known(facts)
    return Finding("pace", Outcome.HOLD, "network_busy") if is_held else None


def honeypot(facts: ScreeningFacts) -> Finding | None:
    return Finding("honeypot", Outcome.HOLD, "hidden_field_filled") if facts.sending.is_honeypot_filled else None


def time_trap(facts: ScreeningFacts) -> Finding | None:
    """A form that comes back before anybody could have read it. People who paste are fast, too: it only waits."""
    seconds = facts.sending.seconds
    if seconds is None or seconds >= HASTY_SECONDS or not facts.author.is_new:
        return None
    return Finding("time_trap", Outcome.HOLD, "sent_at_once", {"milliseconds": int(seconds * 1000)})


def links(facts: ScreeningFacts) -> Finding | None:
    count = facts.wording.links
    if facts.place.is_raided and count and not _is_known(facts):
        return Finding("links", Outcome.REFUSE, "raid_links")
    limit = NEW_AUTHOR_LINKS if facts.author.published_before < NEW_AUTHOR_COMMENTS else ANY_AUTHOR_LINKS
    if count <= limit or facts.author.standing is Standing.TRUSTED:
        return None
    return Finding("links", Outcome.HOLD, "many_links", {"links": count, "limit": limit})


def repeats(facts: ScreeningFacts) -> Finding | None:
    """The same text twice by one author in one place is a double post: refused with a pointer, not a sanction. The same
    reply to several readers gets a hint."""
    if facts.likeness.same_text:
        return Finding("repeats", Outcome.REFUSE, "same_text", {"comment": facts.likeness.same_text})
    if facts.likeness.own_here >= SAME_REPLIES:
        return Finding("repeats", Outcome.PUBLISH, "same_reply", {"times": facts.likeness.own_here})
    return None


def near_duplicates(facts: ScreeningFacts) -> Finding | None:
    """One author in many discussions is advertising; many authors with one text share something: prayers and petitions
    are no spam, so that one is seen by a moderator under another name."""
    found = facts.likeness
    if facts.author.standing is Standing.TRUSTED:
        return None
    if found.own >= OWN_COPIES:
        return Finding("near_duplicates", Outcome.HOLD, "sent_around", {"copies": found.own, "comment": found.nearest})
    if found.others >= OTHERS_COPIES:
        return Finding(
            "near_duplicates", Outcome.HOLD, "shared_text", {"copies": found.others, "comment": found.nearest}
        )
    return None


def word_lists(facts: ScreeningFacts) -> Finding | None:
    found = [one for one in facts.wording.words if one.severity >= HOLDING_SEVERITY]
    if not found:
        return None
    evidence = {"entries": ", ".join(sorted({one.name for one in found}))[:300], "lists": facts.wording.lists}
    return Finding("word_lists", Outcome.HOLD, "listed_words", dict(evidence), _passages(found))


def personal_data(facts: ScreeningFacts) -> Finding | None:
    found = facts.wording.personal
    if not found:
        return None
    evidence: dict[str, int | str] = {"kinds": ", ".join(sorted({one.kind for one in found}))}
    return Finding("personal_data", Outcome.HOLD, "personal_data", evidence, _passages(found))


def assistant(facts: ScreeningFacts) -> Finding | None:
    """It never refuses: it chooses who looks at the text, and when."""
    opinion = facts.wording.opinion
    if opinion is None or not opinion.attributes:
        return None
    evidence: dict[str, int | str] = {"attributes": ", ".join(opinion.attributes), "version": opinion.version}
    outcome, code = (Outcome.HOLD, "assistant_holds") if opinion.holds else (Outcome.PUBLISH, "assistant_doubts")
    return Finding("assistant", outcome, code, evidence, opinion.passages)


def guests(facts: ScreeningFacts) -> Finding | None:
    """Nobody waits for ever: whom no mail reaches waits for a moderator."""
    rule, author = facts.rules.guests, facts.author
    if author.kind is not ReaderKind.GUEST or rule is Guests.PUBLISH:
        return None
    if rule is Guests.CONFIRM and author.is_confirmed:
        return None
    is_asked = rule is Guests.CONFIRM and author.can_be_asked
    return Finding("guests", Outcome.HOLD, UNCONFIRMED if is_asked else "guest_awaits_moderator")


def first_comments(facts: ScreeningFacts) -> Finding | None:
    if facts.author.published_before >= facts.rules.hold_first or _is_known(facts):
        return None
    return Finding("first_comments", Outcome.HOLD, "first_comments", {"published": facts.author.published_before})


def premoderation(facts: ScreeningFacts) -> Finding | None:
    if facts.place.mode is not ThreadMode.PREMODERATED or facts.author.is_staff:
        return None
    return Finding("premoderation", Outcome.HOLD, "thread_premoderated")


def raid(facts: ScreeningFacts) -> Finding | None:
    """While a raid lasts, newcomers and guests wait; whoever has a history here goes on talking."""
    is_held = facts.place.is_raided and not _is_known(facts)
    return Finding("raid", Outcome.HOLD, "raid_newcomer") if is_held else None


def hook(facts: ScreeningFacts) -> Finding | None:
    """The newsroom's own service is asked after the text is stored: while it thinks, or fails, the text waits."""
    is_asked = facts.rules.has_hook and not facts.author.is_staff
    return Finding("hook", Outcome.HOLD, AWAITS_HOOK) if is_asked else None


PHASES: tuple[Phase, ...] = (
    shape,
    opening_hours,
    slow,
    standing,
    pace,
    honeypot,
    time_trap,
    links,
    repeats,
    near_duplicates,
    word_lists,
    personal_data,
    assistant,
    guests,
    first_comments,
    premoderation,
    raid,
    hook,
)
# What other words would change: whoever wrote them is asked once to think again, with the passage marked.
WORDING_PHASES = frozenset({"word_lists", "personal_data", "assistant"})


def screen(facts: ScreeningFacts, *, phases: Sequence[Phase] = PHASES) -> Verdict:
    findings = tuple(finding for phase in phases if (finding := phase(facts)) is not None)
    return Verdict(max((f.outcome for f in findings), default=Outcome.PUBLISH), findings)


def _is_known(facts: ScreeningFacts) -> bool:
    """Staff, whoever is trusted, and members with a history."""
    author = facts.author
    is_member = author.kind is ReaderKind.MEMBER and not author.is_new
    return author.is_staff or author.standing is Standing.TRUSTED or is_member


def _passages(found: Sequence[Match]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(one.start, one.end) for one in found}))
