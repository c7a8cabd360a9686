"""What the site's letters say, composed when they are sent (mail.ports.composes): what is not true any more is not said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from belowline.mail.message import Composed
from belowline.pages import links

if TYPE_CHECKING:
    from collections.abc import Iterable


def confirmation(payload: dict[str, Any], language: str) -> Composed:
    """To whoever owns an address that somebody typed. It holds nothing that they typed: no name, no words."""
    values = {"site": settings.CONFIG.site.name, "url": links.absolute(links.confirm(payload["token"], language))}
    return Composed(
        _("Is this your address? %(site)s") % values,
        _paragraphs(
            _("Somebody gave this address when they wrote a comment on %(site)s.") % values,
            _("Was it you? Open this page and press the button, and the comment appears:\n%(url)s") % values,
            _("It works for seven days, on any device. Without it, the comment is deleted."),
            _("Was it not you? Say so on the same page, and this address gets no such mail again."),
        ),
    )


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(_with_signature(texts)) + "\n"


def _with_signature(texts: Iterable[str]) -> list[str]:
    # RFC 3676, 4.3: what follows "-- " is a signature, and answers leave it out.
    return [*texts, f"-- \n{settings.CONFIG.site.name}\n{links.absolute(links.home(settings.LANGUAGE_CODE))}"]
