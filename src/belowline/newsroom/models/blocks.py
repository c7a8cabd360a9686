"""What an article's body is made of. Every block keeps the id that it was given when it was first saved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.table_block.blocks import TableBlock as SheetBlock
from wagtail.images.blocks import ImageChooserBlock

from belowline.domain.embeds import is_public_address
from belowline.maps.blocks import MapBlock

# Links, emphasis, nothing that loads: no embeds, no pictures inside a sentence.
INLINE_FEATURES = ["bold", "italic", "link", "superscript", "subscript"]

# A table is read, not searched: more than this belongs into a document.
ROWS_MAX, COLUMNS_MAX = 200, 20


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


class GalleryBlock(blocks.ListBlock):
    """Pictures that belong together, in the order of the list."""

    def __init__(self, **options: Any) -> None:
        # More on one page than a reader looks at, and than one publication can draw in time.
        super().__init__(FigureBlock(label=_("Picture")), min_num=2, max_num=40, **options)
        # As few as it takes, ready to be filled.
        self.meta.default = [self.child_block.get_default() for _place in range(2)]

    class Meta:
        icon = "image"
        label = _("Gallery")


class PullQuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(max_length=300, label=_("Words"), help_text=_("A sentence of this text, set large."))
    attribution = blocks.CharBlock(required=False, max_length=200, label=_("Who said it"))

    class Meta:
        icon = "openquote"
        label = _("Pull quote")


class TableBlock(blocks.StructBlock):
    """The sheet is Wagtail's: cells can be pasted from a spreadsheet."""

    caption = blocks.CharBlock(max_length=200, label=_("What the table shows"))
    sheet = SheetBlock(
        label=_("Cells"),
        table_options={
            # Without it the sheet is asked for "en", which it does not know.
            "language": "en-US",
            "minSpareRows": 0,
            "contextMenu": [
                "row_above",
                "row_below",
                "col_left",
                "col_right",
                "remove_row",
                "remove_col",
                "undo",
                "redo",
            ],
        },
    )
    source = blocks.CharBlock(required=False, max_length=200, label=_("Source"))

    class Meta:
        icon = "table"
        label = _("Table")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        rows = (cleaned["sheet"] or {}).get("data") or []
        columns = max((len(row) for row in rows), default=0)
        if len(rows) > ROWS_MAX or columns > COLUMNS_MAX:
            raise _refused(
                sheet=gettext(
                    "%(rows)s rows and %(columns)s columns are too many: at most %(most_rows)s and %(most_columns)s."
                )
                % {"rows": len(rows), "columns": columns, "most_rows": ROWS_MAX, "most_columns": COLUMNS_MAX}
            )
        return cleaned


class MomentBlock(blocks.StructBlock):
    when = blocks.CharBlock(max_length=60, label=_("When"), help_text=_("As readers see it: “Early on 3 March”."))
    on = blocks.DateBlock(required=False, label=_("Day"), help_text=_("For programs that read the page."))
    text = blocks.RichTextBlock(features=INLINE_FEATURES, label=_("What happened"))

    class Meta:
        label = _("Moment")


class TimelineBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False, max_length=200, label=_("Title"))
    moments = blocks.ListBlock(MomentBlock(), min_num=1, max_num=60, label=_("Moments"))

    class Meta:
        icon = "history"
        label = _("Timeline")


class RelatedBlock(blocks.StructBlock):
    """One of our articles, or an address with words of one's own."""

    article = blocks.PageChooserBlock(required=False, page_type="newsroom.ArticlePage", label=_("Article"))
    url = blocks.URLBlock(required=False, max_length=2000, label=_("or another address"))
    title = blocks.CharBlock(
        required=False, max_length=200, label=_("Words"), help_text=_("Left empty, the article's headline is used.")
    )

    class Meta:
        icon = "link"
        label = _("Related link")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned  # a draft may be half written
        if bool(cleaned["article"]) == bool(cleaned["url"]):
            raise _refused(article=gettext("Choose an article or give an address, one of the two."))
        if cleaned["url"] and not cleaned["title"]:
            raise _refused(title=gettext("Say what is behind the address."))
        return cleaned


class QuestionBlock(blocks.StructBlock):
    """Answered in the discussion."""

    text = blocks.TextBlock(max_length=400, label=_("Question to readers"))
    context = blocks.CharBlock(
        required=False, max_length=300, label=_("What will be done with the answers"), help_text=_("One sentence.")
    )

    class Meta:
        icon = "help"
        label = _("Question to readers")


class EmbedBlock(blocks.StructBlock):
    """What somebody published elsewhere, with its words kept here. Readers' browsers ask the other site nothing unless
    they press the button that says so."""

    url = blocks.URLBlock(max_length=2000, label=_("Address"))
    text = blocks.TextBlock(
        max_length=5000,
        label=_("What it says or shows"),
        help_text=_("Its words, or what can be seen and heard. It stays readable when the post is gone."),
    )
    author = blocks.CharBlock(max_length=200, label=_("Whose it is"))
    published_on = blocks.DateBlock(required=False, label=_("Published on"))
    archive_url = blocks.URLBlock(required=False, max_length=2000, label=_("Archived copy"))

    class Meta:
        icon = "media"
        label = _("Embed card")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        for name in ("url", "archive_url"):
            if cleaned[name] and not is_public_address(cleaned[name]):
                raise _refused(
                    **{
                        name: gettext(
                            "%(url)s is no public address. Give one that begins with https:// and that every reader can open."
                        )
                        % {"url": cleaned[name]}
                    }
                )
        return cleaned


def _refused(**messages: str) -> StructBlockValidationError:
    """Each message at its field."""
    return StructBlockValidationError({name: ValidationError(message) for name, message in messages.items()})


class BodyBlock(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(features=INLINE_FEATURES, icon="pilcrow", label=_("Text"))
    heading = blocks.CharBlock(max_length=200, icon="title", label=_("Heading"))
    figure = FigureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    list = ListBlock()
    map = MapBlock()
    pull_quote = PullQuoteBlock()
    table = TableBlock()
    timeline = TimelineBlock()
    related = RelatedBlock()
    question = QuestionBlock()
    embed = EmbedBlock()
