"""What would help to find or rob somebody is found; news full of numbers is let alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.personal_data import PersonalKind, find_personal
from tests.domain.test_match_view import cpu

CORPORA = Path(__file__).parent.parent / "corpora"


def lines(name: str) -> list[str]:
    return [line for line in (CORPORA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind.value, text[one.start : one.end]) for one in find_personal(text)]


def test_the_numbers_of_a_war_are_nobodys() -> None:
    news = lines("personal_none.txt")
    assert len(news) >= 200
    assert {line: hits for line in news if (hits := found(line))} == {}


def test_personal_data_is_found_in_ten_languages() -> None:
    cases = [line.split("\t") for line in lines("personal_some.txt")]
    assert len(cases) >= 200
    assert {kind for kind, _ in cases} == set(PersonalKind)
    missed = [(kind, text) for kind, text in cases if kind not in {one for one, _ in found(text)}]
    assert len(missed) <= len(cases) * 0.05, missed


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Call 202-555-0143 now", ("phone", "202-555-0143")),
        ("ring +44 (0)20 7946 0958.", ("phone", "+44 (0)20 7946 0958")),
        ("رقمه \u202a٠١٠٠٥٥٥٠١٢٣\u202c", ("phone", "٠١٠٠٥٥٥٠١٢٣")),
        ("شماره ۰۹۱۲\u200c۵۵۵\u200c۰۱۲۳", ("phone", "۰۹۱۲\u200c۵۵۵\u200c۰۱۲۳")),
        ("DE89 3704 0044 0532 0130 00 AND MORE", ("iban", "DE89 3704 0044 0532 0130 00")),
        ("my card 4111-1111-1111-1111!", ("card", "4111-1111-1111-1111")),
        ("(jane@example.org)", ("email", "jane@example.org")),
        ("at 50.45012, 30.52345 he", ("coordinates", "50.45012, 30.52345")),
        ("DNI 12345678Z", ("identity", "12345678Z")),
    ],
)
def test_exactly_the_words_that_say_it_are_marked(text: str, marked: tuple[str, str]) -> None:
    assert found(text) == [marked]


@pytest.mark.parametrize(
    ("good", "wrong"),
    [
        ("DE89370400440532013000", "DE88370400440532013000"),
        ("GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
        ("4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("378282246310005", "378282246310006"),
        ("DNI 12345678Z", "DNI 12345678A"),
        ("NIE X1234567L", "NIE X1234567A"),
        ("снилс 112-233-445 95", "снилс 112-233-445 96"),
        ("снилс 82098123300", "снилс 82098123301"),
        ("ИНН 500100732259", "ИНН 500100732258"),
        ("TC 10000000146", "TC 10000000147"),
        ("784-1984-1234567-4", "784-1984-1234567-5"),
        ('ת"ז 123456782', 'ת"ז 123456783'),
        ("NHS 943 476 5919", "NHS 943 476 5918"),
        ("Steuer-ID 86095742719", "Steuer-ID 86095742718"),
        ("کد ملی 0013542419", "کد ملی 0013542418"),
        ("29001150112345", "29013150112345"),
        ("SSN 219-09-9999", "SSN 666-09-9999"),
        ("AB 12 34 56 C", "GB 12 34 56 C"),
    ],
)
def test_a_number_with_a_wrong_check_digit_is_only_a_number(good: str, wrong: str) -> None:
    assert len(found(good)) == 1, good
    assert [one for one in found(wrong) if one[0] != "phone"] == [], wrong


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [
        ("50.45012, 30.52345", "50.45, 30.52"),
        ("50.450 N, 30.523 E", "50.45 N, 30.52 E"),
        ("50°27'00.5\"N 30°31'24\"E", "50°27'N 30°31'E"),
        ("36UUA123678", "36UUA1267"),
        ("9G6GFG2F+2X", "9G6GFG00+"),
    ],
)
def test_a_town_may_be_named_by_its_degrees(fine: str, coarse: str) -> None:
    assert [kind for kind, _ in found(fine)] == ["coordinates"]
    assert found(coarse) == []


def test_a_number_without_a_form_counts_only_behind_its_word() -> None:
    assert found("pasaport U 12345678") == [("identity", "U 12345678")]
    assert found("the file U 12345678") == []
    assert found("whatsapp 612 345 678") == [("phone", "612 345 678")]
    assert found("in all 612 345 678") == []
    assert found("call him on 12.03.2023") == []


def test_nothing_is_found_twice_and_all_is_in_order() -> None:
    text = "IBAN DE89370400440532013000, card 4111111111111111, tel. +49 171 3920012, a@example.org"
    hits = find_personal(text)
    assert [one.kind.value for one in hits] == ["iban", "card", "phone", "email"]
    assert all(one.end <= other.start for one, other in pairwise(hits))


@given(st.text(alphabet="0123456789+-.,() @aAб°'\"٣ع\u200f\u200bstr/:", max_size=80))
def test_any_text_is_looked_through_and_marked_inside(text: str) -> None:
    place = 0
    for one in find_personal(text):
        assert place <= one.start < one.end <= len(text)
        place = one.end


ATTACKS = (
    "1", "1 ", "12 ", "0 ", "01 ", "+1", "a@", "a@b.", "a.", "DE12", "de12 ", "4111 ", "12 rue ", "1 A St ", "ул. а", "aa ",
    "aa Sokak ", "calle a a ", "1°", "1° 1' ", "1.234 ", "2222+", "36UUA123", "شارع ا ب ", "רחוב א ", "lat 1.234 ", "a (at) ",
    "1\u200b", "tel ", "٣",
)  # fmt: skip


@pytest.mark.parametrize("piece", ATTACKS)
def test_no_text_takes_more_than_its_length(piece: str) -> None:
    work: list[Callable[[], object]] = [partial(find_personal, (piece * size)[:size]) for size in (1_000, 16_000)]
    # Sixteen times the length: a quadratic step would take 256 times.
    assert cpu(work[1]) < 64 * max(cpu(work[0]), 0.0005)
