"""Phone numbers: international, by a national form, or behind a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from belowline.domain.personal_data.reading import digits_of, is_after

_CALL = re.compile(
    r"\btel\b|phone|\bcall\b|\bcell\b|mobile|whats ?app|telegram|viber|\bsignal\b|\bring\b|\btext (?:me|him|her)|number is"
    r"|telefon|handy|anruf|\bruf|nummer|erreichbar|téléphone|\btél|appel|portable|numéro|joindre|teléfono|móvil|llam|número"
    r"|\bтел|звон|номер|дзвон|набер|мобильн|мобільн|ватсап|вайбер|телеграм|\bara\b|arayın|cep\b|numara"
    r"|טלפון|נייד|התקשר|תתקשר|מספר|وواتس|واتس|هاتف|اتصل|رقم|جوال|موبايل|تلفن|شماره|تماس|موبایل|زنگ",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(
    r"(?<![\w.,+-])(?:\+ ?|00 ?(?=[1-9]))[1-9](?:(?: ?\(0\) ?|[ ().-]{1,2})?[0-9]){7,14}(?![\w]|[.,][0-9]|[/:])"
)
_NATIONAL = re.compile(r"(?<![\w.,+/:-])\(?0[0-9](?:(?:[ ().-]{1,2}|/)?[0-9]){6,9}(?![\w]|[.,][0-9]|[/:])")
_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2}\b)|[0-9]{4}[.-][0-9]{2}[.-][0-9]{2}")
# Forms that are phone numbers by themselves, without a leading 0.
_BY_FORM = re.compile(
    r"(?<![\w.,+/-])(?:"
    # North America: area and exchange begin with 2 to 9 (NANPA).
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}"
    # Russia and Kazakhstan from within: 8, then three digits of which the first is 3, 4, 7, 8 or 9.
    r"|8[ -]?\(?[34789][0-9]{2}\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}"
    # Spain: nine digits from 6, 7, 8 or 9, as 3-2-2-2.
    r"|[6-9][0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}"
    r")(?![\w]|[.,-][0-9]| [0-9])"
)
_SPANISH_MOBILE = re.compile("[67][0-9]{2} [0-9]{3} (?!000)[0-9]{3}")
_BEHIND_ITS_WORD = re.compile(r"(?<![\w.,+])\(?[0-9](?:[ ().-]{0,2}[0-9]){6,13}(?![\w]|[.,][0-9]|[/:])")


def phones(text: str) -> Iterator[tuple[int, int]]:
    for found in _INTERNATIONAL.finditer(text):
        if 8 <= len(digits_of(found[0])) <= 17:
            yield found.span()
    for found in _NATIONAL.finditer(text):
        digits = digits_of(found[0])
        is_call = is_after(text, found.start(), _CALL)
        if 9 <= len(digits) <= 11 and (not _is_date(found[0]) or is_call) and (is_call or _is_dialled(digits)):
            yield found.span()
    yield from (found.span() for found in _BY_FORM.finditer(text) if not _is_date(found[0]))
    for found in _BEHIND_ITS_WORD.finditer(text):
        is_amount = _is_grouped(found[0]) and not _SPANISH_MOBILE.fullmatch(found[0])
        if is_after(text, found.start(), _CALL) and not _is_date(found[0]) and not is_amount:
            yield found.span()


def _is_date(text: str) -> bool:
    return _DATE.match(text) is not None and not re.fullmatch(r"0[1-9](?:\.[0-9]{2}){4}", text)


def _is_dialled(digits: str) -> bool:
    """Does some country of the ten languages dial it so? 0 and no further 0, but for Egyptian mobiles 010."""
    return digits[1] != "0" and len(set(digits)) > 2


def _is_grouped(text: str) -> bool:
    """Thousands: 1 200 000, 1.200.000."""
    return re.fullmatch(r"[1-9][0-9]{0,2}(?:([ .])[0-9]{3})(?:\1[0-9]{3})+", text) is not None
