"""The few pages that the front itself writes, when the desk cannot or need not. No styles or scripts of their own."""

from __future__ import annotations

import gettext
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl

# Longer forms are uploads, not comments.
KEPT_FORM_BYTES_MAX = 64 * 1024
KEPT_FIELDS_MAX = 30

_PAGE = Template(
    """<!doctype html>
<html lang="$lang" dir="$dir">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>$title</title>
</head>
<body>
<main>
<h1>$title</h1>
<p>$message</p>
$kept
</main>
</body>
</html>
"""
)

LANGUAGES = ("en", "ar")
LOCALE = Path(__file__).resolve().parent.parent / "locale"


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated when the language of the page is known."""
    return message


# status: (title, message)
_TEXTS = {
    400: (_("The request arrived incomplete"), _("Please send it again. Nothing was stored.")),
    404: (_("Page not found"), _("There is nothing at this address. It may have been mistyped or cut short.")),
    405: (_("Not possible here"), _("This address cannot be used in this way.")),
    408: (_("The request took too long"), _("The connection was too slow or broke off. Nothing was stored.")),
    413: (_("Too large"), _("What was sent is larger than this page accepts. Nothing was stored.")),
    421: (_("Wrong address"), _("This site does not answer under this name.")),
    500: (_("Something went wrong"), _("The fault is ours. Please try again in a moment.")),
    503: (
        _("One moment, please"),
        _("The site is busy or being restarted. Please try again in a few seconds."),
    ),
}
_KEPT = _("Your text is kept here. Sending it again is safe: it will not appear twice.")
_LABEL = _("Your text")
_BUTTON = _("Send again")


@cache
def _words(language: str) -> gettext.NullTranslations:
    # The same catalogue as the pages', read by the standard library: the front knows no Django.
    return gettext.translation("django", LOCALE, [language], fallback=True)


class Notices:
    """Pages by status. A template file may use $lang, $dir, $title, $message and $kept (HTML, may be empty)."""

    def __init__(self, template: Path | None = None, *, language: str = LANGUAGES[0]) -> None:
        """`language` is the site's own, which its addresses do not name."""
        self._template = Template(template.read_text(encoding="utf-8")) if template else _PAGE
        self._language = language
        # Read now: the pages of this module are needed when things go wrong.
        for one in LANGUAGES:
            _words(one)

    def language_of(self, path: str) -> str:
        first = path[1:].partition("/")[0]
        return first if first in LANGUAGES else self._language

    def page(self, status: int, *, path: str, kept: str = "") -> bytes:
        """The page in the language of `path`; `kept` is HTML made by `kept_form`."""
        language = self.language_of(path)
        title, message = (_words(language).gettext(text) for text in _TEXTS[status])
        return self._template.safe_substitute(
            lang=language,
            dir="rtl" if language == "ar" else "ltr",
            title=escape(title),
            message=escape(message),
            kept=kept,
        ).encode()


def kept_form(body: bytes | None, *, content_type: str, language: str, action: str) -> str:
    """HTML of a form that holds what was sent, its text open to copy and a button to send it again.

    "" when the body was no form, too long, without a field `text`, or when it holds a secret (a password).
    """
    if body is None or len(body) > KEPT_FORM_BYTES_MAX:
        return ""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return ""
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=KEPT_FIELDS_MAX)
    except ValueError:
        return ""
    text = dict(fields).get("text")
    if not text or any("password" in name.lower() for name, _value in fields):
        return ""
    return _form(text, hidden=[field for field in fields if field[0] != "text"], language=language, action=action)


def _form(text: str, *, hidden: list[tuple[str, str]], language: str, action: str) -> str:
    say = _words(language).gettext
    inputs = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">\n' for n, v in hidden)
    # A line break right after <textarea> is dropped by browsers: this one is ours to lose.
    return (
        f"<p>{escape(say(_KEPT))}</p>\n"
        f'<form method="post" action="{escape(action)}">\n{inputs}'
        f'<p><label for="text">{escape(say(_LABEL))}</label></p>\n'
        f'<p><textarea id="text" name="text" rows="12" cols="70" dir="auto">\n{escape(text)}</textarea></p>\n'
        f'<p><button type="submit">{escape(say(_BUTTON))}</button></p>\n</form>'
    )
