import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('visits', '0003_priorities_by_staff'),
    ]

    operations = [
        migrations.CreateModel(
            name='BegunForm',
            fields=[
                ('token', models.UUIDField(primary_key=True, serialize=False)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.ticket')),
            ],
            options={
                'verbose_name': '填报所属号票',
                'db_table': 'visits_begun_form',
            },
        ),
    ]
