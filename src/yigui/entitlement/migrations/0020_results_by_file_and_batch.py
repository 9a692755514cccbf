from django.db import migrations, models

TABLES = (
    ("paymentresult", "result"),
    ("laterresult", "later_result"),
    ("refundresult", "refund_result"),
    ("laterrefundresult", "later_refund_result"),
)


class Migration(migrations.Migration):
    """Which batches a file of results speaks of is found by a few looks into the index."""

    dependencies = [("benefits", "0019_reissues_withdrawn")]

    operations = [
        operation
        for model, name in TABLES
        for operation in (
            migrations.AddIndex(
                model_name=model, index=models.Index(fields=["file_id", "batch_id"], name=f"{name}_of_file")
            ),
            migrations.RemoveIndex(model_name=model, name=f"{name}_by_file"),
        )
    ]
