"""Lists of the cases of a day or a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0020_sent_again")]
    operations = [
        migrations.AddIndex(model_name="case", index=models.Index(fields=["accepted_on"], name="case_by_day")),
    ]
