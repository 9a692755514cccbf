import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lines of a county's file that another area answers for wait for the city; heads nobody read are kept by name; whose records are taken from whom."""

    dependencies = [("exchange", "0012_answers_proved")]

    operations = [
        migrations.AddField(
            model_name="inboundfile",
            name="elsewhere",
            field=models.JSONField(db_default=[], default=list, verbose_name="属其他地区的行"),
        ),
        migrations.AddField(
            model_name="inboundfile",
            name="continues",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="continued", to="exchange.inboundfile",
                verbose_name="接续的收文",
            ),
        ),
        migrations.AddField(
            model_name="inboundfile",
            name="unread_heads",
            field=models.JSONField(db_default=[], default=list, verbose_name="未读取的列"),
        ),
        # Whose files of sentences are taken: without them nobody could bring one in.
        migrations.RunSQL(
            "INSERT INTO exchange_partner (code, name, is_active, base_url, key) VALUES ('justice', '司法行政部门', true, '', ''), "
            "('court', '人民法院', true, '', ''), ('health', '卫生健康部门', true, '', ''), ('medical', '医疗保障部门', true, '', '') ON CONFLICT (code) DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
