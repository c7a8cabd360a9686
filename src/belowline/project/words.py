"""The words of the command line, without Django: errors must be sayable before any setting was read."""

from __future__ import annotations

import gettext as catalogues
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
# Django's name for its catalogues, so that one set of files serves pages and commands.
_found = catalogues.translation("django", localedir=str(LOCALE), fallback=True)

gettext = _found.gettext
ngettext = _found.ngettext
