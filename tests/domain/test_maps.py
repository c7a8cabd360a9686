"""Maps decided without a database: projection, scale, what may be known, what is drawn."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.maps.clipping import area_of, clip_line, clip_ring, middle_of, simplified
from belowline.domain.maps.drawing import Marker, Scene, draw
from belowline.domain.maps.frame import frame_of, scale_step_m
from belowline.domain.maps.geojson import AREAS, LAYER, Feature, Unusable, base_of, read_geojson, write_geojson
from belowline.domain.maps.labels import Placed, Rect, Wish, placed, runs_right_to_left
from belowline.domain.maps.names import name_key, names_in
from belowline.domain.maps.positions import Box, Position, box_around, distance_m, latitude_of, mercator
from belowline.domain.maps.precision import (
    ORDER,
    RADIUS_M,
    Place,
    Precision,
    Safety,
    Shown,
    coarsened,
    needs_approval,
    next_change,
    shown_at,
)

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=6)
ALEPPO = Position(36.20213, 37.13429)
POSITIONS = st.builds(Position, st.floats(-84, 84), st.floats(-180, 179.99))
MOVED = st.sampled_from([Precision.VICINITY, Precision.LOCALITY])


def place(precision: Precision = Precision.EXACT, **values: object) -> Place:
    return Place(**({"name": "The house", "position": ALEPPO, "precision": precision} | values))  # type: ignore[arg-type]


# --- the sphere and the sheet


def test_the_projection_is_that_of_the_handbook() -> None:
    # Snyder, Map Projections: A Working Manual (USGS PP 1395), page 266: 35° N, 75° W from 180°, radius 1.
    x, y = mercator(35, -75)
    assert x - mercator(0, -180)[0] == pytest.approx(1.8325957, abs=1e-7)
    assert y == pytest.approx(0.6528366, abs=1e-7)
    assert latitude_of(y) == pytest.approx(35, abs=1e-9)


def test_distances_are_those_of_the_sphere() -> None:
    # A degree of a great circle of the mean sphere is 111.195 km (GRS 80).
    assert distance_m(Position(0, 0), Position(1, 0)) == pytest.approx(111_195, abs=1)
    assert distance_m(Position(0, 179.5), Position(0, -179.5)) == pytest.approx(111_195, abs=1)


def test_a_kilometre_is_as_long_as_the_projection_makes_it() -> None:
    # The same page: h = k = 1.2207746 at 35°.
    frame = frame_of(Box(-1, -60, 1, 60), width=100, ratio=1)
    at_equator, at_35 = frame.units(1000, latitude=0), frame.units(1000, latitude=35)
    assert at_35 / at_equator == pytest.approx(1.2207746, abs=1e-7)


def test_north_is_up_and_the_box_fills_the_sheet() -> None:
    frame = frame_of(Box(36, 35, 38, 37), width=720, ratio=0.75)
    assert (frame.width, frame.height) == (720, 540)
    assert frame.at(frame.box.west, frame.box.north) == pytest.approx((0, 0), abs=1e-6)
    assert frame.at(frame.box.east, frame.box.south) == pytest.approx((720, 540), abs=1e-6)
    for corner in ((36, 35), (38, 37)):
        x, y = frame.at(*corner)
        assert -1e-6 <= x <= 720 + 1e-6
        assert -1e-6 <= y <= 540 + 1e-6


@given(st.floats(0.001, 60), st.floats(-60, 60), st.floats(50, 400))
def test_the_scale_bar_is_round_and_fits(degrees: float, latitude: float, longest: float) -> None:
    frame = frame_of(Box(0, latitude, degrees, min(latitude + degrees, 80)), width=720)
    metres = scale_step_m(frame, longest=longest)
    assert f"{metres:.10e}"[0] in "125"
    long = frame.units(metres, latitude=frame.middle_latitude)
    assert longest / 2.6 < long <= longest * (1 + 1e-9)


def test_a_box_goes_across_the_date_line_where_that_is_shorter() -> None:
    suva, apia = Position(-18.14, 178.44), Position(-13.83, -171.77)
    box = box_around([(suva, 0), (apia, 0)], least_m=1000)
    assert box is not None
    assert (round(box.west, 2), round(box.east, 2)) == (178.44, 188.23)
    frame = frame_of(box.padded(0.1), width=720)
    assert all(0 < frame.of(one)[0] < 720 for one in (suva, apia))


def test_clipping_keeps_what_is_inside() -> None:
    square = [(-1.0, -1.0), (3.0, -1.0), (3.0, 3.0), (-1.0, 3.0), (-1.0, -1.0)]
    inside = clip_ring(square, west=0, south=0, east=2, north=2)
    assert area_of(inside) == pytest.approx(4)
    assert middle_of(inside) == pytest.approx((1, 1))
    assert clip_ring(square, west=5, south=5, east=6, north=6) == []
    assert clip_line([(-1, 1), (3, 1)], west=0, south=0, east=2, north=2) == [[(0, 1), (2, 1)]]
    zigzag = [(-1.0, 1.0), (1.0, 1.0), (1.0, 5.0), (1.5, 5.0), (1.5, 1.0)]
    assert clip_line(zigzag, west=0, south=0, east=2, north=2) == [[(0, 1), (1, 1), (1, 2)], [(1.5, 2), (1.5, 1)]]


def test_dropped_points_are_near_what_stays() -> None:
    wave = [(x / 10, math.sin(x / 10)) for x in range(200)]
    fewer = simplified(wave, tolerance=0.05)
    assert len(fewer) < 60
    assert (fewer[0], fewer[-1]) == (wave[0], wave[-1])


# --- what may be known


@given(POSITIONS, MOVED)
def test_a_coarsened_position_is_near_enough_for_its_circle(position: Position, precision: Precision) -> None:
    assert distance_m(position, coarsened(position, precision)) <= RADIUS_M[precision] * 1.001


@given(POSITIONS, MOVED, st.floats(0, 1), st.floats(0, 1))
def test_nothing_drawn_or_written_tells_the_places_of_a_cell_apart(
    position: Position, precision: Precision, up: float, across: float
) -> None:
    middle = coarsened(position, precision)
    other = Position(
        position.latitude + (middle.latitude - position.latitude) * up,
        position.longitude + (middle.longitude - position.longitude) * across,
    )
    safety = Safety(coarsen_to=precision)
    first, second = (published(place(position=one), safety) for one in (position, other))
    assert first == second


@given(POSITIONS, MOVED)
def test_no_output_holds_the_position_that_was_hidden(position: Position, precision: Precision) -> None:
    hidden = Position(round(position.latitude, 4) + 0.00007, round(position.longitude, 4) + 0.00003)
    text = "".join(published(place(position=hidden), Safety(coarsen_to=precision)))
    assert f"{hidden.latitude:.4f}" not in text
    assert f"{hidden.longitude:.4f}" not in text


def published(known: Place, safety: Safety) -> tuple[str, str]:
    """The drawing and the data of a map with this one place."""
    shown = shown_at(known, safety, now=NOW)
    assert shown is not None
    assert shown.position is not None
    marker = Marker("1", shown.label, shown.precision, shown.position, shown.radius_m)
    box = box_around([(shown.position, shown.radius_m)], least_m=12_000)
    assert box is not None
    scene = Scene(frame_of(box, width=360), 14, "Map", "", "en", markers=(marker,))
    return draw(scene), write_geojson(box, base=scene.base, areas=(), markers=(marker,), extra={})


def test_a_place_is_withheld_until_its_time_with_its_name() -> None:
    safety = Safety(withhold_until=LATER)
    assert shown_at(place(), safety, now=NOW) is None
    shown = shown_at(place(), safety, now=LATER)
    assert shown == Shown("The house", Precision.EXACT, ALEPPO)


def test_a_place_is_coarse_until_its_time() -> None:
    safety = Safety(coarsen_to=Precision.LOCALITY, coarsen_until=LATER)
    before, after = shown_at(place(), safety, now=NOW), shown_at(place(), safety, now=LATER)
    assert (before.precision, before.is_coarsened) == (Precision.LOCALITY, True)
    assert before.position != ALEPPO
    assert after.position == ALEPPO
    assert next_change([safety, Safety(withhold_until=LATER + timedelta(1))], now=NOW) == LATER
    assert next_change([safety], now=LATER) is None


@given(st.sampled_from(ORDER), st.sampled_from(ORDER))
def test_a_map_never_shows_a_place_finer_than_it_is_known(own: Precision, wanted: Precision) -> None:
    shown = shown_at(place(own), Safety(coarsen_to=wanted), now=NOW)
    assert ORDER.index(shown.precision) == max(ORDER.index(own), ORDER.index(wanted))


@pytest.mark.parametrize("precision", [Precision.EXACT, Precision.VICINITY, Precision.LOCALITY])
def test_a_home_is_no_finer_than_its_locality_without_a_second_person(precision: Precision) -> None:
    # Also what one person called a locality: it may be the very house.
    shown = shown_at(place(precision, is_home_or_person=True), Safety(), now=NOW)
    assert (shown.precision, shown.is_coarsened) == (Precision.LOCALITY, True)
    assert distance_m(shown.position, ALEPPO) > 100


def test_a_second_person_may_allow_a_home_and_only_as_exactly() -> None:
    allowed = place(is_home_or_person=True, approved=Precision.EXACT)
    assert shown_at(allowed, Safety(), now=NOW).position == ALEPPO
    nearly = place(is_home_or_person=True, approved=Precision.VICINITY)
    assert shown_at(nearly, Safety(), now=NOW).precision is Precision.VICINITY
    assert needs_approval(nearly)
    assert not needs_approval(allowed)
    assert needs_approval(place(is_home_or_person=True))


def test_a_country_is_named_and_pinned_nowhere() -> None:
    assert shown_at(place(Precision.COUNTRY), Safety(), now=NOW).position is None
    hidden = place(Precision.AREA, is_home_or_person=True, rings=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),))
    assert shown_at(hidden, Safety(), now=NOW).rings == ()


# --- the drawing


def scene(**values: object) -> Scene:
    frame = frame_of(Box(36, 35, 38, 37), width=360, ratio=1)
    return Scene(**({"frame": frame, "size": 14.0, "title": "T", "description": "", "language": "en"} | values))  # type: ignore[arg-type]


def test_the_same_scene_gives_the_same_bytes() -> None:
    base = base_of([Feature("", "land", rings=(((36, 35), (37, 35), (37, 36), (36, 35)),))], is_whole=True)
    marker = Marker("1", "حلب", Precision.LOCALITY, ALEPPO, 5000)
    assert draw(scene(base=base, markers=(marker,))) == draw(scene(base=base, markers=(marker,)))


def test_words_on_a_map_cannot_become_markup() -> None:
    marker = Marker("1", "</text><script>alert(1)</script>", Precision.EXACT, ALEPPO)
    assert "<script" not in draw(scene(markers=(marker,), credit="A & B <x>"))


def test_each_precision_has_a_shape_of_its_own() -> None:
    drawn = {
        one: draw(scene(markers=(Marker("1", "X", one, ALEPPO, 4 * RADIUS_M[one]),)))
        for one in (Precision.EXACT, Precision.VICINITY, Precision.LOCALITY)
    }
    assert '<circle class="exact' in drawn[Precision.EXACT]
    assert '<path class="vicinity' in drawn[Precision.VICINITY]
    assert '<rect class="locality' in drawn[Precision.LOCALITY]
    assert 'class="reach"' in drawn[Precision.LOCALITY]
    assert 'class="reach"' not in drawn[Precision.EXACT]


def test_marks_in_one_place_stand_side_by_side_with_a_line_to_it() -> None:
    markers = tuple(Marker(str(n), f"Place {n}", Precision.EXACT, ALEPPO) for n in range(1, 5))
    text = draw(scene(markers=markers))
    assert text.count('<path class="ink" d="M') == 3
    assert all(f">{n}</text>" in text for n in range(1, 5))


@given(
    st.lists(
        st.tuples(st.floats(0, 360), st.floats(0, 360), st.sampled_from(["Sarmada", "حلب", "תל אביב", "L"])),
        max_size=40,
    )
)
def test_names_never_lie_on_each_other_or_on_a_mark(points: list[tuple[float, float, str]]) -> None:
    marks = [Rect(x - 8, y - 8, x + 8, y + 8) for x, y, _ in points]
    sheet = Rect(0, 0, 360, 360)
    found = placed([Wish(text, x, y, 12, 14) for x, y, text in points], sheet=sheet, taken=marks)
    rects = [rect_of(one) for one in found if one is not None]
    assert all(not one.meets(mark) for one in rects for mark in marks)
    assert all(not one.meets(other) for place, one in enumerate(rects) for other in rects[:place])


def rect_of(one: Placed) -> Rect:
    # A little narrower than the room that is kept: the letters, not the air around them.
    wide = {"Sarmada": 60, "حلب": 20, "תל אביב": 45, "L": 8}[one.text] * 0.6
    left = {"start": one.x, "middle": one.x - wide / 2, "end": one.x - wide}[one.anchor]
    return Rect(left, one.y - 11, left + wide, one.y + 1)


def test_arabic_and_hebrew_stand_on_the_side_they_are_read_from() -> None:
    sheet = Rect(0, 0, 400, 400)
    latin, arabic, hebrew = placed(
        [Wish("Aleppo", 200, 100, 12, 14), Wish("حلب", 200, 200, 12, 14), Wish("חיפה", 200, 300, 12, 14)],
        sheet=sheet,
        taken=[],
    )
    assert (latin.anchor, arabic.anchor, hebrew.anchor) == ("start", "end", "end")
    assert runs_right_to_left("(حلب) Aleppo")
    assert not runs_right_to_left("12 km")


# --- what newsrooms bring


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "geojson_not_json"),
        ("[" * 5000, "geojson_not_json"),
        ("{}", "geojson_empty"),
        ('{"type":"Point","coordinates":[1,2]}', "geojson_wrong_kind"),
        ('{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}', "geojson_open_ring"),
        ('{"type":"Polygon","coordinates":[[[0,0],[200,0],[1,1],[0,0]]]}', "geojson_outside"),
        ('{"type":"Polygon","coordinates":[[["a",0],[1,0],[1,1],[0,0]]]}', "geojson_not_a_point"),
        ('{"type":"Polygon","coordinates":[[[NaN,0],[1,0],[1,1],[0,0]]]}', "geojson_outside"),
        ('{"type":"Polygon","coordinates":[]}', "geojson_no_points"),
        ('{"type":"Polygon"}', "geojson_empty"),
        (" " * 200_001, "geojson_too_long"),
    ],
)
def test_geojson_that_cannot_be_drawn_is_refused_with_a_reason(text: str, code: str) -> None:
    answer = read_geojson(text, AREAS)
    assert isinstance(answer, Unusable)
    assert answer.code == code


def test_lines_belong_to_a_base_layer_only() -> None:
    text = (
        '{"type":"Feature","properties":{"kind":"river"},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}'
    )
    assert isinstance(read_geojson(text, AREAS), Unusable)
    answer = read_geojson(text, LAYER)
    assert not isinstance(answer, Unusable)
    assert base_of(answer, is_whole=False).lines == (("river", ((0.0, 0.0), (1.0, 1.0))),)


def test_the_data_of_a_map_is_geojson_of_its_places() -> None:
    markers = (
        Marker("1", "Aleppo", Precision.LOCALITY, Position(36.2, 37.13), 5000),
        Marker("2", "Syria", Precision.COUNTRY),
    )
    found = json.loads(write_geojson(Box(36, 35, 38, 37), base=scene().base, areas=(), markers=markers, extra={}))
    (feature,) = found["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [37.13, 36.2]}
    assert feature["properties"] == {
        "layer": "place",
        "radius": 5000,
        "number": "1",
        "name": "Aleppo",
        "precision": "locality",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Idlib", "idlib"),
        ("Sūfūhun", "Sufuhun"),
        ("إدلب", "ادلب"),
        ("حَلَب", "حلب"),
        ("حماة", "حماه"),
        ("Łódź", "lodz"),
        ("Al-Bab", "al bab"),
        ("Ma‘arrat an-Nu‘mān", "Maarrat an Numan"),
        ("תֵּל אָבִיב", "תל אביב"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_other_names_may_say_their_language() -> None:
    assert names_in("ar: حلب\nHalab\n\n Halab \nhttp://x") == (("ar", "حلب"), ("", "Halab"), ("", "http://x"))
