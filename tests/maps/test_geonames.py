"""A country file of GeoNames becomes places; what cannot be read is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from belowline.maps import gazetteer
from belowline.maps.gazetteer import NoCountryFile, import_geonames
from belowline.maps.models import GazetteerFile, Place
from belowline.maps.queries import places_found

pytestmark = pytest.mark.django_db


def line(number: int = 170063, name: str = "Aleppo", **values: str) -> str:
    columns = {
        "id": str(number), "name": name, "plain": name, "others": "Halab,حلب,http://en.wikipedia.org/wiki/Aleppo,Alep",
        "north": "36.20124", "east": "37.16117", "class": "P", "code": "PPLA", "country": "SY", "cc2": "",
        "a1": "09", "a2": "", "a3": "", "a4": "", "population": "1602264", "elevation": "", "dem": "392",
        "zone": "Asia/Damascus", "changed": "2019-09-05",
    } | values  # fmt: skip
    return "\t".join(columns.values()) + "\n"


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "SY.txt"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_a_line_becomes_a_place_with_its_names(tmp_path: Path) -> None:
    report = import_geonames(
        file_of(tmp_path, line(), line(163843, "Syria", **{"class": "A", "code": "PCLI", "others": ""}))
    )
    assert (report.new, report.unreadable) == (2, 0)
    town = Place.objects.get(geoname_id=170063)
    assert town.names == "Halab\nحلب\nAlep"
    assert (town.latitude, town.longitude, town.precision, town.kind) == (36.20124, 37.16117, "locality", "settlement")
    assert (town.country, town.population, town.source) == ("SY", 1602264, "GeoNames")
    assert list(places_found("حلب")) == [town]
    assert Place.objects.get(geoname_id=163843).precision == "country"


def test_lines_that_cannot_be_read_are_named_and_the_others_come_in(tmp_path: Path) -> None:
    path = file_of(
        tmp_path, line(), "1\tonly\tthree\n", line(2, north="95"), line(3, east="?"), line(0, "x"), line(5, "…"),
        line(6, "Idlib", population="many"),
    )  # fmt: skip
    report = import_geonames(path)
    assert (report.new, report.unreadable) == (2, 5)
    assert [(one.line, one.code, one.value) for one in report.complaints] == [
        (2, "geonames_columns", "3"),
        (3, "geonames_position", "95, 37.16117"),
        (4, "geonames_position", "36.20124, ?"),
        (5, "geonames_id", "0"),
        (6, "geonames_name", "…"),
    ]


def test_another_file_is_refused_with_its_first_fault(tmp_path: Path) -> None:
    with pytest.raises(NoCountryFile) as refused:
        import_geonames(file_of(tmp_path, *["a,b,c\n"] * 500))
    assert (refused.value.complaint.line, refused.value.complaint.code) == (1, "geonames_columns")
    assert not Place.objects.exists()


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(tmp_path, *(line(number, f"Village {number}") for number in range(1, 351)))
    read = gazetteer.read_line
    seen: list[str] = []

    def breaks(text: str) -> object:
        seen.append(text)
        if len(seen) == 250:
            raise KeyboardInterrupt
        return read(text)

    monkeypatch.setattr(gazetteer, "read_line", breaks)
    with pytest.raises(KeyboardInterrupt):
        import_geonames(path)
    assert Place.objects.count() == 200
    report = import_geonames(path)
    assert (report.from_line, report.new, len(seen)) == (201, 150, 400)
    assert not GazetteerFile.objects.exists()


def test_a_newer_file_renews_and_leaves_what_the_newsroom_changed(tmp_path: Path) -> None:
    import_geonames(file_of(tmp_path, line(), line(2, "Idlib")))
    Place.objects.filter(geoname_id=2).update(name="Idlib (city)", is_edited=True)
    report = import_geonames(file_of(tmp_path, line(name="Aleppo City", north="36.3"), line(2, "Idleb")))
    assert (report.new, report.renewed, report.kept) == (0, 1, 1)
    assert sorted(Place.objects.values_list("name", "latitude")) == [("Aleppo City", 36.3), ("Idlib (city)", 36.20124)]
    assert places_found("aleppo city").exists()
