"""Numbers and names people had before, and what the history of changes knows of them."""

import django.db.models.deletion
from django.db import migrations, models

# A merged record's own number leads to the last record of the chain; so do the numbers it gave up before.
KNOWN = """
WITH RECURSIVE kept (id, person_id) AS (
    SELECT id, merged_into_id FROM registry_person WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT kept.id, p.merged_into_id FROM kept JOIN registry_person p ON p.id = kept.person_id AND p.merged_into_id IS NOT NULL
),
last AS (
    SELECT kept.id, kept.person_id FROM kept JOIN registry_person p ON p.id = kept.person_id AND p.merged_into_id IS NULL
),
known AS (
    SELECT c.id AS seq, coalesce(l.person_id, c.row_id) AS person_id, c.before ->> 'id_number' AS id_number, c.before ->> 'name' AS name
    FROM warrants_change c LEFT JOIN last l ON l.id = c.row_id
    WHERE c.table_name = 'registry_person' AND c.before IS NOT NULL
      AND (c.before ->> 'id_number', c.before ->> 'name') IS DISTINCT FROM (c.after ->> 'id_number', c.after ->> 'name')
    UNION ALL
    SELECT 9223372036854775807, l.person_id, p.id_number, p.name FROM last l JOIN registry_person p ON p.id = l.id
)
INSERT INTO registry_former_identity (person_id, id_number, name)
SELECT DISTINCT ON (id_number, name) person_id, id_number, name FROM known ORDER BY id_number, name, seq DESC
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_agency_successor'),
        ('warrants', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('id_number', models.CharField(db_collation='C', max_length=18, verbose_name='曾用证件号码')),
                ('name', models.CharField(db_collation='C', max_length=60, verbose_name='当时的姓名')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='former', to='registry.person', verbose_name='个人')),
            ],
            options={
                'verbose_name': '曾用证件号码与姓名',
                'db_table': 'registry_former_identity',
            },
        ),
        migrations.AddConstraint(
            model_name='formeridentity',
            constraint=models.UniqueConstraint(fields=('id_number', 'name'), name='former_identity_once'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='person_merged'),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
