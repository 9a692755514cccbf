"""Privileges of the application's own database role, derived from the models.

Belt to the triggers' braces: the role may read everything; insert and update, never delete, protected rows; only insert
finished history; and not write warrants, signatures, changes, rights or the catalogue at all.
"""

from django.apps import apps
from django.db import connections

from yigui.warrants.models import Protected, SetGuarded
from yigui.warrants.names import APP_ROLE
from yigui.warrants.row_security import secure_rows

#: Tables that no login of the application may read or write: stored functions with the owner's rights are the only way to them.
SECRET = frozenset({
    "identity_credential", "identity_device", "identity_proof", "identity_confirmation", "identity_pepper",
})  # fmt: skip
READ_ONLY = frozenset({
    "warrants_warrant", "warrants_signature", "warrants_change", "catalogue_item_version", "django_migrations", "django_content_type",
    "registry_area", "registry_agency", "ledger_account", "ledger_voucher", "ledger_entry", "ledger_closing", "ledger_voucher_number",
    "accounts_year", "contributions_open_bill", "benefits_line", "benefits_payment", "benefits_held",
    "benefits_adjustment", "staff_event",
})  # fmt: skip
APPEND_ONLY = frozenset({
    "warrants_bulk_seal", "casework_event", "casework_seal", "casework_meeting", "casework_attendee",
    "casework_decision", "documents_issued", "documents_stored_file", "exchange_inbound_file",
    "exchange_employment_registration", "exchange_identity_record", "staff_full_view", "ledger_bank_line", "warrants_set_seal", "contributions_line",
    "contributions_bill", "contributions_receipt_file", "contributions_receipt", "contributions_levy_rate", "contributions_claim",
    "exchange_death_record", "exchange_life_sign", "exchange_answer", "exchange_in_message", "casework_case_proof", "benefits_result_file", "benefits_back_due",
    "benefits_recalculation", "tasks_event",
})  # fmt: skip
NO_DELETE = frozenset({"staff_user", "staff_section", "staff_outside_session",
    "casework_case", "casework_step", "casework_case_material", "documents_paper", "runs_run", "runs_batch",
    "contributions_order", "contributions_electronic_receipt", "tasks_task", "catalogue_item_change"})  # fmt: skip
CALLABLE = (
    "identity_salt_v1",
    "identity_sign_in_v1",
    "identity_complete_v1",
    "identity_present_v1",
    "identity_seen_v1",
    "identity_end_v1",
    "identity_end_others_v1",
    "identity_has_device_v1",
    "identity_change_password_v1",
    "identity_begin_device_v1",
    "identity_confirm_device_v1",
    "warrants_open_v1()",
    "casework_issue_warrant_v1(bigint)",
    "staff_issue_warrant_v1(bigint)",
    "catalogue_effect_change_v1(bigint)",
    "staff_may_v1(bigint, text, text, text, date, bigint)",
    "runs_issue_warrant_v1(bigint)",
    "ledger_post_v1",
    "ledger_reverse_v1",
    "ledger_carry_over_v1",
    "ledger_close_v1",
    "accounts_stage_year_v1",
    "accounts_stage_key_v1",
    "accounts_stage_sums_v1",
    "accounts_execute_year_v1",
    "accounts_drop_stage_v1",
    "contributions_issue_receipt_warrant_v1",
    "contributions_drop_stage_v1",
    "contributions_stage_lines_v1",
    "contributions_stage_bills_v1",
    "contributions_stage_sums_v1",
    "contributions_stage_bill_sums_v1",
    "contributions_drop_parts_v1",
    "contributions_person_bounds_v1",
    "contributions_part_differences_v1",
    "contributions_execute_levy_v1",
    "contributions_match_v1",
    "contributions_credit_v1",
    "contributions_posting_sums_v1",
    "contributions_due_on_v1",
    "benefits_bounds_v1",
    "benefits_stage_v1",
    "benefits_finish_stage_v1",
    "benefits_stage_sums_v1",
    "benefits_payment_sums_v1",
    "benefits_differences_v1",
    "benefits_flags_v1",
    "benefits_staged_held_v1",
    "benefits_execute_v1",
    "benefits_drop_stage_v1",
    "benefits_issue_result_warrant_v1",
    "benefits_recalculation_sums_v1",
    "benefits_execute_recalculation_v1",
    "benefits_open_adjust_v1",
    "benefits_adjust_sums_v1",
    "benefits_execute_adjust_v1",
)


def privileges_of(table: str, *, is_protected: bool, is_set: bool = False, is_part: bool = False) -> str:
    """The privileges of the application's role on one table; a partition is reached through its parent only."""
    if table in SECRET:
        return ""
    if is_part or table in READ_ONLY:
        return "SELECT"
    if is_set or table in APPEND_ONLY:
        return "SELECT, INSERT"
    if is_protected or table in NO_DELETE:
        return "SELECT, INSERT, UPDATE"
    return "SELECT, INSERT, UPDATE, DELETE"


def grant_all(using: str = "owner") -> None:
    """Set the application role's privileges anew on every table, sequence and function; creates the role if needed."""
    protected = {m._meta.db_table for m in apps.get_models() if issubclass(m, Protected)}
    sets = {m._meta.db_table for m in apps.get_models() if issubclass(m, SetGuarded)}
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN")
            # With one login for both (see docs/operating.md) the application takes this role on after connecting.
            cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}, PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        # Counters of tries: whoever could set them back could guess for ever.
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'identity\\_%%'")
        for (sequence,) in cursor.fetchall():
            cursor.execute(f'REVOKE ALL ON SEQUENCE "{sequence}" FROM {APP_ROLE}')
        cursor.execute(
            "SELECT relname, relispartition OR relname ~ '_[0-9]+(_[0-9]+)?$' FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        for table, is_part in cursor.fetchall():
            rights = privileges_of(table, is_protected=table in protected, is_set=table in sets, is_part=is_part)
            if rights:
                cursor.execute(f'GRANT {rights} ON "{table}" TO {APP_ROLE}')
        for function in CALLABLE:
            cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP_ROLE}")
        cursor.execute("REVOKE ALL ON FUNCTION warrants_issue_v1, runs_hold_draft_v1 FROM PUBLIC")
        cursor.execute(
            "REVOKE ALL ON FUNCTION identity_hmac_v1, identity_totp_v1, identity_digest_v1, identity_holder_v1 FROM PUBLIC"
        )
        cursor.execute("REVOKE ALL ON FUNCTION contributions_stage_part_v1, contributions_stage_rates_v1 FROM PUBLIC")
        cursor.execute("REVOKE ALL ON FUNCTION warrants_stamp_v1 FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION warrants_stamp_v1 TO {APP_ROLE}")
        # The history is written by the guards with the owner's rights; the application itself may not insert into it.
        cursor.execute(
            "SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE p.proname LIKE 'pgtrigger_%%history%%'"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
        secure_rows(cursor)
