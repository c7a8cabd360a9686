from django.db import migrations, models

NAMES = ["comment"]


def create_sequences(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"CREATE SEQUENCE belowline_{name}_id")
    else:
        sequence = apps.get_model("storage", "Sequence")
        for name in NAMES:
            sequence.objects.create(name=name, value=0)


def drop_sequences(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"DROP SEQUENCE belowline_{name}_id")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Sequence",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(create_sequences, drop_sequences),
    ]
