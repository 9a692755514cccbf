from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_voucher_by_warrant")]

    operations = [
        migrations.AddField(
            model_name="ledgeraccount",
            name="from_period",
            field=models.IntegerField(default=0, verbose_name="启用期间"),
        ),
    ]
