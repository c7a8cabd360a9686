"""What the editing form shows that is no field."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel


class StatePanel(Panel):
    """Where the article stands on its way to the reader, above everything else."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/_state.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and super().is_shown()

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from belowline.newsroom import review

            title, lines = review.stage_lines(self.instance.pk, user=self.request.user)
            return super().get_context_data(parent_context) | {"title": title, "lines": lines}
