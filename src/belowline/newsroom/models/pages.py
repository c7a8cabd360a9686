"""The newsroom's tree in Wagtail: one front page, topics below it, articles below their topic."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    PublishingPanel,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from belowline.newsroom import ports
from belowline.newsroom.languages import LANGUAGES, direction_of
from belowline.newsroom.models.authors import Author
from belowline.newsroom.models.blocks import BodyBlock
from belowline.newsroom.models.files import Picture
from belowline.newsroom.models.public import ArticleRedirect, TopicRedirect

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)
# How Wagtail's command for scheduled pages says that it is the one who publishes.
_BY_THE_CLOCK = "wagtail.publish.scheduled"


class DiscussionMode(models.TextChoices):
    """Who may speak under an article. `closed` keeps what was said; `none`: there is no discussion, and what was said
    is hidden."""

    OPEN = "open", _("Open to everybody")
    MEMBERS = "members", _("Members only")
    PREMODERATED = "premoderated", _("Every comment is read before it appears")
    CLOSED = "closed", _("Closed: what was said stays readable, nobody can write")
    NONE = "none", _("No comments: court cases, victims, minors. What was said before is hidden")


class ArticleKind(models.TextChoices):
    # Elsewhere "Report" is what a reader does to a comment.
    REPORT = "report", pgettext_lazy("kind of article", "Report")
    ANALYSIS = "analysis", _("Analysis")
    OPINION = "opinion", _("Opinion")
    INTERVIEW = "interview", _("Interview")
    FACT_CHECK = "fact_check", _("Fact check")
    LIVE = "live", _("Live")
    GALLERY = "gallery", _("Gallery")
    MAP = "map", _("Map")
    BRIEF = "brief", _("Brief")
    PAGE = "page", _("Page")


class PublicAddress(Page):
    """What our kinds of page have in common: an address that does not depend on their place in the tree.

    Their forms come from above (desk/panels.py, `equip`).
    """

    class Meta:
        abstract = True

    def public_path(self) -> str:
        raise NotImplementedError

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        sites = self._get_relevant_site_root_paths(request)
        return (sites[0][0], settings.PUBLIC_URL, self.public_path()) if sites else None

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(f"{settings.PUBLIC_URL}{self.public_path()}")

    # Wagtail's steps commit one by one. Around them all, so that the page, its rendering and the event are one.
    def publish(self, revision: Any, **options: Any) -> Any:
        from belowline.newsroom.pictures import files as picture_files
        from belowline.newsroom.publishing import publication, readiness, withdrawal

        try:
            publication.require_ready(revision.as_object())
            publication.prepare(revision.as_object())
        except (readiness.NotReady, withdrawal.StillRetracted, picture_files.UnreadablePicture) as error:
            if options.get("log_action") != _BY_THE_CLOCK:
                raise
            # What was complete when it was scheduled is not any more: the others of this minute go ahead, this one
            # stays scheduled and is tried again.
            log.error("scheduled_article_held_back", extra={"article": self.pk, "reason": str(error)})
            return None
        with transaction.atomic():
            return super().publish(revision, **options)

    def unpublish(self, *args: Any, **options: Any) -> Any:
        with transaction.atomic():
            return super().unpublish(*args, **options)

    def move(self, *args: Any, **options: Any) -> Any:
        with transaction.atomic():
            return super().move(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        with transaction.atomic():
            return super().copy(*args, **options)


class FrontPage(PublicAddress):
    """The root of the site. What it shows is chosen from its topics and articles."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["newsroom.TopicPage", "newsroom.StandingPage"]
    preview_modes: ClassVar[list[Any]] = []
    content_panels = [FieldPanel("title")]
    promote_panels: ClassVar[list[Any]] = []

    class Meta:
        verbose_name = _("front page")

    def public_path(self) -> str:
        return "/"


class TopicPage(PublicAddress):
    """A topic. Its articles are its children; its order among its siblings is the order of the navigation.

    Restricting it in the desk hides every article below it (publication.py).
    """

    description = models.CharField(
        _("description"), max_length=500, blank=True, help_text=_("One or two sentences under the topic's name.")
    )
    language = models.CharField(_("language"), max_length=12, choices=LANGUAGES, default="en")
    discussion_mode = models.CharField(
        _("discussion"),
        max_length=14,
        choices=DiscussionMode.choices,
        default=DiscussionMode.OPEN,
        help_text=_("For every article of this topic that does not say otherwise, also for those that are public."),
    )

    parent_page_types = ["newsroom.FrontPage"]
    subpage_types = ["newsroom.ArticlePage"]
    preview_modes: ClassVar[list[Any]] = []
    content_panels = [
        TitleFieldPanel("title", heading=_("Name"), placeholder=""),
        FieldPanel("description"),
        FieldPanel("language"),
        InlinePanel("names", heading=_("Name in other languages"), label=_("Name")),
        FieldPanel("discussion_mode"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("description")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def public_path(self) -> str:
        return f"/t/{self.slug}"

    def clean(self) -> None:
        super().clean()
        if TopicRedirect.objects.filter(slug=self.slug).exclude(topic_id=self.pk).exists():
            raise ValidationError({"slug": gettext("This address belonged to another topic and still leads to it.")})


class TopicName(Orderable):
    """A topic's name and description in one more language."""

    topic = ParentalKey(TopicPage, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=12, choices=LANGUAGES)
    title = models.CharField(_("name"), max_length=255)
    description = models.CharField(_("description"), max_length=500, blank=True)

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["topic", "language"], name="newsroom_topic_name")]


class ArticlePage(PublicAddress):
    """An article. `title` is the headline, the parent page its topic.

    Around it: publication.py turns the published revision into an ArticleRendering and records the event, in the
    transaction that publishes. `subject_key` names the article's discussion and stays for life; a copy gets its own.
    The slug is unique among all articles, and a former one keeps leading here (ArticleRedirect).
    """

    standfirst = models.CharField(
        _("standfirst"), max_length=600, blank=True, help_text=_("Two or three sentences under the headline.")
    )
    kicker = models.CharField(
        _("kicker"), max_length=120, blank=True, help_text=_("A few words above the headline. Empty: the topic's name.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ArticleKind.choices, default=ArticleKind.REPORT)
    language = models.CharField(
        _("language"),
        max_length=12,
        choices=LANGUAGES,
        default="en",
        help_text=_("The language of the text. Its direction follows from it."),
    )
    picture = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("opening picture"),
        help_text=_("Large, above the text. Empty: lists show the first figure of the text."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    published_at = models.DateTimeField(
        _("first published"),
        null=True,
        blank=True,
        help_text=_("The date readers see. Empty: the moment of the first publication."),
    )
    updated_at = models.DateTimeField(
        _("updated"),
        null=True,
        blank=True,
        help_text=_("Set it when the substance changes, not for a comma. Empty: no update is shown."),
    )
    change_note = models.CharField(
        _("what changed"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for the public history of versions. It goes with the next publication alone."),
    )
    featured_rank = models.PositiveSmallIntegerField(
        _("place on the front page"),
        null=True,
        blank=True,
        help_text=_("1 is the lead, 2 and more follow it. Empty: by date, with its topic."),
    )
    translation_of = models.ForeignKey(
        "newsroom.ArticlePage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("translation of"),
        help_text=_(
            "The same article in another language. Choose it in the translations; the pages then lead to each other."
        ),
    )
    discussion_mode = models.CharField(
        _("discussion"),
        max_length=14,
        choices=[("", _("As the topic says")), *DiscussionMode.choices],
        default="",
        blank=True,
        help_text=_(
            "It holds from the moment of publication. Changed later: “Closed” keeps the comments under the article, "
            "“No comments” hides them, and opening it again brings them back."
        ),
    )
    subject_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    parent_page_types = ["newsroom.TopicPage"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy = ["subject_key", "translation_of"]
    content_panels = [
        TitleFieldPanel("title", heading=_("Headline"), placeholder="", help_text=_("As readers will see it.")),
        FieldPanel("standfirst", widget=AdminAutoHeightTextInput),
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("kicker"), FieldPanel("language")], heading=_("What it is")),
        InlinePanel("bylines", heading=_("Authors"), label=_("Author")),
        FieldPanel("picture"),
        FieldPanel("body"),
        InlinePanel("corrections", heading=_("Corrections and updates"), label=_("Correction")),
    ]
    promote_panels = [
        FieldPanel("slug"),
        FieldPanel("featured_rank"),
        FieldPanel("translation_of"),
        InlinePanel(
            "related_choices",
            heading=_("More on this topic"),
            label=_("Article"),
            help_text=_("The list under the article finds itself. What is named here stands first, or never."),
        ),
    ]
    settings_panels = [
        PublishingPanel(),
        MultiFieldPanel([FieldPanel("published_at"), FieldPanel("updated_at")], heading=_("Shown dates")),
        FieldPanel("change_note"),
        FieldPanel("discussion_mode"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("standfirst"),
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("language"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("withdraw_articlepage", _("Can withdraw and retract articles")),
            ("withhold_articlepage", _("Can withhold words of former versions")),
        ]

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    def public_path(self) -> str:
        return f"/a/{self.slug}"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from belowline.newsroom.publishing import renderings

        return ports.render_preview(renderings.preview_of(self), request)

    def with_content_json(self, content: dict[str, Any]) -> ArticlePage:
        page: ArticlePage = super().with_content_json(content)
        page.subject_key = self.subject_key  # an old revision never takes the article to another discussion
        return page

    def copy(self, *args: Any, **options: Any) -> Any:
        # Wagtail asks only for a slug that is free under the new parent.
        attributes = dict(options.pop("update_attrs", None) or {})
        attributes["slug"] = _free_slug(attributes.get("slug") or self.slug)
        return super().copy(*args, update_attrs=attributes, **options)

    def _check_slug_is_unique(self) -> None:
        super()._check_slug_is_unique()
        if not _is_slug_free(self.slug, page_id=self.pk):
            raise ValidationError(
                {"slug": gettext("Another article has or had this address: /a/%(slug)s") % {"slug": self.slug}}
            )

    def _get_autogenerated_slug(self, base_slug: str) -> str:
        return _free_slug(base_slug, page_id=self.pk)


def _is_slug_free(slug: str, *, page_id: int | None) -> bool:
    taken = ArticlePage.objects.filter(slug=slug).exclude(pk=page_id).exists()
    return not taken and not ArticleRedirect.objects.filter(slug=slug).exclude(article_id=page_id or 0).exists()


def _free_slug(base: str, *, page_id: int | None = None) -> str:
    candidate, number = base, 1
    while not _is_slug_free(candidate, page_id=page_id):
        number += 1
        candidate = f"{base}-{number}"
    return candidate


class RelatedChoice(Orderable):
    """What an editor says about the list under an article: this one first, or this one never."""

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="related_choices")
    other = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("article"))
    is_never = models.BooleanField(_("never show"), default=False)

    panels = [FieldRowPanel([PageChooserPanel("other", "newsroom.ArticlePage"), FieldPanel("is_never")])]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["article", "other"], name="newsroom_related_choice")]
        verbose_name = _("article beside it")


class ArticleAuthor(Orderable):
    """One name of an article's byline, in order. A name entered twice is printed once."""

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))

    panels = [FieldPanel("author")]
