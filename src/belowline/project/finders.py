"""Which apps bring files to /static/ as they are."""

from __future__ import annotations

from django.contrib.staticfiles.finders import AppDirectoriesFinder


class DeskFilesFinder(AppDirectoriesFinder):
    """The files of every app but `pages`, whose own builder makes one style sheet and hashed scripts of them."""

    def __init__(self, app_names: list[str] | None = None, *args: object, **kwargs: object) -> None:
        super().__init__(app_names, *args, **kwargs)
        self.apps = [app for app in self.apps if app != "belowline.pages"]
        self.storages.pop("belowline.pages", None)
