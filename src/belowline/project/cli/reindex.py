"""`belowline reindex`: write the search of readers anew from what is public. Works while the site serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.project import schema
from belowline.project.cli import CommandError
from belowline.project.config import Config
from belowline.project.django_setup import set_up_django
from belowline.project.progress import progress
from belowline.project.schema import SchemaState
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _
from belowline.project.words import ngettext

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# A few hundredths of a second, after which readers who write get their turn.
AT_ONCE = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    found_state = schema.state(folder, database_url=Config.load(folder.root).database.url)
    schema.refuse_newer(found_state)
    if found_state is not SchemaState.CURRENT:
        raise CommandError(_("the database does not fit this version: run belowline upgrade first"))
    set_up_django(folder)
    from belowline.newsroom.publishing import search_documents

    strays = search_documents.drop_strays()
    articles = search_documents.public_articles()
    write_documents(articles)
    count = len(articles)
    print(ngettext("{count} article can be found", "{count} articles can be found", count).format(count=count))
    if strays:
        print(
            ngettext(
                "{count} was not public any more and is gone", "{count} were not public any more and are gone", strays
            ).format(count=strays)
        )
    return 0


def write_documents(article_ids: Sequence[int]) -> None:
    """In short transactions, with a bar that says how far it is."""
    from belowline.newsroom.publishing import search_documents

    with progress(_("search"), total=len(article_ids), unit=_("articles")) as advance:
        for first in range(0, len(article_ids), AT_ONCE):
            some = article_ids[first : first + AT_ONCE]
            search_documents.refresh(some)
            advance(len(some))
