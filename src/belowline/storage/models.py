from django.db import models


class Sequence(models.Model):
    """Ids handed out before the row exists, because sort keys and paths contain them. SQLite only; see `ids`."""

    name = models.CharField(primary_key=True, max_length=40)
    value = models.BigIntegerField(default=0)
