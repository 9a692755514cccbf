from django.db import migrations, models


class Migration(migrations.Migration):
    """A death that is reported and in no register yet holds a benefit too: its word says no more than is known."""

    dependencies = [
        ('benefits', '0015_benefits_by_account'),
    ]

    operations = [
        migrations.AlterField(
            model_name='heldline',
            name='hold',
            field=models.SmallIntegerField(choices=[(0, '发放'), (1, '有死亡信息'), (2, '资格认证逾期'), (3, '重复领取'), (4, '已暂停、终止或改期'), (5, '领取账户已变更'), (6, '已重新就业'), (7, '已由其他批次发放'), (8, '服刑信息待核实'), (9, '应发小于已发'), (10, '银行结果矛盾、待核实')], verbose_name='原因'),
        ),
    ]
