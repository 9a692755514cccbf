"""A change of an item is examined by internal control, refused with a reason and taken back, as an application for rights is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_desk_of_item"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="itemchange",
            name="checked_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(model_name="itemchange", name="checked_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="itemchange",
            name="refused_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="itemchange",
            name="note",
            field=models.CharField(db_default="", default="", max_length=200, verbose_name="未批准的原因"),
        ),
        migrations.AlterField(
            model_name="itemchange",
            name="status",
            field=models.CharField(
                choices=[
                    ("applied", "待内控审核"), ("checked", "待领导批准"), ("approved", "待生效办理"), ("effected", "已办理"),
                    ("refused", "未批准"), ("taken_back", "已撤回"),
                ],
                default="applied", max_length=10, verbose_name="状态",
            ),
        ),
        migrations.RemoveConstraint(model_name="itemchange", name="item_change_open_once"),
        migrations.AddConstraint(
            model_name="itemchange",
            constraint=models.UniqueConstraint(
                "code", condition=models.Q(("status__in", ("applied", "checked", "approved"))), name="item_change_open_once"
            ),
        ),
    ]  # fmt: skip
