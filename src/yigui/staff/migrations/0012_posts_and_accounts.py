# Posts with their classes, who holds which, and what two people do to an account.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_person_not_alive'),
        ('staff', '0011_rights_in_four_steps'),
        ('warrants', '0005_account_kind'),
    ]

    operations = [
        migrations.CreateModel(
            name='Post',
            fields=[
                ('code', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='岗位')),
                ('name', models.CharField(max_length=40, verbose_name='岗位名称')),
                ('post_class', models.CharField(max_length=12, verbose_name='岗位类别')),
                ('class_name', models.CharField(max_length=20, verbose_name='类别名称')),
                ('level', models.CharField(max_length=20, verbose_name='岗位等级')),
                ('standard', models.CharField(max_length=30, verbose_name='依据标准')),
                ('cooling_days', models.IntegerField(verbose_name='转岗间隔（天）')),
            ],
            options={
                'verbose_name': '岗位',
                'db_table': 'staff_post',
            },
        ),
        migrations.AddField(
            model_name='user',
            name='id_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=18, verbose_name='身份证号'),
        ),
        migrations.AddField(
            model_name='user',
            name='must_change_password',
            field=models.BooleanField(db_default=False, default=False, verbose_name='须修改密码'),
        ),
        migrations.AlterField(
            model_name='user',
            name='role',
            field=models.CharField(blank=True, choices=[('teller', '综合柜员'), ('reviewer', '审核人员'), ('rechecker', '专职复核员'), ('section_head', '科室负责人'), ('director', '分管领导'), ('auditor', '稽核人员'), ('cashier', '出纳'), ('accountant', '会计'), ('guide', '导办人员'), ('system_admin', '系统管理员'), ('security_admin', '安全保密管理员'), ('audit_admin', '安全审计员')], max_length=20, verbose_name='岗位'),
        ),
        migrations.CreateModel(
            name='AccountRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('role', '调整岗位'), ('transfer', '调往其他机构'), ('leave', '离职离岗'), ('unlock', '解除锁定'), ('password', '重置密码'), ('device', '更换动态口令设备')], max_length=10, verbose_name='办理事项')),
                ('role', models.CharField(blank=True, choices=[('teller', '综合柜员'), ('reviewer', '审核人员'), ('rechecker', '专职复核员'), ('section_head', '科室负责人'), ('director', '分管领导'), ('auditor', '稽核人员'), ('cashier', '出纳'), ('accountant', '会计'), ('guide', '导办人员'), ('system_admin', '系统管理员'), ('security_admin', '安全保密管理员'), ('audit_admin', '安全审计员')], max_length=20, verbose_name='新岗位')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('status', models.CharField(choices=[('asked', '待安全保密管理员确认'), ('done', '已办理'), ('refused', '未同意'), ('taken_back', '已撤回')], default='asked', max_length=10, verbose_name='状态')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('moved_xid', models.BigIntegerField(editable=False, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.agency')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='account_requests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '账号办理申请',
                'db_table': 'staff_account_request',
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('kind'), condition=models.Q(('status', 'asked')), name='account_request_open_once')],
            },
        ),
        migrations.CreateModel(
            name='PostHolding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(choices=[('teller', '综合柜员'), ('reviewer', '审核人员'), ('rechecker', '专职复核员'), ('section_head', '科室负责人'), ('director', '分管领导'), ('auditor', '稽核人员'), ('cashier', '出纳'), ('accountant', '会计'), ('guide', '导办人员'), ('system_admin', '系统管理员'), ('security_admin', '安全保密管理员'), ('audit_admin', '安全审计员')], max_length=20, verbose_name='岗位')),
                ('post_class', models.CharField(max_length=12, verbose_name='岗位类别')),
                ('held_from', models.DateTimeField(verbose_name='任岗时间')),
                ('held_to', models.DateTimeField(null=True, verbose_name='离岗时间')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.agency')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '任岗记录',
                'db_table': 'staff_post_holding',
                'indexes': [models.Index(fields=['user', '-id'], name='holding_by_user')],
                'constraints': [models.UniqueConstraint(models.F('user'), condition=models.Q(('held_to', None)), name='holding_one_at_a_time')],
            },
        ),
        # Who holds a post as it is taken over; the class as the first declaration has it.
        migrations.RunSQL(
            """
            INSERT INTO staff_post_holding (user_id, post, post_class, agency_id, held_from)
            SELECT id, role, CASE WHEN role IN ('cashier', 'accountant') THEN 'finance'
                WHEN role IN ('system_admin', 'security_admin') THEN 'data' WHEN role IN ('auditor', 'audit_admin') THEN 'control'
                ELSE 'business' END, agency_id, clock_timestamp()
            FROM staff_user WHERE role <> '';
            INSERT INTO staff_event (at, verb, actor_name, table_name, row_id, kind, after, reason, details)
            SELECT clock_timestamp(), 'baseline', '', 'staff_post_holding', id, 'I', to_jsonb(h), '', '{}' FROM staff_post_holding h
            """,
            migrations.RunSQL.noop,
        ),
    ]
