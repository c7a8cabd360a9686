"""What an editor writes at a request, an offered source, or a passage of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from belowline.domain.anchoring.blocks import units_of
from belowline.domain.anchoring.choosing import CHARACTERS_MAX, address_of
from belowline.domain.feedback import NOTE_CHARACTERS, REASON_CHARACTERS
from belowline.domain.markup import MAX_CHARACTERS
from belowline.passages import queries
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from belowline.newsroom.models import ArticlePage
    from belowline.passages.queries import Revision

# In a list of choices: enough to know the paragraph by.
SHOWN = 90
PIECES_MAX = 500


def pieces_of(article: ArticlePage) -> list[tuple[str, str]]:
    """The passages of the published article that can be chosen: (address, first words), in the order of the text."""
    with snapshot() as cursor:
        text = queries.revision(cursor, str(article.subject_key))
    return [] if text is None else list(_pieces(text))[:PIECES_MAX]


def _pieces(text: Revision) -> Iterator[tuple[str, str]]:
    canonical = text.canonical
    for block in canonical.blocks:
        if block.is_figure:
            words = " ".join(canonical.text[block.start : block.end].split())
            yield address_of(text.number, block.id), f"▣ {_shortened(words)}"
            continue
        for start, end in units_of(canonical, block):
            if end - start <= CHARACTERS_MAX:
                address = address_of(text.number, block.id, start - block.start, end - block.start)
                yield address, _shortened(canonical.text[start:end])


def _shortened(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rpartition(' ')[0] or words[:SHOWN]}…"


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_(
            "Appears at the passage with your name, and goes to everybody who asked. Plain text; *emphasis*, > quotes, "
            "lists and links work."
        ),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_CHARACTERS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Appears at the passage, and goes to everybody who asked."),
    )


class DuplicateForm(forms.Form):
    target = forms.IntegerField(
        label=_("Number of the request that it repeats"), required=False, min_value=1, max_value=10**15
    )


class QuestionForm(forms.Form):
    passage = forms.ChoiceField(label=_("Passage"), widget=forms.Select(attrs={"dir": "auto"}))
    text = forms.CharField(
        label=_("Question to readers"),
        required=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Stands at the passage with your name. The answers are comments on it."),
    )

    def __init__(self, *args: object, pieces: list[tuple[str, str]], chosen: str = "", **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # Words that were selected in the article itself are no whole piece.
        is_own = bool(chosen) and chosen not in dict(pieces)
        choices = [(chosen, _("The words that you selected in the article")), *pieces] if is_own else pieces
        self.fields["passage"].choices = choices  # type: ignore[attr-defined]
        self.fields["passage"].initial = chosen


class OfferForm(forms.Form):
    note = forms.CharField(
        label=_("What readers should know of it, or a note for colleagues"),
        required=False,
        max_length=NOTE_CHARACTERS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Published together with the link; if you do not publish it, only colleagues read it."),
    )
    passage = forms.ChoiceField(label=_("At the passage"), required=False, widget=forms.Select(attrs={"dir": "auto"}))

    def __init__(self, *args: object, pieces: list[tuple[str, str]], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        if pieces:
            self.fields["passage"].choices = pieces  # type: ignore[attr-defined]
        else:
            del self.fields["passage"]
