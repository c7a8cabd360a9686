"""`belowline upgrade`: after a new version was installed. Refuses while the site serves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from belowline.project import schema, static
from belowline.project.backup import make_backup
from belowline.project.config import Config
from belowline.project.django_setup import set_up_django
from belowline.project.progress import progress
from belowline.project.schema import SchemaState
from belowline.project.site import data_folder, make_folders, refuse_unusable, take_lock
from belowline.project.words import gettext as _
from belowline.project.words import ngettext

if TYPE_CHECKING:
    import argparse

    from belowline.project.site import DataFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-backup", action="store_true", help=_("migrate without a backup (you have made one)"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    make_folders(folder)
    config = Config.load(folder.root)
    lock = take_lock(folder, purpose="upgrade")
    try:
        _bring_database_up_to_date(folder, config=config, with_backup=not options.no_backup)
        if static.files_are_built(folder):
            print(_("the built files fit this version"))
        else:
            static.build_files(folder)
            print(_("rebuilt the static files"))
        _renew_articles(folder)
        _renew_search()
        _complete_pages()
    finally:
        os.close(lock)
    return 0


def _renew_articles(folder: DataFolder) -> None:
    """Render anew what an older version rendered. Broken off and begun again, it goes on."""
    set_up_django(folder)
    from belowline.moderation.roles import ensure_roles
    from belowline.newsroom.publishing import publication
    from belowline.newsroom.publishing.rebuilding import outdated_articles

    ensure_roles()  # rights and the review that this version brings
    outdated = outdated_articles()
    with progress(_("articles"), total=len(outdated), unit=_("articles")) as advance:
        for article_id in outdated:
            publication.update_articles([article_id])
            advance(1)
    if outdated:
        count = len(outdated)
        print(ngettext("rendered {count} article anew", "rendered {count} articles anew", count).format(count=count))


def _complete_pages() -> None:
    """The standing pages that this version knows and the site lacks; and anew what an older version rendered."""
    from belowline.newsroom.actions.standing import ensure_standing_pages
    from belowline.newsroom.publishing import standing

    count = ensure_standing_pages()
    for page in standing.outdated_standing():
        standing.update_standing(page)
    if count:
        says = ngettext("wrote {count} standing page: fill it in", "wrote {count} standing pages: fill them in", count)
        print(says.format(count=count))


def _renew_search() -> None:
    """Index what the search has not, or has from an older version. Broken off and begun again, it goes on."""
    from belowline.newsroom.publishing import search_documents
    from belowline.project.cli.reindex import write_documents

    due = search_documents.due_articles()
    write_documents(due)
    if due:
        count = len(due)
        print(
            ngettext("indexed {count} article for the search", "indexed {count} articles for the search", count).format(
                count=count
            )
        )


def _bring_database_up_to_date(folder: DataFolder, *, config: Config, with_backup: bool) -> None:
    url = config.database.url
    found = schema.state(folder, database_url=url)
    schema.refuse_newer(found)
    if found is SchemaState.CURRENT:
        print(_("the database fits this version"))
        return
    before = schema.applied_migrations(folder, database_url=url)
    if with_backup and found is not SchemaState.EMPTY:
        print(_("backup: {path}").format(path=make_backup(folder, config=config)))
    schema.migrate(folder)
    count = len(schema.applied_migrations(folder, database_url=url) - before)
    print(ngettext("applied {count} migration", "applied {count} migrations", count).format(count=count))
