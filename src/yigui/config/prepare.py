"""Making a database ready: migrations, stored functions, privileges, catalogue. Run as the owner; safe to run again."""

from django.core.management import call_command
from django.db import connections, transaction

from yigui.catalogue.load import load_item_versions
from yigui.common.sqlfiles import sql_text
from yigui.ledger.declarations import load_chart
from yigui.warrants.grants import grant_all

#: Apps with stored functions, in the order they build on each other.
FUNCTION_APPS = (
    "warrants",
    "registry",
    "staff",
    "identity",
    "catalogue",
    "runs",
    "ledger",
    "accounts",
    "levy",
    "entitlement",
    "casework",
)


def prepare_database(*, allow_catalogue_edit: bool = False) -> None:
    """Bring the owner's database to the present version of the code."""
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            for app in FUNCTION_APPS:
                cursor.execute(sql_text(app, "functions"))
        grant_all("owner")
    load_chart("owner")
    load_item_versions("owner", allow_edit=allow_catalogue_edit)
