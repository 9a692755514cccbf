import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """An answer says of whom it is: of a partner. The table keeps its name."""

    dependencies = [("exchange", "0014_harmless"), ("casework", "0021_cases_of_a_day")]

    operations = [
        migrations.RenameModel(old_name="Answer", new_name="PartnerAnswer"),
        # The name of a trigger's function is made of the model's.
        pgtrigger.migrations.RemoveTrigger(
            model_name='partneranswer',
            name='answer_no_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='partneranswer',
            name='answer_no_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='partneranswer',
            name='answer_no_truncate',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partneranswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_no_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能修改。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='5e5b3e5ecdbb7d94ce1ace3dbbb7993a3858235b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_answer_no_update_996f9', table='exchange_answer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partneranswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能删除。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='3e8eb09be69dc061f38354c35a14baa66844b2f1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_answer_no_delete_9459c', table='exchange_answer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partneranswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录不能清空。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='4970b51c08a95c8e4cfd87898a82c34a5ed85755', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_answer_no_truncate_0b0a7', table='exchange_answer', when='BEFORE')),
        ),
    ]
