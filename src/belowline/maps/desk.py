"""The gazetteer and the base layers in the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet, SnippetViewSetGroup

from belowline.domain.maps.precision import needs_approval
from belowline.domain.second_person import Second
from belowline.maps.actions import second_person
from belowline.maps.forms import PlaceForm, PositionInput
from belowline.maps.models import BaseLayer, Place
from belowline.maps.queries import places_found

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ApprovalPanel(Panel):
    """Says that a second person is needed, and lets that person approve."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "maps/approval_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            place, user = self.instance, self.request.user
            context = super().get_context_data(parent_context) | {"warning": "", "note": "", "approve": ""}
            if place.pk is None or not place.is_home_or_person:
                return context
            if not needs_approval(place.as_known()):
                return context | {"note": _approved(place)}
            answer = second_person(place, user=user, now=timezone.now()) if place.set_by_id else Second.NEEDS_ANOTHER
            may_approve = answer in {Second.ALLOWED, Second.ALONE}
            action = gettext("Approve the exact place") if may_approve else ""
            return context | {"warning": _waiting(answer), "approve": action}


def _waiting(answer: Second) -> str:
    sentence = gettext(
        "A home, or where a person is: readers see no more than the locality, about 5 km, until a second person has "
        "approved the exact place."
    )
    more = {
        Second.ALLOWED: "",
        Second.ALONE: gettext(
            "Nobody else may approve it: you can do so yourself now, and it is kept that you were alone."
        ),
        Second.TOO_EARLY: gettext(
            "Nobody else may approve it: you can do so yourself 24 hours after you set the place."
        ),
    }
    other = gettext("Somebody other than whoever set the place must approve it here.")
    return f"{sentence} {more.get(answer, other)}".strip()


def _approved(place: Place) -> str:
    found = place.approvals.select_related("approved_by").order_by("-pk").first()
    if found is None or found.approved_by is None:
        return ""
    if found.is_alone:
        sentence = gettext(
            "The exact place was approved by %(name)s alone, who also set it: there was no second person. Moving the place "
            "takes the approval back."
        )
    else:
        sentence = gettext("The exact place was approved by %(name)s. Moving the place takes the approval back.")
    return sentence % {"name": found.approved_by.get_full_name()}


class PlaceList(IndexView):
    def search_queryset(self, queryset: QuerySet[Place]) -> QuerySet[Place]:
        """By any name, in any script and spelling."""
        return places_found(self.search_query) if self.is_searching else queryset


class PlaceEdit(EditView):
    def get_context_data(self, **values: Any) -> dict[str, Any]:
        # Numbers as Python writes them, whatever the language: they come back as they are.
        seen = {"seen_latitude": repr(self.object.latitude), "seen_longitude": repr(self.object.longitude)}
        return super().get_context_data(**values) | seen


class PlaceViewSet(SnippetViewSet):
    model = Place
    icon = "site"
    menu_label = _("Gazetteer")
    list_display = ["name", "country", "kind", "precision"]
    list_filter = ["kind", "precision", "is_home_or_person"]
    search_fields = ["name"]
    index_view_class = PlaceList
    edit_view_class = PlaceEdit
    edit_template_name = "maps/place_edit.html"
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            ApprovalPanel(),
            FieldPanel("name"),
            FieldPanel("names"),
            MultiFieldPanel(
                [
                    FieldPanel("latitude", widget=PositionInput(attrs={"step": "any"})),
                    FieldPanel("longitude"),
                    FieldPanel("precision"),
                    FieldPanel("is_home_or_person"),
                ],
                heading=_("Where it is"),
            ),
            FieldPanel("kind"),
            FieldPanel("country"),
            FieldPanel("population"),
            FieldPanel("area"),
            FieldPanel("source"),
            FieldPanel("note"),
        ],
        base_form_class=PlaceForm,
    )


class BaseLayerViewSet(SnippetViewSet):
    model = BaseLayer
    icon = "globe"
    menu_label = _("Base layers")
    list_display = ["name", "replaces_earth", "credit"]
    copy_view_enabled = False
    panels = [FieldPanel("name"), FieldPanel("geojson"), FieldPanel("replaces_earth"), FieldPanel("credit")]


class MapsGroup(SnippetViewSetGroup):
    items = (PlaceViewSet, BaseLayerViewSet)
    menu_label = _("Maps")
    menu_icon = "globe"
    menu_order = 170
    add_to_admin_menu = True
