import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0007_how_batches_end")]
    operations = [
        migrations.AddField("order", "period", models.IntegerField(null=True, verbose_name="所属期")),
        migrations.AddField(
            "batch",
            "order",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="runs.order"
            ),
        ),
    ]
