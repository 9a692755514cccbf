import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _whose(**more):
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **more
    )


class Migration(migrations.Migration):
    """Heads and lines of files of money that two people of finance have found harmless."""

    dependencies = [("exchange", "0013_lines_of_elsewhere"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Harmless",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=10, verbose_name="文件种类")),
                ("kind", models.CharField(max_length=10, verbose_name="类别")),
                ("word", models.CharField(max_length=120, verbose_name="原文")),
                ("shown", models.CharField(max_length=120, verbose_name="显示")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                ("asked_by", _whose()),
                ("confirmed_by", _whose(null=True)),
                ("ended_by", _whose(null=True)),
                (
                    "partner",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="exchange.partner"),
                ),
            ],
            options={"db_table": "exchange_harmless", "verbose_name": "无关列登记"},
        ),
        migrations.AddConstraint(
            model_name="harmless",
            constraint=models.UniqueConstraint(
                fields=["partner", "source", "kind", "word"], condition=models.Q(("ended_by", None)), name="harmless_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="harmless",
            constraint=models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("asked_by")),
                name="harmless_by_two",
            ),
        ),
    ]
