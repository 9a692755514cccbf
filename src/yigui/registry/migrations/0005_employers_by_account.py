from django.db import migrations, models


class Migration(migrations.Migration):
    """Whose account one is, is asked wherever an account is taken, with every answer typed."""

    dependencies = [
        ('registry', '0004_former_identities'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(fields=['account_no'], name='employer_by_account'),
        ),
    ]
