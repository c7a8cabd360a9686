"""What the phases know: plain facts, read before or inside the writing transaction. No phase asks for more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from belowline.domain.commenting import ReaderKind, ThreadMode
from belowline.domain.near_duplicates import Sketch
from belowline.domain.readers import Standing


class Guests(StrEnum):
    """What a site does with comments of guests; `off` takes none, which is decided before."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    HOLD = "hold"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Match:
    """Words in a text that a list or a pattern of personal data found: code points of the source. `name` is for
    moderators: the entry of the list, or the kind of data; `severity` from 1 to 3."""

    start: int
    end: int
    kind: str
    name: str = ""
    severity: int = 3


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of the assistant, which may be absent: it holds, or asks a moderator to look at what is published, and never more.
    `attributes` are what it suspects; `version` is that of its model and thresholds."""

    holds: bool
    attributes: tuple[str, ...]
    version: str
    passages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """Of the text itself. `lists` says which version of the list looked at it; `sketch` is what it is compared by, where it
    is long enough."""

    characters: int
    links: int
    invisible: int = 0
    words: tuple[Match, ...] = ()
    personal: tuple[Match, ...] = ()
    lists: str = ""
    sketch: Sketch | None = None
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The discussion where it is to stand. `opens_at`: outside its opening hours, until then. `is_raided`: somebody has
    switched raid mode on, here or for the site."""

    mode: ThreadMode
    opens_at: datetime | None = None
    is_raided: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """`published_before` is counted up to a few. `is_new`: an account without a history (readers.is_new). `until` belongs
    to a standing that ends. `is_confirmed`: a guest has shown that the address is theirs; `can_be_asked`: a mail can be
    sent there."""

    kind: ReaderKind
    published_before: int
    standing: Standing | None = None
    until: datetime | None = None
    is_new: bool = True
    is_staff: bool = False
    is_confirmed: bool = False
    can_be_asked: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is written. `author_until` and `slow_until`: this author may write again then, anywhere, or here.
    `is_network_busy`: more comes from that network than 20 readers may write."""

    author_until: datetime | None = None
    slow_until: datetime | None = None
    is_network_busy: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """How it was sent. `seconds` since the form was drawn; None where nobody knows."""

    is_honeypot_filled: bool = False
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """What it repeats. `same_text`: the comment of this author at this place with these very words. `own` and `others`:
    how many near duplicates of the last 14 days are by this author in other discussions, or by others; `nearest` is one
    of them. `own_here`: the same words elsewhere in this discussion, by this author."""

    same_text: int = 0
    own: int = 0
    others: int = 0
    nearest: int = 0
    own_here: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What the newsroom chose (settings, section "moderation")."""

    guests: Guests
    hold_first: int = 0
    has_hook: bool = False


@dataclass(frozen=True, slots=True)
class ScreeningFacts:
    wording: Wording
    place: Place
    author: Author
    rules: Rules
    pace: Pace = Pace()
    sending: Sending = Sending()
    likeness: Likeness = Likeness()
