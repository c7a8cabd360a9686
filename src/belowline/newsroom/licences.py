"""On what basis a picture is shown. The ids are stored; those of Creative Commons are SPDX's, in small letters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_CC = "https://creativecommons.org/"
PUBLIC_DOMAIN = "PDM 1.0"  # what Creative Commons calls its mark for it


class Licence(models.TextChoices):
    """UNKNOWN keeps a picture from being published."""

    UNKNOWN = "", _("Not known yet: the picture cannot be published")
    OWN = "own", _("Our own: made by or for this newsroom")
    AGENCY = "agency", _("Agency: our contract covers this use")
    PERMISSION = "permission", _("Permission of the author for this use")
    CC0 = "cc0-1.0", "CC0"
    PUBLIC_DOMAIN = "pdm", _("Public domain")
    CC_BY_4 = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA_4 = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC_BY_ND_4 = "cc-by-nd-4.0", "CC BY-ND 4.0"
    CC_BY_NC_4 = "cc-by-nc-4.0", "CC BY-NC 4.0"
    CC_BY_NC_SA_4 = "cc-by-nc-sa-4.0", "CC BY-NC-SA 4.0"
    CC_BY_NC_ND_4 = "cc-by-nc-nd-4.0", "CC BY-NC-ND 4.0"
    CC_BY_3 = "cc-by-3.0", "CC BY 3.0"
    CC_BY_SA_3 = "cc-by-sa-3.0", "CC BY-SA 3.0"
    CC_BY_2 = "cc-by-2.0", "CC BY 2.0"
    CC_BY_SA_2 = "cc-by-sa-2.0", "CC BY-SA 2.0"
    FAIR_USE = "fair-use", _("Quotation or fair use, with the reason below")


@dataclass(frozen=True, slots=True)
class Deed:
    """What readers are told of a licence; both empty for a basis that concerns nobody but the newsroom.

    `text` is not translated: it stands in files, too. A page prints `name_in_words`.
    """

    text: str = ""
    url: str = ""


def deed_of(licence: str) -> Deed:
    if licence == Licence.CC0:
        return Deed("CC0", f"{_CC}publicdomain/zero/1.0/")
    if licence == Licence.PUBLIC_DOMAIN:
        return Deed(PUBLIC_DOMAIN, f"{_CC}publicdomain/mark/1.0/")
    if licence.startswith("cc-by"):
        kind, _, number = licence.removeprefix("cc-").rpartition("-")
        return Deed(str(Licence(licence).label), f"{_CC}licenses/{kind}/{number}/")
    return Deed()


def name_in_words(text: str) -> str:
    """A deed's text in the language that is active; names like "CC BY 4.0" are the same in all."""
    return gettext("Public domain") if text == PUBLIC_DOMAIN else text
