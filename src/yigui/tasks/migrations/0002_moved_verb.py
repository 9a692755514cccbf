from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='taskevent',
            name='verb',
            field=models.CharField(choices=[('open', '产生'), ('take', '领取'), ('put_back', '放回'), ('hand_on', '转交'), ('begin_case', '发起办件'), ('lose_case', '办件未办成'), ('prolong', '延期'), ('escalate', '超期上报'), ('replace', '改派'), ('move', '机构合并转入'), ('finish', '办结'), ('settle', '随办件办结'), ('drop', '撤销'), ('reopen', '重新打开')], max_length=20, verbose_name='事件'),
        ),
    ]
