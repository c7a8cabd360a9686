"""Coordinates that name a house rather than a town: finer than about a kilometre."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE = r"[ ]{0,2}"
_DECIMAL = r"[0-9]{1,3}[.][0-9]{3,12}"
_NS = r"(?:[NS]\b|с\. ?ш\.|ю\. ?ш\.|пн\. ?ш\.|K\b|G\b)"
_EW = r"(?:[EWO]\b|в\. ?д\.|з\. ?д\.|сх\. ?д\.|D\b|B\b)"
_PAIR = re.compile(
    rf"(?<![\w.,])([NS]?{_SPACE}[-+]?)({_DECIMAL})(°?{_SPACE}{_NS}?){_SPACE}[,;/ ]{_SPACE}"
    rf"([EW]?{_SPACE}[-+]?)({_DECIMAL})(°?{_SPACE}{_EW}?)"
)
_LABELLED = re.compile(
    rf"\b(?:lat|latitude|широта|breite|enlem)\W{{1,3}}([-+]?)({_DECIMAL})\W{{1,4}}"
    rf"(?:lon|lng|long|longitude|долгота|довгота|länge|boylam)\W{{1,3}}([-+]?)({_DECIMAL})",
    re.IGNORECASE,
)
_COMMA_PAIR = re.compile(
    rf"(?<![\w.,])([0-9]{{1,2}},[0-9]{{3,8}})°{_SPACE}{_NS}?{_SPACE}[,;/ ]{{0,2}}{_SPACE}([0-9]{{1,3}},[0-9]{{3,8}})°"
)
# Seconds, or minutes with a fraction: a whole minute is 1.85 km.
_ANGLE = (
    rf"[0-9]{{1,3}}°{_SPACE}"
    rf"(?:[0-9]{{1,2}}'{_SPACE}[0-9]{{1,2}}(?:[.,][0-9]{{1,6}})?(?:\"|'')|[0-9]{{1,2}}[.,][0-9]{{1,6}}')"
)
_ANGLES = re.compile(
    rf"(?<![\w.,]){_NS}?{_SPACE}{_ANGLE}{_SPACE}{_NS}?{_SPACE}[,;/]?{_SPACE}{_EW}?{_SPACE}{_ANGLE}{_SPACE}{_EW}?"
)
# Open Location Code: twenty signs; eight of them and the plus are 275 m, further ones 14 m and less.
_OLC = "23456789CFGHJMPQRVWX"
_PLUS_CODE = re.compile(
    rf"(?<![\w+/])(?:[2-9C][2-9CFGHJMPQRV][{_OLC}]{{6}}\+[{_OLC}]{{0,3}}"
    rf"|(?=[A-Z]{{0,3}}[0-9])[{_OLC}]{{4}}\+[{_OLC}]{{2,3}}(?=,? [^\W\d_]))(?![\w+])"
)
# Zone and band, square, then an even number of digits: four are 1 km, six 100 m.
_MGRS = re.compile(
    r"(?<!\w)(?:[1-9]|[1-5][0-9]|60)[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?"
    r"(?:[0-9]{3} ?[0-9]{3}|[0-9]{4} ?[0-9]{4}|[0-9]{5} ?[0-9]{5})(?!\w)"
)


def coordinates(text: str) -> Iterator[tuple[int, int]]:
    for found in _PAIR.finditer(text):
        before, latitude, behind, _, longitude, last = found.groups()
        if float(latitude) > 90 or float(longitude) > 180:
            continue
        # 12.345, 67.890 may be thousands; with a degree, a letter or a fourth decimal it is a place.
        is_marked = bool(f"{before}{behind}{last}".replace(" ", ""))
        if is_marked or min(len(one.partition(".")[2]) for one in (latitude, longitude)) >= 4:
            yield found.span()
    yield from (found.span() for found in _LABELLED.finditer(text))
    if "°" in text:
        yield from (found.span() for found in _COMMA_PAIR.finditer(text))
        yield from (found.span() for found in _ANGLES.finditer(text))
    if "+" in text:
        yield from (found.span() for found in _PLUS_CODE.finditer(text))
    yield from (found.span() for found in _MGRS.finditer(text))
