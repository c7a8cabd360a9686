"""Migrations live longer than the code around them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

SOURCES = Path(__file__).resolve().parents[1] / "src" / "belowline"
# Field classes are part of the schema's language; everything else is application code (invariant 10).
FIELDS = {"belowline.storage.fields", "belowline.newsroom.models.sealed", "belowline.newsroom.models.blocks"}


def test_a_migration_imports_no_application_code() -> None:
    found = {
        f"{path.relative_to(SOURCES)}: {module}"
        for path in SOURCES.glob("*/migrations/*.py")
        for module in re.findall(r"^(?:import|from) (belowline[\w.]*)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if module not in FIELDS
    }
    assert found == set()


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
