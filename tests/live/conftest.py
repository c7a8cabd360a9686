"""A night at the harbour: one live article, its editor, and short ways to write."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from belowline.accounts.models import User
from belowline.live import actions
from belowline.live.models import LiveEntry
from belowline.newsroom.body.made import Block, Paragraph
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticlePage, Author
from tests.newsroom.conftest import MORNING, Newsroom, cursor, newsroom
from tests.support.desk import build_static, make_staff, page

__all__ = ["cursor", "newsroom"]

NIGHT = MORNING + timedelta(hours=12)


@dataclass
class Night:
    newsroom: Newsroom
    article: ArticlePage
    editor: User

    url = "/a/surge"

    def words(self, *blocks: Block | str, headline: str = "", **more: Any) -> actions.Words:
        made = [Paragraph(one) if isinstance(one, str) else one for one in blocks]
        return actions.Words(actions.body_of(made, key=uuid.uuid4().hex), headline, **more)

    def write(
        self,
        *blocks: Block | str,
        headline: str = "",
        minutes: float = 0,
        by: User | None = None,
        is_public: bool = True,
        form_key: uuid.UUID | None = None,
        authors: Sequence[Author] = (),
        at: datetime | None = None,
    ) -> LiveEntry:
        words = self.words(*blocks, headline=headline, authors=authors, at=at)
        assert not is_public or not actions.prepare(self.article, words)
        answer = actions.write_entry(
            self.article.pk,
            words,
            form_key=form_key or uuid.uuid4(),
            by=by or self.editor,
            now=NIGHT + timedelta(minutes=minutes),
            is_public=is_public,
        )
        assert isinstance(answer, LiveEntry), answer
        return answer

    def edit(self, entry: LiveEntry, text: str, *, minutes: float = 30, **more: Any) -> LiveEntry | Denied:
        made = actions.body_of([Paragraph(text)], key=f"entry-{entry.pk}")
        words = actions.Words(made, entry.headline)
        return actions.edit_entry(
            entry.pk, words, version=entry.version, by=self.editor, now=NIGHT + timedelta(minutes=minutes), **more
        )

    def delta(self, since: int) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(page(f"{self.url}/updates?since={since}", now=NIGHT).body)
        return answer


@pytest.fixture
def night(newsroom: Newsroom) -> Night:
    build_static()
    editor = make_staff("Edda", "editor")
    article = newsroom.publish("surge", kind="live", headline="Surge night", standfirst="The water is coming.")
    return Night(newsroom, article, editor)
