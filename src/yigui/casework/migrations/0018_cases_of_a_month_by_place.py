"""Cases by item, place and day: a place counts its own month, not that of the whole city."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0017_cases_of_a_month")]

    operations = [
        migrations.RemoveIndex("case", "case_by_item_day"),
        migrations.AddIndex("case", models.Index(fields=["item_code", "area", "accepted_on"], name="case_by_item_area_day")),
    ]
