# Rights in four steps with internal control; what was granted is withdrawn by two people.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0010_refusals'),
    ]

    operations = [
        # The column stays, so that the code before this still runs.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='rightsrequest', name='item_group')],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE staff_rights_request ALTER COLUMN item_group SET DEFAULT ''",
                    "ALTER TABLE staff_rights_request ALTER COLUMN item_group DROP DEFAULT",
                ),
            ],
        ),
        migrations.AddField(
            model_name='authority',
            name='withdrawn_at',
            field=models.DateTimeField(null=True, verbose_name='收回时间'),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='checked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='checked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='is_temporary',
            field=models.BooleanField(db_default=False, default=False, verbose_name='临时授权'),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='item_groups',
            field=models.JSONField(db_default=[], default=list, verbose_name='事项范围'),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='kind',
            field=models.CharField(choices=[('grant', '授予权限'), ('withdraw', '收回权限')], db_default='grant', default='grant', max_length=10, verbose_name='申请类别'),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='moved_xid',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='未批准的原因'),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='refused_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rightsrequest',
            name='withdraws',
            field=models.JSONField(db_default=[], default=list, verbose_name='收回的授权'),
        ),
        migrations.AddField(
            model_name='user',
            name='switched_off_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='停用时间'),
        ),
        migrations.AlterField(
            model_name='rightsrequest',
            name='status',
            field=models.CharField(choices=[('applied', '已申请'), ('checked', '内控已审核'), ('approved', '领导已批准'), ('granted', '已办理'), ('refused', '未批准'), ('taken_back', '已撤回')], default='applied', max_length=10, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='rightsrequest',
            name='steps',
            field=models.JSONField(default=list, verbose_name='环节'),
        ),
        migrations.RunSQL(
            "UPDATE staff_rights_request SET item_groups = jsonb_build_array(item_group) WHERE item_group <> ''",
            migrations.RunSQL.noop,
        ),
    ]
