"""Amounts, and what a line is called, in the treasurer's templates."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from belowline.domain.ledger import EntryKind
from belowline.domain.money import shown
from belowline.support.words import KINDS

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    return shown(minor, currency, get_language() or "en")


@register.filter
def kind_name(kind: str) -> str:
    return str(KINDS[EntryKind(kind)])
