"""The public files of maps: drawn once, when an article with the map is published, never on a page view.

Their names are hashes of what readers may see, and nothing else is in them. They go when no public article shows the
map any more, and when the same article shows less of it.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from belowline.domain.maps.drawing import draw, height_of
from belowline.domain.maps.geojson import write_geojson
from belowline.maps import refusals
from belowline.maps.models import MapFile, ShownMap, UsedLayer, UsedPlace, Waking
from belowline.maps.png import NoPicture, png_of
from belowline.maps.sheets import drawable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from belowline.maps.sheets import Drawable, Request, Sheet

FOLDER = "maps"
NARROW, WIDE, FULL, PICTURE, DATA = "narrow", "wide", "full", "picture", "data"
# Width in units, and type size: a phone shows the narrow one at 0.8 to 1.4 times its size, a column the wide one at 0.75
# to 1.15 times, so that words are never below 11 pixels.
_SIZES = {NARROW: (360, 14.0), WIDE: (720, 15.0), FULL: (1440, 19.0)}
# Pixels of the PNG: wide enough for a sheet of A4 at 200 to the inch, and for every screen.
PICTURE_WIDTH = 1920
_HASH_CHARACTERS = 32
# A picture that could not be drawn is tried again: the machine was out of memory, or of processes.
PICTURE_AGAIN = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublicFile:
    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Made:
    role: str
    ending: str
    data: bytes
    width: int = 0
    height: int = 0

    @property
    def name(self) -> str:
        return f"{FOLDER}/{hashlib.sha256(self.data).hexdigest()[:_HASH_CHARACTERS]}.{self.ending}"


class MapNotDrawn(Exception):
    """A map of which there is nothing to show yet. The log says why; `sentence` is for the desk."""

    @property
    def sentence(self) -> str:
        return refusals.not_drawn()


def public_files(sheet: Sheet, *, tries_again: bool = False) -> dict[str, PublicFile]:
    """By role; drawn now where they are not there yet (a second), so call it before the transaction that publishes.

    The picture (PNG) is made by a program beside us. Where that fails, everything else is there, and the picture comes
    when somebody calls this with `tries_again`. Raises MapNotDrawn when there is no drawing at all.
    """
    digest = sheet.digest
    rows = {row.role: row for row in MapFile.objects.filter(digest=digest)}
    missing = {*_SIZES, DATA, PICTURE} - rows.keys()
    if missing - {PICTURE} or (missing and tries_again):
        try:
            made = [MapFile(digest=digest, role=one.role, name=_stored(one), width=one.width, height=one.height)
                    for one in _made(drawable(sheet))]  # fmt: skip
        except Exception as error:
            log.exception("map_not_drawn", extra={"digest": digest})
            raise MapNotDrawn from error
        # Two publications may draw the same map at the same time: same content, same names, one set of rows.
        MapFile.objects.bulk_create(made, ignore_conflicts=True)
        rows = {row.role: row for row in made}
    return {role: PublicFile(f"{settings.MEDIA_URL}{row.name}", row.width, row.height) for role, row in rows.items()}


def without_picture(owner: str) -> int:
    """How many of the owner's maps have no PNG yet."""
    return len(_without_picture(set(ShownMap.objects.filter(owner=owner).values_list("digest", flat=True))))


def _without_picture(digests: set[str]) -> set[str]:
    return digests - set(MapFile.objects.filter(digest__in=digests, role=PICTURE).values_list("digest", flat=True))


def preview_files(sheet: Sheet) -> dict[str, PublicFile]:
    """For the desk's preview: the drawing in the page itself, and nothing on the disk."""
    from urllib.parse import quote

    found = drawable(sheet)
    files = {}
    for role in (NARROW, WIDE):
        width, size = _SIZES[role]
        scene = found.scene(width=width, size=size, has_credit=False)
        files[role] = PublicFile(f"data:image/svg+xml,{quote(draw(scene))}", width, height_of(scene))
    return files


def _made(found: Drawable) -> list[_Made]:
    made = []
    for role, (width, size) in _SIZES.items():
        scene = found.scene(width=width, size=size, has_credit=role == FULL)
        made.append(_Made(role, "svg", draw(scene).encode(), width, height_of(scene)))
    scene = found.scene(width=_SIZES[FULL][0], size=_SIZES[FULL][1], has_credit=True)
    height = round(height_of(scene) * PICTURE_WIDTH / scene.frame.width)
    picture = _picture(draw(scene, has_dark=False))
    if picture is not None:
        made.append(_Made(PICTURE, "png", picture, PICTURE_WIDTH, height))
    sheet = found.sheet
    box = scene.frame.box.padded(0.5)
    extra = {"title": sheet.title, "credit": sheet.credit, "source": sheet.source_url}
    data = write_geojson(
        box, base=found.base, areas=sheet.areas, markers=found.markers(), extra={k: v for k, v in extra.items() if v}
    )
    made.append(_Made(DATA, "geojson", data.encode()))
    return made


def _picture(svg: str) -> bytes | None:
    try:
        return png_of(svg, width=PICTURE_WIDTH)
    except (NoPicture, subprocess.TimeoutExpired, OSError) as error:
        log.warning("map_picture_not_drawn", extra={"reason": str(error)[:300]})
        return None


def _stored(file: _Made) -> str:
    name = file.name
    if default_storage.exists(name):
        if default_storage.size(name) == len(file.data):
            return name
        default_storage.delete(name)  # cut short by a crash
    return default_storage.save(name, ContentFile(file.data))


# --- who shows what ---------------------------------------------------------------------------------------------------


@transaction.atomic
def show(owner: str, *, requests: Iterable[Request], sheets: Iterable[Sheet], now: datetime) -> None:
    """What the owner's public text holds from now on. Files that nobody shows any more go once this is committed."""
    asked = list(requests)
    digests = {sheet.digest for sheet in sheets}
    before = set(ShownMap.objects.filter(owner=owner).values_list("digest", flat=True))
    ShownMap.objects.filter(owner=owner, digest__in=before - digests).delete()
    ShownMap.objects.bulk_create(ShownMap(owner=owner, digest=digest) for digest in sorted(digests - before))
    _note(UsedPlace.objects, owner, "place_id", {use.place_id for one in asked for use in one.uses})
    _note(UsedLayer.objects, owner, "layer_id", {one.layer_id for one in asked if one.layer_id is not None})
    moments = [moment for one in asked if (moment := one.next_change(now=now)) is not None]
    # What became due after `now`, while this was being drawn, is not in it yet.
    moments += Waking.objects.filter(owner=owner, at__gt=now).values_list("at", flat=True)
    if _without_picture(digests):
        moments.append(now + PICTURE_AGAIN)
    if moments:
        Waking.objects.update_or_create(owner=owner, defaults={"at": min(moments)})
    else:
        Waking.objects.filter(owner=owner).delete()
    remove_unused(before - digests)


@transaction.atomic
def hide(owner: str) -> None:
    """The owner is not public any more."""
    Waking.objects.filter(owner=owner).delete()
    show(owner, requests=(), sheets=(), now=timezone.now())


def _note(places: Any, owner: str, column: str, wanted: set[int]) -> None:
    """Rows of `places`, a manager, for exactly these."""
    before = set(places.filter(owner=owner).values_list(column, flat=True))
    places.filter(owner=owner, **{f"{column}__in": before - wanted}).delete()
    places.bulk_create(places.model(owner=owner, **{column: one}) for one in sorted(wanted - before))


def remove_unused(digests: set[str]) -> None:
    used = set(ShownMap.objects.filter(digest__in=digests).values_list("digest", flat=True))
    unused = MapFile.objects.filter(digest__in=digests - used)
    names = set(unused.values_list("name", flat=True))
    if names:
        unused.delete()
        transaction.on_commit(lambda: _remove_from_disk(names))


def _remove_from_disk(names: set[str]) -> None:
    shared = set(MapFile.objects.filter(name__in=names).values_list("name", flat=True))
    for name in names - shared:
        default_storage.delete(name)


def due(*, now: datetime) -> list[str]:
    """Owners whose maps have to be drawn anew, the longest waiting first, at most 100."""
    return list(Waking.objects.filter(at__lte=now).order_by("at").values_list("owner", flat=True)[:100])


def wake(owners: Iterable[str], *, at: datetime) -> None:
    """Have these drawn anew at that time, whatever was asked for before; what comes later is found again by rendering."""
    for owner in owners:
        Waking.objects.update_or_create(owner=owner, defaults={"at": at})


def take_waking(owner: str, *, now: datetime) -> bool:
    """Whether the owner is due and nobody else has taken it. In the transaction that renders it."""
    return Waking.objects.filter(owner=owner, at__lte=now).delete()[0] > 0
