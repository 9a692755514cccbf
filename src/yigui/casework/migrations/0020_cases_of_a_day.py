"""Lists of the cases of a day or a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0019_money_of_a_case")]
    operations = [
        migrations.AddIndex(model_name="case", index=models.Index(fields=["accepted_on"], name="case_by_day")),
    ]
