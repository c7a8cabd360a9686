"""The keys for payments: from the environment or a file, looked at by the doctor, printed by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from belowline.project.config import Config, ConfigError, Mail, Support
from belowline.project.doctor import Level, check_support

KEY, HOOK = "sk_live_0123456789", "whsec_0123456789"


def config(**support: str) -> Config:
    mail = Mail(url="smtp://mail.example", sender="desk@weir.example")
    return Config(support=Support.model_validate(support), mail=mail)


def secret_file(folder: Path, name: str, text: str, *, mode: int = 0o600) -> str:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_keys_are_read_from_files_and_two_signing_secrets_may_overlap(tmp_path: Path) -> None:
    support = config(
        stripe_secret_key_file=secret_file(tmp_path, "key", f"{KEY}\n"),
        stripe_webhook_secret_file=secret_file(tmp_path, "hook", f"whsec_old\n{HOOK}\n"),
    ).support
    assert support.stripe_key() == KEY
    assert support.stripe_hook_secrets() == ["whsec_old", HOOK]


def test_a_variable_of_the_service_is_enough(tmp_path: Path) -> None:
    given = {"BELOWLINE_SUPPORT__STRIPE_SECRET_KEY": KEY, "BELOWLINE_SUPPORT__STRIPE_WEBHOOK_SECRET": HOOK}
    found = Config.load(tmp_path, environ=given)
    assert found.support.stripe_key() == KEY
    assert [one.level for one in check_support(found)] == [Level.WARN]  # no mail: no receipts


def test_no_key_is_printed_where_settings_are(tmp_path: Path) -> None:
    both = config(stripe_secret_key=KEY, stripe_webhook_secret=HOOK)
    assert KEY not in repr(both)
    assert HOOK not in repr(both)
    (tmp_path / "belowline.toml").write_text("[support]\nstripe_secret_key = 20517\n")
    with pytest.raises(ConfigError) as refused:
        Config.load(tmp_path, environ={})
    assert "support.stripe_secret_key" in str(refused.value)
    assert "20517" not in str(refused.value)


@pytest.mark.parametrize(
    ("support", "level", "says"),
    [
        ({}, Level.OK, "no payment provider"),
        ({"stripe_secret_key": KEY, "stripe_webhook_secret": HOOK}, Level.OK, "are there"),
        ({"stripe_secret_key": "pk_live_1", "stripe_webhook_secret": HOOK}, Level.FAIL, "does not look like one"),
        ({"stripe_secret_key": KEY}, Level.FAIL, "signing secret is missing"),
        ({"stripe_secret_key": "sk_test_1", "stripe_webhook_secret": HOOK}, Level.WARN, "play money"),
        ({"stripe_secret_key_file": "/nowhere/key"}, Level.FAIL, "cannot be read"),
    ],
)
def test_the_doctor_looks_at_the_keys_and_says_what_to_do(support: dict[str, str], level: Level, says: str) -> None:
    (found,) = check_support(config(**support))
    assert found.level is level
    assert says in found.says
    assert found.advice or level is Level.OK
    assert KEY not in found.says + found.advice


def test_a_key_that_others_can_read_is_a_failure(tmp_path: Path) -> None:
    path = secret_file(tmp_path, "key", KEY, mode=0o644)
    (found,) = check_support(config(stripe_secret_key_file=path, stripe_webhook_secret=HOOK))
    assert (found.level, found.advice) == (Level.FAIL, f"chmod 600 {path}")
