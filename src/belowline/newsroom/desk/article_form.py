"""The desk's form for an article: Wagtail's, with the gate for its pictures, each sentence at the figure's own field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from belowline.newsroom.body.rendering import figures_in
from belowline.newsroom.desk.window import WindowForm
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.pictures import refusals
from belowline.newsroom.publishing import readiness, translations, withdrawal

if TYPE_CHECKING:
    from belowline.newsroom.body.rendering import Place

# An editor's browser waits for the drawing, and the front for 60 seconds at most (front/config.py, desk_seconds).
DRAW_WITHIN_SECONDS = 40


@dataclass(frozen=True, slots=True)
class _PictureError:
    """What keeps one picture from being published. `place` None: the opening picture."""

    place: Place | None
    sentence: str


class ArticleForm(WindowForm):
    """When it is published, also for later: every picture has its rights and words, and could be drawn."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        problem = translations.problem_of(
            article_id=self.instance.pk,
            chosen=cleaned.get("translation_of"),
            language=cleaned.get("language") or self.instance.language,
        )
        if problem:
            self.add_error("translation_of", problem)
        self._refuse_a_time_that_is_over(cleaned)
        return cleaned

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if not self._is_publishing() and not self._is_approving():
            return True
        if self._is_publishing() and not self._may_come_back():
            return False
        is_shown_now = self._is_publishing() and self._is_public_at_once()
        errors = self._lacks() or (self._undrawn() if is_shown_now else [])
        self._show(errors)
        return not self.errors

    def _refuse_a_time_that_is_over(self, cleaned: dict[str, Any]) -> None:
        begins = cleaned.get("go_live_at")
        # One that has passed since it was set did its work; Wagtail would publish at once for one that is set too late.
        if begins and "go_live_at" in self.changed_data and begins <= timezone.now():
            self.add_error("go_live_at", refusals.past_sentence(begins))

    def _lacks(self) -> list[_PictureError]:
        found = readiness.lacks_of(
            headline=self.cleaned_data.get("title", ""), opening=self.cleaned_data.get("picture"), body=self._body()
        )
        return [_PictureError(lack.place, lack.sentence) for lack in found]

    def _undrawn(self) -> list[_PictureError]:
        opening = self.cleaned_data.get("picture")
        places = [
            *([(opening, None)] if opening else []),
            *((one.value["picture"], one) for one in figures_in(self._body())),
        ]
        try:
            wanted = {picture.pk: picture for picture, _place in places}
            picture_files.encode_for_public(wanted.values(), within_seconds=DRAW_WITHIN_SECONDS)
        except picture_files.UnreadablePicture as error:
            return [_PictureError(place, error.sentence) for one, place in places if one.pk == error.picture.pk]
        except picture_files.StillDrawing as error:
            self.add_error(None, refusals.still_drawing_sentence(left=error.left))
        return []

    def _body(self) -> Any:
        return self.cleaned_data.get("body") or ()

    def _show(self, errors: list[_PictureError]) -> None:
        """Each at its own field, in blocks, too."""
        for one in errors:
            if one.place is None:
                self.add_error("picture", one.sentence)
        blocks: dict[int, ValidationError] = {}
        galleries: dict[int, dict[int, ValidationError]] = {}
        for one in errors:
            if one.place is None:
                continue
            error = StructBlockValidationError(block_errors={"picture": ValidationError(one.sentence)})
            if one.place.within is None:
                blocks[one.place.block] = error
            else:
                galleries.setdefault(one.place.block, {})[one.place.within] = error
        blocks |= {number: ListBlockValidationError(block_errors=inner) for number, inner in galleries.items()}
        if blocks:
            self.add_error("body", StreamBlockValidationError(block_errors=blocks))

    def _may_come_back(self) -> bool:
        try:
            withdrawal.require_allowed(self.instance.pk or 0)
        except withdrawal.StillRetracted as error:
            self.add_error(None, error.sentence)
            return False
        return True

    def _is_publishing(self) -> bool:
        """Asks for the right, too: nobody else may have public files made."""
        if self.instance.pk:
            may = self.instance.permissions_for_user(self.for_user).can_publish()
        else:
            may = self.parent_page.permissions_for_user(self.for_user).can_publish_subpage()
        return "action-publish" in self.data and may

    def _is_approving(self) -> bool:
        """What is approved is complete; it is drawn when it is published."""
        return "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "approve"

    def _is_public_at_once(self) -> bool:
        begins = self.cleaned_data.get("go_live_at")
        page = self.instance if self.instance.pk else self.parent_page
        return not (begins and begins > timezone.now()) and not page.get_view_restrictions().exists()
