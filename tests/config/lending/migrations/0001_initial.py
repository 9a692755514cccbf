import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import yigui.warrants.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('registry', '0003_agency_successor'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, verbose_name='书名')),
            ],
            options={
                'db_table': 'lending_wish',
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('warrant_id', yigui.warrants.models.WarrantField(editable=False, verbose_name='授权凭据')),
                ('title', models.CharField(max_length=80, verbose_name='书名')),
                ('counted_in', models.BigIntegerField(null=True, verbose_name='盘点批次')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
            ],
            options={
                'db_table': 'lending_loan',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='loan_stamp', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.warrant_id := warrants_stamp_v1(3::smallint, TG_TABLE_NAME); RETURN NEW;', hash='18c6ae7654e24966b1f16bfbcc4fa1cf16424eb1', operation='INSERT OR UPDATE', pgid='pgtrigger_loan_stamp_bf971', table='lending_loan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='loan_history_i', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO warrants_change (warrant_id, table_name, row_id, kind, before, after)\nSELECT warrant_id, TG_TABLE_NAME, id, 'I', NULL, to_jsonb(new_rows) FROM new_rows;\nRETURN NULL;", hash='c2e512d0ec1f4b10f3d667fe962c039bd6a05af2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_loan_history_i_2356f', referencing='REFERENCING NEW TABLE AS new_rows ', table='lending_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='loan_history_u', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO warrants_change (warrant_id, table_name, row_id, kind, before, after)\nSELECT new_rows.warrant_id, TG_TABLE_NAME, new_rows.id, 'U', to_jsonb(old_rows), to_jsonb(new_rows)\nFROM new_rows JOIN old_rows USING (id);\nRETURN NULL;", hash='24b6c53af00f88d438c6de039cbfe5d5ad2d3319', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_loan_history_u_3dce9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='lending_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='loan_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '受保护的记录不能删除，请以冲正或变更办件处理。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='2452c71eb53bc5ebafbdc6f9d2cab758c0d86074', level='STATEMENT', operation='DELETE', pgid='pgtrigger_loan_no_delete_122c6', table='lending_loan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='loan_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '受保护的表不能清空。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='2b00e45caca5df82b8dc29f225bc15baf161149b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_loan_no_truncate_d7c70', table='lending_loan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='loan_same_id', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '受保护记录的内部编号不能改变。';", hash='44a5b4505642f08d1ed1d8c405a345c888c1d7a3', operation='UPDATE OF "id"', pgid='pgtrigger_loan_same_id_8c222', table='lending_loan', when='BEFORE')),
        ),
    ]
