"""The editor's desk: what staff see and do there, through its own pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import belowline
from belowline.accounts.models import User
from belowline.newsroom import ports
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering, SiteDocument
from belowline.newsroom.queries import articles
from tests.newsroom.conftest import Newsroom
from tests.support.desk import soup

pytestmark = [pytest.mark.urls("tests.newsroom.desk_urls"), pytest.mark.once]


@pytest.fixture
def editor(newsroom: Newsroom, client: Client, settings: Any) -> Client:
    # Nobody has collected the static files in a test.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    client.force_login(User.objects.create_superuser("hanne@gauge.example", "a long passphrase"))
    return client


def form(**values: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "The gauge that moved",
            "slug": "the-gauge",
            "standfirst": "",
            "kicker": "",
            "kind": "report",
            "language": "en",
            "picture": "",
            "bylines": inline_formset([]),
            "corrections": inline_formset([]),
            "related_choices": inline_formset([]),
            "change_note": "",
            "body": streamfield([("paragraph", rich_text("<p>Two holes.</p>"))]),
            "featured_rank": "",
            "published_at": "",
            "updated_at": "",
            "discussion_mode": "",
            "go_live_at": "",
            "expire_at": "",
            "comments": inline_formset([]),
        }
        | values
    )


def test_an_editor_writes_and_publishes_an_article(newsroom: Newsroom, editor: Client) -> None:
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", newsroom.topic.pk])
    assert editor.get(add).status_code == 200
    answer = editor.post(add, form(**{"action-publish": "1"}))
    assert answer.status_code == 302, answer.context["form"].errors
    assert ArticleRendering.objects.get().slug == "the-gauge"


def test_publishing_an_edit_from_the_desk_is_one_transaction(
    newsroom: Newsroom, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = newsroom.publish()
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert editor.get(edit).status_code == 200

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("belowline.newsroom.publishing.publication.record", fails)
        with pytest.raises(RuntimeError):
            editor.post(edit, form(title="Half done", **{"action-publish": "1"}))
    assert ArticlePage.objects.get(pk=article.pk).title == "The gauge that moved"
    assert ArticleRendering.objects.get().headline == "The gauge that moved"
    answer = editor.post(edit, form(title="Done", **{"action-publish": "1"}))
    assert answer.status_code == 302
    assert ArticleRendering.objects.get().headline == "Done"


def test_the_desk_lists_articles_with_their_topic_and_filters_them(newsroom: Newsroom, editor: Client) -> None:
    newsroom.publish(headline="A report")
    newsroom.publish("opinion", headline="An opinion", kind="opinion")
    listing = reverse("articles:index")
    page = editor.get(listing).content.decode()
    assert "A report" in page
    assert "The Barrier" in page
    filtered = editor.get(listing, {"kind": "opinion"}).content.decode()
    assert "An opinion" in filtered
    assert "A report" not in filtered


def test_the_menu_leads_to_articles_and_authors_and_not_to_documents(editor: Client) -> None:
    page = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("articles:index") in page
    assert reverse("wagtailsnippets_newsroom_author:list") in page
    assert reverse("wagtaildocs:index") not in page


def test_the_desk_asks_nobody_else_for_anything(editor: Client) -> None:
    page = editor.get(reverse("wagtailadmin_home")).content.decode()
    for foreign in ("gravatar", "releases.wagtail", 'src="http', 'src="//'):
        assert foreign not in page


def test_the_preview_is_drawn_by_the_pages_floor(
    newsroom: Newsroom, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = newsroom.publish(blocks=[made.Figure(newsroom.picture())])
    article.title = "A draft headline"
    article.save_revision()
    seen: list[articles.Article] = []

    def draw(shown: articles.Article, request: Any) -> HttpResponse:
        seen.append(shown)
        return HttpResponse("drawn")

    monkeypatch.setattr(ports, "render_preview", draw)
    assert editor.get(reverse("wagtailadmin_pages:view_draft", args=[article.pk])).content == b"drawn"
    assert seen[0].headline == "A draft headline"
    assert ArticleRendering.objects.get().headline == "The gauge that moved"
    source = seen[0].picture
    assert source is not None
    assert source.url.startswith("/_desk/")
    assert editor.get(source.url)["Content-Type"] == "image/jpeg"


def test_a_new_article_can_be_previewed_before_it_is_saved(newsroom: Newsroom, editor: Client) -> None:
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["newsroom", "articlepage", newsroom.topic.pk])
    assert editor.post(preview, form()).json()["is_valid"]
    assert "Two holes." in editor.get(preview).content.decode()


def test_thumbnails_and_documents_are_for_staff_alone(newsroom: Newsroom, editor: Client) -> None:
    thumbnail = newsroom.picture().get_rendition("max-165x165")
    document = SiteDocument.objects.create(title="Appendix J", file=ContentFile(b"words", name="j.html"))
    assert editor.get(thumbnail.url).status_code == 200
    answer = editor.get(document.url)
    assert answer["Content-Disposition"].startswith("attachment")
    stranger = Client()
    assert stranger.get(thumbnail.url).status_code == 302
    assert stranger.get(document.url).status_code == 302
    assert not (newsroom.files / "data" / "media").exists()


def test_no_path_leads_out_of_the_thumbnails(newsroom: Newsroom, editor: Client) -> None:
    newsroom.picture()
    (newsroom.files / "data" / "secret").write_text("key")
    for name in ("../../secret", "..%2f..%2fsecret", "/etc/hosts", "missing.jpg"):
        assert editor.get(f"/_desk/files/thumbnails/{name}").status_code in {400, 404}


def test_the_picture_library_works_without_public_originals(newsroom: Newsroom, editor: Client) -> None:
    picture = newsroom.picture()
    assert editor.get(reverse("wagtailimages:index")).status_code == 200
    page = editor.get(reverse("wagtailimages:edit", args=[picture.pk]))
    assert page.status_code == 200
    assert "/media/" not in page.content.decode()
    assert editor.get(reverse("wagtailimages_chooser:choose")).status_code == 200


def test_documents_can_be_listed_and_edited(newsroom: Newsroom, editor: Client) -> None:
    document = SiteDocument.objects.create(title="Appendix J", file=ContentFile(b"words", name="j.pdf"))
    assert editor.get(reverse("wagtaildocs:index")).status_code == 200
    assert editor.get(reverse("wagtaildocs:edit", args=[document.pk])).status_code == 200


def test_a_copy_is_made_from_the_desk_and_never_an_alias(newsroom: Newsroom, editor: Client) -> None:
    article = newsroom.publish()
    copy = reverse("wagtailadmin_pages:copy", args=[article.pk])
    assert 'name="alias"' not in editor.get(copy).content.decode()
    values = {"new_title": "Copied", "new_slug": "copied", "new_parent_page": newsroom.topic.pk, "publish_copies": "on"}
    assert editor.post(copy, values).status_code == 302
    assert set(ArticleRendering.objects.values_list("slug", flat=True)) == {"the-gauge", "copied"}


def test_restricting_from_the_desk_hides_the_article_at_once(newsroom: Newsroom, editor: Client) -> None:
    article = newsroom.publish()
    privacy = reverse("wagtailadmin_pages:set_privacy", args=[article.pk])
    editor.post(privacy, {"restriction_type": "login", "password": "", "groups": []})
    assert not ArticleRendering.objects.exists()
    editor.post(privacy, {"restriction_type": "none", "password": "", "groups": []})
    assert ArticleRendering.objects.exists()


def test_the_pages_of_topics_and_authors_open(newsroom: Newsroom, editor: Client) -> None:
    for name, args in [
        ("wagtailadmin_pages:edit", [newsroom.topic.pk]),
        ("wagtailadmin_pages:edit", [newsroom.topic.get_parent().pk]),
        ("wagtailadmin_explore", [newsroom.topic.pk]),
        ("wagtailsnippets_newsroom_author:edit", [newsroom.author.pk]),
        ("wagtailsnippets_newsroom_author:add", []),
    ]:
        assert editor.get(reverse(name, args=args)).status_code == 200, name


def test_pages_know_their_public_address(newsroom: Newsroom, rf: Any) -> None:
    article = newsroom.publish()
    assert article.full_url == f"{django_settings.PUBLIC_URL}/a/the-gauge"
    assert article.url == "/a/the-gauge"
    assert newsroom.topic.full_url == f"{django_settings.PUBLIC_URL}/t/the-barrier"
    assert newsroom.topic.get_parent().specific.url == "/"
    answer = article.serve(rf.get("/"))
    assert (answer.status_code, answer["Location"]) == (302, f"{django_settings.PUBLIC_URL}/a/the-gauge")


@pytest.mark.parametrize(
    ("times", "field", "sentence"),
    [
        ({"go_live_at": "2020-01-01 08:00"}, "go_live_at", "is over. Choose a time that is still to come"),
        ({"expire_at": "2020-01-01 08:00"}, "expire_at", "future"),
        ({"go_live_at": "2099-01-02 08:00", "expire_at": "2099-01-01 08:00"}, "go_live_at", "before"),
    ],
)
def test_a_time_that_cannot_be_is_refused_at_its_field(
    newsroom: Newsroom, editor: Client, times: dict[str, str], field: str, sentence: str
) -> None:
    article = newsroom.publish()
    article.unpublish()
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    answer = editor.post(edit, form(title="Nothing is lost", **times, **{"action-publish": "1"}))
    assert answer.status_code == 200
    assert sentence in str(answer.context["form"].errors[field])
    assert "Nothing is lost" in answer.content.decode()
    assert not ArticleRendering.objects.exists()


def test_an_address_that_was_another_articles_is_refused_at_its_field(newsroom: Newsroom, editor: Client) -> None:
    former = newsroom.publish("first")
    former.slug = "renamed"
    former.save_revision().publish()
    article = newsroom.publish("second")
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    answer = editor.post(edit, form(slug="first", **{"action-publish": "1"}))
    assert "/a/first" in str(answer.context["form"].errors["slug"])
    assert set(ArticleRendering.objects.values_list("slug", flat=True)) == {"renamed", "second"}


def test_a_picture_asks_for_what_it_needs_first_and_for_no_focal_point(newsroom: Newsroom, editor: Client) -> None:
    shown = soup(editor.get(reverse("wagtailimages:edit", args=[newsroom.picture().pk])).content.decode())
    assert [one.get_text() for one in shown.select("details.bl-fold > summary")] == [
        "Sensitive, or a source to protect",
        "More about this picture",
    ]
    assert {one["name"] for one in shown.select(".bl-fold [name]")} >= {"sensitivity", "taken_on", "source_url"}
    assert not {one["name"] for one in shown.select(".bl-fold [name]")} & {"alt", "credit", "licence", "file"}
    assert not shown.select("[name^=focal], .focal-point-chooser")
    chooser = soup(editor.get(reverse("wagtailimages_chooser:choose")).json()["html"])
    assert chooser.select_one("details.bl-fold [name$=source_url]")
    assert chooser.select_one("form[data-chooser-modal-creation-form] > :not(details) [name$=credit]")


def test_no_note_between_those_who_write_the_desk_is_shown_in_it() -> None:
    """Django's own comments end with their line; over several lines they are printed."""
    found = Path(belowline.__file__).parent.glob("*/templates/**/*.html")
    desks = [path for path in found if "/pages/" not in path.as_posix()]  # those are Jinja's, where it may
    assert desks
    broken = [
        f"{path.name}:{number}"
        for path in desks
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.count("{#") != line.count("#}")
    ]
    assert not broken
