"""Cutting lines and rings at a rectangle, and dropping points that nobody would see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Points = Sequence[Point]


def clip_ring(ring: Points, *, west: float, south: float, east: float, north: float) -> list[Point]:
    """The part of a ring inside the rectangle, edge by edge: Sutherland and Hodgman, Communications of the ACM 17
    (1974). Where the part is in several pieces they hang together along the rectangle's edge, which a fill without an
    outline does not show. A closed ring stays closed; empty when nothing is inside.
    """
    points = list(ring)
    for axis, limit, sign in ((0, west, 1.0), (0, east, -1.0), (1, south, 1.0), (1, north, -1.0)):
        if not points:
            return []
        points = list(_clip_edge(points, axis, limit, sign))
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points if len(points) > 3 else []


def _clip_edge(points: Points, axis: int, limit: float, sign: float) -> Iterator[Point]:
    before = points[-1]
    was_inside = sign * (before[axis] - limit) >= 0
    for point in points:
        is_inside = sign * (point[axis] - limit) >= 0
        if is_inside is not was_inside:
            yield _crossing(before, point, axis, limit)
        if is_inside:
            yield point
        before, was_inside = point, is_inside


def _crossing(a: Point, b: Point, axis: int, limit: float) -> Point:
    share = (limit - a[axis]) / (b[axis] - a[axis])
    other = a[1 - axis] + (b[1 - axis] - a[1 - axis]) * share
    return (limit, other) if axis == 0 else (other, limit)


def clip_line(line: Points, *, west: float, south: float, east: float, north: float) -> list[list[Point]]:
    """The parts of a line inside the rectangle, segment by segment: Liang and Barsky, ACM Transactions on Graphics 3
    (1984)."""
    parts: list[list[Point]] = []
    current: list[Point] = []
    for a, b in pairwise(line):
        cut = _clip_segment(a, b, west, south, east, north)
        if cut is None:
            continue
        start, end = cut
        if current and current[-1] == start:
            current.append(end)
        else:
            current = [start, end]
            parts.append(current)
    return parts


def _clip_segment(
    a: Point, b: Point, west: float, south: float, east: float, north: float
) -> tuple[Point, Point] | None:
    dx, dy = b[0] - a[0], b[1] - a[1]
    first, last = 0.0, 1.0
    for step, room in ((-dx, a[0] - west), (dx, east - a[0]), (-dy, a[1] - south), (dy, north - a[1])):
        if step == 0:
            if room < 0:
                return None
            continue
        share = room / step
        if step < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if first > last or (first == last and (dx or dy)):
        return None
    start = a if first == 0 else (a[0] + dx * first, a[1] + dy * first)
    end = b if last == 1 else (a[0] + dx * last, a[1] + dy * last)
    return start, end


def simplified(line: Points, *, tolerance: float) -> list[Point]:
    """Fewer points, none of the dropped ones farther than `tolerance` from what stays: Douglas and Peucker,
    Cartographica 10 (1973), with a stack in place of recursion. Both ends stay."""
    if len(line) < 3:
        return list(line)
    keep = [False] * len(line)
    keep[0] = keep[-1] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        start, end = waiting.pop()
        farthest, place = tolerance * tolerance, 0
        for i in range(start + 1, end):
            away = _away(line[i], line[start], line[end])
            if away > farthest:
                farthest, place = away, i
        if place:
            keep[place] = True
            waiting += [(start, place), (place, end)]
    return [point for point, is_kept in zip(line, keep, strict=True) if is_kept]


def _away(point: Point, a: Point, b: Point) -> float:
    """The square of the distance between a point and a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length))
    x, y = point[0] - a[0] - share * dx, point[1] - a[1] - share * dy
    return x * x + y * y


def area_of(ring: Points) -> float:
    """What a closed ring encloses, by the shoelace formula; never negative."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def middle_of(ring: Points) -> Point:
    """The centre of gravity of a closed ring; of its corners where it has no area."""
    twice = x = y = 0.0
    # Far from the origin the products would eat the digits of a small ring.
    left, top = ring[0]
    for (ax, ay), (bx, by) in pairwise([(px - left, py - top) for px, py in ring]):
        cross = ax * by - bx * ay
        twice, x, y = twice + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    if abs(twice) < 1e-12:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    return left + x / (3 * twice), top + y / (3 * twice)
