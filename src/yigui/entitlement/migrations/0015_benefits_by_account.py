from django.db import migrations, models


class Migration(migrations.Migration):
    """Whose benefit is paid into an account is asked wherever an account is taken."""

    dependencies = [
        ('benefits', '0014_reissues_in_doubt'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='benefit',
            index=models.Index(fields=['account_no'], name='benefit_by_account'),
        ),
    ]
