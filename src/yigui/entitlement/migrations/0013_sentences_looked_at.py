from django.db import migrations, models


class Migration(migrations.Migration):
    """An execution may leave a benefit out because of a sentence that was reported since and that nobody has decided."""

    dependencies = [
        ('benefits', '0012_paid_meanwhile'),
    ]

    operations = [
        migrations.AlterField(
            model_name='heldline',
            name='hold',
            field=models.SmallIntegerField(choices=[(0, '发放'), (1, '已登记死亡'), (2, '资格认证逾期'), (3, '重复领取'), (4, '已暂停、终止或改期'), (5, '领取账户已变更'), (6, '已重新就业'), (7, '已由其他批次发放'), (8, '服刑信息待核实'), (9, '应发小于已发')], verbose_name='原因'),
        ),
    ]
