"""Choosing a place while one writes: found by any of its names, or added by a click on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsViewMixin,
    ChooseViewMixin,
    CreateView,
    CreationFormMixin,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from belowline.maps.queries import places_found

if TYPE_CHECKING:
    from django.http import HttpRequest


class PlaceFilterForm(BaseFilterForm):
    q = forms.CharField(label=_("Name"), required=False, max_length=100)

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        asked = self.cleaned_data.get("q") or ""
        if not asked.strip():
            return objects
        self.is_searching = True
        self.search_query = asked
        return places_found(asked)


class _Places(BaseChooseView):
    filter_form_class = PlaceFilterForm
    per_page = 20

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            Column("precision", label=_("How exactly"), accessor="get_precision_display"),
            Column("names", label=_("Other names"), accessor=_some_names),
        ]


def _some_names(place: Any) -> str:
    return ", ".join(line.strip() for line in place.names.splitlines()[:4])


class _Adding(CreationFormMixin):
    """The short form beside the search: name, and where. The gazetteer knows homes: whoever writes no article and may
    add no place, a moderator or a treasurer, does not look into it either."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("maps.add_place"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_creation_form_class(self) -> Any:
        # Not before the models are there: articles name this chooser in theirs.
        from belowline.maps.forms import NewPlaceForm

        return NewPlaceForm

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        return super().get_creation_form_kwargs() | {"for_user": self.request.user}


class ChoosePlace(ChooseViewMixin, _Adding, _Places):
    pass


class ChoosePlaceResults(ChooseResultsViewMixin, _Adding, _Places):
    pass


class CreatePlace(_Adding, CreateView):
    pass


class PlaceChooser(ChooserViewSet):
    model = "maps.Place"
    icon = "site"
    choose_one_text = _("Choose a place")
    choose_another_text = _("Choose another place")
    choose_view_class = ChoosePlace
    choose_results_view_class = ChoosePlaceResults
    create_view_class = CreatePlace
    create_action_label = _("Add this place")
    register_widget = False


place_chooser = PlaceChooser("place_chooser")
