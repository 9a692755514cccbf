"""Where an item is accepted at a counter is known to the database; what the files say is carried in with the catalogue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_signed_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemversion",
            name="desk_kind",
            field=models.CharField(
                choices=[("general", "综合业务窗口"), ("special", "特殊业务窗口")],
                db_default="",
                default="",
                max_length=10,
                verbose_name="受理柜台",
            ),
        ),
    ]
