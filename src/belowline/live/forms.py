"""What an editor fills in for an entry: some words, and the rest behind a fold."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.blocks.base import BlockField
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from belowline.live.actions import Words
from belowline.live.blocks import LiveEntryBlock
from belowline.newsroom.body.rendering import figures_in
from belowline.newsroom.models import Author

if TYPE_CHECKING:
    from collections.abc import Iterable

    from belowline.live.models import LiveEntry
    from belowline.newsroom.publishing.readiness import Lack

HEADLINE_CHARACTERS = 200
AUTHORS_MAX = 10


def _body_block() -> LiveEntryBlock:
    block = LiveEntryBlock()
    block.set_name("body")
    return block


class EntryForm(forms.Form):
    headline = forms.CharField(
        label=_("Headline"), required=False, max_length=HEADLINE_CHARACTERS, help_text=_("May be left empty.")
    )
    at = forms.DateTimeField(
        label=_("Time"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=_("As readers see it. Empty: the moment of publication."),
    )
    authors = forms.ModelMultipleChoiceField(
        label=_("Authors"), queryset=Author.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    # What stands in the second row, folded away.
    folded = ("at", "authors")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"] = BlockField(block=_body_block(), label=_("Text"), required=False)

    def clean_authors(self) -> list[Author]:
        chosen = list(self.cleaned_data["authors"])
        if len(chosen) > AUTHORS_MAX:
            raise ValidationError(
                _("%(n)s authors are too many: choose at most %(most)s."),
                params={"n": len(chosen), "most": AUTHORS_MAX},
            )
        return chosen

    def words(self) -> Words:
        """Of a valid form."""
        found = self.cleaned_data
        return Words(found["body"], found["headline"], found["at"], found["authors"])

    def show_lacks(self, lacks: Iterable[Lack]) -> None:
        self.show_at_pictures({lack.picture.pk: lack.sentence for lack in lacks})

    def show_at_pictures(self, sentences: dict[int, str]) -> None:
        """Each sentence at the figure with that picture."""
        blocks: dict[int, ValidationError] = {}
        galleries: dict[int, dict[int, ValidationError]] = {}
        for place in figures_in(self.cleaned_data["body"]):
            said = sentences.get(place.value["picture"].pk)
            if said is None:
                continue
            error = StructBlockValidationError(block_errors={"picture": ValidationError(said)})
            if place.within is None:
                blocks[place.block] = error
            else:
                galleries.setdefault(place.block, {})[place.within] = error
        blocks |= {number: ListBlockValidationError(block_errors=inner) for number, inner in galleries.items()}
        self.add_error("body", StreamBlockValidationError(block_errors=blocks))


def first_of(*, author: Author | None) -> dict[str, Any]:
    """What an empty form begins with: one paragraph to type into."""
    return {
        "form_key": uuid.uuid4(),
        "version": 0,
        "body": _body_block().normalize([("paragraph", "")]),
        "authors": [author.pk] if author is not None else [],
    }


def stored_in(entry: LiveEntry) -> dict[str, Any]:
    return {
        "headline": entry.headline,
        "body": entry.body,
        "at": entry.at,
        "authors": list(entry.authors.all()),
        "form_key": entry.form_key,
        "version": entry.version,
    }
