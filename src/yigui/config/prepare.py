"""Making a database ready: migrations, stored functions, privileges, the record of rows, catalogue. Run as the owner; safe to run again."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from yigui.archive.declared import load_rules as load_archive_rules
from yigui.audit.declared import load_audit
from yigui.catalogue.load import load_item_versions
from yigui.common.clock import moved_today
from yigui.common.rooms import with_functions
from yigui.common.sqlfiles import package_sql
from yigui.config.first_migration import of_an_empty_database
from yigui.integrity import manifest
from yigui.integrity.privileges import keep_policies
from yigui.integrity.recording import record_all
from yigui.ledger.declarations import load_chart, load_rules
from yigui.parameters.laid_kinds import lay_out_kinds
from yigui.rating.declared import load_ratings
from yigui.staff.declared_posts import load_posts
from yigui.visits.declared import load_queue
from yigui.warrants.grants import grant_all
from yigui.warrants.scopes import lay_out


def prepare_database(*, allow_catalogue_edit: bool = False) -> None:
    """Bring the owner's database to the present version of the code."""
    manifest.begin("owner")
    with of_an_empty_database("owner"):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            for room in with_functions():
                assert room.functions is not None
                for name in room.functions.files:
                    cursor.execute(package_sql(room.package, name))
            cursor.execute("SELECT identity_let_days_move_v1(%s)", [settings.IS_DEMO or moved_today() is not None])
        grant_all("owner")
        lay_out("owner")
        lay_out_kinds("owner")
        # With the functions that read it: no moment in which a rule holds and what it reads is not there yet.
        load_item_versions("owner", allow_edit=allow_catalogue_edit)
    record_all("owner")
    keep_policies("owner")
    load_chart("owner")
    load_rules("owner")
    load_posts("owner")
    load_queue("owner")
    load_archive_rules("owner")
    load_ratings("owner")
    load_audit("owner")
    manifest.keep("owner")
