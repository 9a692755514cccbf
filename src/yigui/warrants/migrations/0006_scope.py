from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warrants", "0005_account_kind")]

    operations = [
        migrations.CreateModel(
            name="WarrantScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10, verbose_name="类别")),
                ("code", models.CharField(max_length=30, verbose_name="事项或批次种类")),
                ("table_name", models.CharField(max_length=63, verbose_name="表")),
                ("by_hand", models.BooleanField(default=True, verbose_name="应用可直接写入")),
                ("risk_class", models.SmallIntegerField(null=True, verbose_name="风险等级")),
            ],
            options={
                "verbose_name": "授权范围",
                "db_table": "warrants_scope",
                "constraints": [models.UniqueConstraint(fields=("kind", "code", "table_name"), name="scope_once")],
            },
        ),
    ]
