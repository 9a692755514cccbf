# Places with hosts and hours; desks stand in them, machines too.

import django.contrib.postgres.fields
import django.db.models.deletion
import yigui.staff.locations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_person_not_alive'),
        ('staff', '0006_sections_carried'),
    ]

    operations = [
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='地址')),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=60), default=yigui.staff.locations.no_hours, size=7, verbose_name='开放时间')),
            ],
            options={
                'verbose_name': '进驻单位',
                'db_table': 'staff_host',
            },
        ),
        # The table and its column keep their names, so that the code before this still runs.
        migrations.RenameModel(old_name='CounterWindow', new_name='Desk'),
        migrations.AlterModelOptions(name='desk', options={'verbose_name': '柜台'}),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name='user', old_name='window', new_name='desk'),
                migrations.AlterField(
                    model_name='user',
                    name='desk',
                    field=models.ForeignKey(blank=True, db_column='window_id', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='people', to='staff.desk', verbose_name='柜台'),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='desk',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.agency', verbose_name='所属机构'),
        ),
        migrations.AddField(
            model_name='desk',
            name='note',
            field=models.CharField(blank=True, db_default='', max_length=60, verbose_name='说明'),
        ),
        migrations.AddField(
            model_name='desk',
            name='closed_on',
            field=models.DateField(blank=True, null=True, verbose_name='撤销日期'),
        ),
        migrations.RemoveConstraint(model_name='desk', name='window_once'),
        migrations.AlterField(
            model_name='kiosk',
            name='place',
            field=models.CharField(max_length=80, verbose_name='布设位置'),
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hall', '服务大厅'), ('self_service', '自助服务区'), ('outlet', '合作银行网点'), ('township', '乡镇（街道）服务点')], max_length=12, verbose_name='场所类别')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='地址')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='咨询电话')),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=60), default=yigui.staff.locations.no_hours, size=7, verbose_name='开放时间')),
                ('stays_open_on_holidays', models.BooleanField(default=False, verbose_name='节假日不休')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.agency', verbose_name='所属机构')),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.host', verbose_name='进驻单位')),
            ],
            options={
                'verbose_name': '办事场所',
                'db_table': 'staff_location',
            },
        ),
        migrations.AddField(
            model_name='desk',
            name='location',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='desks', to='staff.location', verbose_name='办事场所'),
        ),
        migrations.AddField(
            model_name='kiosk',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kiosks', to='staff.location', verbose_name='办事场所'),
        ),
        migrations.AddField(
            model_name='user',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='staff.location', verbose_name='办公场所'),
        ),
        migrations.CreateModel(
            name='OpeningException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('hours', models.CharField(blank=True, max_length=60, verbose_name='开放时间（空为不开放）')),
                ('reason', models.CharField(max_length=100, verbose_name='原因')),
                ('host', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='staff.host')),
                ('location', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='staff.location')),
            ],
            options={
                'verbose_name': '开放例外日',
                'db_table': 'staff_opening_exception',
            },
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.UniqueConstraint(models.F('agency'), models.F('name'), condition=models.Q(('closed_on', None)), name='location_once'),
        ),
        migrations.AddConstraint(
            model_name='desk',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('agency', 'location', 'number'), name='desk_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='openingexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('host__isnull', False), ('location', None)), models.Q(('host', None), ('location__isnull', False)), _connector='OR'), name='exception_of_one'),
        ),
        migrations.AddConstraint(
            model_name='openingexception',
            constraint=models.UniqueConstraint(models.F('location'), models.F('day'), name='location_exception_once'),
        ),
        migrations.AddConstraint(
            model_name='openingexception',
            constraint=models.UniqueConstraint(models.F('host'), models.F('day'), name='host_exception_once'),
        ),
    ]
