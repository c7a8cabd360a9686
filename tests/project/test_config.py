"""What an operator may write into the settings, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from belowline.project.config import FILE_NAME, Config, ConfigError
from belowline.project.site import SETTINGS_FILE


def load(tmp_path: Path, text: str, **environ: str) -> Config:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    return Config.load(tmp_path, environ=environ)


def test_a_site_without_a_settings_file_has_the_defaults(tmp_path: Path) -> None:
    assert Config.load(tmp_path, environ={}) == Config()


def test_the_supervisor_and_the_settings_agree_on_the_files_name() -> None:
    assert SETTINGS_FILE == FILE_NAME


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[server]\nprot = 1\n", "unknown setting 'server.prot'; did you mean 'server.port'?"),
        ("[sever]\nport = 1\n", "unknown setting 'sever'; did you mean 'server'?"),
        ("[discussion]\nguest = 'hold'\n", "did you mean 'discussion.guests'?"),
        ("server = 8000\n", "'server' is a section; write [server]"),
        ("[site]\ntime_zone = 'Europe/Zurch'\n", "did you mean 'Europe/Zurich'?"),
        ("[site]\npublic_url = 'news.example'\n", "is not an origin; write it like https://news.example"),
        ("[server]\nport = 70000\n", "server.port"),
        ("[discussion]\npage_size = 51\n", "discussion.page_size"),
        ("[site\n", "not readable as TOML"),
        ("demo = true\n[server]\nhost = '0.0.0.0'\n", "the demo listens on loopback alone"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line_that_names_it(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


OPENID = "[[accounts.openid]]\nid = 'club'\nname = 'The Club'\nclient_id = 'weir'\nserver_url = '{}'\n"


@pytest.mark.parametrize(
    "url",
    [
        "https://login.club.example",
        "https://club.example:8443/realms/club",
        "http://127.0.0.1:8080/realms/club",
        "http://[::1]:8080",
        "http://LOCALHOST:8080",
    ],
)
def test_a_provider_is_asked_by_https_or_on_this_machine(tmp_path: Path, url: str) -> None:
    (provider,) = load(tmp_path, OPENID.format(url)).accounts.openid
    assert provider.server_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://login.club.example",
        "http://127.0.0.1.club.example",
        "http://127.0.0.1@club.example",
        "http://localhost:80@club.example",
        "http://127.0.0.2:8080",
        "http://10.0.0.7",
        "http://0.0.0.0:8080",
        "http://[::ffff:10.0.0.7]",
    ],
)
def test_a_provider_elsewhere_is_never_asked_in_the_open(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, OPENID.format(url))
    assert "accounts.openid.0.server_url: a provider is asked by https" in str(refused.value)
    assert "127.0.0.1, ::1, localhost" in str(refused.value)


@pytest.mark.parametrize("url", ["", "login.club.example", "ftp://127.0.0.1", "https:///club", "http://"])
def test_what_is_no_address_of_a_provider_is_told_with_an_example(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, OPENID.format(url))
    assert "write it like https://login.club.example" in str(refused.value)


def test_a_variable_of_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, "[server]\nport = 8001\n", BELOWLINE_SERVER__PORT="8002")
    assert config.server.port == 8002


def test_a_list_in_the_environment_is_written_with_commas(tmp_path: Path) -> None:
    config = load(tmp_path, "", BELOWLINE_SERVER__TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1/32")
    assert config.server.trusted_proxies == ["10.0.0.0/8", "192.0.2.1/32"]


def test_a_number_in_the_environment_is_a_number(tmp_path: Path) -> None:
    assert load(tmp_path, "", BELOWLINE_DISCUSSION__PAGE_SIZE="100").discussion.page_size == 100


def test_an_unknown_variable_is_refused_like_an_unknown_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'server\.port'"):
        load(tmp_path, "", BELOWLINE_SERVER__PORTT="1")


def test_the_data_folders_variable_is_no_setting(tmp_path: Path) -> None:
    assert load(tmp_path, "", BELOWLINE_DATA="/somewhere") == Config()
