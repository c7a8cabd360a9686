"""Pictures of the newsroom: the original is sealed, what readers get is made at publication and goes with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering, Picture, PictureFile
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.publishing import readiness
from tests.imaging.photographs import photograph
from tests.newsroom.conftest import Newsroom


def media(newsroom: Newsroom) -> dict[str, Path]:
    folder = newsroom.files / "data" / "media"
    return {path.name: path for path in folder.iterdir()} if folder.exists() else {}


def test_the_original_is_sealed_and_files_are_named_by_their_content(newsroom: Newsroom) -> None:
    picture = newsroom.picture()
    assert media(newsroom) == {}
    with pytest.raises(NotImplementedError):
        _ = picture.file.url
    original = newsroom.files / "data" / "private" / "originals" / picture.file.name
    assert original.stat().st_mode & 0o077 == 0
    newsroom.publish(blocks=[made.Figure(picture)])
    assert len(media(newsroom)) == 3
    # One hash of all of them: another picture, another name; and no hash of the original, which stays with us.
    assert len({name.split("-")[0] for name in media(newsroom)}) == 1
    newsroom.publish("another", blocks=[made.Figure(newsroom.picture("staff", colour="red"))])
    assert len({name.split("-")[0] for name in media(newsroom)}) == 2
    sealed = hashlib.sha256(original.read_bytes()).hexdigest()
    assert not any(sealed.startswith(name.split("-")[0]) for name in media(newsroom))


def test_a_draft_puts_no_picture_in_public(newsroom: Newsroom) -> None:
    article = ArticlePage(title="Draft", slug="draft", live=False, picture=newsroom.picture())
    newsroom.topic.add_child(instance=article)
    article.save_revision()
    assert media(newsroom) == {}


def test_publishing_again_encodes_nothing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    article = newsroom.publish(blocks=[made.Figure(newsroom.picture())])
    monkeypatch.setattr(picture_files, "draw", lambda _: pytest.fail("drawn again"))
    ArticlePage.objects.get(pk=article.pk).save_revision().publish()


def test_pictures_of_a_withdrawn_article_leave_the_disk(
    newsroom: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    shared, own = newsroom.picture("shared", colour="red"), newsroom.picture("own", colour="blue")
    newsroom.publish("stays", picture=shared)
    article = newsroom.publish("goes", blocks=[made.Figure(own), made.Figure(shared)])
    kept = set(PictureFile.objects.filter(picture=shared).values_list("name", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        article.unpublish()
    assert set(media(newsroom)) == kept


def test_a_deleted_picture_leaves_the_disk(newsroom: Newsroom, django_capture_on_commit_callbacks: Any) -> None:
    picture = newsroom.picture()
    newsroom.publish(blocks=[made.Figure(picture)])
    with django_capture_on_commit_callbacks(execute=True):
        Picture.objects.get(pk=picture.pk).delete()
    assert media(newsroom) == {}


def test_a_new_file_for_a_picture_takes_the_place_of_the_old_one(
    newsroom: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    picture = newsroom.picture()
    article = newsroom.publish(blocks=[made.Figure(picture)])
    before = set(media(newsroom))
    with django_capture_on_commit_callbacks(execute=True):
        picture.file = ContentFile(photograph(), name="other.jpg")
        picture._set_image_file_metadata()
        picture.save()
    after = set(media(newsroom))
    assert len(after) == 9
    assert not after & before
    assert all(name in article_html(article) for name in after)


def article_html(article: ArticlePage) -> str:
    return ArticleRendering.objects.get(pk=article.pk).body_html


def test_the_same_file_twice_is_one_picture(newsroom: Newsroom) -> None:
    assert newsroom.picture().pk == newsroom.picture().pk


@pytest.mark.parametrize("missing", ["alt", "credit", "licence"])
def test_a_picture_without_its_words_or_rights_is_kept_and_not_published(newsroom: Newsroom, missing: str) -> None:
    words = {"alt": "A pier", "credit": "Photograph: X", "licence": "own"} | {missing: ""}
    path = newsroom.files / "other.jpg"
    path.write_bytes(photograph(size=(60, 40)))
    picture = pages.create_picture(path, title="Pier", **words)
    with pytest.raises(readiness.NotReady, match="“Pier”"):
        newsroom.publish(blocks=[made.Figure(picture)])
    assert media(newsroom) == {}
    assert Picture.objects.count() == 1


def test_a_broken_picture_stops_the_publication_with_its_name(newsroom: Newsroom) -> None:
    picture = newsroom.picture()
    Path(picture.file.path).write_bytes(photograph()[:2000])
    with pytest.raises(picture_files.UnreadablePicture, match="pier"):
        newsroom.publish(blocks=[made.Figure(picture)])
    assert not ArticlePage.objects.exists()
