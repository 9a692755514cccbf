from django.db import migrations, models


class Migration(migrations.Migration):
    """A returned payment is not sent again while the bank contradicts itself about it."""

    dependencies = [
        ('benefits', '0013_sentences_looked_at'),
    ]

    operations = [
        migrations.AlterField(
            model_name='heldline',
            name='hold',
            field=models.SmallIntegerField(choices=[(0, '发放'), (1, '已登记死亡'), (2, '资格认证逾期'), (3, '重复领取'), (4, '已暂停、终止或改期'), (5, '领取账户已变更'), (6, '已重新就业'), (7, '已由其他批次发放'), (8, '服刑信息待核实'), (9, '应发小于已发'), (10, '银行结果矛盾、待核实')], verbose_name='原因'),
        ),
        migrations.AddIndex(
            model_name='waitingresult',
            index=models.Index(fields=['batch_id', 'subject_id'], name='result_waiting_by_payment'),
        ),
    ]
