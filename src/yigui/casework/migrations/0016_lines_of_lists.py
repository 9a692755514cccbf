"""How many rows a list was read with, of many people (名单) and in a draft (职工名册)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0015_day_sheets")]

    operations = [
        migrations.AddField("applicationlist", "lines_in", models.IntegerField(null=True, verbose_name="读入行数")),
        migrations.AddField("draft", "lines_in", models.IntegerField(null=True, verbose_name="名册读入行数")),
    ]
