import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0021_saved_views")]
    operations = [
        migrations.CreateModel(
            "InboxLook",
            [
                (
                    "user",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="inbox_look",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="查看时间")),
                ("on", models.DateField(verbose_name="业务日期")),
            ],
            {"verbose_name": "待办查看", "db_table": "staff_inbox_look"},
        ),
    ]
