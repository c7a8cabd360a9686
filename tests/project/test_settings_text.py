"""The settings file and the settings page are made from one description, and stay together."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from belowline.project.config import Config, sections
from belowline.project.settings_text import markdown_text, toml_text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "settings.md"


def every_name() -> list[str]:
    plain = [name for name in Config.model_fields if name not in sections()]
    return plain + [f"{section}.{key}" for section, model in sections().items() for key in model.model_fields]


def test_a_new_settings_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "belowline.toml").write_text(toml_text(), encoding="utf-8")
    assert Config.load(tmp_path, environ={}) == Config()


def test_every_default_in_the_file_is_the_true_one() -> None:
    lines = toml_text().splitlines()
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line and line.startswith("# ") and "variable" not in line else line
        for line in lines
        if line.startswith("[") or (" = " in line)
    )
    assert Config.model_validate(tomllib.loads(uncommented)) == Config()


def test_what_init_was_told_stands_in_the_file() -> None:
    text = toml_text({"site.name": 'The "Weir"', "server.port": 8080, "demo": True})
    values = tomllib.loads(text)
    assert values == {"demo": True, "site": {"name": 'The "Weir"'}, "server": {"port": 8080}} | {
        section: {} for section in sections() if section not in {"site", "server"}
    }


def test_a_name_that_is_no_setting_is_a_fault() -> None:
    with pytest.raises(KeyError):
        toml_text({"server.prot": 1})


@pytest.mark.parametrize("name", every_name())
def test_every_setting_is_described_and_documented(name: str) -> None:
    section, _, key = name.rpartition(".")
    model = sections()[section] if section else Config
    assert model.model_fields[key].description, f"{name} has no description"
    assert f"### `{name}`" in PAGE.read_text(encoding="utf-8")


def test_the_settings_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown_text(), "run ./dev docs"
