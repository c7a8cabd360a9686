"""Looking a site over: one finding for each question, with what to do. Reads only."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from belowline.mail.message import Composed, message_bytes
from belowline.mail.smtp import MailServer, NotTaken, ServerAway
from belowline.project import databases, schema, static
from belowline.project.backup import read_manifest
from belowline.project.config import LOOPBACK, Config, ConfigError
from belowline.project.schema import SchemaState
from belowline.project.site import SiteError, is_locked, is_writable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    from belowline.project.site import DataFolder

# WAL, RETURNING and UPSERT work since 3.35; Debian 12 has 3.40, which is what the tests run on.
SQLITE_LEAST = (3, 40, 0)
DISK_WARNING_BYTES = 2 * 1024**3
DISK_FAILURE_BYTES = 200 * 1024**2
BACKUP_WARNING_DAYS = 2
# A file of our own cannot come from the future; what differs more says that the clock was set back.
CLOCK_SECONDS = 120
TIMEOUT_SECONDS = 5


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is a stable name for programs; `says` and `advice` are for people."""

    check: str
    level: Level
    says: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        return {"check": self.check, "level": self.level.value, "says": self.says, "advice": self.advice}


def ok(check: str, says: str) -> Finding:
    return Finding(check, Level.OK, says)


def warn(check: str, says: str, advice: str) -> Finding:
    return Finding(check, Level.WARN, says, advice)


def fail(check: str, says: str, advice: str) -> Finding:
    return Finding(check, Level.FAIL, says, advice)


def findings(folder: DataFolder) -> Iterator[Finding]:
    """Every check in turn; one that breaks is a failure of its own and stops none of the others."""
    if not folder.is_site():
        advice = _("make it with: belowline init --data {path}").format(path=folder.root)
        yield fail("folder", _("{path} is not the data folder of a site").format(path=folder.root), advice)
        return
    yield from _guarded("folder", lambda: check_folder(folder))
    yield from _guarded("secret", lambda: check_secret(folder))
    yield from _guarded("disk", lambda: check_disk(folder))
    try:
        config = Config.load(folder.root)
    except ConfigError as error:
        yield fail("settings", str(error), _("correct it; all settings are explained in docs/operate/settings.md"))
        return
    yield ok("settings", _("the settings can be used"))
    checks: list[tuple[str, Callable[[], Iterator[Finding] | Finding]]] = [
        ("database", lambda: check_database(folder, config=config)),
        ("schema", lambda: check_schema(folder, config=config)),
        ("static", lambda: check_static(folder)),
        ("public_url", lambda: check_public_url(config)),
        ("mail", lambda: check_mail(config)),
        ("support", lambda: check_support(config)),
        ("clock", lambda: check_clock(folder)),
        ("backup", lambda: check_backup(folder, config=config)),
        ("running", lambda: check_running(folder)),
        ("pages", lambda: check_pages(folder, config=config)),
        ("deliveries", lambda: check_deliveries(folder, config=config)),
        ("letters", lambda: check_letters(folder, config=config)),
        ("returned mail", lambda: check_returned_mail(folder, config=config)),
    ]
    for name, check in checks:
        yield from _guarded(name, check)


def _guarded(name: str, check: Callable[[], Iterator[Finding] | Finding]) -> Iterator[Finding]:
    try:
        found = check()
        yield from [found] if isinstance(found, Finding) else found
    except SiteError as error:
        yield fail(name, str(error), "")
    except Exception as error:
        says = _("this check broke: {error}").format(error=f"{type(error).__name__}: {error}")
        yield fail(name, says, _("please report it"))


def check_folder(folder: DataFolder) -> Iterator[Finding]:
    parts = [folder.root, folder.run, folder.media, folder.private, folder.static, folder.backups, folder.database]
    for path in parts:
        if path.exists() and not is_writable(path):
            advice = _("give it to the user who serves the site (uid {uid})").format(uid=os.getuid())
            yield fail("folder", _("{path} cannot be written").format(path=path), advice)
            return
    if folder.root.stat().st_mode & 0o007:
        advice = f"chmod o= {folder.root}"
        yield warn("folder", _("other users of this machine can enter {path}").format(path=folder.root), advice)
        return
    yield ok("folder", _("{path} can be written, and by nobody else").format(path=folder.root))


def check_secret(folder: DataFolder) -> Finding:
    if not folder.secret.exists():
        advice = _("restore it from a backup; without it every reader is signed out at each restart")
        return fail("secret", _("the file secret is missing"), advice)
    if folder.secret.stat().st_mode & 0o077:
        return fail("secret", _("others can read the site's secret"), f"chmod 600 {folder.secret}")
    return ok("secret", _("the secret is readable by this user alone"))


def check_disk(folder: DataFolder) -> Finding:
    free = shutil.disk_usage(folder.root).free
    says = _("{size} GiB free on the disk").format(size=f"{free / 1024**3:.1f}")
    advice = _("make room: a full disk refuses comments")
    if free < DISK_FAILURE_BYTES:
        return fail("disk", says, advice)
    return warn("disk", says, advice) if free < DISK_WARNING_BYTES else ok("disk", says)


def check_database(folder: DataFolder, *, config: Config) -> Finding:
    if config.database.url:
        return _check_postgresql(config.database.url)
    version = ".".join(str(part) for part in SQLITE_LEAST)
    if sqlite3.sqlite_version_info < SQLITE_LEAST:
        says = _("SQLite is {version}").format(version=sqlite3.sqlite_version)
        return fail("database", says, _("install SQLite {version} or newer").format(version=version))
    with closing(sqlite3.connect(f"file:{folder.database}?mode=ro", uri=True, timeout=TIMEOUT_SECONDS)) as connection:
        journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
        faults = [row[0] for row in connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
    if faults:
        advice = _("stop the site, keep a copy of the file, restore the last backup")
        return fail("database", _("the database is damaged: {faults}").format(faults="; ".join(faults)), advice)
    if journal != "wal":
        advice = _("serve the site once: it turns write-ahead logging on")
        return warn("database", _("the database is not in WAL mode but {mode}").format(mode=journal), advice)
    return ok("database", _("SQLite {version}, WAL, no fault found").format(version=sqlite3.sqlite_version))


def _check_postgresql(url: str) -> Finding:
    try:
        with databases.connected(url) as connection:
            version = connection.info.server_version
    except SiteError as error:
        return fail("database", str(error), _("start PostgreSQL, or correct database.url"))
    if version < 150000:
        says = _("PostgreSQL is {version}").format(version=version // 10000)
        return fail("database", says, _("install PostgreSQL 15 or newer"))
    return ok("database", _("PostgreSQL {version} answers").format(version=version // 10000))


def check_schema(folder: DataFolder, *, config: Config) -> Finding:
    state = schema.state(folder, database_url=config.database.url)
    if state is SchemaState.CURRENT:
        return ok("schema", _("the database fits this version"))
    if state is SchemaState.NEWER:
        says = _("the database was made by a newer Belowline")
        return fail("schema", says, _("install that version, or restore a backup"))
    return fail("schema", _("the database is older than this version"), f"belowline upgrade --data {folder.root}")


def check_static(folder: DataFolder) -> Finding:
    if static.files_are_built(folder):
        return ok("static", _("styles, scripts and fonts are built"))
    advice = _("serve or upgrade the site: both build them")
    return warn("static", _("the built files belong to another version"), advice)


def check_public_url(config: Config) -> Finding:
    url = config.site.public_url
    if config.demo:
        return ok("public_url", _("a demo needs no public address"))
    if not url:
        advice = _("set site.public_url to the address that readers use")
        level = warn if config.server.host in LOOPBACK else fail
        return level("public_url", _("site.public_url is not set"), advice)
    if urlsplit(url).scheme != "https":
        advice = _("put HTTPS in front (docs/operate/https.md): passwords travel openly")
        return warn("public_url", _("{url} is not HTTPS").format(url=url), advice)
    try:
        socket.getaddrinfo(urlsplit(url).hostname, None)
    except OSError:
        return warn(
            "public_url", _("the name in {url} is not known to this machine").format(url=url), _("check the DNS")
        )
    return ok("public_url", url)


def check_mail(config: Config) -> Finding:
    if not config.mail.url:
        says = _("mail is not set up")
        return ok("mail", says) if config.demo else warn("mail", says, _("set mail.url and mail.sender"))
    if not config.mail.sender:
        return fail("mail", _("mail.sender is not set"), _("set it to an address of the site"))
    try:
        MailServer(config.mail.url).close()
    except ServerAway as error:
        return fail("mail", _not_taken(str(error)), _ADVICE_SERVER)
    return ok("mail", _("the mail server answers"))


_ADVICE_SERVER = _("check mail.url: name, port, user, password")


def _not_taken(said: str) -> str:
    return _("the mail server does not take us: {error}").format(error=said)


def prove_mail(config: Config, address: str) -> Finding:
    """Send one mail to `address`, now and past the queue; what the server said to it."""
    found = check_mail(config)
    if found.level is not Level.OK:
        return found
    if not config.mail.url:
        says = _("this is a demo: its mails go to its own mailbox page")
        return warn("mail", says, _("set mail.url and mail.sender"))
    name = config.site.name
    said = Composed(
        _("Mail from {site} works").format(site=name),
        _(
            "This mail was asked for with belowline doctor --mail.\n\nThat it is here proves that mail of {site} arrives. "
            "Look at its headers, too: at spf=pass, dkim=pass and dmarc=pass under Authentication-Results. Where one of "
            "them is missing, many people's mail programs will put mails of this site among the unwanted ones."
        ).format(site=name)
        + "\n",
    )
    host = urlsplit(config.site.public_url).hostname or "localhost"
    sender = parseaddr(config.mail.sender)[1]
    try:
        message = message_bytes(
            said,
            sender=config.mail.sender,
            recipient=address,
            message_id=f"<doctor-{time.time_ns()}@{host}>",
            language=config.site.language,
            now=datetime.now(UTC),
        )
        server = MailServer(config.mail.url)
        try:
            server.deliver(message, sender=sender, recipient=address, before_end=lambda: True)
        finally:
            server.close()
    except ValueError as error:
        return fail("mail", str(error), _("write an address such as name@news.example"))
    except ServerAway as error:
        return fail("mail", _not_taken(str(error)), _ADVICE_SERVER)
    except NotTaken as no:
        says = _("the mail server said {code} to a mail for {address}").format(code=no.code, address=address)
        return fail("mail", says, _("5.1.x: the address; 5.7.x: it does not let us send, or not as mail.sender"))
    says = _("the mail server took a mail for {address}").format(address=address)
    return Finding("mail", Level.OK, says, _("now look whether it arrives, and not among the unwanted ones"))


def check_letters(folder: DataFolder, *, config: Config) -> Iterator[Finding]:
    """Letters that wait for too long, and those that may never have gone out: a process ended while the mail server was
    taking them."""
    from belowline.project.django_setup import set_up_django

    if schema.state(folder, database_url=config.database.url) is not SchemaState.CURRENT:
        yield ok("letters", _("looked at after the upgrade"))
        return
    set_up_django(folder)
    from belowline.mail import queries

    now = datetime.now(UTC)
    if since := queries.waiting_since(now=now):
        says = _("letters wait since {time}").format(time=f"{since:%Y-%m-%d %H:%M} UTC")
        yield warn("letters", says, _("is the site served, and does the mail server answer?"))
    if doubtful := queries.doubtful_letters(now=now):
        says = _("letters that may not have been sent: {keys}").format(keys=", ".join(doubtful))
        yield warn("letters", says, _("look for them in the mail server's log; they are not sent again by themselves"))
    if not since and not doubtful:
        yield ok("letters", _("no letter is late or in doubt"))


# A mailbox that could not be read for so long is no hiccup of its server.
MAILBOX_AWAY = timedelta(hours=1)
# Of a month: fewer are the odd press of a wrong button.
COMPLAINTS_MANY = 20


def check_returned_mail(folder: DataFolder, *, config: Config) -> Iterator[Finding]:
    """What came back, and whether anybody reads it."""
    from belowline.project.django_setup import set_up_django

    name, mail = "returned mail", config.mail
    if not mail.url:
        return
    if not mail.bounces:
        says = _("mails that cannot be delivered come back to the sender, and nobody learns whose they are")
        yield warn(name, says, _("set mail.bounces (docs/operate/mail.md)"))
    if schema.state(folder, database_url=config.database.url) is not SchemaState.CURRENT:
        return
    set_up_django(folder)
    from belowline.mail import queries

    now, health = datetime.now(UTC), queries.mailbox_health()
    if mail.mailbox and health is not None and health.failing_since and now - health.failing_since > MAILBOX_AWAY:
        since = f"{health.failing_since:%Y-%m-%d %H:%M} UTC"
        says = _("its mailbox cannot be read since {time}: {error}").format(time=since, error=health.said)
        yield warn(name, says, _("check mail.mailbox: name, port, user, password, folder"))
    came = queries.returned_since((now - timedelta(days=30)).date())
    known = {one: came.get(one, 0) for one in ("hard", "soft", "complaint", "unsubscribed", "unknown")}
    says = _(
        "in 30 days: {hard} undeliverable for good, {soft} for now, {complaint} complaints, {unsubscribed} unsubscribed "
        "by mail; {unknown} about no letter of ours, {others} without meaning for us"
    ).format(**known, others=sum(came.values()) - sum(known.values()))
    if known["complaint"] > COMPLAINTS_MANY:
        yield warn(name, says, _("large providers refuse whoever is complained about often: look at what is sent"))
    elif mail.bounces:
        yield ok(name, says if came else _("nothing came back in 30 days"))


def check_support(config: Config) -> Iterator[Finding]:
    """The keys for payments: there, readable by this user alone, and fitting each other. Never printed."""
    support = config.support
    files = [support.stripe_secret_key_file, support.stripe_webhook_secret_file]
    for path in (Path(name) for name in files if name):
        if not os.access(path, os.R_OK):
            yield fail("support", _("{path} cannot be read").format(path=path), _("give it to the user of the site"))
            return
        if path.stat().st_mode & 0o077:
            yield fail("support", _("others can read the key in {path}").format(path=path), f"chmod 600 {path}")
            return
    key, hooks = support.stripe_key(), support.stripe_hook_secrets()
    if not key:
        yield ok("support", _("no payment provider is set up"))
        return
    if not key.startswith(("sk_", "rk_")):
        advice = _("copy the secret key (sk_ or rk_) from Stripe's page for developers, not the public one")
        yield fail("support", _("Stripe's secret key does not look like one"), advice)
        return
    if not hooks or not all(one.startswith("whsec_") for one in hooks):
        advice = _("make a webhook endpoint at Stripe and set support.stripe_webhook_secret")
        yield fail("support", _("gifts are taken and never counted: the signing secret is missing"), advice)
        return
    if "_test_" in key:
        yield warn("support", _("Stripe's key is for play money"), _("a live campaign counts nothing of it"))
        return
    if not config.mail.url:
        yield warn("support", _("donors get no receipt: mail is not set up"), _("set mail.url and mail.sender"))
        return
    yield ok("support", _("the keys of Stripe are there"))


def check_clock(folder: DataFolder) -> Finding:
    newest = max(path.stat().st_mtime for path in (folder.settings, folder.database) if path.exists())
    if newest - time.time() > CLOCK_SECONDS:
        advice = _("set the clock; on Debian: apt-get install systemd-timesyncd")
        return fail("clock", _("the site's files come from the future: the clock is wrong"), advice)
    return ok("clock", _("the clock is not behind the site's files"))


def check_backup(folder: DataFolder, *, config: Config) -> Finding:
    if config.demo:
        return ok("backup", _("a demo needs no backup"))
    if not folder.last_backup.is_symlink():
        advice = f"belowline backup --data {folder.root}"
        return warn("backup", _("this site was never backed up"), advice)
    path = folder.last_backup.readlink()
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(read_manifest(path).made_at)
    except SiteError as error:
        return warn("backup", str(error), _("make one every night (docs/operate/backup.md)"))
    hours = round(age.total_seconds() / 3600)
    says = _("the last backup, {path}, is {hours} hours old").format(path=path, hours=hours)
    if age.days >= BACKUP_WARNING_DAYS:
        return warn("backup", says, _("make one every night (docs/operate/backup.md)"))
    return ok("backup", says)


def check_running(folder: DataFolder) -> Iterator[Finding]:
    if not is_locked(folder):
        yield ok("running", _("the site is not being served"))
        return
    try:
        status: dict[str, Any] = json.loads(folder.status.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        yield warn("running", _("another command is at work on the site"), _("wait for its end"))
        return
    for name, child in status["children"].items():
        if child["deaths"]:
            says = _("the {part} had to be started again {count} times").format(part=name, count=child["deaths"])
            yield warn(name, says, _("look for child_died and the lines before it in the log"))
    yield _answers("desk", folder=folder)
    parts = urlsplit(status["url"])
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=TIMEOUT_SECONDS):
            yield ok("front", _("the front answers at {url}").format(url=status["url"]))
    except OSError:
        advice = _("look into the log; restart the site")
        yield fail("front", _("the front does not answer at {url}").format(url=status["url"]), advice)


def _answers(name: str, *, folder: DataFolder) -> Finding:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(str(folder.socket))
        except OSError:
            return fail(name, _("the desk does not answer"), _("look into the log; restart the site"))
    return ok(name, _("the desk answers"))


def check_pages(folder: DataFolder, *, config: Config) -> Iterator[Finding]:
    """Imprint, privacy, house rules …: readers and the law expect what only the newsroom can write."""
    from belowline.project.django_setup import set_up_django

    if schema.state(folder, database_url=config.database.url) is not SchemaState.CURRENT:
        yield ok("pages", _("looked at after the upgrade"))
        return
    set_up_django(folder)
    from belowline.newsroom.publishing import standing

    missing, unedited = standing.missing_kinds(), standing.unedited()
    if missing:
        says = _("not public: {pages}").format(pages=", ".join(missing))
        yield warn("pages", says, _("publish them at /_desk/standing/; belowline upgrade brings what was deleted back"))
    if config.demo:
        yield ok("pages", _("a demo needs no imprint of its own"))
        return
    if unedited:
        pages = ", ".join(f"{one.title} ({one.language}, {one.gaps})" for one in unedited)
        says = _("pages with gaps, or as the program brought them (language, gaps): {pages}").format(pages=pages)
        yield warn("pages", says, _("fill them in at /_desk/standing/; readers see that something is missing"))
    if not missing and not unedited:
        yield ok("pages", _("the standing pages are written"))


def check_deliveries(folder: DataFolder, *, config: Config) -> Finding:
    """Events that a handler refuses again and again: counts, mails or notices fall behind."""
    from belowline.project.django_setup import set_up_django

    if schema.state(folder, database_url=config.database.url) is not SchemaState.CURRENT:
        return ok("deliveries", _("looked at after the upgrade"))
    set_up_django(folder)
    from belowline.outbox.delivery import stuck_consumers

    stuck = stuck_consumers()
    if not stuck:
        return ok("deliveries", _("every event is delivered"))
    says = _("{consumer} cannot get past event {event}").format(consumer=stuck[0][0], event=stuck[0][1])
    return fail("deliveries", says, _("look for delivery_failed in the log"))
