from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0010_receipt_doubts")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="mark",
            field=models.CharField(blank=True, db_default="", default="", max_length=32, verbose_name="辨识"),
        )
        for name in ("receipt", "receiptline")
    ]
