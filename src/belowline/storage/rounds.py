"""Threads that do one thing again and again beside the requests: deliver, send, look into a mailbox."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import ClassVar

from django.db import DatabaseError, close_old_connections, connections

log = logging.getLogger(__name__)


class Rounds(ABC):
    """Rounds until it is told to stop. What fails is logged under `name` and tried again after `failed_pause` seconds; a
    database that is away is waited for."""

    name: ClassVar[str]
    failed_pause: ClassVar[float]

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def round(self) -> float:
        """Do what is to be done now; how many seconds to wait before the next round."""

    def start(self) -> None:
        self._thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._stopping.set()

    def stop(self) -> None:
        """End after what is under way."""
        self.ask_to_stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = self.round()
            except DatabaseError:
                log.exception("%s_database_failed", self.name)
                connections.close_all()
                pause = self.failed_pause
            except Exception:
                log.exception("%s_failed", self.name)
                pause = self.failed_pause
            close_old_connections()
        connections.close_all()
