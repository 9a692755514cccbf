from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion


def record() -> list[tuple[str, models.Field]]:
    return [
        ("risk_class", models.SmallIntegerField(verbose_name="风险等级")),
        ("route", models.JSONField(verbose_name="环节")),
        ("review_site", models.CharField(default="", max_length=12, verbose_name="审核地点")),
        ("finish_site", models.CharField(default="", max_length=12, verbose_name="办结地点")),
    ]


def person(**more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_initial"),
        ("staff", "0004_unit_requests"),
        ("warrants", "0004_item_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                *record(),
                ("code", models.CharField(max_length=16, verbose_name="事项")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("before", models.JSONField(verbose_name="变更前")),
                ("reason", models.CharField(max_length=400, verbose_name="变更理由")),
                (
                    "status",
                    models.CharField(
                        choices=[("applied", "待领导批准"), ("approved", "待生效办理"), ("effected", "已办理"), ("refused", "未批准")],
                        default="applied",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("applied_at", models.DateTimeField(auto_now_add=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("effected_at", models.DateTimeField(null=True)),
                ("applied_by", person()),
                ("approved_by", person(null=True)),
                ("effected_by", person(null=True)),
            ],
            options={"verbose_name": "事项变更", "db_table": "catalogue_item_change"},
        ),
        migrations.AddConstraint(
            model_name="itemchange",
            constraint=models.UniqueConstraint(
                models.F("code"), condition=models.Q(("status__in", ("applied", "approved"))), name="item_change_open_once"
            ),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="review_site",
            field=models.CharField(default="", max_length=12, verbose_name="审核地点"),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="finish_site",
            field=models.CharField(default="", max_length=12, verbose_name="办结地点"),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="source",
            field=models.CharField(
                choices=[("file", "目录文件"), ("kept", "沿用上一版本"), ("change", "经批准的变更")],
                default="file",
                max_length=8,
                verbose_name="来源",
            ),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="reason",
            field=models.CharField(default="", max_length=400, verbose_name="变更理由"),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="change",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="catalogue.itemchange"
            ),
        ),
    ]
