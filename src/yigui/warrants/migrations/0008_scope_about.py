from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warrants", "0007_subjects")]

    operations = [
        migrations.AddField(
            model_name="warrantscope",
            name="about",
            field=models.JSONField(db_default={}, default=dict, verbose_name="申请项与渠道"),
        ),
    ]
