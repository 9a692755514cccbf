"""The sheet of a teller's day (日终轧账单)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0014_draft_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DaySheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="业务日期")),
                ("content", models.JSONField(verbose_name="内容")),
                ("differences", models.IntegerField(verbose_name="差异数")),
                ("explanation", models.CharField(blank=True, default="", max_length=200, verbose_name="差异说明")),
                ("closed_at", models.DateTimeField(verbose_name="轧账时间")),
                ("checked_at", models.DateTimeField(null=True, verbose_name="复核时间")),
                ("check_note", models.CharField(blank=True, default="", max_length=200, verbose_name="复核意见")),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="柜员",
                    ),
                ),
            ],
            options={
                "verbose_name": "日终轧账单",
                "db_table": "casework_day_sheet",
                "indexes": [models.Index(condition=models.Q(("checked_at", None)), fields=["-id"], name="day_sheet_unchecked")],
                "constraints": [models.UniqueConstraint(models.F("user"), models.F("day"), name="day_sheet_once")],
            },
        ),
    ]
