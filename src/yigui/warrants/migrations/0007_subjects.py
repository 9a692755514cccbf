import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warrants", "0006_scope")]

    operations = [
        migrations.AddField(
            model_name="warrant",
            name=name,
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None, verbose_name=label
            ),
        )
        for name, label in (("persons", "所及个人"), ("employers", "所及单位"))
    ]
