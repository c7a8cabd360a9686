"""Filling the gazetteer from a country file of GeoNames, while the site serves.

In chunks, each with the place in the file where it ended: a run that was interrupted goes on there, and one with a newer
file renews what GeoNames says. What the newsroom has changed by hand stays.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from belowline.domain.maps.geonames import GeoName, Unreadable, read_line
from belowline.maps.files import wake
from belowline.maps.models import GazetteerFile, Place, PlaceName, owners_of
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

SOURCE = "GeoNames"
# Places written at once: some 30 ms, so that readers' writes get their turn in between.
CHUNK = 100
# The longest line of the whole world's file has 14,000 characters; more is no country file.
LINE_BYTES_MOST = 100_000
COMPLAINTS_MOST = 20


class NoCountryFile(ValueError):
    """What was given is no country file of GeoNames; the first complaint says why."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.code)
        self.complaint = complaint


@dataclass(frozen=True, slots=True)
class Complaint:
    line: int
    code: str
    value: str


@dataclass(slots=True)
class Report:
    """`kept` are places that the newsroom has changed itself. Of the complaints the first COMPLAINTS_MOST are told."""

    new: int = 0
    renewed: int = 0
    kept: int = 0
    unreadable: int = 0
    from_line: int = 1
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, line: int, found: Unreadable) -> None:
        self.unreadable += 1
        if len(self.complaints) < COMPLAINTS_MOST:
            self.complaints.append(Complaint(line, found.code, found.value))


def import_geonames(path: Path, *, advance: Callable[[int], None] = lambda _bytes: None) -> Report:
    """`advance` is told of the bytes read. Raises NoCountryFile where not one of the first lines can be read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        known = GazetteerFile.objects.filter(digest=digest).first() or GazetteerFile(digest=digest)
        file.seek(known.offset)
        advance(known.offset)
        report = Report(from_line=known.line + 1)
        waiting: list[GeoName] = []
        for number, line, ended_at in _lines(file, after=known.line):
            found = read_line(line)
            if isinstance(found, Unreadable):
                report.complain(number, found)
                if number == COMPLAINTS_MOST and report.unreadable == number:
                    raise NoCountryFile(report.complaints[0])
            else:
                waiting.append(found)
            if len(waiting) >= CHUNK:
                _store(waiting, report, digest=digest, line=number, offset=ended_at)
                waiting.clear()
            advance(len(line.encode()))
        if report.unreadable and not (waiting or report.new or report.renewed or report.kept or known.line):
            raise NoCountryFile(report.complaints[0])
        _store(waiting, report, digest=digest, line=report.from_line, offset=0)
    return report


def _lines(file: BinaryIO, *, after: int) -> Iterator[tuple[int, str, int]]:
    """(number, text, where it ended). A byte that is no UTF-8 becomes U+FFFD: one bad name does not stop a country."""
    number = after
    while line := file.readline(LINE_BYTES_MOST):
        number += 1
        yield number, line.decode("utf-8", "replace"), file.tell()


def _store(found: list[GeoName], report: Report, *, digest: str, line: int, offset: int) -> None:
    """One chunk and how far the file has come, together; `offset` 0: to its end, and the next run begins anew."""
    by_id = {one.geoname_id: one for one in found}
    chunk = list(by_id.values())

    def store() -> tuple[int, int]:
        rows = {row.geoname_id: row for row in Place.objects.filter(geoname_id__in=by_id)}
        fresh = [_row(one) for one in chunk if one.geoname_id not in rows]
        Place.objects.bulk_create(fresh)
        older = [_renewed(rows[one.geoname_id], one) for one in chunk if one.geoname_id in rows]
        changed = [row for row in older if not row.is_edited]
        Place.objects.bulk_update(changed, ["name", "names", "latitude", "longitude", "population"], batch_size=CHUNK)
        wake(owners_of(places=[row.pk for row in changed]), at=timezone.now())
        stored = Place.objects.filter(geoname_id__in=by_id, is_edited=False)
        PlaceName.objects.filter(place__in=stored).delete()
        PlaceName.objects.bulk_create(PlaceName(place=row, key=key) for row in stored for key in row.search_keys())
        if offset:
            GazetteerFile.objects.update_or_create(digest=digest, defaults={"offset": offset, "line": line})
        else:
            GazetteerFile.objects.filter(digest=digest).delete()
        return len(fresh), len(changed)

    new, renewed = write(store)
    report.new += new
    report.renewed += renewed
    report.kept += len(chunk) - new - renewed


def _row(one: GeoName) -> Place:
    return Place(
        geoname_id=one.geoname_id,
        name=one.name,
        names=one.names,
        latitude=one.latitude,
        longitude=one.longitude,
        precision=one.precision.value,
        kind=one.kind,
        country=one.country,
        population=one.population,
        source=SOURCE,
    )


def _renewed(row: Place, one: GeoName) -> Place:
    if not row.is_edited:
        row.name, row.names, row.population = one.name, one.names, one.population
        row.latitude, row.longitude = one.latitude, one.longitude
    return row
