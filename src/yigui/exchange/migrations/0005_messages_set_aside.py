import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_prison_records"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "outmessage", "faults", models.SmallIntegerField(db_default=0, default=0, verbose_name="本系统出错次数")
        ),
        migrations.AddField("outmessage", "dropped_at", models.DateTimeField(null=True, verbose_name="不再发送的时间")),
        migrations.AddField(
            "outmessage",
            "dropped_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "outmessage",
            "drop_reason",
            models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="不再发送的原因"),
        ),
    ]
