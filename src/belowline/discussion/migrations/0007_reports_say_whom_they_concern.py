"""Whoever reports a comment says that it is about them, or about a child, and where the outcome goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussion", "0006_moderators_set_the_mode")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="concern",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="report",
            name="email",
            field=models.CharField(blank=True, default="", max_length=254),
            preserve_default=False,
        ),
    ]
