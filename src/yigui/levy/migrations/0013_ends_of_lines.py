from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contributions", "0012_moved_look")]

    operations = [migrations.AlterModelOptions(name="lineend", options={"verbose_name": "未入账行的处理"})]
