from django.db import migrations, models


class Migration(migrations.Migration):
    """Heads nobody read of a file of results are kept by name."""

    dependencies = [("benefits", "0021_standards_raised")]

    operations = [
        migrations.AddField(
            model_name="resultfile",
            name="unread_heads",
            field=models.JSONField(db_default=[], default=list, verbose_name="未读取的列"),
        ),
    ]
