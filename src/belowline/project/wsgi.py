"""The desk's two doors: public pages for the front's cache, and Django for everything personal.

The public door sees a path and a query and nothing else (pages/fill.py), so no reader can leak into a shared page.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belowline.project.django_settings")

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

personal = get_wsgi_application()

from belowline.pages import fill  # noqa: E402 - models may be imported only after the set-up above

FILL = "HTTP_BELOWLINE_FILL"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    door = fill.application if FILL in environ else personal
    return door(environ, start_response)
