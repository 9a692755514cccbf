from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0013_ends_of_lines")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="against",
            field=models.CharField(blank=True, db_default="", default="", max_length=600, verbose_name="来款信息不一致之处"),
        ),
        migrations.AddField(
            model_name="claim",
            name="ground",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="核实情况"),
        ),
    ]
