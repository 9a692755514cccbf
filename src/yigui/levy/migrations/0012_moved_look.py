from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0011_lines_told_apart")]

    operations = [
        migrations.CreateModel(
            name="MovedLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="类别")),
                ("area_code", models.CharField(max_length=6, verbose_name="地区")),
                ("period", models.IntegerField(verbose_name="所属期")),
                ("moved", models.CharField(max_length=64, verbose_name="变更内容的 SM3")),
                ("looked_on", models.DateField(verbose_name="计算日期")),
            ],
            options={
                "verbose_name": "无差额的费率变更",
                "db_table": "contributions_moved_look",
                "constraints": (models.UniqueConstraint(models.F("kind"), models.F("area_code"), models.F("period"), name="moved_look_once"),),
            },
        ),
    ]
