"""Setting Django up for a command: the data folder must be known before the settings are imported."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from belowline.project.site import DataFolder


def set_up_django(folder: DataFolder) -> None:
    """Import the settings of the site in `folder` and load the apps. A process serves one site: the first call wins.

    Raises ConfigError for settings that cannot be used, RuntimeError for a second folder in one process.
    """
    os.environ["BELOWLINE_DATA"] = str(folder.root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belowline.project.django_settings")
    import django
    from django.apps import apps
    from django.conf import settings

    if str(settings.DATA) != str(folder.root):
        raise RuntimeError(f"Django already serves {settings.DATA}")
    if not apps.ready:
        # A million objects are made here that live as long as the process: looking for garbage among them again and
        # again is a seventh of the time that a command takes to start.
        gc.disable()
        django.setup()
        gc.enable()
