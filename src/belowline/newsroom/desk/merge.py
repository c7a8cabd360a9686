"""The desk's page where an editor makes one draft of two: theirs, which was saved first, and mine, which is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Page

from belowline.domain.differences import Piece, compared
from belowline.domain.merging import Choice, Outcome
from belowline.newsroom.actions import merging
from belowline.newsroom.body.rendering import plain_words
from belowline.newsroom.denials import Denied, sentence
from belowline.newsroom.models import AsideDraft, Author, Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from belowline.newsroom.actions.merging import Sides

# What a row is called, and which of its words are shown.
_LISTS = {
    "body": gettext_lazy("Text"),
    "bylines": gettext_lazy("Authors"),
    "corrections": gettext_lazy("Corrections and updates"),
    "names": gettext_lazy("Name in other languages"),
    "related_choices": gettext_lazy("More on this topic"),
    "wagtail_admin_comments": gettext_lazy("Editors’ comments"),
}
_CHOICES = {
    Choice.THEIRS: gettext_lazy("Take theirs"),
    Choice.MINE: gettext_lazy("Take mine"),
    Choice.BOTH: gettext_lazy("Keep both, theirs first"),
}
# Longer passages are shown whole: finding the words that differ takes quadratic time.
_COMPARED_CHARACTERS = 3_000


@dataclass(frozen=True, slots=True)
class Wording:
    """One side of a question. `pieces` are its words, marked where they differ from what both began with."""

    title: str
    pieces: tuple[Piece, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`name` is the form's field. `options` are (value, label, is chosen)."""

    name: str
    title: str
    wordings: tuple[Wording, ...]
    options: tuple[tuple[str, str, bool], ...]
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What fits by itself."""

    title: str
    whose: str
    pieces: tuple[Piece, ...]


def merge(request: HttpRequest, page_id: int, aside_id: int) -> HttpResponse:
    """Show both and ask; then save one draft of them."""
    page, aside = _mine(request, page_id, aside_id)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    if aside.merged_at is not None:
        messages.success(request, _("This was merged already: here is the newest draft."))
        return HttpResponseRedirect(edit)
    choices = _choices(request)
    refusals: list[str] = []
    is_asked = request.method == "POST"
    if is_asked:
        seen = request.POST.get("theirs", "")
        try:
            answer = merging.merge_drafts(aside.pk, by=aside.by, choices=choices, seen=seen, now=timezone.now())
        except ValidationError as error:
            refusals = [_refusal(page, name, text) for name, texts in _errors(error).items() for text in texts]
        else:
            if not isinstance(answer, Denied):
                messages.success(request, _said(aside.wish))
                return HttpResponseRedirect(edit)
            refusals = [sentence(answer)]
    theirs = page.get_latest_revision()
    sides = merging.sides_of(aside, page=page, theirs=theirs)
    crumbs = [
        {"url": reverse("wagtailadmin_explore_root"), "label": _("Pages")},
        {"url": edit, "label": page.get_admin_display_title()},
        {"url": "", "label": _("Two versions")},
    ]
    context = {
        "header_title": _("Make one of two versions"),
        "breadcrumbs_items": crumbs,
        "header_icon": "history",
        "page": page,
        "direction": getattr(page.specific, "direction", "auto"),
        "intro": _(
            "%(name)s saved this page on %(date)s, after you had opened it. Nothing is lost: both versions are kept. "
            "Choose what the next draft says."
        )
        % {
            "name": capfirst(_who(theirs, request)),
            "date": date_format(timezone.localtime(theirs.created_at), "DATETIME_FORMAT"),
        },
        "refusals": refusals,
        "is_base_known": sides.base is not None,
        "wished": aside.wish != "save",
        "questions": list(_questions(page, sides, choices, is_asked=is_asked)),
        "taken": list(_taken(page, sides, who=_who(theirs, request))),
        "seen": merging.state_of(theirs).mark,
        "edit_url": edit,
    }
    return TemplateResponse(request, "newsroom/merge.html", context, status=409 if refusals else 200)


def _mine(request: HttpRequest, page_id: int, aside_id: int) -> tuple[Page, AsideDraft]:
    page = get_object_or_404(Page, pk=page_id).specific
    aside = AsideDraft.objects.filter(pk=aside_id, page_id=page_id, by_id=request.user.pk or 0).first()
    if aside is None:
        raise Http404
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page, aside


def _choices(request: HttpRequest) -> dict[str, Choice]:
    prefix = "choice:"
    return {
        name.removeprefix(prefix): Choice(value)
        for name, value in request.POST.items()
        if name.startswith(prefix) and value in set(Choice)
    }


def _said(wish: str) -> str:
    if wish == "save":
        return _("Saved as one draft of both.")
    return _("Saved as one draft of both. It is not published or handed on: look at it, then press the button again.")


def _errors(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _refusal(page: Page, name: str, text: str) -> str:
    return f"{_label(page, name)}: {text}" if name and name != "__all__" else text


def _who(revision: Any, request: HttpRequest) -> str:
    if revision.user_id == request.user.pk:
        return _("you, in another window")
    return revision.user.get_full_name() or revision.user.get_username() if revision.user else _("the system")


# --- what is asked ----------------------------------------------------------------------------------------------------


def _questions(page: Page, sides: Sides, choices: dict[str, Choice], *, is_asked: bool) -> Iterator[Question]:
    for name, possible in sides.merged.conflicts.items():
        wordings, title = _wordings(page, sides, name)
        options = tuple((choice.value, str(_CHOICES[choice]), choices.get(name) is choice) for choice in possible)
        yield Question(f"choice:{name}", title, wordings, options, is_asked and name not in choices)


def _wordings(page: Page, sides: Sides, name: str) -> tuple[tuple[Wording, ...], str]:
    field, is_item, key = name.partition("/")
    if is_item and not key:
        titles = (("theirs", _("Their order")), ("mine", _("My order")))
        found = tuple(Wording(title, _plain(_order(page, sides, field, side))) for side, title in titles)
        return found, _("%(list)s: the order") % {"list": _label(page, field)}
    said = {side: _said_by(page, content, field, key) for side, content in sides.contents.items()}
    return tuple(_three(said)), _title_of(page, field, said, key=key)


def _three(said: dict[str, str | None]) -> Iterator[Wording]:
    before = said.get("base")
    if before is not None:
        yield Wording(_("Before"), _plain(before))
    for side, title in (("theirs", _("Theirs")), ("mine", _("Mine"))):
        text = said[side]
        if text is None:
            note = _("Not there.") if before is None else _("Taken away.")
            yield Wording(title, (), note)
            continue
        note = ""
        if before is not None and text == before:
            note = _("The words are the same; its markup or settings differ.")
        yield Wording(title, _pieces(before, text), note)


def _pieces(before: str | None, text: str) -> tuple[Piece, ...]:
    if before is None or max(len(before), len(text)) > _COMPARED_CHARACTERS:
        return _plain(text)
    return compared(before, text)


def _plain(text: str) -> tuple[Piece, ...]:
    from belowline.domain.differences import Mark

    return (Piece(Mark.SAME, text),) if text else ()


def _taken(page: Page, sides: Sides, *, who: str) -> Iterator[Taken]:
    """What one side changed alone: in the order of the page."""
    whose = {Outcome.MINE: _("yours"), Outcome.THEIRS: who}
    for name, outcome in sides.merged.fields.items():
        if outcome in whose:
            yield _one_taken(page, sides, name, "", outcome, whose[outcome])
    for name, merged in sides.merged.lists.items():
        for key, outcome in merged.items.items():
            if outcome in whose:
                yield _one_taken(page, sides, name, key, outcome, whose[outcome])
        if merged.order in whose:
            title = _("%(list)s: the order") % {"list": _label(page, name)}
            yield Taken(title, whose[merged.order], ())


def _one_taken(page: Page, sides: Sides, name: str, key: str, outcome: Outcome, whose: str) -> Taken:
    said = {side: _said_by(page, content, name, key) for side, content in sides.contents.items()}
    before, after = said.get("base") or "", said["mine" if outcome is Outcome.MINE else "theirs"] or ""
    is_long = max(len(before), len(after)) > _COMPARED_CHARACTERS
    return Taken(_title_of(page, name, said, key=key), whose, _plain(after) if is_long else compared(before, after))


# --- words for people -------------------------------------------------------------------------------------------------


def _label(page: Page, name: str) -> str:
    if name in _LISTS:
        return str(_LISTS[name])
    if name == "title":
        return _("Headline")
    try:
        field = page._meta.get_field(name)
    except LookupError:
        return name
    except Exception:  # a relation without a name of its own
        return name
    return str(capfirst(getattr(field, "verbose_name", name)))


def _title_of(page: Page, name: str, said: dict[str, str | None], *, key: str) -> str:
    label = _label(page, name)
    if not key:
        return label
    words = (said.get("base") or said["theirs"] or said["mine"] or "").split("\n")[0]
    return f"{label}: {words[:60]}{'…' if len(words) > 60 else ''}" if words else label


def _said_by(page: Page, content: dict[str, Any], name: str, key: str) -> str | None:
    """What one side says there in plain words; None where it has no such item."""
    if not key:
        return _value_words(page, name, content.get(name))
    if name in {field.name for field in merging._stream_fields(page)}:
        block = next((one for one in content[name] if one["id"] == key), None)
        return None if block is None else _block_words(page, name, block)
    row = dict(merging.rows_of(name, content)).get(key)
    return None if row is None else _row_words(name, row)


def _order(page: Page, sides: Sides, name: str, side: str) -> str:
    keys = getattr(sides.merged.lists[name], side)
    lines = [(_said_by(page, sides.contents[side], name, key) or "").split("\n")[0][:60] for key in keys]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


def _value_words(page: Page, name: str, value: Any) -> str:
    field = page._meta.get_field(name)
    if value in {None, ""}:
        return str(dict(getattr(field, "flatchoices", ())).get("", ""))
    if isinstance(field, models.ForeignKey):
        found = field.related_model._default_manager.filter(pk=value).first()
        return str(found) if found is not None else ""
    if isinstance(field, models.DateTimeField):
        at = parse_datetime(str(value))
        return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else str(value)
    return str(dict(getattr(field, "flatchoices", ())).get(value, value))


def _block_words(page: Page, name: str, block: dict[str, Any]) -> str:
    value = page._meta.get_field(name).to_python([block])
    child = next(iter(value), None)
    if child is None:
        return ""
    if child.block_type == "paragraph":
        return plain_words(child.value.source)
    lines = [_picture_title(child.value), *child.block.get_searchable_content(child.value)]
    return "\n".join(line for line in lines if line) or str(child.block.label)


def _picture_title(value: Any) -> str:
    picture = value.get("picture") if hasattr(value, "get") else None
    return _("Picture: %(title)s") % {"title": picture.title} if isinstance(picture, Picture) else ""


def _row_words(name: str, row: dict[str, Any]) -> str:
    if name == "bylines":
        author = Author.objects.filter(pk=row.get("author") or 0).first()
        return author.name if author else ""
    lines = [row.get(one) for one in ("title", "text", "was", "now", "description", "url")]
    return "\n".join(str(line) for line in lines if line)
