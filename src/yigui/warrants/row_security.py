"""What people outside the agency may read, as row-level security (行级安全): an employer its own rows, a person their own.

Two roles read, none writes: `yigui_unit` for an employer's operator and `yigui_person` for a person. The login
`yigui_outside` may only become one of them. Whose rows they see is said by the session that was opened when they signed in:
of the table of sessions they see the one whose secret the transaction has been told, and every other policy asks that one.
Without an open session there are no rows, whatever the statement.
"""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from yigui.warrants.names import APP_ROLE

OUTSIDE_LOGIN = "yigui_outside"
UNIT_ROLE, PERSON_ROLE = "yigui_unit", "yigui_person"

# In a sub-select they are asked once a statement, not once a row.
_OPEN = "FROM staff_outside_session AS s WHERE s.ended_at IS NULL AND s.expires_at > statement_timestamp()"
_E, _P = f"(SELECT s.employer_id {_OPEN})", f"(SELECT s.person_id {_OPEN})"
_OWN_SESSION = "digest = encode(sha256(convert_to(current_setting('yigui.session', true), 'UTF8')), 'hex')"
_UNIT, _PERSON = f"employer_id = {_E}", f"person_id = {_P}"


@dataclass(frozen=True)
class Own:
    """Which rows of a table are an employer's own and which a person's own, as SQL; "" where there are none.

    `columns` are the ones they may read, where not all.
    """

    unit: str = ""
    person: str = ""
    columns: str = ""


def _of(parent: str, key: str, table: str) -> Own:
    """Rows that belong to a row of `parent`, which has its own policy for either role."""
    rows = f"EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.id = {table}.{key})"
    return Own(rows, rows)


_OWN_BILL = (
    "EXISTS (SELECT 1 FROM contributions_bill b WHERE b.id = contributions_allocation.bill_id AND b.source_id = bill_source_id)"
)
_OWN_FILE = "EXISTS (SELECT 1 FROM contributions_receipt r WHERE r.file_id = contributions_receipt_file.id)"

OWN_ROWS: dict[str, Own] = {
    "staff_outside_session": Own(_OWN_SESSION, _OWN_SESSION, columns="digest, employer_id, person_id, expires_at, ended_at"),
    "registry_person": Own(
        f"EXISTS (SELECT 1 FROM registry_employment e WHERE e.person_id = registry_person.id AND e.employer_id = {_E})",
        f"id = {_P}",
    ),
    "registry_employer": Own(
        f"id = {_E}",
        f"EXISTS (SELECT 1 FROM registry_employment e WHERE e.employer_id = registry_employer.id AND e.person_id = {_P})",
    ),
    "registry_employer_enrolment": Own(_UNIT),
    "registry_employment": Own(_UNIT, _PERSON),
    "registry_coverage": Own(_UNIT, _PERSON),
    "contributions_base": Own(_UNIT, _PERSON),
    "contributions_injury_rate": Own(_UNIT),
    "contributions_deferral": Own(_UNIT),
    "contributions_line": Own(_UNIT, _PERSON),
    "contributions_bill": Own(_UNIT, _PERSON),
    "contributions_open_bill": Own(_UNIT, _PERSON),
    "contributions_receipt": Own(_UNIT, _PERSON),
    "contributions_receipt_file": Own(_OWN_FILE, _OWN_FILE),
    "contributions_allocation": Own(_OWN_BILL, _OWN_BILL),
    "contributions_order": Own(_UNIT, _PERSON),
    "contributions_refund": Own(_UNIT, _PERSON),
    "contributions_electronic_receipt": _of("contributions_receipt", "receipt_id", "contributions_electronic_receipt"),
    "contributions_year": Own("", _PERSON),
    "accounts_personal_account": Own("", _PERSON),
    "accounts_entry": Own("", _PERSON),
    "accounts_year": Own("", _PERSON),
    "benefits_benefit": Own("", _PERSON),
    "benefits_award": Own("", _of("benefits_benefit", "benefit_id", "benefits_award").person),
    "benefits_amount": Own("", _of("benefits_benefit", "benefit_id", "benefits_amount").person),
    "benefits_payment": Own("", _PERSON),
    "benefits_line": Own("", _PERSON),
    "benefits_result": Own("", _of("benefits_benefit", "benefit_id", "benefits_result").person),
    "benefits_adjustment": Own("", _PERSON),
    "benefits_recovery": Own("", _of("benefits_benefit", "benefit_id", "benefits_recovery").person),
    "benefits_recovery_return": Own("", _of("benefits_recovery", "recovery_id", "benefits_recovery_return").person),
    "benefits_assisted_task": Own("", _PERSON),
    "benefits_held": Own("", _of("benefits_benefit", "benefit_id", "benefits_held").person),
    "benefits_certification": Own("", _PERSON),
    "benefits_pre_review": Own("", _PERSON),
    "casework_case": Own(_UNIT, _PERSON),
    "casework_step": _of("casework_case", "case_id", "casework_step"),
    "casework_feedback": _of("casework_case", "case_id", "casework_feedback"),
    "casework_case_material": _of("casework_case", "case_id", "casework_case_material"),
    "staff_unit_login": Own(_UNIT, columns="id, employer_id, username, full_name, phone, is_manager, items, is_active, opened_at"),
    # Who looked at their record: name and agency of the people in their own log.
    "staff_user": Own(
        "", "EXISTS (SELECT 1 FROM staff_full_view v WHERE v.user_id = staff_user.id)", columns="id, full_name, role, agency_id"
    ),
    "warrants_change": Own("", f"table_name = 'registry_person' AND row_id = {_P}"),
    "staff_full_view": Own(
        f"subject = 'employer' AND subject_id = {_E}",
        f"subject = 'person' AND subject_id = {_P}",
    ),
    "exchange_employment_registration": Own(
        "credit_code IN (SELECT o.credit_code FROM registry_employer o)",
    ),
}  # fmt: skip
#: Tables without anybody's data.
PUBLIC = ("registry_area", "registry_agency", "registry_calendar_day", "catalogue_item_version")


def secure_rows(cursor: CursorWrapper) -> None:
    """Make the roles and set every policy anew; run by the owner in one transaction."""
    for role in (UNIT_ROLE, PERSON_ROLE, OUTSIDE_LOGIN):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {role} NOLOGIN NOINHERIT")
            cursor.execute(f"GRANT {role} TO CURRENT_USER")
            if role == OUTSIDE_LOGIN:
                cursor.execute(f"GRANT {UNIT_ROLE}, {PERSON_ROLE} TO {role} WITH INHERIT FALSE, SET TRUE")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {UNIT_ROLE}, {PERSON_ROLE}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {UNIT_ROLE}, {PERSON_ROLE}, {OUTSIDE_LOGIN}")
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {UNIT_ROLE}, {PERSON_ROLE}, {OUTSIDE_LOGIN}")
    for table in PUBLIC:
        cursor.execute(f"GRANT SELECT ON {table} TO {UNIT_ROLE}, {PERSON_ROLE}")
    for table, own in OWN_ROWS.items():
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        _policy(cursor, table, "inside", APP_ROLE, "true", "")
        for name, role, rows in (("unit", UNIT_ROLE, own.unit), ("person", PERSON_ROLE, own.person)):
            _policy(cursor, table, name, role, rows, own.columns)
    # The functions the policies asked before.
    cursor.execute("DROP FUNCTION IF EXISTS staff_outside_employer_v1(), staff_outside_person_v1()")


def _policy(cursor: CursorWrapper, table: str, name: str, role: str, rows: str, columns: str) -> None:
    cursor.execute(f"DROP POLICY IF EXISTS {table}_{name} ON {table}")
    if not rows:
        return
    if role == APP_ROLE:
        cursor.execute(f"CREATE POLICY {table}_{name} ON {table} TO {role} USING ({rows}) WITH CHECK ({rows})")
    else:
        cursor.execute(f"CREATE POLICY {table}_{name} ON {table} FOR SELECT TO {role} USING ({rows})")
        cursor.execute(f"GRANT SELECT{f' ({columns})' if columns else ''} ON {table} TO {role}")
