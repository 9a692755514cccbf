import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

SOURCES = [("award", "核定"), ("recalculation", "重核"), ("adjustment", "调待"), ("raise", "标准调整"), ("opening", "期初")]


class Migration(migrations.Migration):
    """A standard that holds from a month on reaches benefits in payment by a batch; what it gives each of them is kept."""

    dependencies = [("benefits", "0020_results_by_file_and_batch")]

    operations = [
        *(
            migrations.AlterField(
                model_name=model, name="source", field=models.CharField(choices=SOURCES, max_length=16, verbose_name="来源")
            )
            for model in ("amount", "award")
        ),
        migrations.CreateModel(
            name="Raised",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch_id", models.BigIntegerField(verbose_name="批次")),
                ("benefit_id", models.BigIntegerField(verbose_name="待遇")),
                ("start_period", models.IntegerField(verbose_name="执行年月")),
                ("before_fen", models.BigIntegerField(verbose_name="调整前")),
                ("after_fen", models.BigIntegerField(verbose_name="调整后")),
                ("words", models.CharField(max_length=300, verbose_name="依据")),
            ],
            options={
                "verbose_name": "待遇标准调整明细",
                "db_table": "benefits_raise",
                "indexes": [models.Index(fields=["benefit_id", "start_period"], name="raise_of_benefit")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("batch_id"), models.F("benefit_id"), models.F("start_period"), name="raise_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("after_fen__gte", models.F("before_fen"))), name="raise_is_no_less"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='raised',
            trigger=pgtrigger.compiler.Trigger(name='benefit_raise_no_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能修改。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='b30fd1dd802f17d744fbdeef9fdfae880c7eb83a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_benefit_raise_no_update_d72b3', table='benefits_raise', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='raised',
            trigger=pgtrigger.compiler.Trigger(name='benefit_raise_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录只能追加，不能删除。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='5acbf6c47770884d8eb55e4a8b1d05e1d36960a5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_benefit_raise_no_delete_7f025', table='benefits_raise', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='raised',
            trigger=pgtrigger.compiler.Trigger(name='benefit_raise_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '历史记录不能清空。', TABLE = TG_TABLE_NAME; RETURN NULL;", hash='f6911b3cb4ddaa03898357d1e604233e98c794c5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_benefit_raise_no_truncate_1d21e', table='benefits_raise', when='BEFORE')),
        ),
    ]
