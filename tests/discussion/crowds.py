"""Many people at once, for tests with real commits: threads whose connections are closed behind them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import TypeVar

from django.db import connections

A = TypeVar("A")
B = TypeVar("B")


def at_once(act: Callable[[A], B], items: Iterable[A], *, threads: int) -> list[B | BaseException]:
    """Run `act` on every item from so many threads, which begin together; answers or exceptions in item order."""
    waiting: SimpleQueue[tuple[int, A]] = SimpleQueue()
    for pair in enumerate(items):
        waiting.put(pair)
    answers: dict[int, B | BaseException] = {}
    start = threading.Barrier(threads)

    def work() -> None:
        start.wait()
        try:
            while True:
                number, item = waiting.get_nowait()
                try:
                    answers[number] = act(item)
                except Exception as problem:
                    answers[number] = problem
        except Empty:
            pass
        finally:
            connections.close_all()

    people = [threading.Thread(target=work) for _ in range(threads)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return [answers[number] for number in sorted(answers)]


class Repeating:
    """Does one thing again and again in a thread of its own until the block ends; keeps how long each took."""

    def __init__(self, act: Callable[[int], object]) -> None:
        self._act = act
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.seconds: list[float] = []
        self.problems: list[Exception] = []

    def __enter__(self) -> Repeating:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                began = time.perf_counter()
                try:
                    self._act(len(self.seconds))
                except Exception as problem:
                    self.problems.append(problem)
                self.seconds.append(time.perf_counter() - began)
        finally:
            connections.close_all()
