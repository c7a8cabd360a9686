"""What an article's body is made of. Every block keeps the id that it was given when it was first saved."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from belowline.maps.blocks import MapBlock

# Links, emphasis, nothing that loads: no embeds, no pictures inside a sentence.
INLINE_FEATURES = ["bold", "italic", "link", "superscript", "subscript"]


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(
        label=_("Quotation"), help_text=_("Without quotation marks. An empty line starts a new paragraph.")
    )
    attribution = blocks.CharBlock(required=False, max_length=200, label=_("Who said it"))

    class Meta:
        icon = "openquote"
        label = _("Quote")


class ListBlock(blocks.StructBlock):
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES), label=_("Items"), min_num=1)
    is_numbered = blocks.BooleanBlock(required=False, label=_("Numbered"))

    class Meta:
        icon = "list-ul"
        label = _("List")


class FigureBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(
        required=False,
        max_length=500,
        label=_("Caption"),
        help_text=_("Left empty, the picture's own caption is used."),
    )
    credit = blocks.CharBlock(
        required=False, max_length=200, label=_("Credit"), help_text=_("Left empty, the picture's own credit is used.")
    )

    class Meta:
        icon = "image"
        label = _("Figure")


class BodyBlock(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(features=INLINE_FEATURES, icon="pilcrow", label=_("Text"))
    heading = blocks.CharBlock(max_length=200, icon="title", label=_("Heading"))
    figure = FigureBlock()
    quote = QuoteBlock()
    list = ListBlock()
    map = MapBlock()
