"""What an entry of a live coverage is made of: the articles' own blocks, the few that fit into something short."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from belowline.newsroom.models.blocks import (
    INLINE_FEATURES,
    EmbedBlock,
    FigureBlock,
    GalleryBlock,
    ListBlock,
    QuoteBlock,
)

# An entry is read while things happen. What needs more is an article of its own.
BLOCKS_MAX = 12
PARAGRAPH_CHARACTERS = 5_000


class LiveEntryBlock(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(
        features=INLINE_FEATURES, required=False, max_length=PARAGRAPH_CHARACTERS, icon="pilcrow", label=_("Text")
    )
    figure = FigureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    list = ListBlock()
    embed = EmbedBlock()

    class Meta:
        max_num = BLOCKS_MAX
        required = False
