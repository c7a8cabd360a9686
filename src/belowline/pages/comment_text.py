"""What a page adds to the stored HTML of a comment: names kept apart, spoilers that say what they are, cards for pictures.

Added when the page is built, because it is in the page's language and depends on who is named; the stored HTML has passed
the sanitiser, and what is added here is made of it and of the catalogue's words. Without any of the three nothing happens.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from belowline.domain.markup import links
from belowline.domain.markup.elements import SPOILER
from belowline.domain.markup.mentions import with_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from belowline.discussion.queries.comments import NamedReader

# A link to a picture that stands alone in its line. What a server really sends is known when somebody opens it.
_PICTURE = re.compile(
    r'(?P<before><p>|<br>)<a href="(?P<url>https?://[^"?#]+\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#][^"]*)?)"'
    r'(?P<rel> rel="[^"]*")>(?P<words>[^<]*)</a>(?=</p>|<br>)',
    re.IGNORECASE,
)


def shown_text(stored: str, named: Sequence[NamedReader] = ()) -> Markup:
    """The HTML of a comment, sanitised, as pages show it."""
    text = with_names(stored, [one.name for one in named], _person) if named else stored
    if SPOILER in text:
        text = _with_spoilers(text)
    if '<a href="' in text:
        text = _PICTURE.sub(_card, text)
    return Markup(text)  # noqa: S704 - see above


def _person(name: str) -> str:
    """The one place where a name in a text would become a link."""
    return f"<bdi>{name}</bdi>"


def _with_spoilers(text: str) -> str:
    """The words of a spoiler stand in an element of their own, which styles can take away from screen readers as well; the
    outer one keeps the focus, and says what is there. `span` is the sanitiser's element for nothing else."""
    label = escape(_("Spoiler: hidden until you open it"))
    opening = SPOILER.replace(">", f' role="group" aria-label="{label}"><span>')
    return text.replace(SPOILER, opening).replace("</span>", "</span></span>")


def _card(found: re.Match[str]) -> str:
    """No picture of another site is loaded here: the card says where it is, and a press opens it there."""
    host = links.shown_host(links.host_of(html.unescape(found["url"])))
    where = escape(_("Picture at %(host)s: opens there")) % {"host": Markup("<bdi>{}</bdi>").format(host)}
    words = f'<span>{found["words"]}</span> <small dir="auto">{where}</small>'
    return f'{found["before"]}<a class="card" href="{found["url"]}"{found["rel"]}>{words}</a>'
