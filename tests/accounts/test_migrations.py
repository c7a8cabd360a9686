"""Migrations of accounts that move rows, run on rows in their old shape."""

from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from belowline.accounts.models import User

pytestmark = pytest.mark.django_db


def test_whoever_was_here_before_gets_a_row_for_the_address_and_staff_need_not_prove_theirs() -> None:
    """As the accounts of a site looked before 0005: users, and no rows for their addresses."""
    for email, is_staff in [("Alma@Example.org", False), ("mona@example.org", True), ("edda@example.org", True)]:
        User.objects.create(email=email, is_staff=is_staff)
    User.objects.create(email="")  # one that an erasure had emptied
    known = User.objects.get(email="edda@example.org")
    EmailAddress.objects.create(user=known, email="edda@example.org", verified=False, primary=True)
    add_addresses = import_module("belowline.accounts.migrations.0005_addresses_of_those_who_are_here").add_addresses
    for _ in range(2):
        add_addresses(apps, connection.schema_editor())
        rows = EmailAddress.objects.order_by("email").values_list("email", "verified", "primary")
        assert list(rows) == [
            ("alma@example.org", False, True),
            ("edda@example.org", False, True),
            ("mona@example.org", True, True),
        ], "and run again it changes nothing"
