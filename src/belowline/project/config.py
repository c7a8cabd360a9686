"""The settings of one site: one commented TOML file in the data folder, and environment variables.

`Config.load(data)` reads `<data>/belowline.toml`, then `BELOWLINE_<SECTION>__<KEY>` from the environment, which wins.
An unknown key is refused with the nearest known name. Each field's description is its documentation: `docs/operate/
settings.md` and the file that `belowline init` writes are made from them, and a test holds the three together.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from belowline.project.words import gettext as _

FILE_NAME = "belowline.toml"
ENVIRONMENT_PREFIX = "BELOWLINE_"
# What is sent to these names never leaves the machine.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ConfigError(Exception):
    """A setting that cannot be used. The message is one line: which, where, why, and what to do."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Section):
    name: str = Field(
        default="Belowline", min_length=1, max_length=80, description="The newsroom's name, in the masthead."
    )
    strap: str = Field(default="", max_length=160, description="One line under the name on the front page.")
    public_url: str = Field(
        default="",
        description="The address readers use, such as https://news.example. Required outside the demo: links, the "
        "allowed host and cookie security come from it.",
    )
    language: Literal["en", "ar"] = Field(
        default="en", description="The language of pages without a language in their URL."
    )
    time_zone: str = Field(
        default="UTC", description="The newsroom's time zone, such as Europe/Zurich: times are printed in it."
    )

    safe_contact: str = Field(
        default="",
        max_length=300,
        description="Where whoever must not be found out reaches the newsroom, such as https://news.example/safe or an "
        ".onion address. Shown beside the form for offering a source; empty: the page /contact, once it is written.",
    )

    @field_validator("safe_contact")
    @classmethod
    def _web_address(cls, value: str) -> str:
        from belowline.domain.markup.links import (
            web_target,  # the machinery of texts, which no command needs before this
        )

        if value and web_target(value) is None:
            raise ValueError(
                _("{value!r} is not an address; write it like https://news.example/safe").format(value=value)
            )
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            near = difflib.get_close_matches(value, available_timezones(), n=1)
            raise ValueError(_("unknown time zone {value!r}").format(value=value) + _suggestion(near))
        return value

    @field_validator("public_url")
    @classmethod
    def _plain_origin(cls, value: str) -> str:
        value = value.rstrip("/")
        if value:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
                raise ValueError(
                    _("{value!r} is not an origin; write it like https://news.example, without a path").format(
                        value=value
                    )
                )
        return value


class Server(Section):
    host: str = Field(default="127.0.0.1", description="The address the front listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port the front listens on; 0 takes any free one.")
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Loopback port for /health and /metrics; 0 switches them off."
    )
    desk_threads: int = Field(default=8, ge=2, le=64, description="Requests the desk works on at the same time.")
    cache_mib: int = Field(default=32, ge=1, le=4096, description="Memory for the front's page cache, in MiB.")
    live_readers: int = Field(
        default=5000,
        ge=0,
        le=20_000,
        description="Readers to whom new comments are told as they arrive; all others ask now and then. 0: everybody asks.",
    )
    live_readers_per_network: int = Field(
        default=256,
        ge=1,
        le=20_000,
        description="How many of them may share one address (IPv4) or /64 (IPv6), such as an office. Behind a proxy "
        "`trusted_proxies` must name it, or all readers share the proxy's address.",
    )
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Networks (such as 10.0.0.0/8) of proxies whose X-Forwarded-For is believed, counted from the right.",
    )
    tls_certificate: str = Field(default="", description="Path of a certificate, when the front itself speaks HTTPS.")
    tls_key: str = Field(default="", description="Path of the certificate's key.")


class Database(Section):
    url: str = Field(
        default="",
        description="Empty: SQLite in the data folder. Else a PostgreSQL address: "
        "postgresql://user:password@host/name.",
    )


class Discussion(Section):
    default_sort: Literal["best", "newest", "oldest", "most-voted", "controversial"] = Field(
        default="best", description="The order readers see first."
    )
    page_size: Literal[25, 50, 100, 200] = Field(default=50, description="Comments under an article.")
    guests: Literal["publish", "confirm", "hold", "off"] = Field(
        default="confirm",
        description="Comments without an account: published at once, when the address was confirmed by a link in a mail "
        "(once for each address; where no mail can be sent, a moderator decides), held for a moderator, or not accepted.",
    )
    guest_votes: bool = Field(default=False, description="Whether readers without an account may vote.")
    hide_counts_minutes: int = Field(
        default=60, ge=0, le=1440, description="Vote counts stay hidden for this long after a comment was posted, ..."
    )
    hide_counts_votes: int = Field(default=10, ge=0, le=1000, description="... or until it has this many votes.")
    edit_minutes: int = Field(default=15, ge=0, le=1440, description="How long authors may edit their comment.")
    edit_after_reply_minutes: int = Field(
        default=5, ge=0, le=1440, description="How long they may edit it in any case once somebody has replied."
    )
    quiet_edit_minutes: int = Field(default=2, ge=0, le=60, description="Edits this early leave no public revision.")
    close_after_days: int = Field(
        default=0,
        ge=0,
        le=3650,
        description="Discussions older than this are closed by themselves. 0: they stay open. What moderators have set for "
        "one discussion stays.",
    )


class Moderation(Section):
    on_call: list[str] = Field(
        default_factory=list,
        max_length=20,
        description="Addresses that are mailed when an urgent report hides a comment. None: everybody who may moderate.",
    )
    hold_first: int = Field(
        default=0,
        ge=0,
        le=20,
        description="How many first comments of every new author wait for a moderator. 0: none; newcomers are published at "
        "once unless something else is found.",
    )
    usual_wait: str = Field(
        default="", max_length=80, description='How long that usually takes, such as "an hour": told to who waits.'
    )
    guest_comments: int = Field(
        default=3, ge=1, le=1_000_000, description="Comments of one guest in ten minutes; more are asked to come later."
    )
    new_comments: int = Field(
        default=5,
        ge=1,
        le=1_000_000,
        description="The same of a new account: before 3 published comments and 24 hours.",
    )
    new_comments_daily: int = Field(default=20, ge=1, le=1_000_000, description="And of a new account in a day.")
    comments: int = Field(default=30, ge=1, le=1_000_000, description="The same of everybody else, in ten minutes.")


class OpenId(Section):
    """One provider of sign-ins by OpenID Connect."""

    id: str = Field(pattern="^[a-z][a-z0-9-]{0,19}$", description="A short name for addresses; never to be changed.")
    name: str = Field(min_length=1, max_length=40, description="What the button says.")
    server_url: str = Field(
        description="Where its /.well-known/openid-configuration is: https://..., or http://... on this machine "
        "(127.0.0.1, ::1, localhost)."
    )
    client_id: str = Field(min_length=1, description="The client id it gave to this site.")
    secret_file: str = Field(default="", description="Path of a file that holds the client secret; or ...")
    secret_variable: str = Field(default="", description="... the name of a variable of the service that does.")

    @field_validator("server_url")
    @classmethod
    def _sealed(cls, value: str) -> str:
        """The keys that tokens are checked with come from there, and the client secret goes there: encrypted, or nowhere."""
        parts = urlsplit(value)
        if not parts.hostname or parts.scheme not in {"http", "https"}:
            raise ValueError(_("write it like https://login.club.example"))
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError(
                _("a provider is asked by https; plain http is for one on this machine (127.0.0.1, ::1, localhost)")
            )
        return value

    @property
    def secret(self) -> str:
        return next(iter(_secrets(os.environ.get(self.secret_variable, ""), self.secret_file)), "")


class Accounts(Section):
    minimum_age: int = Field(
        default=16,
        ge=0,
        le=21,
        description="Named where somebody signs up or writes as a guest; no birth date is kept.",
    )
    staff_second_factor: bool = Field(
        default=False,
        description="Whether staff must have a second factor (a passkey or an authenticator app) before the desk opens.",
    )
    google_client_id: str = Field(default="", description="Signing in with Google: the client id; empty: off.")
    google_secret: str = Field(
        default="",
        repr=False,
        description="Its client secret. Give it as a variable of the service, or as a file below.",
    )
    google_secret_file: str = Field(default="", description="Path of a file that holds Google's client secret.")
    github_client_id: str = Field(default="", description="Signing in with GitHub: the client id; empty: off.")
    github_secret: str = Field(
        default="",
        repr=False,
        description="Its client secret. Give it as a variable of the service, or as a file below.",
    )
    github_secret_file: str = Field(default="", description="Path of a file that holds GitHub's client secret.")
    openid: list[OpenId] = Field(
        default_factory=list,
        description="Other providers by OpenID Connect, each a table of its own: [[accounts.openid]] with id, name, "
        "server_url (https, or http on this machine alone), client_id and secret_file (or secret_variable, the name of a "
        "variable of the service).",
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Accounts:
        ids = [one.id for one in self.openid]
        for known in ids:
            if ids.count(known) > 1 or known in {"google", "github"}:
                raise ValueError(_("two providers are called {name!r}").format(name=known))
        return self

    def google(self) -> str:
        return next(iter(_secrets(self.google_secret, self.google_secret_file)), "")

    def github(self) -> str:
        return next(iter(_secrets(self.github_secret, self.github_secret_file)), "")


class Mail(Section):
    url: str = Field(default="", description="smtp://user:password@host:587 (or smtps://). Empty: mail is not set up.")
    sender: str = Field(default="", description="The From address of the site's mails.")
    bounces: str = Field(
        default="",
        description="Where mails that cannot be delivered come back to, such as bounce@news.example; a plus sign and a "
        "name of ours are put before the @. Empty: they come back to the sender.",
    )
    unsubscribes: str = Field(
        default="",
        description="An address for mail programs that end a subscription by mail, such as unsub@news.example; a plus sign "
        "and a name of ours are put before the @. Empty: they are offered the link alone.",
    )
    mailbox: str = Field(
        default="",
        repr=False,
        description="The mailbox in which returned mail is looked for: imaps://user:password@host/INBOX (imap:// takes "
        "STARTTLS, and none on this machine). Empty: the mail server calls belowline returned-mail, or nobody reads it.",
    )
    mailbox_done: str = Field(
        default="",
        description="The folder of that mailbox into which mails are moved that were read. Empty: they are marked as seen.",
    )
    mailbox_minutes: int = Field(default=5, ge=1, le=1440, description="How often that mailbox is looked into.")

    @field_validator("bounces", "unsubscribes")
    @classmethod
    def _room_for_a_token(cls, value: str) -> str:
        # RFC 5321, 4.5.3.1.1: 64 characters before the @, of which a plus sign and our token take 33.
        if value and not re.fullmatch(r"[A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]+", value):
            raise ValueError(_("{value!r} is not an address like bounce@news.example").format(value=value))
        return value

    @field_validator("mailbox")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username):
            # Not repeated: it holds a password.
            raise ValueError(_("write it like imaps://name:pass@mail.example/INBOX"))
        return value


class Support(Section):
    """Money. The keys are secrets: they are read from the environment or from a file, and printed nowhere."""

    stripe_secret_key: str = Field(
        default="",
        repr=False,
        description="Stripe's secret key (sk_... or rk_...). A secret: give it as a variable of the service, or as a file "
        "below. Empty: nobody can pay on a page, and gifts come by bank or in cash.",
    )
    stripe_secret_key_file: str = Field(default="", description="Path of a file that holds Stripe's secret key.")
    stripe_webhook_secret: str = Field(
        default="",
        repr=False,
        description="The signing secret (whsec_...) of the webhook endpoint. A secret: give it as the key above.",
    )
    stripe_webhook_secret_file: str = Field(
        default="",
        description="Path of a file that holds the signing secret; while it is replaced two, one a line.",
    )
    stripe_api: str = Field(
        default="https://api.stripe.com", description="Where Stripe's API answers. Another address is for tests alone."
    )

    def stripe_key(self) -> str:
        """The key, or "" where there is none or its file cannot be read (the doctor says so)."""
        return next(iter(_secrets(self.stripe_secret_key, self.stripe_secret_key_file)), "")

    def stripe_hook_secrets(self) -> list[str]:
        return _secrets(self.stripe_webhook_secret, self.stripe_webhook_secret_file)


def _secrets(value: str, path: str) -> list[str]:
    if value or not path:
        return [value] if value else []
    try:
        text = Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]


class Feeds(Section):
    full_text: bool = Field(
        default=True,
        description="Whether feeds carry whole articles with their pictures, or headline, standfirst and corrections alone.",
    )


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe level logged."
    )


class Config(Section):
    site: Site = Site()
    server: Server = Server()
    database: Database = Database()
    discussion: Discussion = Discussion()
    moderation: Moderation = Moderation()
    accounts: Accounts = Accounts()
    mail: Mail = Mail()
    support: Support = Support()
    feeds: Feeds = Feeds()
    log: Log = Log()
    demo: bool = Field(default=False, description="Demo newsroom: demo accounts, and loopback addresses only.")

    @model_validator(mode="after")
    def _demo_stays_home(self) -> Config:
        if self.demo and self.server.host not in LOOPBACK:
            raise ValueError(
                _("the demo listens on loopback alone; server.host is {host!r}").format(host=self.server.host)
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.site.time_zone)

    @classmethod
    def load(cls, data: Path, *, environ: dict[str, str] | None = None) -> Config:
        """The settings of the site in the folder `data`. Raises ConfigError."""
        path = data / FILE_NAME
        values = _from_file(path) if path.exists() else {}
        _merge_environment(values, dict(os.environ) if environ is None else environ)
        _refuse_unknown(values, where=str(path))
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"]) or "settings"
            reason = first["msg"].removeprefix("Value error, ")
            text = _("{path}: {name}: {reason} (value: {value!r})")
            value = "..." if name.endswith(("secret", "secret_key", "mailbox")) else first["input"]
            message = text.format(path=path, name=name, reason=reason, value=value)
            raise ConfigError(message[:500]) from None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(_("{path}: not readable as TOML: {error}").format(path=path, error=error)) from None


def sections() -> dict[str, type[Section]]:
    """The section names and their models, in file order."""
    return {
        name: field.annotation
        for name, field in Config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def _merge_environment(values: dict[str, Any], environ: dict[str, str]) -> None:
    """Add BELOWLINE_SECTION__KEY=value to `values`. Other BELOWLINE_ names belong to the commands."""
    for name, text in environ.items():
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        section, separator, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
        if separator:
            values.setdefault(section, {})[key] = _from_text(section, key, text)
        elif section == "demo":
            values["demo"] = text.lower() in {"1", "true", "yes"}


def _from_text(section: str, key: str, text: str) -> Any:
    field = sections()[section].model_fields.get(key) if section in sections() else None
    if field is not None and field.annotation == list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]
    choices = get_args(field.annotation) if field is not None else ()
    return int(text) if text.isdigit() and any(isinstance(choice, int) for choice in choices) else text


def _refuse_unknown(values: dict[str, Any], *, where: str) -> None:
    known = sections()
    for name, content in values.items():
        if name not in Config.model_fields:
            raise ConfigError(_unknown(name, list(Config.model_fields), where=where))
        if name in known and not isinstance(content, dict):
            text = _("{where}: {name!r} is a section; write [{name}] and its keys beneath")
            raise ConfigError(text.format(where=where, name=name))
        if name in known:
            for key in content:
                if key not in known[name].model_fields:
                    names = [f"{name}.{field}" for field in known[name].model_fields]
                    raise ConfigError(_unknown(f"{name}.{key}", names, where=where))


def _unknown(name: str, names: list[str], *, where: str) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    return _("{where}: unknown setting {name!r}").format(where=where, name=name) + _suggestion(near)


def _suggestion(near: list[str]) -> str:
    return _("; did you mean {name!r}?").format(name=near[0]) if near else ""
