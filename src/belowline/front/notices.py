"""The few pages that the front itself writes, when the desk cannot or need not. No styles or scripts of their own."""

from __future__ import annotations

from dataclasses import dataclass
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

# The front knows no Django and so no gettext: its handful of sentences stand here, by language and status.
_TEXTS = {
    "en": {
        400: ("The request arrived incomplete", "Please send it again. Nothing was stored."),
        404: ("Page not found", "There is nothing at this address. It may have been mistyped or cut short."),
        405: ("Not possible here", "This address cannot be used in this way."),
        408: ("The request took too long", "The connection was too slow or broke off. Nothing was stored."),
        413: ("Too large", "What was sent is larger than this page accepts. Nothing was stored."),
        421: ("Wrong address", "This site does not answer under this name."),
        500: ("Something went wrong", "The fault is ours. Please try again in a moment."),
        503: ("One moment, please", "The site is busy or being restarted. Please try again in a few seconds."),
    },
    "ar": {
        400: ("وصل الطلب ناقصًا", "يُرجى إرساله مرة أخرى. لم يُحفظ شيء."),
        404: ("الصفحة غير موجودة", "لا شيء في هذا العنوان. ربما كُتب خطأً أو جاء ناقصًا."),
        405: ("غير ممكن هنا", "لا يمكن استخدام هذا العنوان بهذه الطريقة."),
        408: ("استغرق الطلب وقتًا طويلًا", "الاتصال بطيء جدًا أو انقطع. لم يُحفظ شيء."),
        413: ("الحجم كبير جدًا", "ما أُرسل أكبر مما تقبله هذه الصفحة. لم يُحفظ شيء."),
        421: ("عنوان خاطئ", "هذا الموقع لا يجيب بهذا الاسم."),
        500: ("حدث خطأ", "الخطأ منّا. يُرجى المحاولة بعد لحظة."),
        503: ("لحظة من فضلك", "الموقع مشغول أو يُعاد تشغيله. يُرجى المحاولة بعد ثوانٍ."),
    },
}


@dataclass(frozen=True, slots=True)
class _Kept:
    message: str
    label: str
    button: str


_KEPT = {
    "en": _Kept(
        "Your text is kept here. Sending it again is safe: it will not appear twice.", "Your text", "Send again"
    ),
    "ar": _Kept("نصّك محفوظ هنا. يمكنك إرساله مرة أخرى دون قلق: لن يظهر مرتين.", "نصّك", "أرسل مرة أخرى"),
}


def language_of(path: str) -> str:
    return "ar" if path == "/ar" or path.startswith("/ar/") else "en"


class Notices:
    """Pages by status. A template file may use $lang, $dir, $title, $message and $kept (HTML, may be empty)."""

    def __init__(self, template: Path | None = None) -> None:
        self._template = Template(template.read_text(encoding="utf-8")) if template else _PAGE

    def page(self, status: int, *, path: str, kept: str = "") -> bytes:
        """The page in the language of `path`; `kept` is HTML made by `kept_form`."""
        language = language_of(path)
        title, message = _TEXTS[language][status]
        return self._template.safe_substitute(
            lang=language,
            dir="rtl" if language == "ar" else "ltr",
            title=escape(title),
            message=escape(message),
            kept=kept,
        ).encode()


def kept_form(body: bytes | None, *, content_type: str, path: str, action: str) -> str:
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
    if not text or any("password" in name.lower() for name, _ in fields):
        return ""
    return _form(text, hidden=[field for field in fields if field[0] != "text"], path=path, action=action)


def _form(text: str, *, hidden: list[tuple[str, str]], path: str, action: str) -> str:
    words = _KEPT[language_of(path)]
    inputs = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">\n' for n, v in hidden)
    # A line break right after <textarea> is dropped by browsers: this one is ours to lose.
    return (
        f"<p>{escape(words.message)}</p>\n"
        f'<form method="post" action="{escape(action)}">\n{inputs}'
        f'<p><label for="text">{escape(words.label)}</label></p>\n'
        f'<p><textarea id="text" name="text" rows="12" cols="70" dir="auto">\n{escape(text)}</textarea></p>\n'
        f'<p><button type="submit">{escape(words.button)}</button></p>\n</form>'
    )
