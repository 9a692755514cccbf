from django.db import migrations, models

KINDS = [
    ("case", "办件"),
    ("run", "批处理"),
    ("rights", "岗位授权"),
    ("account", "账号办理"),
    ("merge", "机构合并"),
    ("item", "事项变更"),
    ("opening", "期初装载"),
    ("receipt", "到账凭据"),
    ("result", "发放结果"),
]


class Migration(migrations.Migration):
    dependencies = [("warrants", "0004_item_kind")]

    operations = [
        migrations.RemoveConstraint(model_name="warrant", name="warrant_known_kind"),
        migrations.AlterField(
            model_name="warrant", name="kind", field=models.CharField(choices=KINDS, max_length=10, verbose_name="类别")
        ),
        migrations.AddConstraint(
            model_name="warrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk_class__in", [1, 2, 3]), ("kind__in", [kind for kind, _ in KINDS])),
                name="warrant_known_kind",
            ),
        ),
    ]
