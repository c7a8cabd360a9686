"""The pages that are kept: bounded in bytes, least recently read out first, found by key or by tag.

Nothing here reads a clock or waits: `now` is Unix seconds and given. A page is stale from its `stale_at` on, whether an
event or the clock itself made it so. A removed page leaves at once, and so does everything made from it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import Enum
from hashlib import blake2b

from belowline.front.encoding import Encoding
from belowline.front.rsgi import HeaderList

NEVER = float("inf")

# What an entry costs beside its bodies: keys, tags, header lists, dict slots (measured: 1.5 to 2.5 kB).
ENTRY_BYTES = 2048
# A burst of events longer than this, while one fill runs, makes that fill stale without looking.
RECENT_EVENTS = 4096
# A page asked for twice within this time is worth keeping, even one behind a cursor.
ADMISSION_SECONDS = 600.0
ADMISSION_KEYS = 4096
# Spellings of one address (`?utm_…`, Accept-Encoding) that lead to an entry without parsing.
SPELLINGS_PER_ENTRY = 32

Spelling = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the outbox: the pages with one of `tags` have changed, or (`is_drop`) must not be shown again."""

    id: int
    tags: frozenset[str]
    is_drop: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What one fill brought. `position` is the outbox id that its snapshot had seen, None when the desk gave none."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tags: frozenset[str] = frozenset()
    position: int | None = None
    fresh_until: float = NEVER
    needs_second_ask: bool = False
    is_cacheable: bool = True


@dataclass(slots=True, eq=False)
class Entry:
    """A page ready to be answered in any encoding that was asked for so far."""

    key: str
    page: Page
    etag_stem: str
    stale_at: float
    bodies: dict[Encoding, bytes]
    answers: dict[Encoding, Answer] = field(default_factory=dict)
    spellings: list[Spelling] = field(default_factory=list)

    @property
    def cost(self) -> int:
        return ENTRY_BYTES + sum(map(len, self.bodies.values()))

    def is_stale(self, now: float) -> bool:
        return self.stale_at <= now


@dataclass(slots=True, eq=False)
class Answer:
    """The very arguments of the server's call, made once per entry and encoding."""

    entry: Entry
    status: int
    headers: HeaderList
    body: bytes
    etag: str
    headers_unchanged: HeaderList


class Verdict(Enum):
    FRESH = "fresh"
    STALE = "stale"  # something it shows changed while it was made
    REMOVED = "removed"  # something it may show was removed while it was made: not for anyone


def content_hash(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()


class Cache:
    """`ids_in_commit_order` holds on SQLite (one writer) and not on PostgreSQL, where a lower id may commit later."""

    def __init__(self, *, capacity_bytes: int, ids_in_commit_order: bool = True) -> None:
        self.capacity_bytes = capacity_bytes
        self.size_bytes = 0
        self.arrivals = 0  # events seen so far; a fill notes it when it begins
        self.is_blind = False  # the outbox cannot be read: whatever is filled now may miss an event
        self.spelled: dict[Spelling, Answer] = {}
        self._ids_in_commit_order = ids_in_commit_order
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._keys_by_tag: dict[str, set[str]] = {}
        self._recent: deque[Event] = deque(maxlen=RECENT_EVENTS)
        self._forgotten_id = 0  # every event up to this id is no longer in _recent
        self._everything_changed_at = 0  # the arrival number of the last drop_all
        self._asked_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    # Reading

    def get(self, key: str) -> Entry | None:
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def touch(self, key: str) -> None:
        self._entries.move_to_end(key)

    def holds(self, entry: Entry) -> bool:
        return self._entries.get(entry.key) is entry

    # Filling

    def judge(self, page: Page, *, began: int) -> Verdict:
        """Compare a page with the events since `began` (`arrivals` at the start of its fill) and since its snapshot."""
        if began < self._everything_changed_at:
            return Verdict.REMOVED
        first_arrival = self.arrivals - len(self._recent)
        is_too_old_to_tell = began < first_arrival or self._is_before(page, self._forgotten_id)
        verdict = Verdict.STALE if is_too_old_to_tell or self.is_blind else Verdict.FRESH
        for arrival, event in enumerate(self._recent, start=first_arrival):
            if event.tags.isdisjoint(page.tags):
                continue
            if arrival >= began and (not self._ids_in_commit_order or self._is_before(page, event.id, unknown=True)):
                if event.is_drop:
                    return Verdict.REMOVED
                verdict = Verdict.STALE
            # Told before the fill began, so the snapshot has it, whatever the position says: not worth refusing.
            elif self._is_before(page, event.id):
                verdict = Verdict.STALE
        return verdict

    @staticmethod
    def _is_before(page: Page, event_id: int, *, unknown: bool = False) -> bool:
        return unknown if page.position is None else page.position < event_id

    def is_admitted(self, key: str, page: Page, *, now: float) -> bool:
        """Whether to keep the page: it must be tagged, fit, and (where so marked) have been asked for before."""
        if not page.is_cacheable or not page.tags:
            return False
        if not page.needs_second_ask or key in self._entries:
            return True
        asked_at = self._asked_at.pop(key, -NEVER)
        self._asked_at[key] = now
        if len(self._asked_at) > ADMISSION_KEYS:
            self._asked_at.popitem(last=False)
        return now - asked_at <= ADMISSION_SECONDS

    def store(self, entry: Entry) -> None:
        """Keep the entry, replacing the older one; one that would take an eighth of the room is not kept."""
        self._remove(entry.key)
        if entry.cost > self.capacity_bytes // 8:
            return
        self._entries[entry.key] = entry
        self.size_bytes += entry.cost
        for tag in entry.page.tags:
            self._keys_by_tag.setdefault(tag, set()).add(entry.key)
        self._make_room()

    def add_body(self, entry: Entry, *, encoding: Encoding, body: bytes) -> None:
        """Keep one more encoding of an entry (which may have left the cache meanwhile)."""
        if encoding in entry.bodies:
            return
        entry.bodies[encoding] = body
        if self.holds(entry):
            self.size_bytes += len(body)
            self._make_room()

    def remember(self, spelling: Spelling, answer: Answer) -> None:
        """Answer this spelling of the address without parsing from now on."""
        entry = answer.entry
        if not self.holds(entry):
            return
        if len(entry.spellings) >= SPELLINGS_PER_ENTRY:
            self._forget_spellings(entry)
        entry.spellings.append(spelling)
        self.spelled[spelling] = answer

    # Events

    def begin_at(self, event_id: int) -> None:
        """Events up to this one were never read: nothing was cached before them."""
        self._forgotten_id = event_id

    def apply(self, event: Event, *, now: float) -> None:
        if len(self._recent) == RECENT_EVENTS:
            self._forgotten_id = max(self._forgotten_id, self._recent[0].id)
        self._recent.append(event)
        self.arrivals += 1
        for tag in event.tags:
            for key in tuple(self._keys_by_tag.get(tag, ())):
                if event.is_drop:
                    self._remove(key)
                else:
                    self._mark_stale(self._entries[key], now=now)

    def mark_all_stale(self, *, now: float) -> None:
        for entry in self._entries.values():
            self._mark_stale(entry, now=now)

    def drop_all(self) -> None:
        """Events were lost, removals perhaps among them: begin anew, and refuse the fills that are under way."""
        for key in tuple(self._entries):
            self._remove(key)
        self._recent.clear()
        self.arrivals += 1
        self._everything_changed_at = self.arrivals

    @staticmethod
    def _mark_stale(entry: Entry, *, now: float) -> None:
        entry.stale_at = min(entry.stale_at, now)

    def _make_room(self) -> None:
        while self.size_bytes > self.capacity_bytes and self._entries:
            self._remove(next(iter(self._entries)))

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.size_bytes -= entry.cost
        self._forget_spellings(entry)
        for tag in entry.page.tags:
            keys = self._keys_by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._keys_by_tag[tag]

    def _forget_spellings(self, entry: Entry) -> None:
        for spelling in entry.spellings:
            self.spelled.pop(spelling, None)
        entry.spellings.clear()
