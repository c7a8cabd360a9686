"""The mailbox for returned mail: what is taken in is put out of the way, and only then; a password is told to nobody."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from belowline.mail import queries, returns
from belowline.mail.imap import MailboxAway, ReturnMailbox
from belowline.mail.models import ReturnCount
from belowline.project.config import Config, ConfigError, Mail
from tests.mail.test_returned import of_file
from tests.support.imap import Folder, imap_folder

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
BOUNCE = of_file("postfix_no_such_user")


@pytest.fixture
def folder(settings: Any) -> Iterator[Folder]:
    with imap_folder() as made:
        use(settings, made)
        yield made


def use(settings: Any, folder: Folder, *, done: str = "") -> None:
    mail = Mail(mailbox=folder.url, mailbox_done=done, bounces="bounce@news.example")
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail})


def came() -> dict[str, int]:
    return queries.returned_since(NOW.date())


@pytest.mark.django_db
def test_every_mail_is_read_once_and_then_marked(folder: Folder) -> None:
    folder.put(BOUNCE, b"noise", BOUNCE + b"x" * 400_000)
    assert [returns.look(now=NOW), returns.look(now=NOW)] == [3, 0]
    assert came() == {"other": 1, "unknown": 2}
    assert list(folder.flags.values()) == [{"\\Seen"}] * 3
    health = queries.mailbox_health()
    assert health is not None
    assert (health.read_at, health.failing_since) == (NOW, None)


@pytest.mark.django_db
@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_where_a_folder_is_named_they_are_moved_there(folder: Folder, settings: Any, capabilities: str) -> None:
    folder.capabilities = capabilities
    use(settings, folder, done='Read "already"')
    folder.put(BOUNCE, b"noise")
    assert [returns.look(now=NOW), returns.look(now=NOW)] == [2, 0]
    assert list(folder.moved.values()) == [[BOUNCE, b"noise"]]


@pytest.mark.django_db
def test_a_mail_whose_transaction_fails_stays_where_it_is(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put(BOUNCE)
    with monkeypatch.context() as broken:
        broken.setattr(ReturnCount.objects, "get_or_create", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            returns.look(now=NOW)
    assert folder.flags == {}
    assert returns.look(now=NOW) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_mailbox_that_says_no_is_told_to_the_operator_without_its_words(folder: Folder, command: str) -> None:
    folder.put(BOUNCE)
    folder.says_no_to = {command}
    with pytest.raises(MailboxAway, match="refused"):
        returns.look(now=NOW)
    health = queries.mailbox_health()
    assert health is not None
    assert (health.failing_since, health.said) == (NOW, "refused")
    folder.says_no_to = set()
    returns.look(now=NOW + timedelta(hours=1))
    health.refresh_from_db()
    assert (health.failing_since, health.said) == (None, "")


def test_elsewhere_nobody_signs_in_without_encryption(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belowline.mail.imap.LOOPBACK", frozenset())
    with pytest.raises(MailboxAway):
        ReturnMailbox(folder.url)
    assert "LOGIN" not in folder.commands
    with pytest.raises(MailboxAway):
        ReturnMailbox(folder.url.replace("imap:", "imaps:"))
    with pytest.raises(MailboxAway):
        ReturnMailbox("imap://a:b@127.0.0.1:1/INBOX")
    assert ssl.create_default_context().check_hostname


@pytest.mark.parametrize(
    "line",
    ['mailbox = "pop3://a:b@mail.example/INBOX"', 'mailbox = "imaps://mail.example"', 'bounces = "bounce"',
     'unsubscribes = "a+b@news.example"', 'bounces = "x@y.example\\r\\nBcc: e@evil.example"'],
)  # fmt: skip
def test_a_place_that_cannot_be_used_is_refused_with_an_example_and_without_the_password(
    line: str, tmp_path: Any
) -> None:
    (tmp_path / "belowline.toml").write_text(f"[mail]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        Config.load(tmp_path)
    assert "example" in str(told.value)
    assert "a:b@" not in str(told.value)
