"""`python -m bench.figured --data DIR`: make the demo's first story one of ten figures, and weigh its page; prints JSON.

Weighed like bench.weighing: as for the front's cache, without the demo's bar. What a reader came for, the words of the
article and of the comments on its page, is weighed by itself.
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from belowline.demo.content import HERO
from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder
from bench.weighing import gzipped

FIGURES = 10


def make_and_weigh(root: Path) -> dict[str, int | str]:
    os.environ["BELOWLINE_DEMO"] = "no"
    set_up_django(data_folder(root))
    _make_of_ten_figures()
    from bs4 import BeautifulSoup

    from belowline.pages import fill

    path = f"/a/{HERO}"
    page, _position = fill.answer(fill.ask_from(path, "", now=datetime.now(UTC)))
    soup = BeautifulSoup(page.body, "html.parser")
    comments = soup.select("article.comment .text, .comment > .text") or soup.select(".text")
    texts = [one.get_text() for one in comments]
    story = soup.select_one(".body")
    words = "\n".join([story.get_text() if story else "", *texts])
    return {
        "path": path,
        "figures": len(soup.select(".body figure")),
        "comments": len(texts),
        "html_gzip": gzipped(page.body),
        "texts_gzip": gzipped(words),
    }


def _make_of_ten_figures() -> None:
    from belowline.newsroom.body.rendering import figures_in
    from belowline.newsroom.models import ArticlePage, Picture

    story = ArticlePage.objects.get(slug=HERO)
    shown = [place.value["picture"].pk for place in figures_in(story.body)]
    for picture in Picture.objects.exclude(pk__in=shown).order_by("pk")[: FIGURES - len(shown)]:
        story.body.append(("figure", {"picture": picture, "caption": "", "credit": ""}))
    story.save_revision().publish()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    print(json.dumps(make_and_weigh(parser.parse_args().data)))
