"""`belowline init`: the data folder, its settings, its secret, its database, its built files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from belowline.project import schema, static
from belowline.project.cli import CommandError
from belowline.project.config import Config
from belowline.project.django_setup import set_up_django
from belowline.project.settings_text import toml_text
from belowline.project.site import data_folder, make_folders, make_secret, take_lock
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

    from belowline.project.site import DataFolder


# A database is up to three files while it is open (sqlite.org/wal.html).
_FILES = ("", "-wal", "-shm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help=_("the newsroom's name"))
    parser.add_argument("--public-url", help=_("the address readers use, such as https://news.example"))
    parser.add_argument("--language", choices=["en", "ar"], help=_("the language of the pages"))
    parser.add_argument("--time-zone", help=_("the newsroom's time zone, such as Europe/Zurich"))
    parser.add_argument("--port", type=int, help=_("the port to listen on"))
    parser.add_argument("--database-url", help=_("a PostgreSQL address; without it the database is a file"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    given = {
        "site.name": options.name,
        "site.public_url": options.public_url,
        "site.language": options.language,
        "site.time_zone": options.time_zone,
        "server.port": options.port,
        "database.url": options.database_url,
    }
    make_site(folder, given={name: value for name, value in given.items() if value is not None})
    print(_("made the site in {path}").format(path=folder.root))
    print(_("next: belowline createstaff --data {path}, then: belowline serve --data {path}").format(path=folder.root))
    return 0


def make_site(folder: DataFolder, *, given: dict[str, Any]) -> None:
    """Make a site with these settings set. Raises CommandError where one is already, SiteError, ConfigError.

    The settings are checked before anything else is made, so that a wrong option leaves no half of a site behind. One
    that was killed is simply run again: it begins anew.
    """
    if folder.is_site():
        message = _("{path} is a site already; its settings are in {file}")
        raise CommandError(message.format(path=folder.root, file=folder.settings))
    if folder.database.exists() and not folder.unfinished.exists():
        raise CommandError(_("{path} exists without settings; move it away first").format(path=folder.database))
    make_folders(folder)
    lock = take_lock(folder, purpose="init")
    try:
        _forget_half(folder)
        folder.unfinished.touch(mode=0o600)
        try:
            config = _write_settings(folder, text=toml_text(given))
            make_secret(folder)
            schema.create(folder, database_url=config.database.url, language=config.site.language)
            static.build_files(folder)
            _write_first_pages(folder)
        except BaseException:
            _forget_half(folder)
            raise
        folder.unfinished.unlink()
    finally:
        os.close(lock)


def _forget_half(folder: DataFolder) -> None:
    """What an `init` made that did not come to its end. Without its mark there is nothing of the kind."""
    if folder.unfinished.exists():
        for path in (folder.settings, *(folder.database.with_name(folder.database.name + end) for end in _FILES)):
            path.unlink(missing_ok=True)
        folder.unfinished.unlink()


def _write_first_pages(folder: DataFolder) -> None:
    """Imprint, privacy, house rules …, as far as the program can know them."""
    set_up_django(folder)
    from belowline.newsroom.actions.standing import ensure_standing_pages

    ensure_standing_pages()


def _write_settings(folder: DataFolder, *, text: str) -> Config:
    descriptor = os.open(folder.settings, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return Config.load(folder.root)
