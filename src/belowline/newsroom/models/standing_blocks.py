"""What a standing page is made of: an article's plain blocks, numbered rules, and gaps."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from belowline.newsroom.models.blocks import INLINE_FEATURES, ListBlock, QuoteBlock, TableBlock

CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")


class RuleBlock(blocks.StructBlock):
    """`code` is the rule's name for good: links and the reasons of decisions point to it, wherever the rule stands."""

    code = blocks.CharBlock(
        max_length=30,
        label=_("Short name"),
        help_text=_(
            "Small Latin letters, such as off_topic. Links and decisions use it: it stays when the text changes."
        ),
    )
    title = blocks.CharBlock(max_length=120, label=_("The rule in a few words"))
    text = blocks.RichTextBlock(required=False, features=INLINE_FEATURES, label=_("What it means"))

    class Meta:
        label = _("Rule")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["code"] and not CODE.fullmatch(cleaned["code"]):
            said = gettext("“%(code)s” does not work: write 2 to 30 small Latin letters, digits or _, a letter first.")
            raise StructBlockValidationError({"code": ValidationError(said % {"code": cleaned["code"]})})
        return cleaned


class RulesBlock(blocks.ListBlock):
    """Numbered in the order of the list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(RuleBlock(), min_num=1, max_num=40, **options)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        seen: set[str] = set()
        errors: dict[int, ValidationError] = {}
        for number, one in enumerate(cleaned):
            if one["code"] and one["code"] in seen:
                said = gettext("Another rule is called “%(code)s” already.") % {"code": one["code"]}
                errors[number] = StructBlockValidationError({"code": ValidationError(said)})
            seen.add(one["code"])
        if errors:
            raise ListBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        icon = "list-ol"
        label = _("Rules")


class StandingBlock(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(features=INLINE_FEATURES, icon="pilcrow", label=_("Text"))
    heading = blocks.CharBlock(max_length=200, icon="title", label=_("Heading"))
    list = ListBlock()
    quote = QuoteBlock()
    table = TableBlock()
    rules = RulesBlock()
    gap = blocks.CharBlock(
        max_length=300,
        icon="warning",
        label=_("Missing here"),
        help_text=_("Readers see that it is missing. Write the text and delete this block."),
    )

    class Meta:
        block_counts: ClassVar[dict[str, dict[str, int]]] = {"rules": {"max_num": 1}}
