"""A pytest plugin for `./dev fast`: fewer made-up examples, which `./dev test` tries in full."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("few", max_examples=15)
settings.load_profile("few")
