import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A signed row can be revoked (撤销) by a change of its own, tried, examined and signed like the row."""

    dependencies = [("parameters", "0004_how_file_rows_were_read")]

    operations = [
        migrations.AddField(
            model_name="parameterchange",
            name="revokes",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="revocations", to="parameters.parameterchange"
            ),
        ),
        migrations.AddConstraint(
            model_name="parameterchange",
            constraint=models.UniqueConstraint(
                models.F("revokes"),
                condition=models.Q(("status__in", ("proposed", "checked", "signed"))),
                name="parameter_revoked_once",
            ),
        ),
        migrations.AddField(
            model_name="parameterrow", name="revokes", field=models.BigIntegerField(null=True, verbose_name="所撤销的参数变更")
        ),
    ]
