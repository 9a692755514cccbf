"""A name is found by any part of it, and by pinyin: an index of its characters."""

import django.contrib.postgres.indexes
from django.db import migrations
from django.db.models import F, Func, Value


def by_characters(model, name):
    return migrations.AddIndex(
        model_name=model,
        index=django.contrib.postgres.indexes.GinIndex(
            Func(F('name'), Value(None), function='string_to_array'), fastupdate=False, name=name
        ),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_employers_by_account'),
    ]

    operations = [
        by_characters('person', 'person_characters'),
        by_characters('employer', 'employer_characters'),
        by_characters('formeridentity', 'former_identity_characters'),
    ]
