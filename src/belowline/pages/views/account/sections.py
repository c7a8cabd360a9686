"""The parts of my page, in their order. Whoever adds one adds a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from belowline.pages import links
from belowline.pages.model import Link, Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from belowline.pages.personal import Personal

# (the address below /_account/ or the one that makes it, its name, what is there)
SECTIONS: tuple[tuple[str | Callable[[str], str], Any, Any], ...] = (
    (links.notices, _("What happened"), _("Answers to you, and what else you wanted to know.")),
    (links.subscriptions, _("What you are told of"), _("What you follow, by mail or by the bell; quiet hours.")),
    ("comments", _("My comments"), _("Everything you wrote, also what waits or was taken away.")),
    ("decisions", _("Decisions about you"), _("What moderators took from you, why, and how to object.")),
    ("votes", _("My votes"), _("What you found helpful, and what not.")),
    ("ignored", _("Whom you ignore"), _("Readers whose comments are folded for you.")),
    ("profile", _("My profile"), _("What others see of you, and whether search engines may.")),
    ("name", _("My name"), _("As others read it; once in 30 days you can take another one.")),
    ("email", _("E-mail address"), _("Where letters go. Nobody sees it.")),
    ("security", _("Sign-in and safety"), _("Password, passkeys, authenticator app.")),
    ("sessions", _("Where you are signed in"), _("Your browsers; end the ones you do not know.")),
    ("export", _("Take everything home"), _("All that is stored about you, to read and for programs.")),
    ("delete", _("Delete the account"), _("For good, with or without what you wrote.")),
)


def _address(where: str | Callable[[str], str], language: str) -> str:
    return links.account(where, language) if isinstance(where, str) else where(language)


def sections(personal: Personal) -> tuple[Section, ...]:
    return tuple(
        Section(Link(_address(where, personal.language), str(name)), str(text)) for where, name, text in SECTIONS
    )
