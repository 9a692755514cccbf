"""Sessions of people outside and codes of text messages bear the database's own mark."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0017_kin")]
    operations = [
        migrations.AddField("OutsideSession", "mark", models.CharField(blank=True, db_default="", default="", max_length=64)),
        migrations.AddField("OneTimeCode", "mark", models.CharField(blank=True, db_default="", default="", max_length=64)),
    ]
