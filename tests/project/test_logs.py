"""The log says what happened, in one line of JSON, and nothing about any reader."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from belowline.project.logs import JsonLines


def line(message: str, *args: Any, error: BaseException | None = None, **fields: Any) -> dict[str, Any]:
    record = logging.makeLogRecord({"name": "shop", "levelno": 20, "levelname": "INFO", "msg": message, "args": args})
    record.__dict__.update(fields)
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
    text = JsonLines("desk").format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_has_a_constant_name_and_its_values_as_fields() -> None:
    found = line("comment_posted", thread_id=7, seconds=0.25, is_held=False)
    assert (found["event"], found["part"], found["level"]) == ("comment_posted", "desk", "info")
    assert (found["thread_id"], found["seconds"], found["is_held"]) == (7, 0.25, False)


def test_what_a_library_prints_into_its_message_does_not_reach_the_log() -> None:
    found = line("Not Found: %s", "/d/7?email=alice@example.org")
    assert found["event"] == "Not Found: %s"
    assert "alice" not in json.dumps(found)


@pytest.mark.parametrize(
    "fields",
    [
        {"client_address": "192.0.2.7"},
        {"email": "alice@example.org"},
        {"cookie": "bl_session=abc"},
        {"query_string": "q=secret"},
        {"text": "what alice wrote"},
        {"request": object()},
        {"reason": "alice@example.org was refused"},
        {"reason": "refused by 192.0.2.7"},
        {"reason": "refused by 2001:db8::17"},
        {"path": "/d/7?after=secret"},
    ],
)
def test_nothing_personal_is_written_under_any_name(fields: dict[str, Any]) -> None:
    text = json.dumps(line("something", **fields))
    for personal in ("alice", "192.0.2.7", "2001:db8", "bl_session", "secret"):
        assert personal not in text


def test_an_exception_is_its_type_and_its_places_not_its_message() -> None:
    try:
        raise ValueError("UNIQUE constraint failed: alice@example.org")
    except ValueError as error:
        found = line("writer_group_failed", error=error)
    assert found["error"] == "ValueError"
    assert any("test_logs.py" in place for place in found["places"])
    assert "alice" not in json.dumps(found)


def test_an_ordinary_text_field_is_kept_as_it_is() -> None:
    assert line("child_died", child="desk", at_time="12:30:05")["at_time"] == "12:30:05"
