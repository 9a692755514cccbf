"""Which money in suspense a case was accepted upon (所用到账)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0018_cases_of_a_month_by_place")]

    operations = [
        migrations.AddField("case", "waiting_money", models.JSONField(null=True, verbose_name="所用到账")),
    ]
