import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_person_not_alive'),
        ('staff', '0012_posts_and_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='PostRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(choices=[('teller', '综合柜员'), ('reviewer', '审核人员'), ('rechecker', '专职复核员'), ('section_head', '科室负责人'), ('director', '分管领导'), ('auditor', '稽核人员'), ('cashier', '出纳'), ('accountant', '会计'), ('guide', '导办人员'), ('system_admin', '系统管理员'), ('security_admin', '安全保密管理员'), ('audit_admin', '安全审计员')], max_length=20, verbose_name='岗位')),
                ('level', models.CharField(choices=[('city', '地级市'), ('county', '县（市、区）')], max_length=10, verbose_name='机构级别')),
                ('area_scope', models.CharField(choices=[('own', '本机构地区'), ('all', '全市')], max_length=4, verbose_name='地区范围')),
                ('lines', models.JSONField(default=list, verbose_name='权限')),
                ('reason', models.CharField(max_length=200, verbose_name='依据')),
                ('status', models.CharField(choices=[('applied', '已申请'), ('checked', '内控已审核'), ('approved', '领导已批准'), ('granted', '已办理'), ('refused', '未批准'), ('taken_back', '已撤回')], default='applied', max_length=10, verbose_name='状态')),
                ('applied_at', models.DateTimeField(auto_now_add=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('granted_at', models.DateTimeField(null=True, verbose_name='启用时间')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='未批准的原因')),
                ('moved_xid', models.BigIntegerField(editable=False, null=True)),
                ('applied_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '岗位权限模板',
                'db_table': 'staff_post_rule',
            },
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='post_rule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='staff.postrule', verbose_name='权限模板'),
        ),
        migrations.CreateModel(
            name='RightsCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.IntegerField(verbose_name='年度')),
                ('checked_at', models.DateTimeField(auto_now_add=True, verbose_name='检查时间')),
                ('counts', models.JSONField(default=dict, verbose_name='发现数量')),
                ('findings', models.JSONField(default=list, verbose_name='发现')),
                ('conclusion', models.CharField(max_length=500, verbose_name='检查意见')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.agency')),
                ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '年度权限检查',
                'db_table': 'staff_rights_check',
            },
        ),
        migrations.AddConstraint(
            model_name='postrule',
            constraint=models.UniqueConstraint(models.F('post'), models.F('level'), condition=models.Q(('status__in', ('applied', 'checked', 'approved'))), name='post_rule_one_on_its_way'),
        ),
        migrations.AddConstraint(
            model_name='rightscheck',
            constraint=models.UniqueConstraint(models.F('agency'), models.F('year'), name='rights_check_once_a_year'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rightscheck',
            trigger=pgtrigger.compiler.Trigger(name='rights_check_no_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能修改。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='d094ef4592b93e19d4497295d9e5adcc9a880e43', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_rights_check_no_update_baeb5', table='staff_rights_check', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rightscheck',
            trigger=pgtrigger.compiler.Trigger(name='rights_check_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能删除。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='e7623f0e55806e4eeec8eca0769bf59a77dd8e7e', level='STATEMENT', operation='DELETE', pgid='pgtrigger_rights_check_no_delete_251d6', table='staff_rights_check', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rightscheck',
            trigger=pgtrigger.compiler.Trigger(name='rights_check_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录不能清空。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='8c0dba02dfa2b26a930ef731989254c42f83012b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_rights_check_no_truncate_51ac1', table='staff_rights_check', when='BEFORE')),
        ),
    ]
