"""Refusals in the forms of a library: they travel as a ValidationError, and become a sentence where the page is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from belowline.domain.commenting import Refused

CODE = "refused"


def refuse(refused: Refused) -> ValidationError:
    return ValidationError(refused.code, code=CODE, params={"refused": refused})


def refusal_of(error: ValidationError) -> Refused | None:
    return error.params["refused"] if error.code == CODE and error.params else None
