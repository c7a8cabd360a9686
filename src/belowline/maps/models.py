"""The gazetteer, the newsroom's own base layers, and which map files are public for whom.

An owner is whoever publishes a map, named by a text of its own ("article:7"): this app knows no article.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from belowline.domain.maps import precision as exactness
from belowline.domain.maps.geojson import AREAS, LAYER, Feature, Limits, Unusable, read_geojson
from belowline.domain.maps.names import NAMES_MOST, name_in, name_key, names_in
from belowline.domain.maps.positions import Position, is_latitude, is_longitude
from belowline.maps import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable


class Precision(models.TextChoices):
    EXACT = exactness.Precision.EXACT.value, _("Exact")
    VICINITY = exactness.Precision.VICINITY.value, _("Vicinity, within 1 km")
    LOCALITY = exactness.Precision.LOCALITY.value, _("Locality, within 5 km")
    AREA = exactness.Precision.AREA.value, _("Area")
    COUNTRY = exactness.Precision.COUNTRY.value, _("Country or region: only named in the list")


class PlaceKind(models.TextChoices):
    SETTLEMENT = "settlement", _("Town or village")
    DISTRICT = "district", _("District or region")
    COUNTRY = "country", _("Country")
    BUILDING = "building", _("Building or site")
    NATURE = "nature", _("Water, mountain, landscape")
    OTHER = "other", _("Something else")


def features_of(text: str, limits: Limits) -> tuple[Feature, ...]:
    """Raises ValidationError with a sentence that names what is wrong."""
    found = read_geojson(text, limits)
    if isinstance(found, Unusable):
        raise ValidationError(refusals.unusable_geojson(found))
    return found


def checked(text: str, limits: Limits, *, field: str) -> None:
    """Raises ValidationError at the field."""
    try:
        features_of(text, limits)
    except ValidationError as error:
        raise ValidationError({field: error}) from None


class Place(models.Model):
    """A place of the gazetteer. Maps name it by its id, so that a public text never holds its position.

    `names` are other names, one a line, with their language where it is known ("ar: حلب"); PlaceName makes them found.
    `set_by` is who last said where it is, at `set_at`: the first of the two persons whom a home needs (PlaceApproval is the
    other).
    Saving one renews the public maps that use it (newsroom/receivers.py).
    """

    name = models.CharField(_("name"), max_length=200)
    names = models.TextField(
        _("other names"),
        blank=True,
        max_length=8000,
        help_text=_("One a line, in any script; with the language before it where it is known: “ar: حلب”."),
    )
    latitude = models.FloatField(_("latitude"), help_text=_("Degrees north, -90 to 90."))
    longitude = models.FloatField(_("longitude"), help_text=_("Degrees east, -180 to 180."))
    precision = models.CharField(
        _("how exactly it is known"),
        max_length=8,
        choices=Precision.choices,
        default=Precision.LOCALITY,
        help_text=_("Drawn as a dot, or as a circle around it. Never more exact than you know it."),
    )
    area = models.TextField(
        _("outline"),
        blank=True,
        help_text=_("For an area: GeoJSON with polygons."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind.choices, default=PlaceKind.SETTLEMENT)
    is_home_or_person = models.BooleanField(
        _("a home, or where a person is"),
        default=False,
        help_text=_("Shown no finer than its locality until a second person has approved it."),
    )
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters: SY, DE."))
    population = models.PositiveIntegerField(_("inhabitants"), default=0)
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Where the position is from."))
    note = models.TextField(_("note"), blank=True, max_length=2000, help_text=_("For the newsroom. Never public."))
    geoname_id = models.PositiveIntegerField(null=True, editable=False)
    is_edited = models.BooleanField(default=False, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    set_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("place")
        verbose_name_plural = _("places")
        permissions = [("approve_place", "Can approve place")]
        constraints = [
            models.UniqueConstraint(fields=["geoname_id"], condition=Q(geoname_id__isnull=False), name="maps_geoname"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="maps_place_in_the_world",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}" if self.country else self.name

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            super().save(*args, **options)
            PlaceName.objects.filter(place=self).delete()
            PlaceName.objects.bulk_create(PlaceName(place=self, key=key) for key in self.search_keys())

    def clean(self) -> None:
        """Raises ValidationError with a sentence at the field. (No validators on the fields: migrations would name
        them.)"""
        super().clean()
        if self.latitude is not None and not is_latitude(self.latitude):
            raise ValidationError({"latitude": refusals.outside_latitude(self.latitude)})
        if self.longitude is not None and not is_longitude(self.longitude):
            raise ValidationError({"longitude": refusals.outside_longitude(self.longitude)})
        if self.area.strip():
            checked(self.area, AREAS, field="area")
        if len(names_in(self.names)) > NAMES_MOST:
            message = gettext("At most %(count)s names: leave out the spellings that nobody searches for.")
            raise ValidationError({"names": message % {"count": NAMES_MOST}})

    def search_keys(self) -> list[str]:
        """What it is found by, each once."""
        found = [self.name, *(name for _language, name in names_in(self.names))]
        return [key for key in dict.fromkeys(name_key(name)[:200] for name in found) if key]

    def label_in(self, language: str) -> str:
        return name_in(self.names, language=language) or self.name

    def as_known(self) -> exactness.Place:
        """Everything that the newsroom knows. Only `domain.maps.precision.shown_at` may turn it into something public."""
        features = features_of(self.area, AREAS) if self.area else ()
        return exactness.Place(
            name=self.name,
            position=Position(self.latitude, self.longitude),
            precision=exactness.Precision(self.precision),
            is_home_or_person=self.is_home_or_person,
            approved=self.approved_precision() if self.is_home_or_person else None,
            rings=tuple(ring for one in features for ring in one.rings),
        )

    def approved_precision(self) -> exactness.Precision | None:
        """What a second person has allowed for the position as it is now; a moved place needs a new approval."""
        approvals = self.approvals.filter(latitude=self.latitude, longitude=self.longitude)
        by_others = approvals.filter(~Q(approved_by=self.set_by_id) | Q(is_alone=True))
        found = by_others.order_by("-pk").first() if self.set_by_id else None
        return exactness.Precision(found.precision) if found is not None else None


class PlaceName(models.Model):
    """A name of a place as `domain.maps.names.name_key` spells it, for finding."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="found_by")
    key = models.CharField(max_length=200, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="maps_place_name")]


class PlaceApproval(models.Model):
    """A second person allowed a home or a person to be shown this exactly, at this very position. Never changed.

    `is_alone`: there was nobody else, and who set the place allowed it after a day (domain/second_person.py).
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="approvals")
    precision = models.CharField(max_length=8, choices=Precision.choices)
    latitude = models.FloatField()
    longitude = models.FloatField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField()
    is_alone = models.BooleanField(default=False)


class BaseLayer(models.Model):
    """What lies under the places where the newsroom draws its own ground: coast, river, streets of its region."""

    name = models.CharField(_("name"), max_length=120)
    geojson = models.TextField(
        _("GeoJSON"),
        help_text=_(
            "Polygons and lines. The property “kind” says what they are: land, water, lake, built or green; "
            "coast, river, street or border."
        ),
    )
    replaces_earth = models.BooleanField(
        _("alone"), default=False, help_text=_("Nothing of Natural Earth is drawn under it.")
    )
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Whose data it is, as it must be printed."))

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("base layer of maps")
        verbose_name_plural = _("base layers of maps")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        checked(self.geojson, LAYER, field="geojson")


class MapFile(models.Model):
    """One public file of a drawn map. `digest` is of everything that the drawing depends on, after coarsening."""

    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=8)
    name = models.CharField(max_length=80, db_index=True, help_text="Below the media folder; safe in a URL.")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "role"], name="maps_file")]


class ShownMap(models.Model):
    """Which drawn maps an owner shows; a map's files live as long as one of these rows."""

    owner = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "digest"], name="maps_shown_map")]


class UsedPlace(models.Model):
    """Which places, shown or withheld, an owner's maps name: it is rendered anew when one of them changes."""

    owner = models.CharField(max_length=60)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "place"], name="maps_used_place")]


class UsedLayer(models.Model):
    """The same for base layers."""

    owner = models.CharField(max_length=60)
    layer = models.ForeignKey(BaseLayer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "layer"], name="maps_used_layer")]


class Waking(models.Model):
    """When the clock itself changes an owner's maps: the next end of a coarsening or a withholding."""

    owner = models.CharField(primary_key=True, max_length=60)
    at = models.DateTimeField(db_index=True)


class GazetteerFile(models.Model):
    """How far the import of a file has come, by the content of the file: the same one goes on where it stopped."""

    digest = models.CharField(primary_key=True, max_length=64)
    offset = models.BigIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)


def owners_of(places: Iterable[int] = (), layers: Iterable[int] = ()) -> list[str]:
    """Who shows one of these, each once, in a fixed order."""
    found = set(UsedPlace.objects.filter(place__in=list(places)).values_list("owner", flat=True))
    return sorted(found | set(UsedLayer.objects.filter(layer__in=list(layers)).values_list("owner", flat=True)))
