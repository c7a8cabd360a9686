"""The pages of an account: forms that are made of a list of fields, and my page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from belowline.pages.model.forms import FormView
from belowline.pages.model.frame import Choice, HeadView, Link


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` is an input's type. What may never be printed again (a password, a code) is not `kept`."""

    name: str
    label: str = ""
    kind: str = "text"
    help: str = ""
    autocomplete: str = "off"
    is_required: bool = True
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class SmallForm:
    """A form of one button beside the main one. `passkey` is what a browser is to be asked (JSON, or the address that
    answers it); such a form is shown by the script alone."""

    action: str
    button: str
    passkey: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AccountForm:
    """`others` are further buttons of the main form: (name, value, text). `note` is a picture drawn for this page."""

    form: FormView
    fields: tuple[Field, ...]
    button: str
    paragraphs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    others: tuple[Choice, ...] = ()
    beside: tuple[SmallForm, ...] = ()
    links: tuple[Link, ...] = ()
    passkey: str = ""
    picture: Markup | None = None
    codes: tuple[str, ...] = ()
    is_grave: bool = False

    @property
    def head(self) -> HeadView:
        return self.form.head

    @property
    def has_passkey(self) -> bool:
        return bool(self.passkey) or any(one.passkey for one in self.beside)


@dataclass(frozen=True, slots=True)
class SecurityRow:
    """One thing that opens an account."""

    what: str
    text: str
    change: Link
    rename: Link | None = None
    since: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecurityPage:
    head: HeadView
    token: str
    notice: str
    rows: tuple[SecurityRow, ...]
    beside: tuple[SmallForm, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser that is signed in. Days are enough: nobody's comings and goings are listed here."""

    id: int
    browser: str
    began_at: datetime
    used_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class SessionsPage:
    head: HeadView
    action: str
    token: str
    rows: tuple[SessionRow, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of my page."""

    link: Link
    text: str


@dataclass(frozen=True, slots=True)
class MyPage:
    head: HeadView
    name: str
    face: Markup
    since: datetime
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """One reader whom I ignore."""

    id: int
    name: str
    since: datetime
    face: Markup


@dataclass(frozen=True, slots=True)
class IgnoredPage:
    head: HeadView
    action: str
    token: str
    rows: tuple[IgnoredRow, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class MyLine:
    """A comment or a vote of mine."""

    link: Link
    text: str
    at: datetime
    state: str
    direction: str = "auto"


@dataclass(frozen=True, slots=True)
class MyLines:
    head: HeadView
    lines: tuple[MyLine, ...]
    empty: str
    older_url: str
    links: tuple[Link, ...]
