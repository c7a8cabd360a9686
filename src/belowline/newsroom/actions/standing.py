"""The first texts of the standing pages, for a new site and for one that gets a new kind with an upgrade."""

from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.db import transaction

from belowline.newsroom.actions.pages import ensure_front_page
from belowline.newsroom.models import FrontPage, StandingKind, StandingPage
from belowline.newsroom.publishing.standing import digest_of
from belowline.newsroom.standing_texts import first_text, languages

# The ids of the first blocks are the same everywhere, so that the image of a new database is, too.
_BLOCK_NAMES = uuid.UUID("0f2b6a0e-54f3-4f0a-9a40-3a1c0d6f9a57")


@transaction.atomic
def ensure_standing_pages() -> int:
    """Publish the first text of every page that does not exist, in every language; how many. What exists stays as it
    is, published or not."""
    existing = set(StandingPage.objects.values_list("kind", "language"))
    missing = [(kind, code) for kind in StandingKind for code in languages() if (kind.value, code) not in existing]
    if not missing:
        return 0
    front = ensure_front_page()
    for kind, language in missing:
        _publish_first(front, kind.value, language)
        front.refresh_from_db()
    return len(missing)


def _publish_first(front: FrontPage, kind: str, language: str) -> None:
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    text = first_text(kind, language, prefix=prefix)
    stream = [
        {"type": name, "value": value, "id": str(uuid.uuid5(_BLOCK_NAMES, f"{kind}/{language}/{place}"))}
        for place, (name, value) in enumerate(text.blocks)
    ]
    page = StandingPage(
        title=text.title,
        slug=f"standing-{kind}-{language}",
        kind=kind,
        language=language,
        body=json.dumps(stream),
        live=False,
    )
    page.first_digest = digest_of(page)
    front.add_child(instance=page)
    page.save_revision().publish()
