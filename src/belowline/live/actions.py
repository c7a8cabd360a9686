"""Changes to a live coverage. Each is one transaction with the coverage's row locked, so that its count of changes is in
the order of commits.

Pictures are drawn before: call `prepare` first, which takes some seconds for a new one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from belowline.live import publication, rights
from belowline.live.denials import ENTRIES_MAX, KEY_EVENTS_MAX, PINS_MAX
from belowline.live.events import CoverageChanged, LiveEntryDeleted
from belowline.live.models import Coverage, CoverageState, EntryState, LiveEntry, Wording
from belowline.newsroom.body.made import stream_of
from belowline.newsroom.body.rendering import pictures_in
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticleAuthor, ArticleKind, ArticlePage, ArticleRendering
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.publishing import readiness
from belowline.newsroom.publishing.publication import update_pictures
from belowline.outbox.events import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from belowline.accounts.models import User
    from belowline.newsroom.body.made import Block
    from belowline.newsroom.models import Author

# An editor's browser waits for the drawing, as for an article's (newsroom/desk/article_form.py).
DRAW_WITHIN_SECONDS = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What an editor wrote. `body` is a stream value; `at` None: the moment of publication, or the time it has."""

    body: Any
    headline: str = ""
    at: datetime | None = None
    authors: Sequence[Author] = ()


def body_of(blocks: Sequence[Block], *, key: str) -> Any:
    """The body of an entry. The same `key` gives its blocks the same ids."""
    field = LiveEntry._meta.get_field("body")
    return field.stream_block.to_python(list(stream_of(blocks, slug=key)))  # type: ignore[union-attr]


def prepare(page: ArticlePage, words: Words) -> list[readiness.Lack]:
    """What keeps the pictures from being shown; when nothing does, their public files are made.

    Raises UnreadablePicture, and StillDrawing when the time is over.
    """
    lacks = list(readiness.lacks_of(headline=words.headline or page.title, opening=None, body=words.body))
    if not lacks:
        picture_files.encode_for_public(pictures_in(words.body), within_seconds=DRAW_WITHIN_SECONDS)
    return lacks


@transaction.atomic
def write_entry(
    article_id: int, words: Words, *, form_key: uuid.UUID, by: User, now: datetime, is_public: bool
) -> LiveEntry | Denied:
    """A new entry. The same form sent again answers the entry that it made."""
    page, coverage = _locked(article_id)
    if page is None:
        return Denied("not_live")
    if not rights.may_write(by, page):
        return Denied("may_not_write")
    if is_public and not rights.may_publish(by, page):
        return Denied("may_not_publish")
    earlier = LiveEntry.objects.filter(form_key=form_key, coverage_id=article_id).first()
    if earlier is not None:
        return earlier
    if coverage is not None and coverage.state == CoverageState.ARCHIVED:
        return Denied("archived")
    if refusal := _refusal(words, now=now):
        return refusal
    if coverage is None:
        coverage = Coverage.objects.create(article=page)
    if coverage.entries.count() >= ENTRIES_MAX:
        return Denied("entries_most")
    entry = LiveEntry(coverage=coverage, form_key=form_key, written_by=by)
    _set(entry, words)
    if is_public:
        _make_public(entry, coverage, page, now=now)
    entry.save()
    entry.authors.set(words.authors)
    _remember(entry, by=by, now=now)
    if is_public:
        _tell(coverage, page)
    return entry


@transaction.atomic
def edit_entry(
    entry_id: int, words: Words, *, version: int, by: User, now: datetime, is_public: bool = False
) -> LiveEntry | Denied:
    """New words for an entry that nobody else changed since `version`. Of a public one they are public at once; a draft
    stays one unless `is_public`."""
    found = _entry(entry_id, by)
    if isinstance(found, Denied):
        return found
    entry, coverage, page = found
    if is_public and not rights.may_publish(by, page):
        return Denied("may_not_publish")
    if entry.version != version:
        return Denied("entry_changed")
    if refusal := _refusal(words, now=now):
        return refusal
    before = (entry.headline, entry.body.get_prep_value(), entry.at)
    was_public = entry.state == EntryState.PUBLISHED
    _set(entry, words)
    has_new_words = before[:2] != (entry.headline, entry.body.get_prep_value())
    if was_public:
        publication.take_over(entry, publication.rendered(entry.body, language=page.language))
        entry.edited_at = now if has_new_words else entry.edited_at
        entry.change = _next_change(coverage)
    elif is_public:
        _make_public(entry, coverage, page, now=now)
    entry.version += 1
    entry.save()
    entry.authors.set(words.authors)
    if has_new_words or (is_public and not was_public):
        _remember(entry, by=by, now=now)
    if entry.state == EntryState.PUBLISHED:
        _tell(coverage, page)
    return entry


@transaction.atomic
def publish_entry(entry_id: int, *, version: int, by: User, now: datetime) -> LiveEntry | Denied:
    """A draft as it was saved."""
    found = _entry(entry_id, by)
    if isinstance(found, Denied):
        return found
    entry, coverage, page = found
    if not rights.may_publish(by, page):
        return Denied("may_not_publish")
    if entry.state == EntryState.PUBLISHED:
        return entry
    if entry.version != version:
        return Denied("entry_changed")
    if entry.at is not None and entry.at > now:
        return Denied("time_ahead")
    _make_public(entry, coverage, page, now=now)
    entry.version += 1
    entry.save()
    _remember(entry, by=by, now=now)
    _tell(coverage, page)
    return entry


@transaction.atomic
def mark_entry(
    entry_id: int, *, by: User, is_pinned: bool | None = None, is_key: bool | None = None
) -> LiveEntry | Denied:
    """Pin it at the top or list it among the key events; None leaves it as it is."""
    found = _entry(entry_id, by)
    if isinstance(found, Denied):
        return found
    entry, coverage, page = found
    if not rights.may_publish(by, page):
        return Denied("may_not_publish")
    if entry.state != EntryState.PUBLISHED:
        return Denied("entry_not_public")
    others = coverage.entries.exclude(pk=entry.pk)
    if is_pinned and others.filter(is_pinned=True).count() >= PINS_MAX:
        return Denied("pins_most")
    if is_key and others.filter(is_key=True).count() >= KEY_EVENTS_MAX:
        return Denied("key_events_most")
    before = (entry.is_pinned, entry.is_key)
    entry.is_pinned = entry.is_pinned if is_pinned is None else is_pinned
    entry.is_key = entry.is_key if is_key is None else is_key
    if (entry.is_pinned, entry.is_key) != before:
        entry.change = _next_change(coverage)
        entry.save(update_fields=["is_pinned", "is_key", "change"])
        record(CoverageChanged(page.pk))
    return entry


@transaction.atomic
def delete_entry(entry_id: int, *, by: User, now: datetime) -> Denied | None:
    """Of a public entry a mark stays, and no word: not in former wordings, not in any cache. A draft goes altogether."""
    found = _entry(entry_id, by)
    if isinstance(found, Denied):
        return found
    entry, coverage, page = found
    if entry.state == EntryState.DRAFT:
        entry.delete()
        return None
    entry.state, entry.deleted_at = EntryState.DELETED, now
    entry.headline = entry.body_html = entry.excerpt = ""
    entry.body, entry.picture, entry.picture_ids = [], None, []
    entry.is_pinned = entry.is_key = False
    entry.story = None
    entry.edited_at = None
    entry.change = _next_change(coverage)
    entry.version += 1
    entry.save()
    entry.authors.clear()
    entry.wordings.update(headline="", body=[], passages=[])
    update_pictures(page)
    record(LiveEntryDeleted(page.pk))
    return None


@transaction.atomic
def change_state(article_id: int, state: str, *, by: User, now: datetime) -> Coverage | Denied:
    """Let the coverage run, pause it, or archive it."""
    page, coverage = _locked(article_id)
    if page is None:
        return Denied("not_live")
    if not rights.may_publish(by, page):
        return Denied("may_not_publish")
    if state not in CoverageState.values:
        return Denied("state_unknown")
    if coverage is None:
        coverage = Coverage.objects.create(article=page)
    if coverage.state != state:
        coverage.state = state
        coverage.ended_at = now if state == CoverageState.ARCHIVED else None
        coverage.changes += 1
        coverage.save()
        record(CoverageChanged(page.pk))
    return coverage


@transaction.atomic
def break_out(entry_id: int, *, by: User) -> ArticlePage | Denied:
    """A draft of an article made of the entry, beside the coverage. Readers find it under the entry once it is public."""
    found = _entry(entry_id, by)
    if isinstance(found, Denied):
        return found
    entry, _coverage, page = found
    topic = page.get_parent()
    if not topic.permissions_for_user(by).can_add_subpage():
        return Denied("may_not_write")
    if entry.story_id is not None:
        return Denied("entry_has_story")
    headline = entry.headline or entry.excerpt[:120] or page.title
    story = ArticlePage(
        title=headline,
        draft_title=headline,
        kind=ArticleKind.REPORT,
        language=page.language,
        body=[(one.block_type, one.value) for one in entry.body],
        owner=by,
        live=False,
    )
    story.bylines = [ArticleAuthor(author=one, sort_order=place) for place, one in enumerate(entry.authors.all())]
    topic.add_child(instance=story)
    story.save_revision(user=by, log_action=True)
    LiveEntry.objects.filter(pk=entry.pk).update(story=story, version=F("version") + 1)
    return story


# --- what they share --------------------------------------------------------------------------------------------------


def _locked(article_id: int) -> tuple[ArticlePage | None, Coverage | None]:
    """The article, if it is a live one, and its coverage, locked. The page's row stands for a coverage still to come."""
    page = ArticlePage.objects.select_for_update(of=("self",)).filter(pk=article_id, kind=ArticleKind.LIVE).first()
    return page, Coverage.objects.select_for_update().filter(pk=article_id).first()


def _entry(entry_id: int, by: User) -> tuple[LiveEntry, Coverage, ArticlePage] | Denied:
    """The stored entry with its coverage locked, if this user may change it now."""
    article_id = LiveEntry.objects.filter(pk=entry_id).values_list("coverage_id", flat=True).first()
    page, coverage = _locked(article_id) if article_id is not None else (None, None)
    entry = LiveEntry.objects.filter(pk=entry_id).first()
    if entry is None or page is None or coverage is None:
        return Denied("entry_missing")
    if not rights.may_edit(by, page, entry):
        return Denied("may_not_edit")
    if entry.state == EntryState.DELETED:
        return Denied("entry_gone")
    if coverage.state == CoverageState.ARCHIVED:
        return Denied("archived")
    return entry, coverage, page


def _refusal(words: Words, *, now: datetime) -> Denied | None:
    if words.at is not None and words.at > now:
        return Denied("time_ahead")
    is_empty = not words.headline.strip() and not publication.excerpt_of(words.body)
    if is_empty and all(block.block_type == "paragraph" for block in words.body):
        return Denied("entry_empty")
    return None


def _set(entry: LiveEntry, words: Words) -> None:
    entry.headline = words.headline.strip()
    entry.body = words.body
    entry.excerpt = publication.excerpt_of(words.body)
    entry.at = words.at or entry.at


def _make_public(entry: LiveEntry, coverage: Coverage, page: ArticlePage, *, now: datetime) -> None:
    coverage.last_number += 1
    coverage.started_at = coverage.started_at or now
    entry.number = coverage.last_number
    entry.state = EntryState.PUBLISHED
    entry.at = entry.at or now
    entry.published_at = now
    entry.change = _next_change(coverage)
    publication.take_over(entry, publication.rendered(entry.body, language=page.language))


def _next_change(coverage: Coverage) -> int:
    coverage.changes += 1
    coverage.save()
    return coverage.changes


def _remember(entry: LiveEntry, *, by: User, now: datetime) -> None:
    last = entry.wordings.order_by("-number").values_list("number", flat=True).first()
    is_public = entry.state == EntryState.PUBLISHED
    page = entry.coverage.article
    Wording.objects.create(
        entry=entry,
        number=(last or 0) + 1,
        at=now,
        by=by,
        is_public=is_public,
        headline=entry.headline,
        body=list(entry.body.raw_data),
        passages=[
            [one.key, one.kind, one.text] for one in publication.rendered(entry.body, language=page.language).passages
        ]
        if is_public
        else [],
    )


def _tell(coverage: Coverage, page: ArticlePage) -> None:
    update_pictures(page)
    if ArticleRendering.objects.filter(pk=page.pk).exists():
        record(CoverageChanged(page.pk))
