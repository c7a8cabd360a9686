"""Passages of a text as they are shown to whoever wrote it, or decides about it: in their place, and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

# Enough to find the place again in a text of one's own.
AROUND = 40
# Of what is marked; a whole paragraph says no more than its two ends.
MARKED_MOST = 240
MOST = 5


def marked(source: str, passages: Iterable[tuple[int, int]]) -> tuple[Markup, ...]:
    """Each passage with a few words around it, escaped, those in one line of sight as one; at most MOST, in the order of
    the text. `passages` are code points of `source`; what lies outside of it is left away."""
    inside = sorted((max(start, 0), min(end, len(source))) for start, end in passages)
    groups: list[list[tuple[int, int]]] = []
    for start, end in inside:
        if start >= end:
            continue
        last = groups[-1][-1] if groups else None
        if last is not None and start <= last[1]:
            groups[-1][-1] = (last[0], max(last[1], end))
        elif last is not None and start - last[1] <= 2 * AROUND:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return tuple(_quote(source, group) for group in groups[:MOST])


def _quote(source: str, group: list[tuple[int, int]]) -> Markup:
    first, last = _begin(source, group[0][0]), _end(source, group[-1][1])
    parts: list[Markup | str] = ["… " if first > 0 else ""]
    at = first
    for start, end in group:
        parts += [_line(source[at:start]), Markup("<mark>"), _line(_short(source[start:end])), Markup("</mark>")]
        at = end
    parts += [_line(source[at:last]), " …" if last < len(source) else ""]
    return Markup("").join(parts)


def _begin(source: str, start: int) -> int:
    """Where a word begins, at most AROUND before `start`; in the middle of a word where there is no other place."""
    far = max(start - AROUND, 0)
    if far == 0 or source[far - 1].isspace():
        return far
    return next((at + 1 for at in range(far, start) if source[at].isspace()), far)


def _end(source: str, end: int) -> int:
    far = min(end + AROUND, len(source))
    if far == len(source) or source[far].isspace():
        return far
    return next((at for at in range(far - 1, end - 1, -1) if source[at].isspace()), far)


def _short(text: str) -> str:
    half = MARKED_MOST // 2
    return text if len(text) <= MARKED_MOST else f"{text[:half]} … {text[-half:]}"


def _line(text: str) -> Markup:
    """In one line: a quotation of a few words has no paragraphs."""
    return escape("".join(" " if sign.isspace() else sign for sign in text))
