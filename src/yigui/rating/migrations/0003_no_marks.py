import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A rating leaves no mark on its service; of few services it is not told how many nobody rated."""

    dependencies = [("rating", "0002_no_number")]

    operations = [
        migrations.AlterField(
            model_name="rating",
            name="service",
            field=models.OneToOneField(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rating.service"
            ),
        ),
        migrations.AlterField(
            model_name="monthsum",
            name="unrated",
            field=models.IntegerField(null=True, verbose_name="未评价"),
        ),
    ]
