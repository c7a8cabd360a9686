"""Two editors at one page: keeping what came second, and making one draft of both (domain/merging.py).

A page is compared as it is stored in a revision: its fields, and its lists (the blocks of its text, and the rows below
it, such as bylines and corrections).
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import Page

from belowline.domain.merging import Choice, Document, Item, Merged, merge, settle
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import AsideDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from wagtail.models import Revision

    from belowline.accounts.models import User
    from belowline.domain.merging import Part

# Rows that have a name of their own. Others go by their words: before an article is published, rows have no lasting id.
_NAMED_BY = {"bylines": "author", "corrections": "at", "related_choices": "other"}
# What an editor of rich text gives each paragraph anew.
_DRAFT_KEY = re.compile(r' data-block-key="[^"]*"')
_SPACES = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class State:
    """One state of a page's newest revision: autosaving writes a revision over."""

    revision_id: int
    saved_at: str

    @property
    def mark(self) -> str:
        return f"{self.revision_id}@{self.saved_at}"


@dataclass(frozen=True, slots=True)
class Sides:
    """The three documents of a merge, and the contents that they were made of."""

    base: Document | None
    mine: Document
    theirs: Document
    contents: Mapping[str, dict[str, Any]]
    merged: Merged


# --- keeping what came second -----------------------------------------------------------------------------------------


def set_aside(
    page: Page, *, base: dict[str, Any] | None, content: dict[str, Any], wish: str, by: User, began_with: str
) -> AsideDraft:
    """Keep what `by` wanted to save. The same form again is the same row."""
    found = document_of(page, _plain(content))
    words = [
        began_with,
        dict(found.fields),
        {name: [(one.key, one.value) for one in items] for name, items in found.lists.items()},
    ]
    digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()
    aside, _is_new = AsideDraft.objects.get_or_create(
        page_id=page.pk,
        by=by,
        digest=digest,
        defaults={"base": base, "content": _plain(content), "wish": wish, "made_at": timezone.now()},
    )
    return aside


def _plain(content: dict[str, Any]) -> Any:
    """As a revision stores it: JSON values alone."""
    from django.core.serializers.json import DjangoJSONEncoder

    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def state_of(revision: Revision) -> State:
    return State(revision.pk, revision.created_at.isoformat())


def changes_anything(base: dict[str, Any] | None, content: dict[str, Any], *, page: Page) -> bool:
    """Whether `content` differs from what its editor began with; unknown counts as yes."""
    if base is None:
        return True
    former, mine = document_of(page, base), document_of(page, _plain(content))
    return former.fields != mine.fields or any(
        tuple(former.lists.get(name, ())) != tuple(items) for name, items in mine.lists.items()
    )


# --- comparing --------------------------------------------------------------------------------------------------------


def sides_of(aside: AsideDraft, *, page: Page, theirs: Revision) -> Sides:
    """`page` is the specific page, `theirs` its newest revision."""
    contents = {"mine": _regular(page, aside.content), "theirs": _regular(page, theirs.content)}
    mine, others = _document(page, contents["mine"]), _document(page, contents["theirs"])
    base = None
    if aside.base is not None:
        contents["base"] = _regular(page, aside.base)
        base = _document(page, contents["base"])
    return Sides(base, mine, others, contents, merge(base, mine, others))


def document_of(page: Page, content: dict[str, Any]) -> Document:
    return _document(page, _regular(page, content))


def _regular(page: Page, content: dict[str, Any]) -> dict[str, Any]:
    """The content with its blocks as this version of the program stores them, whichever stored them."""
    content = dict(content)
    for field in _stream_fields(page):
        value = field.to_python(content.get(field.name) or "[]")
        content[field.name] = [
            {
                "type": child.block_type,
                "value": child.block.get_prep_value(child.value),
                # Always the same one for a block without: what is chosen names it.
                "id": child.id or str(uuid.uuid5(uuid.NAMESPACE_OID, str(place))),
            }
            for place, child in enumerate(value)
        ]
    return content


def _stream_fields(page: Page) -> list[StreamField]:
    return [field for field in page._meta.get_fields() if isinstance(field, StreamField)]


def _document(page: Page, content: dict[str, Any]) -> Document:
    streams = {field.name for field in _stream_fields(page)}
    fields = {name: _comparable(content.get(name)) for name in edited_fields(page) if name not in streams}
    lists = {
        name: [
            Item(block["id"], _comparable({"type": block["type"], "value": block["value"]})) for block in content[name]
        ]
        for name in streams
    }
    for name in _child_lists(page):
        lists[name] = [Item(key, _comparable(_words_of_row(row))) for key, row in rows_of(name, content)]
    return Document(fields, lists)


def edited_fields(page: Page) -> list[str]:
    """The fields that its form may show, in the order of the model: the page's own, and the few of Wagtail's."""
    wagtails = {field.name for field in Page._meta.get_fields()}
    shown = {"title", "slug", "go_live_at", "expire_at", "seo_title", "search_description", "show_in_menus"}
    return [
        field.name
        for field in page._meta.concrete_fields
        if field.editable and (field.name not in wagtails or field.name in shown) and not field.primary_key
    ]


def _child_lists(page: Page) -> list[str]:
    return [relation.get_accessor_name() for relation in get_all_child_relations(type(page))]


def rows_of(name: str, content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one list in order, each with a key that is unique in it."""
    used: dict[str, int] = {}
    rows = sorted(content.get(name) or [], key=lambda row: row.get("sort_order") or 0)
    for row in rows:
        by = _NAMED_BY.get(name)
        key = _comparable(row.get(by) if by else _words_of_row(row))
        if len(key) > 80:
            key = hashlib.sha256(key.encode()).hexdigest()[:16]
        used[key] = used.get(key, 0) + 1
        yield (key if used[key] == 1 else f"{key}#{used[key]}"), row


def _words_of_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its number, its place and its page."""
    return {name: value for name, value in row.items() if name not in {"pk", "sort_order", "article", "topic", "page"}}


def _comparable(value: Any) -> str:
    return json.dumps(_simple(value), sort_keys=True, ensure_ascii=False, default=str)


def _simple(value: Any) -> Any:
    """Without what differs although nobody changed it: keys of the text editor, the seconds that a form drops."""
    if isinstance(value, dict):
        return {name: _simple(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_simple(one) for one in value]
    if isinstance(value, str):
        if len(value) >= 16 and value[4:5] == "-" and value[10:11] in {"T", " "} and (at := _moment(value)):
            return at.replace(second=0, microsecond=0).astimezone(timezone.get_default_timezone()).isoformat()
        return _SPACES.sub(" ", _markup(value) if "<" in value else value.replace("\r\n", "\n"))
    return "" if value is None else value


def _markup(value: str) -> str:
    """As the text editor would write it."""
    value = unescape(_DRAFT_KEY.sub("", value)).replace("\xa0", " ")
    for written, wanted in (("strong>", "b>"), ("em>", "i>"), ("<br>", "<br/>")):
        value = value.replace(written, wanted)
    return value


def _moment(value: str) -> datetime | None:
    try:
        at = parse_datetime(value)
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) else None


# --- one draft of both ------------------------------------------------------------------------------------------------


def merge_drafts(
    aside_id: int, *, by: User, choices: Mapping[str, Choice], seen: str, now: datetime
) -> AsideDraft | Denied:
    """Save the merged draft as the page's newest revision, never published by itself.

    `seen` is the state of their draft that was chosen from. Denied: `merge_is_outdated`, `merge_incomplete`,
    `merge_page_locked`. Raises ValidationError where the result is not valid. Merging again changes nothing.
    """
    with transaction.atomic():
        aside = AsideDraft.objects.select_for_update().get(pk=aside_id)
        if aside.merged_at is not None:
            return aside
        # The lock that every save of a draft takes (desk/pages.py): nobody saves between here and the end.
        page = Page.objects.select_for_update().get(pk=aside.page_id).specific
        theirs = page.get_latest_revision()
        if state_of(theirs).mark != seen:
            return Denied("merge_is_outdated")
        lock = page.get_lock()
        if lock is not None and lock.for_user(by):
            return Denied("merge_page_locked")
        sides = sides_of(aside, page=page, theirs=theirs)
        if sides.merged.conflicts.keys() - choices.keys():
            return Denied("merge_incomplete")
        merged = page.with_content_json(_content(page, sides, choices))
        _require_valid(merged)
        revision = merged.save_revision(user=by, log_action=True, clean=False)
        aside.merged_at, aside.revision_id = now, revision.pk
        aside.save()
        return aside


def _require_valid(page: Page) -> None:
    """What a draft has to be: the address must be its own, the dates in order."""
    # A draft may lack what only publication needs; fields that must not be empty never came from a valid form.
    optional = [field.name for field in page._meta.concrete_fields if field.name not in {"title", "slug"}]
    page.full_clean(exclude=optional)
    begins, ends = page.go_live_at, page.expire_at
    if begins and ends and begins >= ends:
        from django.utils.translation import gettext as _

        raise ValidationError({"expire_at": _("It would end before it goes live. Choose both from the same side.")})


def _content(page: Page, sides: Sides, choices: Mapping[str, Choice]) -> dict[str, Any]:
    settled = settle(sides.merged, choices)
    content = dict(sides.contents["theirs"])
    for name, side in settled.fields.items():
        content[name] = sides.contents[side.value].get(name)
    for field in _stream_fields(page):
        blocks = {
            side: {block["id"]: block for block in sides.contents[side][field.name]} for side in ("mine", "theirs")
        }
        content[field.name] = json.dumps([_block(blocks, part) for part in settled.lists[field.name]])
    for name in _child_lists(page):
        rows = {side: dict(rows_of(name, sides.contents[side])) for side in ("mine", "theirs")}
        content[name] = [
            rows[part.side.value][part.key] | {"sort_order": place} | ({"pk": None} if part.is_copy else {})
            for place, part in enumerate(settled.lists[name])
        ]
    return content


def _block(blocks: Mapping[str, Mapping[str, Any]], part: Part) -> dict[str, Any]:
    block = blocks[part.side.value][part.key]
    return block | {"id": str(uuid.uuid4())} if part.is_copy else block
