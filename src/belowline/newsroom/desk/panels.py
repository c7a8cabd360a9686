"""What the editing forms are made of beside the fields of their models."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from belowline.newsroom.actions import review
from belowline.newsroom.desk.article_form import ArticleForm
from belowline.newsroom.desk.window import WindowForm
from belowline.newsroom.models import ArticlePage
from belowline.newsroom.models.pages import PublicAddress


class StatePanel(Panel):
    """Where the article stands on its way to the reader, above everything else."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/_state.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and super().is_shown()

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            title, lines = review.stage_lines(self.instance.pk, user=self.request.user)
            return super().get_context_data(parent_context) | {"title": title, "lines": lines}


def equip() -> None:
    """Give the pages their forms, which know more than their models. Called once at start-up."""
    for model in PublicAddress.__subclasses__():
        model.base_form_class = ArticleForm if model is ArticlePage else WindowForm
    ArticlePage.content_panels = [StatePanel(), *ArticlePage.content_panels]
