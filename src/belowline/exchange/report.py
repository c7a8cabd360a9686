"""What an import did, or in a dry run would do: counted while it runs, told at its end."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belowline.exchange.records import STATES, CommentRecord, Notice, NoticeKind, Record, ThreadRecord

# So many places are named for each kind of notice; of the rest only the number is kept.
_MOST_EXAMPLES = 20
_ORPHANS = {NoticeKind.ORPHAN, NoticeKind.SELF_PARENT, NoticeKind.CYCLE}
_SKIPPED = {NoticeKind.BAD_LINE, NoticeKind.TOO_LONG}


@dataclass(slots=True)
class Report:
    """Feed it every record with `read`, and with the other methods what only the loader knows.

    `format` is the parser's name, `source` the file's name as it may be shown.
    """

    format: str
    source: str
    is_dry_run: bool = False
    by_state: Counter[str] = field(default_factory=Counter)
    threads: int = 0
    merged_threads: int = 0
    new_comments: int = 0
    already_imported: int = 0
    late_orphans: int = 0
    votes_with_voters: int = 0
    votes_without_voters: int = 0
    seconds: float = 0.0
    is_complete: bool = True
    _kinds: Counter[NoticeKind] = field(default_factory=Counter)
    _fields: dict[NoticeKind, Counter[str]] = field(default_factory=dict)
    _examples: dict[NoticeKind, list[Notice]] = field(default_factory=dict)

    def read(self, record: Record) -> None:
        """Count one record that the parser gave."""
        if isinstance(record, CommentRecord):
            self.by_state[record.state] += 1
            self.votes_with_voters += len(record.votes)
            self.votes_without_voters += record.imported_up + record.imported_down
        elif isinstance(record, ThreadRecord):
            self.threads += 1
        else:
            self._notice(record)

    def load_comments(self, *, new: int, already_imported: int) -> None:
        """Count what became of comments that were read (in a dry run: would become)."""
        self.new_comments += new
        self.already_imported += already_imported

    def merge_threads(self, count: int = 1) -> None:
        """Count threads that were one page under several addresses."""
        self.merged_threads += count

    def orphan_comments(self, count: int = 1) -> None:
        """Count comments put at the top because their parent never came: the parser cannot know of these."""
        self.late_orphans += count

    def finish(self, *, seconds: float, is_complete: bool = True) -> None:
        """Say how long it took. `is_complete` is false when the file broke off."""
        self.seconds = seconds
        self.is_complete = is_complete

    @property
    def comments(self) -> int:
        """Comments read from the file, in all states."""
        return self.by_state.total()

    @property
    def orphans(self) -> int:
        return self.late_orphans + sum(self._kinds[kind] for kind in _ORPHANS)

    @property
    def duplicates(self) -> int:
        return self._kinds[NoticeKind.DUPLICATE]

    @property
    def refused(self) -> int:
        """Entries of the file that are not in the site afterwards because they could not be understood."""
        return sum(self._kinds[kind] for kind in _SKIPPED)

    @property
    def comments_per_second(self) -> float:
        return self.comments / self.seconds if self.seconds > 0 else 0.0

    def unknown_fields(self) -> dict[str, int]:
        """Fields that this parser does not know, with the number of comments that had them."""
        return dict(self._fields.get(NoticeKind.UNKNOWN_FIELD, Counter()).most_common())

    def lossy_fields(self) -> dict[str, int]:
        """Fields that it knows and has no place for."""
        return dict(self._fields.get(NoticeKind.FIELD_NOT_CARRIED, Counter()).most_common())

    def as_json(self) -> dict[str, object]:
        """One object for a machine. The keys are stable; nothing in it is translated."""
        return {
            "format": self.format,
            "source": self.source,
            "dry_run": self.is_dry_run,
            "complete": self.is_complete,
            "threads": {"read": self.threads, "merged": self.merged_threads},
            "comments": {
                "read": self.comments,
                "by_state": {state: self.by_state[state] for state in STATES},
                "new": self.new_comments,
                "already_imported": self.already_imported,
                "duplicates": self.duplicates,
                "orphans": self.orphans,
                "refused": self.refused,
            },
            "votes": {"with_voters": self.votes_with_voters, "without_voters": self.votes_without_voters},
            "unknown_fields": self.unknown_fields(),
            "lossy_fields": self.lossy_fields(),
            "notices": {
                kind.value: {"count": count, "examples": [_example(notice) for notice in self._examples[kind]]}
                for kind, count in sorted(self._kinds.items())
            },
            "seconds": round(self.seconds, 3),
            "comments_per_second": round(self.comments_per_second, 1),
        }

    def as_lines(self) -> list[str]:
        """The same for people, in their language, without colour and without a line end."""
        return [
            *self._headline(),
            *self._lines_of_comments(),
            *self._lines_of_notices(),
            *self._lines_of_fields(),
            *self._last_lines(),
        ]

    def _notice(self, notice: Notice) -> None:
        self._kinds[notice.kind] += notice.count
        if notice.kind in (NoticeKind.UNKNOWN_FIELD, NoticeKind.FIELD_NOT_CARRIED):
            self._fields.setdefault(notice.kind, Counter())[notice.where] += notice.count
        examples = self._examples.setdefault(notice.kind, [])
        if len(examples) < _MOST_EXAMPLES:
            examples.append(notice)

    def _headline(self) -> list[str]:
        head = _("Dry run: nothing was written.") if self.is_dry_run else _("Import finished.")
        if not self.is_complete:
            head = _("The file broke off; what was read before is kept.")
        comments = ngettext("%(n)d comment", "%(n)d comments", self.comments) % {"n": self.comments}
        threads = ngettext("%(n)d thread", "%(n)d threads", self.threads) % {"n": self.threads}
        found = _("%(source)s (%(format)s): %(comments)s in %(threads)s.")
        return [head, found % {"source": self.source, "format": self.format, "comments": comments, "threads": threads}]

    def _lines_of_comments(self) -> list[str]:
        states = [f"{name} {self.by_state[state]}" for state, name in _state_names().items() if self.by_state[state]]
        lines = [_("State: %(states)s.") % {"states": ", ".join(states)}] if states else []
        lines.append(
            _("New: %(new)d. Already imported: %(old)d.") % {"new": self.new_comments, "old": self.already_imported}
        )
        if self.votes_with_voters or self.votes_without_voters:
            votes = {"known": self.votes_with_voters, "numbers": self.votes_without_voters}
            lines.append(_("Votes: %(known)d with their voters, %(numbers)d as numbers only.") % votes)
        if self.merged_threads:
            text = ngettext(
                "%(n)d thread was another address of a known page and was merged.",
                "%(n)d threads were other addresses of known pages and were merged.",
                self.merged_threads,
            )
            lines.append(text % {"n": self.merged_threads})
        if self.orphans:
            text = ngettext(
                "%(n)d reply without its parent was put at the top of its thread.",
                "%(n)d replies without their parents were put at the top of their threads.",
                self.orphans,
            )
            lines.append(text % {"n": self.orphans})
        return lines

    def _lines_of_notices(self) -> list[str]:
        return [
            f"{_kind_names()[kind] % {'n': count}} {self._places(kind)}".rstrip()
            for kind, count in sorted(self._kinds.items())
            if kind in _kind_names()
        ]

    def _lines_of_fields(self) -> list[str]:
        lines = []
        if lossy := self.lossy_fields():
            lines.append(_("Left behind: %(fields)s.") % {"fields": _listed(lossy)})
        if unknown := self.unknown_fields():
            lines.append(_("Unknown fields: %(fields)s.") % {"fields": _listed(unknown)})
        return lines

    def _last_lines(self) -> list[str]:
        if self.seconds <= 0:
            return []
        text = _("%(seconds).1f seconds, %(rate)d comments a second.")
        return [text % {"seconds": self.seconds, "rate": self.comments_per_second}]

    def _places(self, kind: NoticeKind) -> str:
        examples = self._examples[kind]
        shown = ", ".join(notice.where + (f" ({notice.detail})" if notice.detail else "") for notice in examples[:5])
        return f"[{shown}{', …' if len(examples) > 5 else ''}]" if shown else ""


def _example(notice: Notice) -> dict[str, object]:
    return {"where": notice.where, "detail": notice.detail, "count": notice.count}


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def _state_names() -> dict[str, str]:
    return {
        "published": _("published"),
        "held": _("held for a moderator"),
        "rejected": _("rejected"),
        "deleted": _("deleted by the author"),
        "removed": _("removed by staff"),
    }


def _kind_names() -> dict[NoticeKind, str]:
    """A line for each kind that has none of its own above."""
    return {
        NoticeKind.BAD_LINE: _("Not understood and left out: %(n)d."),
        NoticeKind.TOO_LONG: _("Too long to be a comment and left out: %(n)d."),
        NoticeKind.REPAIRED_TEXT: _("Characters that no database stores were replaced: %(n)d."),
        NoticeKind.IMPOSSIBLE_TIME: _("Impossible times, replaced by that of the comment before: %(n)d."),
        NoticeKind.IMPOSSIBLE_NUMBER: _("Impossible numbers, taken as 0: %(n)d."),
        NoticeKind.DUPLICATE: _("Doubles, of which the first was taken: %(n)d."),
        NoticeKind.SHARED_ID: _("Comments whose id another thread uses too: %(n)d."),
        NoticeKind.UNKNOWN_STATE: _("Unknown states, held for a moderator: %(n)d."),
        NoticeKind.NO_THREAD: _("Threads without an address: %(n)d."),
        NoticeKind.NO_AUTHOR: _("Comments without a readable author: %(n)d."),
        NoticeKind.NO_TEXT: _("Comments without a text: %(n)d."),
        NoticeKind.DELETED_TEXT: _("Deleted comments whose text was still there and was left behind: %(n)d."),
        NoticeKind.BAD_WEBSITE: _("Addresses of websites that are none: %(n)d."),
        NoticeKind.BLOCKED_PERSON: _("People blocked in the old system, for a moderator to decide: %(n)d."),
        NoticeKind.TRUNCATED: _("The file is cut off: %(n)d."),
    }
