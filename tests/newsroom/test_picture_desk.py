"""Pictures at the desk: what is taken, what is said of what is not, and what keeps an article from being published."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, UploadedFile
from wagtail.test.utils.form_data import streamfield

from belowline.imaging import jobs
from belowline.newsroom.actions import pages, rights
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering, Picture, PictureFile
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.publishing import readiness
from tests.imaging.photographs import SECRETS, drawn, photograph, saved, with_archive
from tests.imaging.test_refusing import SVG, png
from tests.newsroom.conftest import Newsroom
from tests.newsroom.test_desk import editor, form

__all__ = ["editor"]
pytestmark = [pytest.mark.urls("tests.newsroom.desk_urls"), pytest.mark.once]

ADD = "wagtailimages_chooser:create"


def words(**values: Any) -> dict[str, Any]:
    """The chooser's form as it is sent from an article."""
    said = {
        "title": "Pier",
        "alt": "A pier in fog",
        "caption": "",
        "credit": "Photograph: Ines",
        "licence": "own",
        "sensitivity": "",
    }
    return {f"image-chooser-upload-{name}": value for name, value in (said | values).items()}


def upload(editor: Client, data: bytes, *, name: str = "pier.jpg", **values: Any) -> Any:
    file = {"image-chooser-upload-file": SimpleUploadedFile(name, data)}
    return editor.post(reverse(ADD), words(**values) | file)


def jpeg(colour: str = "teal") -> bytes:
    from PIL import Image

    return saved(Image.new("RGB", (60, 40), colour), "JPEG")


def form_again(answer: Any) -> BeautifulSoup:
    """The chooser's form as it comes back."""
    return BeautifulSoup(answer.json()["htmlFragment"], "html.parser")


def said_at(form_html: BeautifulSoup, field: str) -> str:
    error = form_html.select_one(f"[data-contentpath={field}] .error-message")
    return " ".join(error.get_text().split()) if error else ""


def test_a_picture_is_uploaded_from_the_article_with_its_rights(newsroom: Newsroom, editor: Client) -> None:
    data = photograph(size=(60, 40))
    answer = upload(
        editor, data, name="IMG_2041 Homs.JPG", taken_on="2026-03-14", place="Hobs Landing", is_archive="on"
    )
    assert answer.json()["step"] == "chosen"
    picture = Picture.objects.get()
    assert (picture.licence, picture.place, picture.is_archive) == ("own", "Hobs Landing", True)
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert "Homs" not in picture.file.name
    assert Path(picture.file.path).read_bytes() == data
    assert not (newsroom.files / "data" / "media").exists()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("drawing.svg", SVG, "An SVG file is a program that draws"),
        ("wide.png", png(70_000, 10), "70000 × 10 pixels; no side may have more than 16383"),
        ("both.jpg", with_archive(jpeg()), "a picture and a ZIP archive at once"),
    ],
    ids=["a drawing", "too wide", "two in one"],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    newsroom: Newsroom, editor: Client, name: str, data: bytes, sentence: str
) -> None:
    answer = upload(editor, data, name=name, alt="A long description that somebody wrote")
    html = form_again(answer)
    assert sentence in said_at(html, "file")
    # Nothing is lost: what was written is in the form that comes back.
    kept = html.select_one("[name=image-chooser-upload-alt]").get_text()
    assert kept.strip() == "A long description that somebody wrote"
    assert Picture.objects.count() == 0
    assert UploadedFile.objects.count() == 0


def test_a_picture_under_another_ending_gets_its_own(newsroom: Newsroom, editor: Client) -> None:
    upload(editor, saved(drawn((60, 40)), "PNG"), name="page.html")
    assert Picture.objects.get().file.name.endswith(".png")


def test_an_upload_that_waits_for_its_form_is_not_public(newsroom: Newsroom, editor: Client) -> None:
    # A name that is longer than a title may be: Wagtail keeps the file until the form is right.
    answer = editor.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "x" * 300, "files[]": SimpleUploadedFile("a.jpg", jpeg())},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.json()["success"]
    waiting = UploadedFile.objects.get()
    assert (newsroom.files / "data" / "private" / "uploads" / waiting.file.name).exists()
    assert not (newsroom.files / "data" / "media").exists()


def test_a_heavy_file_is_refused_in_megabytes(newsroom: Newsroom, editor: Client, settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 2_000_000
    answer = upload(editor, jpeg() + bytes(2_000_001))
    assert "The file has 3 MB; at most 2 MB are taken." in answer.content.decode()
    assert Picture.objects.count() == 0


def test_thumbnails_of_the_desk_are_drawn_apart_and_carry_nothing(newsroom: Newsroom, editor: Client) -> None:
    upload(editor, photograph(size=(400, 300)))
    picture = Picture.objects.get()
    thumbnail = picture.get_rendition("max-165x165")
    assert (thumbnail.width, thumbnail.height) == (165, 124)
    data = Path(thumbnail.file.path).read_bytes()
    assert [name for name, secret in SECRETS.items() if secret in data] == []
    assert picture.get_rendition("original").width == 400


# --- the gate -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bare(newsroom: Newsroom) -> Picture:
    """A picture that was uploaded in a hurry."""
    path = newsroom.files / "bare.jpg"
    path.write_bytes(jpeg("maroon"))
    return pages.create_picture(path, title="Bare")


def publish(editor: Client, newsroom: Newsroom, **values: Any) -> Any:
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", newsroom.topic.pk])
    return editor.post(add, form(**{"action-publish": "1"}, **values))


def figure(picture: Picture, **values: Any) -> tuple[str, dict[str, Any]]:
    return "figure", {"picture": picture.pk, "caption": "", "credit": ""} | values


def test_an_article_whose_figure_lacks_its_rights_is_not_published(
    newsroom: Newsroom, editor: Client, bare: Picture
) -> None:
    good = newsroom.picture()
    answer = publish(editor, newsroom, body=streamfield([figure(good), figure(bare)]))
    assert answer.status_code == 200
    errors = answer.context["form"].errors.as_data()["body"][0]
    assert list(errors.block_errors) == [1]
    said = errors.block_errors[1].block_errors["picture"].message
    assert said.startswith("“Bare” cannot be published. It has no description")
    assert "It has no credit" in said
    assert "It has no licence" in said
    assert "has no licence" in answer.content.decode()
    assert not ArticlePage.objects.exists()
    assert not PictureFile.objects.exists()


def test_the_opening_picture_and_a_gallery_are_asked_for_their_rights_too(
    newsroom: Newsroom, editor: Client, bare: Picture
) -> None:
    good = newsroom.picture()
    values = [figure(good)[1], figure(bare, credit="Photograph: somebody")[1]]
    items = {str(n): {"deleted": "", "order": n, "id": "", "value": value} for n, value in enumerate(values)}
    body = streamfield([("gallery", {"count": 2, **items})])
    answer = publish(editor, newsroom, picture=bare.pk, body=body)
    found = answer.context["form"].errors.as_data()
    assert "“Bare” cannot be published" in found["picture"][0].message
    inner = found["body"][0].block_errors[0].block_errors[1].block_errors["picture"].message
    assert "no licence" in inner
    assert "no credit" not in inner  # the figure has one of its own


def test_a_draft_may_hold_what_is_not_ready(newsroom: Newsroom, editor: Client, bare: Picture) -> None:
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", newsroom.topic.pk])
    assert editor.post(add, form(body=streamfield([figure(bare)]))).status_code == 302
    article = ArticlePage.objects.get()
    assert not article.live
    with pytest.raises(readiness.NotReady, match=r"“Bare” cannot be published\..*no licence"):
        article.get_latest_revision().publish()
    assert not ArticleRendering.objects.exists()


def test_to_schedule_is_to_publish(newsroom: Newsroom, editor: Client, bare: Picture) -> None:
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    answer = publish(editor, newsroom, body=streamfield([figure(bare)]), go_live_at=later)
    assert "body" in answer.context["form"].errors
    answer = publish(editor, newsroom, body=streamfield([figure(newsroom.picture())]), go_live_at=later)
    assert answer.status_code == 302
    assert not PictureFile.objects.exists()  # nothing is public before its time


def test_what_lost_its_rights_meanwhile_stays_scheduled_and_holds_nobody_up(
    newsroom: Newsroom, editor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    due = datetime.now(UTC) - timedelta(minutes=1)
    picture = newsroom.picture()
    for slug in ("first", "second"):
        article = ArticlePage(title=slug, slug=slug, live=False, picture=picture if slug == "first" else None)
        newsroom.topic.add_child(instance=article)
        article.go_live_at = due
        article.save_revision(approved_go_live_at=due)
    Picture.objects.update(licence="")
    call_command("publish_scheduled")
    assert list(ArticleRendering.objects.values_list("slug", flat=True)) == ["second"]
    assert "scheduled_article_held_back" in caplog.text
    Picture.objects.update(licence="own")
    call_command("publish_scheduled")
    assert ArticleRendering.objects.count() == 2


def test_a_picture_that_readers_see_does_not_lose_its_credit(newsroom: Newsroom, editor: Client) -> None:
    picture = newsroom.picture()
    newsroom.publish(blocks=[made.Figure(picture)])
    edit = reverse("wagtailimages:edit", args=[picture.pk])
    sent = {"title": "pier", "alt": picture.alt, "caption": "", "licence": "own", "sensitivity": "", "credit": ""}
    answer = editor.post(edit, sent)
    assert "published article" in answer.context["form"].errors["credit"][0]
    assert Picture.objects.get().credit == "Photograph: pier"
    assert editor.post(edit, sent | {"credit": "Photograph: Ines Marrick"}).status_code == 302
    assert "Ines Marrick" in ArticleRendering.objects.get().body_html
    # The credit inside the files is the new one, too.
    for file in PictureFile.objects.all():
        assert b"Ines Marrick" in (newsroom.files / "data" / "media" / file.name).read_bytes()


def test_a_picture_that_kills_the_decoder_is_named_and_the_desk_lives_on(
    newsroom: Newsroom, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = newsroom.picture()

    def dies(*_: Any, **__: Any) -> None:
        raise jobs.PictureRefused("too_demanding")

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "draw_public", dies)
        answer = publish(editor, newsroom, body=streamfield([figure(picture)]))
    said = answer.context["form"].errors.as_data()["body"][0].block_errors[0].block_errors["picture"].message
    assert said.startswith("“pier” cannot be published. Reading this file took more time or memory")
    assert not ArticlePage.objects.exists()
    assert publish(editor, newsroom, body=streamfield([figure(picture)])).status_code == 302


def test_many_pictures_are_drawn_in_several_goes_and_none_twice(
    newsroom: Newsroom, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belowline.newsroom.desk.article_form.DRAW_WITHIN_SECONDS", 0)
    colours = ("red", "green", "blue")
    shown = streamfield([figure(newsroom.picture(name, colour=name)) for name in colours])
    answer = publish(editor, newsroom, body=shown)
    assert "1 picture is not ready yet. Nothing is lost" in str(answer.context["form"].errors)
    kept = set(PictureFile.objects.values_list("pk", flat=True))
    assert publish(editor, newsroom, body=shown).status_code == 302
    assert kept < set(PictureFile.objects.values_list("pk", flat=True))


def test_an_author_has_nothing_drawn(newsroom: Newsroom, editor: Client) -> None:
    from django.contrib.auth.models import Group, Permission

    from belowline.accounts.models import User

    rights.ensure_desk_rights()
    author = User.objects.create_user("rune@gauge.example", "a long passphrase")
    group = Group.objects.get(name="author")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    author.groups.add(group)
    editor.force_login(author)
    publish(editor, newsroom, body=streamfield([figure(newsroom.picture())]))
    assert not PictureFile.objects.exists()
    assert not ArticleRendering.objects.exists()


def test_publishing_many_at_once_asks_for_the_rights_too(newsroom: Newsroom, editor: Client, bare: Picture) -> None:
    article = ArticlePage(title="Draft", slug="draft", live=False, picture=bare)
    newsroom.topic.add_child(instance=article)
    article.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = editor.post(f"{address}?id={article.pk}", follow=True)
    assert "“Bare” cannot be published." in answer.content.decode()
    assert not ArticleRendering.objects.exists()


# --- protecting a source ----------------------------------------------------------------------------------------------


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_source_of_a_new_picture_is_protected_from_the_beginning(newsroom: Newsroom, editor: Client) -> None:
    data = photograph(size=(400, 300))
    upload(editor, data, name="IMG_2041 Bashar.jpg", title="IMG 2041 Bashar", is_protected="on")
    picture = Picture.objects.get()
    assert picture.title.startswith("Protected picture")
    kept = everything_in(newsroom.files / "data")
    assert data not in kept
    assert [name for name, secret in SECRETS.items() if secret in kept] == []
    assert picture.sha256 == ""
    assert picture.file_hash != hashlib.sha1(data).hexdigest()
    assert ModelLogEntry.objects.filter(label__icontains="bashar").count() == 0
    newsroom.publish(picture=picture)


def test_protecting_later_destroys_what_was_kept(
    newsroom: Newsroom, editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    data = photograph(size=(400, 300))
    upload(editor, data, title="Bashar at the gate")
    picture = Picture.objects.get()
    thumbnail = Path(picture.get_rendition("max-165x165").file.path)
    log(instance=picture, action="wagtail.create")
    article = newsroom.publish(blocks=[made.Figure(picture)])
    before = set(PictureFile.objects.values_list("name", flat=True))
    edit = reverse("wagtailimages:edit", args=[picture.pk])
    sent = {"title": picture.title, "alt": "A pier", "credit": "X", "licence": "own", "sensitivity": "", "caption": ""}
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(edit, sent | {"is_protected": "on"}).status_code == 302
    picture.refresh_from_db()
    sha1, sha256 = hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest()
    assert (picture.is_protected, picture.sha256) == (True, "")
    kept = everything_in(newsroom.files / "data")
    assert data not in kept
    assert [name for name, secret in SECRETS.items() if secret in kept] == []
    assert not thumbnail.exists()
    for model in (Picture, PictureFile, ModelLogEntry, UploadedFile):
        rows = str(list(model.objects.values()))
        assert sha1 not in rows
        assert sha256 not in rows
        assert "Bashar" not in rows
    assert not before & set(PictureFile.objects.values_list("name", flat=True))
    assert all(
        row.name in ArticleRendering.objects.get(pk=article.pk).body_html for row in picture_files.public_files(picture)
    )
    # It cannot be undone.
    assert editor.post(edit, sent).status_code == 302
    picture.refresh_from_db()
    assert picture.is_protected


def test_a_title_that_was_thought_of_stays(newsroom: Newsroom, editor: Client) -> None:
    upload(editor, jpeg(), name="IMG_1.jpg", title="A crowd at the barrier", is_protected="on")
    assert Picture.objects.get().title == "A crowd at the barrier"


def test_a_protected_picture_is_never_stored_with_its_traces_from_code_either(newsroom: Newsroom) -> None:
    path = newsroom.files / "leak.jpg"
    path.write_bytes(photograph(size=(60, 40)))
    picture = pages.create_picture(path, title="x", is_protected=True)
    stored = io.BytesIO(Path(picture.file.path).read_bytes())
    assert [name for name, secret in SECRETS.items() if secret in stored.getvalue()] == []
    assert picture.sha256 == ""
