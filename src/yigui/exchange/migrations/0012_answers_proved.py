from django.db import migrations, models


class Migration(migrations.Migration):
    """The keys shared with partners go where the application does not read them; an answer is kept as it came."""

    dependencies = [("exchange", "0011_records_by_file")]

    operations = [
        migrations.CreateModel(
            name="PartnerKey",
            fields=[
                ("partner_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=100, verbose_name="签名密钥")),
                ("kept_at", models.DateTimeField(verbose_name="登记时间")),
            ],
            options={"db_table": "exchange_partner_key", "verbose_name": "协作单位密钥"},
        ),
        migrations.AddField(
            model_name="answer",
            name="body",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="应答原文"),
        ),
        migrations.AddField(
            model_name="answer", name="moment", field=models.BigIntegerField(null=True, verbose_name="提问时刻")
        ),
        migrations.RunSQL(
            "INSERT INTO exchange_partner_key (partner_id, key, kept_at) SELECT code, key, clock_timestamp() FROM exchange_partner WHERE key <> '';"
            " UPDATE exchange_partner SET key = '已登记' WHERE key <> '';",
            migrations.RunSQL.noop,
        ),
    ]
