from django.db import migrations, models


class Migration(migrations.Migration):
    """A report of a sentence that says again what an older one said, after another that did not, is kept as well: the newest counts."""

    dependencies = [
        ('exchange', '0009_known_by_all_they_say'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='prisonrecord',
            name='prison_record_once',
        ),
        migrations.AddIndex(
            model_name='prisonrecord',
            index=models.Index(fields=['id_number', 'began_on'], name='prison_record_by_sentence'),
        ),
    ]
