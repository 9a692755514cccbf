from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0009_lines_in_full")]

    operations = [
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("doubt", ""), _negated=True), fields=["area_code", "id"], name="receipt_in_doubt"
            ),
        ),
    ]
