# The tree of sections, and the record of changes of staff and organisation.

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_person_not_alive'),
        ('staff', '0004_unit_requests'),
    ]

    operations = [
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='科室名称')),
                ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('accept', '受理'), ('review', '审核'), ('recheck', '复核'), ('benefit', '待遇核发'), ('levy', '征缴'), ('finance', '基金财务'), ('audit', '稽核内控'), ('archive', '档案'), ('information', '信息'), ('lead', '领导决策')], max_length=12), default=list, size=None, verbose_name='业务环节')),
                ('zones', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None, verbose_name='业务分区')),
                ('valid_from', models.DateField(verbose_name='设立日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.agency', verbose_name='所属机构')),
                ('head', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='staff.section', verbose_name='上级科室')),
            ],
            options={
                'verbose_name': '科室',
                'db_table': 'staff_section',
            },
        ),
        # The texts stay in the table, so that the code before this still runs; a section is a row of its own from now on.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name='user', name='section'),
                migrations.RemoveField(model_name='user', name='managing_department'),
            ],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE staff_user ALTER COLUMN section SET DEFAULT '', ALTER COLUMN managing_department SET DEFAULT ''",
                    "ALTER TABLE staff_user ALTER COLUMN section DROP DEFAULT, ALTER COLUMN managing_department DROP DEFAULT",
                ),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='managing_department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='managed_people', to='staff.section', verbose_name='日常管理部门'),
        ),
        migrations.AddField(
            model_name='user',
            name='section',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='staff.section', verbose_name='科室（业务指导）'),
        ),
        migrations.CreateModel(
            name='StaffEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('verb', models.CharField(max_length=20, verbose_name='事项')),
                ('actor_name', models.CharField(blank=True, max_length=60, verbose_name='经办人姓名')),
                ('table_name', models.CharField(max_length=63, verbose_name='表')),
                ('row_id', models.BigIntegerField(verbose_name='记录')),
                ('kind', models.CharField(max_length=1, verbose_name='动作')),
                ('before', models.JSONField(null=True, verbose_name='变更前')),
                ('after', models.JSONField(null=True, verbose_name='变更后')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('details', models.JSONField(default=dict, verbose_name='附记')),
                ('actor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
            ],
            options={
                'verbose_name': '机构人员变动记录',
                'db_table': 'staff_event',
            },
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(models.F('agency'), models.F('name'), condition=models.Q(('valid_to', None)), name='section_once'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='section_ends_after_start'),
        ),
        migrations.AddIndex(
            model_name='staffevent',
            index=models.Index(fields=['table_name', 'row_id', '-id'], name='staff_event_by_row'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffevent',
            trigger=pgtrigger.compiler.Trigger(name='staff_event_no_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能修改。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='12b6a9fea73458ac3a77c6bd2270cc984c0b04f2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_staff_event_no_update_3a1ff', table='staff_event', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffevent',
            trigger=pgtrigger.compiler.Trigger(name='staff_event_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能删除。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='6a5cb443146c6c798399a6f31f4fa0541b408b6b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_staff_event_no_delete_078d3', table='staff_event', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffevent',
            trigger=pgtrigger.compiler.Trigger(name='staff_event_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录不能清空。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='cd26aeaecfc3850e8214782b5b2a8c8c98b2b6a7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_staff_event_no_truncate_23585', table='staff_event', when='BEFORE')),
        ),
    ]
