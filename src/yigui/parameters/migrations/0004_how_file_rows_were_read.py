from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parameters', '0003_trials_closed_by_the_database'),
    ]

    operations = [
        # Laid out again at the end of the preparation; functions that took the caller's word for day and areas go.
        migrations.RunSQL(
            'DELETE FROM parameters_filed; DROP FUNCTION IF EXISTS parameters_begin_trial_v1(bigint), '
            'parameters_stage_levy_v1(bigint, jsonb, jsonb, integer, date, bigint), parameters_stage_levied_v1(bigint, integer, text[], jsonb)',
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name='filedrow',
            name='status',
            field=models.CharField(default='', max_length=12, verbose_name='核实情况'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='filedrow',
            name='verified_on',
            field=models.DateField(null=True, verbose_name='核实日期'),
        ),
    ]
