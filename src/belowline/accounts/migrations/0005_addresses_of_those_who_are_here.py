"""Whoever has an account gets a row for its address. The operator vouched for the staff's; the others prove theirs with a
code when they next sign in."""

from django.db import migrations
from django.db.models.functions import Lower


def add_addresses(apps, schema_editor):
    user_model = apps.get_model("accounts", "User")
    address_model = apps.get_model("account", "EmailAddress")
    known = address_model.objects.values_list("user_id", flat=True)
    rows = user_model.objects.exclude(pk__in=known).exclude(email="")
    address_model.objects.bulk_create(
        [
            address_model(user_id=pk, email=email, verified=is_staff, primary=True)
            for pk, email, is_staff in rows.values_list("pk", Lower("email"), "is_staff")
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_members_have_sessions_and_former_names"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(add_addresses, migrations.RunPython.noop)]
