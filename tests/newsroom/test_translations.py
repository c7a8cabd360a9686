"""Choosing what an article translates, in the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from belowline.newsroom.models import ArticlePage, ArticleRendering
from belowline.newsroom.publishing import translations
from tests.newsroom.conftest import Newsroom
from tests.newsroom.test_desk import editor, form

pytestmark = pytest.mark.once

__all__ = ["editor"]


def chosen(article: ArticlePage, original: ArticlePage) -> ArticlePage:
    found = ArticlePage.objects.get(pk=article.pk)
    found.translation_of = original
    found.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


def listed(article: ArticlePage) -> list[Any]:
    return ArticleRendering.objects.get(pk=article.pk).translations


@pytest.mark.urls("tests.newsroom.desk_urls")
def test_an_editor_chooses_the_original_and_a_wrong_choice_is_told_at_the_field(
    newsroom: Newsroom, editor: Client
) -> None:
    original = newsroom.publish("original")
    article = newsroom.publish("arabic", headline="المقياس", language="ar")
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert 'name="translation_of"' in editor.get(edit).content.decode()
    values = {"title": "المقياس", "slug": "arabic", "action-publish": "1", "translation_of": str(original.pk)}
    wrong = editor.post(edit, form(**values, language="en"))
    assert "is in the same language" in str(wrong.context["form"].errors["translation_of"])
    assert wrong.context["form"]["title"].value() == "المقياس"
    right = editor.post(edit, form(**values, language="ar"))
    assert right.status_code == 302, right.context["form"].errors
    assert (listed(article), listed(original)) == ([["en", "original"]], [["ar", "arabic"]])


def test_what_cannot_be_a_group_is_refused_with_a_reason(newsroom: Newsroom) -> None:
    original = newsroom.publish("original")
    first = chosen(newsroom.publish("first", language="ar"), original)
    second = newsroom.publish("second", language="ar")
    other = newsroom.publish("other")

    def said(article: ArticlePage, about: ArticlePage) -> str:
        return translations.problem_of(article_id=article.pk, chosen=about, language=article.language)

    assert said(original, original).startswith("An article is no translation of itself")
    assert said(second, original).startswith("“The gauge that moved” has a translation in this language already")
    assert "is a translation of this article already" in said(original, first)
    assert said(second, other) == ""
    assert translations.problem_of(article_id=None, chosen=original, language="ar") != ""
    assert translations.problem_of(article_id=None, chosen=None, language="ar") == ""


def test_a_choice_that_is_taken_back_parts_the_group(newsroom: Newsroom) -> None:
    original = newsroom.publish("original")
    article = chosen(newsroom.publish("arabic", language="ar"), original)
    assert listed(original) == [["ar", "arabic"]]
    article.translation_of = None
    article.save_revision().publish()
    assert (listed(original), listed(article)) == ([], [])


def test_the_others_of_a_group_stay_when_its_first_one_goes(newsroom: Newsroom) -> None:
    original = newsroom.publish("original")
    article = chosen(newsroom.publish("arabic", language="ar"), original)
    ArticlePage.objects.get(pk=original.pk).delete()
    assert listed(article) == []
    assert ArticlePage.objects.get(pk=article.pk).translation_of is None
