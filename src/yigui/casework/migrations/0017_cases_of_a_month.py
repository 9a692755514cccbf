"""Cases by item and day: how many of an item a month has brought (月业务量)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0016_lines_of_lists")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["item_code", "accepted_on"], name="case_by_item_day")),
    ]
