from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rating', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='repair',
            name='call',
            field=models.CharField(choices=[('reached', '已回访'), ('not_reached', '已拨打，未能接通'), ('not_wanted', '评价人不愿接受回访'), ('no_number', '没有回访电话')], max_length=12, verbose_name='回访'),
        ),
    ]
