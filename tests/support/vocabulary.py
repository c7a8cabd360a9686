"""schema.org's own vocabulary, to hold JSON-LD against: that a type and a property exist, that the property belongs to
the type, and that its value is of a kind that it may have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parents[1] / "corpora" / "schemaorg.json"
KEYWORDS = {"@context", "@type", "@id", "@graph"}
DATA_TYPES = {
    "Boolean": bool,
    "Integer": int,
    "Number": (int, float),
    "Text": str,
}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@cache
def _vocabulary() -> tuple[dict[str, list[str]], dict[str, tuple[list[str], list[str]]]]:
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    return stored["types"], stored["properties"]


def faults_of(data: Any, *, path: str = "") -> Iterator[str]:
    """Every fault of a JSON-LD document, with its place."""
    if path == "" and data.get("@context") != "https://schema.org":
        yield "the context is not https://schema.org"
    if "@graph" in data:
        for place, one in enumerate(data["@graph"]):
            yield from faults_of(one, path=f"/{place}")
        return
    types, properties = _vocabulary()
    kind = data.get("@type", "")
    if kind not in types:
        yield f"{path}: there is no type {kind!r}"
        return
    for name, value in data.items():
        if name in KEYWORDS:
            continue
        if name not in properties:
            yield f"{path}/{name}: there is no such property"
            continue
        domains, ranges = properties[name]
        if not any(_is(kind, domain) for domain in domains):
            yield f"{path}/{name}: {kind} has none, only {domains}"
        for one in value if isinstance(value, list) else [value]:
            yield from _value_faults(one, ranges, path=f"{path}/{name}")


def _value_faults(value: Any, ranges: list[str], *, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        if not any(_is(value.get("@type", ""), wanted) for wanted in ranges):
            yield f"{path}: {value.get('@type')} is none of {ranges}"
        yield from faults_of(value, path=path)
    elif value in ("", None):
        yield f"{path}: empty"
    elif not any(_is_literal(value, wanted) for wanted in ranges):
        yield f"{path}: {value!r} is none of {ranges}"


def _is_literal(value: Any, wanted: str) -> bool:
    if wanted in {"Date", "DateTime"}:
        try:
            return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            return False
    if isinstance(value, bool):
        return wanted == "Boolean"
    if wanted in DATA_TYPES:
        return isinstance(value, DATA_TYPES[wanted])
    # An address stands for the thing that it names.
    return isinstance(value, str) and bool(_ADDRESS.fullmatch(value))


def _is(kind: str, wanted: str) -> bool:
    types, _ = _vocabulary()
    return kind == wanted or any(_is(parent, wanted) for parent in types.get(kind, ()))
