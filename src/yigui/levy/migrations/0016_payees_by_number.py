from django.db import migrations, models


class Migration(migrations.Migration):
    """Who a moved refund goes to is known by number; heads nobody read of a file of money are kept by name."""

    dependencies = [("contributions", "0015_lines_put_right")]

    operations = [
        migrations.AddField(
            model_name="refundpayee",
            name="payee_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=18, verbose_name="收款人证件号码"),
        ),
        migrations.AddField(
            model_name="receiptfile",
            name="unread_heads",
            field=models.JSONField(db_default=[], default=list, verbose_name="未读取的列"),
        ),
    ]
