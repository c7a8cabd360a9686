"""The parts of my page, in their order. Whoever adds one adds a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from belowline.pages import links
from belowline.pages.model import Link, Section

if TYPE_CHECKING:
    from belowline.pages.personal import Personal

# (the address below /_account/, its name, what is there)
SECTIONS = (
    ("comments", _("My comments"), _("Everything you wrote, also what waits or was taken away.")),
    ("votes", _("My votes"), _("What you found helpful, and what not.")),
    ("name", _("My name"), _("As others read it; once in 30 days you can take another one.")),
    ("email", _("E-mail address"), _("Where letters go. Nobody sees it.")),
    ("security", _("Sign-in and safety"), _("Password, passkeys, authenticator app.")),
    ("sessions", _("Where you are signed in"), _("Your browsers; end the ones you do not know.")),
    ("export", _("Take everything home"), _("All that is stored about you, to read and for programs.")),
    ("delete", _("Delete the account"), _("For good, with or without what you wrote.")),
)


def sections(personal: Personal) -> tuple[Section, ...]:
    return tuple(
        Section(Link(links.account(act, personal.language), str(name)), str(text)) for act, name, text in SECTIONS
    )
