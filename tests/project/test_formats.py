"""The desk prints dates as the pages do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from belowline.pages.environment import environment

AT = datetime(2026, 11, 23, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_moment_reads_alike_in_the_desk_and_on_a_page(language: str) -> None:
    from gettext import NullTranslations

    on_page = environment({}, NullTranslations(), language=language, zone="UTC").filters["moment"](AT)
    with translation.override(language):
        in_desk = Template('{{ at|date:"DATETIME_FORMAT" }}').render(Context({"at": AT}))
    digits = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
    assert in_desk == on_page.translate(digits), "Django prints Western digits"
