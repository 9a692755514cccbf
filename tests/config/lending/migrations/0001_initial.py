from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="书名")),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={"db_table": "lending_loan"},
        ),
    ]
