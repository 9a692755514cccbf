from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0013_signed_outcomes'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='seen',
            field=models.JSONField(db_default={}, default=dict, verbose_name='各页所见'),
        ),
        migrations.AddField(
            model_name='draft',
            name='version',
            field=models.IntegerField(db_default=0, default=0, verbose_name='版次'),
        ),
    ]
