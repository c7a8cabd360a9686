"""`python -m bench.editor --data DIR`: an editor who saves and publishes the article twice a second, until stopped."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder

PAUSE_SECONDS = 0.5


def save_for_ever(root: Path) -> None:
    set_up_django(data_folder(root))
    from django.db import transaction

    from belowline.newsroom.models import ArticlePage

    number = 0
    while True:
        number += 1
        article = ArticlePage.objects.get()
        article.standfirst = f"Three floods in two winters, and a rota with holes. Update {number}."
        with transaction.atomic():
            article.save_revision().publish()
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    save_for_ever(parser.parse_args().data)
