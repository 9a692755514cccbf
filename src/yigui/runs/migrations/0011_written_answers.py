import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """An answer says what it is: a written one. The table keeps its name."""

    dependencies = [("runs", "0010_retries_and_drills")]

    operations = [
        migrations.RenameModel(old_name="Answer", new_name="WrittenAnswer"),
        # The name of a trigger's function is made of the model's.
        pgtrigger.migrations.RemoveTrigger(
            model_name='writtenanswer',
            name='answer_no_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='writtenanswer',
            name='answer_no_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='writtenanswer',
            name='answer_no_truncate',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='writtenanswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_no_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能修改。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='9f3d31e2bc7c8f7946707ae865ec8abdbbcf7014', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_answer_no_update_18721', table='runs_answer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='writtenanswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能删除。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='d21214e6f49ec7ef3d0f958510b084f64edfaa64', level='STATEMENT', operation='DELETE', pgid='pgtrigger_answer_no_delete_8fc90', table='runs_answer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='writtenanswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录不能清空。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='b669c7d698f1f6651e0383769291c70b1a9a617e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_answer_no_truncate_51d82', table='runs_answer', when='BEFORE')),
        ),
    ]
