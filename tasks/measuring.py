"""Benchmarks, soak runs and pictures: written elsewhere, started here."""

from __future__ import annotations

from tasks import environment
from tasks.saying import ROOT, TaskFailed, call


def bench(arguments: list[str]) -> int:
    return _python(["-m", "bench", *arguments], needs="bench/__main__.py", groups=(*environment.DEVELOPMENT, "bench"))


def soak(arguments: list[str]) -> int:
    return _python(["-m", "bench.soak", *arguments], needs="bench/soak", groups=environment.DEVELOPMENT)


def replay(arguments: list[str]) -> int:
    return _python(["-m", "bench.replay", *arguments], needs="bench/replay.py", groups=environment.DEVELOPMENT)


def shots(arguments: list[str]) -> int:
    return _python(
        ["-m", "tests.pages.preview", *arguments], needs="tests/pages/preview.py", groups=environment.DEVELOPMENT
    )


def _python(words: list[str], *, needs: str, groups: tuple[str, ...]) -> int:
    if not (ROOT / needs).exists() and not (ROOT / f"{needs}.py").exists():
        raise TaskFailed(f"this checkout has no {needs}")
    python = environment.ensure(groups=groups)
    return call([python, *words], environment=environment.environment(), quiet=True)
