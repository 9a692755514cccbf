from django.db import migrations, models


class Migration(migrations.Migration):
    """A decision to send a returned payment again can be taken back while no run has sent it, and decided anew."""

    dependencies = [
        ('benefits', '0018_held_for_the_heirs_account'),
    ]

    operations = [
        migrations.AddField(
            model_name='reissue',
            name='withdrawn_batch',
            field=models.BigIntegerField(null=True, verbose_name='撤回批次'),
        ),
        migrations.RemoveConstraint(model_name='reissue', name='reissue_once'),
        migrations.AddConstraint(
            model_name='reissue',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_batch', None)), fields=('batch_id', 'benefit', 'attempt'), name='reissue_once'),
        ),
        migrations.AddConstraint(
            model_name='reissue',
            constraint=models.CheckConstraint(condition=models.Q(('sent_batch', None), ('withdrawn_batch', None), _connector='OR'), name='reissue_sent_or_withdrawn'),
        ),
        migrations.AlterField(
            model_name='heldline',
            name='hold',
            field=models.SmallIntegerField(choices=[(0, '发放'), (1, '有死亡信息'), (2, '资格认证逾期'), (3, '重复领取'), (4, '已暂停、终止或改期'), (5, '领取账户已变更'), (6, '已重新就业'), (7, '已由其他批次发放'), (8, '服刑信息待核实'), (9, '应发小于已发'), (10, '银行结果矛盾、待核实'), (11, '已核实到账，不再重发'), (12, '收款账户是死亡人员本人的'), (13, '重发已撤回')], verbose_name='原因'),
        ),
    ]
