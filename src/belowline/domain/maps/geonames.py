"""A line of a GeoNames country file: https://download.geonames.org/export/dump/readme.txt, "The main 'geoname' table"."""

from __future__ import annotations

from dataclasses import dataclass

from belowline.domain.maps.names import NAME_CHARACTERS, NAMES_MOST, name_key
from belowline.domain.maps.positions import is_latitude, is_longitude
from belowline.domain.maps.precision import Precision

COLUMNS = 19
POPULATION_MOST = 2_147_483_647
# Feature classes of the same readme: A administrative, H water, L area, P populated, R road, S spot, T hill, U undersea,
# V vegetation. What GeoNames says of a spot is often a village's middle: nothing is taken for exact.
_BY_CLASS = {
    "A": ("district", Precision.AREA),
    "H": ("nature", Precision.LOCALITY),
    "L": ("district", Precision.LOCALITY),
    "P": ("settlement", Precision.LOCALITY),
    "R": ("other", Precision.VICINITY),
    "S": ("building", Precision.VICINITY),
    "T": ("nature", Precision.LOCALITY),
    "U": ("nature", Precision.LOCALITY),
    "V": ("nature", Precision.LOCALITY),
}


@dataclass(frozen=True, slots=True)
class GeoName:
    geoname_id: int
    name: str
    names: str
    latitude: float
    longitude: float
    kind: str
    precision: Precision
    country: str
    population: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a line is left out: a code, and what stood there."""

    code: str
    value: str


def read_line(line: str) -> GeoName | Unreadable:
    columns = line.rstrip("\r\n").split("\t")
    if len(columns) != COLUMNS:
        return Unreadable("geonames_columns", f"{len(columns)}")
    number, name, plain, others, north, east, feature, code, country = columns[:9]
    if not number.isdecimal() or not 0 < int(number) <= POPULATION_MOST:
        return Unreadable("geonames_id", number[:40])
    latitude, longitude = _number(north), _number(east)
    if latitude is None or longitude is None or not is_latitude(latitude) or not is_longitude(longitude):
        return Unreadable("geonames_position", f"{north}, {east}"[:80])
    if not name_key(name):
        return Unreadable("geonames_name", name[:40])
    kind, precision = _BY_CLASS.get(feature, ("other", Precision.LOCALITY))
    if code.startswith("PCL"):
        kind, precision = "country", Precision.COUNTRY
    population = int(columns[14]) if columns[14].isdecimal() else 0
    return GeoName(
        geoname_id=int(number),
        name=name[:NAME_CHARACTERS],
        names=_other_names(name, plain, others),
        latitude=latitude,
        longitude=longitude,
        kind=kind,
        precision=precision,
        country=country[:2].upper(),
        population=min(population, POPULATION_MOST),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _other_names(name: str, plain: str, others: str) -> str:
    """One a line, spellings that are found as one only once, and no links, which GeoNames lists among the names."""
    found = {name_key(name): ""}
    for one in (plain, *others.split(",")):
        spelled = one.strip()[:NAME_CHARACTERS]
        if spelled and "://" not in spelled and len(found) <= NAMES_MOST:
            found.setdefault(name_key(spelled), spelled)
    return "\n".join(spelled for key, spelled in found.items() if key and spelled)
