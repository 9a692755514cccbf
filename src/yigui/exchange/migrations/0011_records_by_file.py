from django.db import migrations, models


class Migration(migrations.Migration):
    """How many records stand under a file is counted whenever one is written."""

    dependencies = [
        ('exchange', '0010_sentences_reported_again'),
    ]

    operations = [
        migrations.AddIndex(
            model_name=model,
            index=models.Index(condition=models.Q(('row_no__gt', 0)), fields=['file', 'row_no'], name=name),
        )
        for model, name in (
            ('employmentregistration', 'registration_by_file'),
            ('deathrecord', 'death_record_by_file'),
            ('lifesign', 'life_sign_by_file'),
            ('prisonrecord', 'prison_record_by_file'),
        )
    ]
