from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_sessions_and_limits")]

    operations = [
        migrations.AddField(model_name="device", name="is_demo", field=models.BooleanField(db_default=False, default=False)),
    ]
