"""What several pages of an account say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.pages import links
from belowline.pages.model import Link

if TYPE_CHECKING:
    from belowline.pages.personal import Personal


def house_rules(personal: Personal) -> Link:
    return Link(links.standing("house-rules", personal.language), _("House rules"))


def my_page(personal: Personal) -> Link:
    return Link(links.account("", personal.language), _("My page"))
