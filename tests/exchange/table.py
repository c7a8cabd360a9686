"""Records as a table that a test can compare at a glance."""

from collections.abc import Iterable, Iterator

from belowline.exchange.records import CommentRecord, Notice, NoticeKind, Record, ThreadRecord, UnreadableExport


def comments(records: Iterable[Record]) -> dict[str, CommentRecord]:
    return {record.source_id: record for record in records if isinstance(record, CommentRecord)}


def threads(records: Iterable[Record]) -> list[ThreadRecord]:
    return [record for record in records if isinstance(record, ThreadRecord)]


def notices(records: Iterable[Record], kind: NoticeKind) -> list[tuple[str, str, int]]:
    return [(n.where, n.detail, n.count) for n in records if isinstance(n, Notice) and n.kind == kind]


def read_until_it_breaks(records: Iterator[Record]) -> tuple[list[Record], UnreadableExport | None]:
    """What came before the error, and the error if there was one."""
    read: list[Record] = []
    try:
        for record in records:
            read.append(record)  # noqa: PERF402  (an extend would lose what came before the error)
    except UnreadableExport as error:
        return read, error
    return read, None
