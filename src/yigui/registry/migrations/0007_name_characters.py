"""The characters that names have: a spelling asks only for those."""

from django.db import migrations, models

# Names a person had before are characters of names, too.
KNOWN = """
INSERT INTO registry_name_character (character)
SELECT DISTINCT unnest(string_to_array(name, NULL))
FROM (SELECT name FROM registry_person UNION ALL SELECT name FROM registry_employer UNION ALL SELECT name FROM registry_former_identity) AS named
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0006_names_by_characters'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameCharacter',
            fields=[
                ('character', models.CharField(db_collation='C', max_length=1, primary_key=True, serialize=False, verbose_name='字')),
            ],
            options={
                'verbose_name': '姓名用字',
                'db_table': 'registry_name_character',
            },
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
