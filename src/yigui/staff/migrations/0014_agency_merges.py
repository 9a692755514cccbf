import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_agency_successor'),
        ('staff', '0013_post_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgencyMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='批准文件')),
                ('status', models.CharField(choices=[('asked', '待安全保密管理员确认'), ('done', '已办理'), ('refused', '未同意'), ('taken_back', '已撤回')], default='asked', max_length=10, verbose_name='状态')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('moved', models.JSONField(default=dict, verbose_name='转入数量')),
                ('moved_xid', models.BigIntegerField(editable=False, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.agency', verbose_name='并入机构')),
                ('merged', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.agency', verbose_name='被合并机构')),
            ],
            options={
                'verbose_name': '机构合并',
                'db_table': 'staff_agency_merge',
                'constraints': [models.CheckConstraint(condition=models.Q(('merged', models.F('into')), _negated=True), name='agency_merge_of_two'), models.UniqueConstraint(models.F('merged'), condition=models.Q(('status__in', ('asked', 'done'))), name='agency_merged_once')],
            },
        ),
    ]
