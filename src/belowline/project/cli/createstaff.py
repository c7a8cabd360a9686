"""`belowline createstaff`: an account for the newsroom. Asks for what was not given; the password never is an argument,
because every user of the machine can read those."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from belowline.project.cli import CommandError
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

ROLES = ["contributor", "author", "editor", "publisher", "moderator", "treasurer", "administrator"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", help=_("the address to sign in with"))
    parser.add_argument("--name", help=_("the public name, shown with a badge"))
    parser.add_argument("--role", choices=ROLES, help=_("what the account may do"))
    parser.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    email = options.email or _ask(_("E-mail: "))
    name = options.name or _ask(_("Name: "))
    role = options.role or _ask(_("Role ({roles}): ").format(roles=", ".join(ROLES)))
    if role not in ROLES:
        raise CommandError(_("the role is one of {roles}").format(roles=", ".join(ROLES)))
    password = _password(from_stdin=options.password_stdin)

    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    _refuse_bad(email=email, password=password)
    from belowline.moderation.roles import ensure_roles

    ensure_roles()
    from belowline.accounts.actions import create_staff
    from belowline.accounts.models import User
    from belowline.pages.refusals import sentence

    made = create_staff(name=name, email=email, password=password, role=role)
    if not isinstance(made, User):
        raise CommandError(sentence(made.code))
    print(_("made the {role} {name}; sign in at /_account/sign-in").format(role=role, name=name))
    return 0


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(_("--email, --name and --role are needed where nobody can be asked"))
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _password(*, from_stdin: bool) -> str:
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(_("Password: "))
    if getpass.getpass(_("Once more: ")) != password:
        raise CommandError(_("the two passwords differ"))
    return password


def _refuse_bad(*, email: str, password: str) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
