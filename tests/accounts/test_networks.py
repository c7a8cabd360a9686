"""What a network did is counted for all processes and across restarts, and says nothing of whose network it is."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from belowline.accounts import networks
from belowline.accounts.models import NetworkUse
from belowline.domain.rates import SHARED, Rate

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
RATE = Rate("test", most=3, window=timedelta(hours=1))
HOUSE = "198.51.100.7"


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]


def use(address: str = HOUSE, *, minutes: float = 0, rate: Rate = RATE) -> datetime | None:
    return networks.count_use(rate, address, now=NOON + timedelta(minutes=minutes))


@pytest.mark.django_db
def test_the_fourth_is_refused_until_the_first_is_an_hour_old() -> None:
    assert [use(minutes=one) for one in (0, 1, 2)] == [None, None, None]
    assert use(minutes=3) == NOON + timedelta(hours=1)
    assert NetworkUse.objects.count() == 3, "what is refused counts nothing"
    assert use(minutes=61) is None
    assert use(rate=Rate("other", most=1, window=RATE.window)) is None, "another act has a count of its own"


@pytest.mark.django_db
def test_a_house_is_one_network_and_the_next_house_another() -> None:
    assert [use(f"2001:db8::{one}") for one in (1, 2, 3)] == [None, None, None]
    assert use("2001:db8::4") is not None
    assert use("2001:db8:0:1::1") is None
    assert [use("") for _ in range(3 * SHARED)] == [None] * 3 * SHARED, "who has no address shares a larger share"
    assert use("unix:") is not None


@pytest.mark.django_db
def test_midnight_forgives_nothing() -> None:
    assert [use(minutes=12 * 60 - one) for one in (3, 2, 1)] == [None, None, None]
    assert use(minutes=12 * 60 + 1) is not None


@pytest.mark.django_db
def test_neither_the_address_nor_what_leads_to_it_is_kept() -> None:
    use()
    use(minutes=24 * 60)
    stored = str(list(NetworkUse.objects.values()))
    packed = ip_address(HOUSE).packed
    # Neither as it is written, nor as it is sent, nor hashed without the salt.
    for known in (HOUSE, packed.hex(), sha256(packed).hexdigest()[:32], sha256(HOUSE.encode()).hexdigest()[:32]):
        assert known not in stored
    salts = sorted(path.name for path in (Path(settings.DATA) / "run").iterdir())
    assert salts == ["salt-2026-03-14", "salt-2026-03-15"], "and nothing else is left lying"
    assert all((Path(settings.DATA) / "run" / one).stat().st_mode & 0o077 == 0 for one in salts)
    networks.forget_old(NOON + timedelta(days=2, minutes=1))
    assert [path.name for path in (Path(settings.DATA) / "run").iterdir()] == ["salt-2026-03-15"]
    networks.forget_old(NOON + timedelta(days=3))
    assert list((Path(settings.DATA) / "run").iterdir()) == []
    assert not NetworkUse.objects.exists()


@pytest.mark.usefixtures("real_database")
def test_forms_that_come_side_by_side_are_all_counted() -> None:
    answers: list[datetime | None] = []

    def send() -> None:
        try:
            answers.append(use())
        finally:
            connections.close_all()

    people = [threading.Thread(target=send) for _ in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert answers.count(None) == RATE.most
    assert NetworkUse.objects.count() == RATE.most


PROCESS = """
import sys
import tests.support.environment
import django
django.setup()
from django.conf import settings
from tests.support.databases import _point_at
_point_at(sys.argv[1])
settings.DATA = __import__("pathlib").Path(sys.argv[2])
from datetime import datetime, timedelta
from belowline.accounts.networks import count_use
from belowline.domain.rates import Rate
rate = Rate("test", most=3, window=timedelta(hours=1))
print(count_use(rate, "198.51.100.7", now=datetime.fromisoformat(sys.argv[3])))
"""


@pytest.mark.usefixtures("real_database")
def test_another_process_and_one_after_a_restart_count_on() -> None:
    assert [use(), use()] == [None, None]
    words = [str(connection.settings_dict["NAME"]), str(settings.DATA), (NOON + timedelta(minutes=1)).isoformat()]
    command = [sys.executable, "-c", PROCESS, *words]
    said = [
        subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
        for _ in range(2)
    ]
    assert said == ["None\n", f"{NOON + timedelta(hours=1)}\n"]
    assert use(minutes=2) == NOON + timedelta(hours=1)
