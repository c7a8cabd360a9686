"""Loaded before Django's settings: every test run has a data folder of its own."""

from __future__ import annotations

import os
import tempfile

os.environ["BELOWLINE_DATA"] = tempfile.mkdtemp(prefix="belowline-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belowline.project.django_settings")
