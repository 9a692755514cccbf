from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0014_grounds_of_claims")]

    operations = [
        migrations.AddField(
            model_name="receiptline",
            name="told_on",
            field=models.DateField(null=True, verbose_name="读出的日期"),
        ),
        migrations.AddField(
            model_name="receiptline",
            name="told_fen",
            field=models.BigIntegerField(null=True, verbose_name="读出的金额"),
        ),
        migrations.AddField(
            model_name="bankstatement",
            name="opened_on",
            field=models.DateField(null=True, verbose_name="起始日期"),
        ),
        migrations.AlterField(
            model_name="lineend",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("booked", "入账"),
                    ("reversed", "冲回"),
                    ("result", "转发放结果"),
                    ("left_out", "不入账"),
                    ("corrected", "已更正"),
                ],
                max_length=10,
                verbose_name="结果",
            ),
        ),
        migrations.AddIndex(
            model_name="receiptline",
            index=models.Index(condition=models.Q(("fate", "rejected")), fields=["file"], name="receipt_line_rejected"),
        ),
    ]
