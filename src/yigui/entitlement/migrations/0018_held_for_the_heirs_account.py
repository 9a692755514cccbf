from django.db import migrations, models


class Migration(migrations.Migration):
    """What is due to an heir is not paid into the dead person's own account."""

    dependencies = [
        ('benefits', '0017_arrived_after_all'),
    ]

    operations = [
        migrations.AlterField(
            model_name='heldline',
            name='hold',
            field=models.SmallIntegerField(choices=[(0, '发放'), (1, '有死亡信息'), (2, '资格认证逾期'), (3, '重复领取'), (4, '已暂停、终止或改期'), (5, '领取账户已变更'), (6, '已重新就业'), (7, '已由其他批次发放'), (8, '服刑信息待核实'), (9, '应发小于已发'), (10, '银行结果矛盾、待核实'), (11, '已核实到账，不再重发'), (12, '收款账户是死亡人员本人的')], verbose_name='原因'),
        ),
    ]
