"""What an operator types, and what is said when it cannot be done: one line, and a code that is not 0."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from belowline.project.site import DataFolder, data_folder, take_lock
from tests.project.sites import CLI, belowline, eventually, plain_environment

pytestmark = pytest.mark.process


# Root may write everywhere, unless this is taken from it (util-linux, on every Debian).
AS_NOBODY_SPECIAL = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override")


def refusal(*words: str | Path, launcher: Sequence[str] = ()) -> str:
    done = belowline(*words, launcher=launcher)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("belowline: ")
    return lines[0]


@pytest.mark.parametrize("command", ["serve", "backup", "upgrade", "seed"])
def test_a_folder_without_a_site_is_refused(command: str, tmp_path: Path) -> None:
    assert "belowline init --data" in refusal(command, "--data", tmp_path / "nothing")


def test_init_never_touches_a_site_that_is_there(made_site: DataFolder) -> None:
    before = made_site.settings.read_bytes()
    assert "is a site already" in refusal("init", "--data", made_site.root)
    assert made_site.settings.read_bytes() == before


def test_init_with_a_wrong_option_leaves_no_half_of_a_site(tmp_path: Path) -> None:
    told = refusal("init", "--data", tmp_path / "site", "--time-zone", "Europe/Zurch")
    assert "did you mean 'Europe/Zurich'" in told
    assert not (tmp_path / "site" / "belowline.toml").exists()
    assert belowline("init", "--data", tmp_path / "site").returncode == 0


def test_an_init_that_was_killed_is_no_site_and_is_run_again(tmp_path: Path) -> None:
    half = data_folder(tmp_path / "site")
    init = [*CLI, "init", "--data", str(half.root)]
    with subprocess.Popen(
        init, env=plain_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as killed:
        eventually(half.database.exists, what="its database")
        killed.kill()
    # Its database is there, its first pages are not.
    assert half.settings.exists()
    assert "belowline init --data" in refusal("serve", "--data", half.root)
    assert belowline("init", "--data", half.root).returncode == 0
    with closing(sqlite3.connect(half.database)) as database:
        assert database.execute("SELECT count(*) FROM newsroom_standingtext WHERE kind = 'imprint'").fetchone() == (2,)


def test_a_new_site_keeps_its_secret_and_its_database_to_itself(made_site: DataFolder) -> None:
    assert made_site.secret.stat().st_mode & 0o777 == 0o600
    assert made_site.settings.stat().st_mode & 0o777 == 0o600
    assert made_site.database.stat().st_mode & 0o077 == 0
    assert made_site.root.stat().st_mode & 0o007 == 0
    assert len(made_site.secret.read_text().strip()) >= 64


def test_an_unknown_setting_is_one_line_with_the_nearest_name(site: DataFolder) -> None:
    site.settings.write_text("[server]\nprot = 1\n", encoding="utf-8")
    assert "did you mean 'server.port'?" in refusal("serve", "--data", site.root)


def test_a_second_supervisor_is_told_who_has_the_folder(site: DataFolder) -> None:
    lock = take_lock(site, purpose="serve")
    try:
        told = refusal("serve", "--data", site.root, "--port", "0")
    finally:
        os.close(lock)
    assert f"is in use by belowline serve (process {os.getpid()})" in told


def test_a_taken_port_is_one_line(site: DataFolder) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in refusal("serve", "--data", site.root, "--port", str(port))


def test_an_unwritable_folder_is_one_line(site: DataFolder) -> None:
    site.root.chmod(0o500)
    try:
        launcher = AS_NOBODY_SPECIAL if os.getuid() == 0 else ()
        assert "cannot be written by this user" in refusal("serve", "--data", site.root, launcher=launcher)
    finally:
        site.root.chmod(0o700)


def test_a_site_without_a_public_address_stays_on_this_machine(site: DataFolder) -> None:
    assert "site.public_url must be set" in refusal("serve", "--data", site.root, "--host", "0.0.0.0", "--port", "0")


def test_a_site_that_is_no_demo_is_not_served_as_one(site: DataFolder) -> None:
    assert "is not a demo" in refusal("serve", "--demo", "--data", site.root)
    assert "is not a demo" in refusal("seed", "--data", site.root)


def test_upgrade_refuses_while_the_site_is_in_use(site: DataFolder) -> None:
    lock = take_lock(site, purpose="serve")
    try:
        assert "is in use by" in refusal("upgrade", "--data", site.root)
    finally:
        os.close(lock)


def test_backup_and_restore_are_two_commands(site: DataFolder, tmp_path: Path) -> None:
    made = belowline("backup", "--data", site.root, "--to", tmp_path / "elsewhere", "--json")
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    back = belowline("restore", report["backup"], "--data", tmp_path / "back")
    assert back.returncode == 0, back.stderr
    assert "all verified" in back.stdout
    assert (tmp_path / "back" / "belowline.toml").read_text() == site.settings.read_text()


def test_doctor_finds_no_failure_in_a_new_site(site: DataFolder) -> None:
    done = belowline("doctor", "--data", site.root, "--json")
    report = json.loads(done.stdout)
    assert [finding for finding in report["findings"] if finding["level"] == "fail"] == []
    assert done.returncode == 0


def test_doctor_says_what_is_wrong_and_what_to_do(site: DataFolder) -> None:
    site.secret.chmod(0o644)
    site.settings.write_text('[site]\npublic_url = "http://news.example"\n', encoding="utf-8")
    done = belowline("doctor", "--data", site.root, "--json")
    found = {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert (found["secret"]["level"], found["secret"]["advice"]) == ("fail", f"chmod 600 {site.secret}")
    assert found["public_url"]["level"] == "warn"
    assert found["backup"]["level"] == "warn"


def test_doctor_knows_the_last_backup_wherever_it_lies(site: DataFolder, tmp_path: Path) -> None:
    def said() -> dict[str, str]:
        findings = json.loads(belowline("doctor", "--data", site.root, "--json").stdout)["findings"]
        return next(finding for finding in findings if finding["check"] == "backup")

    made = belowline("backup", "--data", site.root, "--to", tmp_path / "elsewhere", "--json")
    backup = Path(json.loads(made.stdout)["backup"])
    assert (said()["level"], str(backup) in said()["says"]) == ("ok", True)
    backup.rename(tmp_path / "carried away")
    assert (said()["level"], str(backup) in said()["says"]) == ("warn", True)


def test_doctor_looks_at_a_folder_that_is_no_site(tmp_path: Path) -> None:
    done = belowline("doctor", "--data", tmp_path)
    assert done.returncode == 1
    assert "belowline init" in done.stdout


def test_render_prints_the_stored_html_and_nothing_else() -> None:
    done = belowline("render", stdin="*Hello* <script>alert(1)</script>")
    assert done.returncode == 0
    assert done.stdout.startswith("<p><em>Hello</em>")
    assert "<script" not in done.stdout


def test_render_takes_lines_of_json() -> None:
    done = belowline("render", "--jsonl", stdin='{"id": 7, "text": "**a**"}\n\n{"id": "x", "text": "b"}\n')
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 7, "html": "<p><strong>a</strong></p>"},
        {"id": "x", "html": "<p>b</p>"},
    ]


def test_render_names_the_line_that_it_cannot_read() -> None:
    done = belowline("render", "--jsonl", stdin='{"id": 1, "text": "a"}\nnonsense\n')
    assert done.returncode == 1
    assert "line 2 is not a JSON object" in done.stderr


def test_render_needs_neither_django_nor_the_settings() -> None:
    import subprocess
    import sys

    script = "import sys; from belowline.project.cli import main; main(['render']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], input="a", capture_output=True, text=True, check=True)
    assert "'django'" not in done.stdout
    assert "'pydantic'" not in done.stdout


def test_staff_cannot_have_a_password_that_everybody_guesses(site: DataFolder) -> None:
    words = ["--email", "ed@news.example", "--name", "Ed", "--role", "editor", "--password-stdin"]
    done = belowline("createstaff", "--data", site.root, *words, stdin="password\n")
    assert done.returncode == 1
    assert done.stderr.startswith("belowline: ")


def test_staff_are_made_without_a_question_when_everything_is_given(site: DataFolder) -> None:
    words = ["--email", "ed@news.example", "--name", "Ed Weir", "--role", "editor", "--password-stdin"]
    done = belowline("createstaff", "--data", site.root, *words, stdin="a weir below the line\n")
    assert done.returncode == 0, done.stderr
    again = belowline("createstaff", "--data", site.root, *words, stdin="a weir below the line\n")
    assert again.returncode == 1
    assert "this name, or one that looks the same, is here already" in again.stderr


def test_a_mail_server_is_told_what_was_taken_in_and_what_to_keep_for_later(site: DataFolder, tmp_path: Path) -> None:
    mail = "From: ann@example.org\n\nHello.\n"
    taken = belowline("returned-mail", "--data", site.root, "--recipient", "bounce@news.example", stdin=mail)
    assert (taken.returncode, taken.stdout, taken.stderr) == (0, "other\n", "")
    site.database.unlink()
    for folder in (tmp_path / "nothing", site.root):
        kept = belowline("returned-mail", "--data", folder, stdin=mail)
        assert kept.returncode == 75, "EX_TEMPFAIL of sysexits.h"
        assert len(kept.stderr.splitlines()) == 1, kept.stderr
