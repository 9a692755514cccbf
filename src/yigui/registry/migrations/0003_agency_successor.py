import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_person_not_alive'),
    ]

    operations = [
        migrations.AddField(
            model_name='agency',
            name='merged_on',
            field=models.DateField(null=True, verbose_name='合并日期'),
        ),
        migrations.AddField(
            model_name='agency',
            name='successor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='registry.agency', verbose_name='并入机构'),
        ),
    ]
