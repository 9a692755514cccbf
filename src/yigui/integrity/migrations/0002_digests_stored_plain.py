"""Digests do not get smaller: they are stored as they are. Trying to pack them took a fifth of the time of taking a table in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integrity", "0001_record")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE integrity_entry ALTER COLUMN digests SET STORAGE EXTERNAL",
            "ALTER TABLE integrity_entry ALTER COLUMN digests SET STORAGE EXTENDED",
        ),
    ]
