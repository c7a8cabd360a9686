"""Amounts as people write them and as pages print them, with the decimal places of their currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain import money
from belowline.domain.money import MoneyProblem

currencies = st.sampled_from(sorted(money.EXPONENTS))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("10", "USD", 1000),
        ("12.50", "USD", 1250),
        ("12,50", "EUR", 1250),
        ("1,200", "USD", 120_000),
        ("1,200.5", "USD", 120_050),
        ("1’200", "CHF", 120_000),
        (" 2 500 ", "SEK", 250_000),
        ("500", "JPY", 500),
        ("1.250", "BHD", 1250),
        ("1,250", "BHD", 1_250_000),
        ("١٢٫٥٠", "USD", 1250),
        ("٢٬٥٠٠", "USD", 250_000),
        ("\u200f50", "USD", 5000),
    ],
)
def test_an_amount_is_read_as_it_was_meant(text: str, currency: str, minor: int) -> None:
    assert money.minor_from_text(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("", "USD", "amount_empty"),
        ("   ", "USD", "amount_empty"),
        ("ten", "USD", "amount_unreadable"),
        ("1.2.3", "USD", "amount_unreadable"),
        ("1e3", "USD", "amount_unreadable"),
        ("12,34,56", "USD", "amount_unreadable"),
        ("$5", "USD", "amount_unreadable"),
        ("0", "USD", "amount_not_positive"),
        ("-5", "USD", "amount_not_positive"),
        ("−5", "USD", "amount_not_positive"),
        ("0.001", "USD", "amount_too_fine"),
        ("10.5", "JPY", "amount_too_fine"),
        ("1.2345", "BHD", "amount_too_fine"),
        ("9" * 20, "USD", "amount_too_large"),
    ],
)
def test_what_is_no_amount_says_why(text: str, currency: str, code: str) -> None:
    assert money.minor_from_text(text, currency) == MoneyProblem(code)


@given(st.integers(min_value=1, max_value=money.MINOR_MAX), currencies)
def test_what_a_field_shows_is_read_again_as_the_same_amount(minor: int, currency: str) -> None:
    assert money.minor_from_text(money.plain_text(minor, currency), currency) == minor


@given(st.text(max_size=60), currencies)
def test_no_text_breaks_the_reading(text: str, currency: str) -> None:
    found = money.minor_from_text(text, currency)
    assert isinstance(found, MoneyProblem) or 0 < found <= money.MINOR_MAX


def test_a_currency_that_does_not_exist_is_named_with_the_nearest() -> None:
    assert money.currency_problem("USD") is None
    assert money.currency_problem("EURO") == MoneyProblem("currency_unknown", "EUR")
    assert money.currency_problem("DM") == MoneyProblem("currency_unknown", "")


@pytest.mark.parametrize(
    ("minor", "currency", "english", "arabic"),
    [
        (10_000, "USD", "$100", "\u200f100\xa0\u200eUS$\u200e"),
        (1_250, "USD", "$12.50", "\u200f12.50\xa0\u200eUS$\u200e"),
        (500_000, "USD", "$5,000", "\u200f5,000\xa0\u200eUS$\u200e"),
        (500, "JPY", "¥500", "\u200f500\xa0\u200eJP¥\u200e"),
        (1_250, "BHD", "BHD\xa01.250", "\u200f1.250\xa0د.ب.\u200f"),
        (-1_250, "USD", "-$12.50", "\u200f-12.50\xa0\u200eUS$\u200e"),
    ],
)
def test_an_amount_is_printed_as_the_language_does(minor: int, currency: str, english: str, arabic: str) -> None:
    assert money.shown(minor, currency, "en") == english
    assert money.shown(minor, currency, "ar") == arabic


def test_an_amount_is_spoken_with_the_name_of_its_currency() -> None:
    assert money.spoken(500_000, "USD", "en") == ("5,000", "US dollars")
    assert money.spoken(100, "USD", "en") == ("1", "US dollar")


def test_almost_everything_is_not_everything() -> None:
    assert money.shown_percent(4_999, 5_000, "en") == "99%"
    assert money.shown_percent(6_000, 5_000, "en") == "120%"
    assert money.shown_percent(-10, 5_000, "en") == "0%"


def test_a_conversion_rounds_half_to_even_in_the_currency_it_ends_in() -> None:
    assert money.converted(1_000, "EUR", to="USD", rate=Decimal("1.08125")) == 1_081
    assert money.converted(50, "EUR", to="USD", rate=Decimal("0.05")) == 2  # 2.5 cents
    assert money.converted(150, "EUR", to="USD", rate=Decimal("0.05")) == 8  # 7.5 cents
    assert money.converted(1_000, "JPY", to="BHD", rate=Decimal("0.00251")) == 2_510
