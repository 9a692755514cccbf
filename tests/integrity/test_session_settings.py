"""What somebody sets in their session changes no text that is kept: `verify` does not cry wolf for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests import city
from tests.conftest import TODAY
from yigui.integrity.verify import verify_all
from yigui.staff.grant_rights import apply_for_rights, apply_to_withdraw, approve_rights, check_rights, grant_rights
from yigui.staff.models import Authority

#: As a function has them, and as somebody may set them in their session (psycopg itself reads moments in ISO alone).
PINNED = {
    "timezone": ("UTC", "America/New_York"), "datestyle": ("ISO, YMD", "ISO, DMY"), "intervalstyle": ("postgres", "iso_8601"),
    "bytea_output": ("hex", "escape"), "extra_float_digits": ("1", "-3"),
}  # fmt: skip


@contextmanager
def elsewhere() -> Iterator[None]:
    """The application's own session with other settings."""
    try:
        with connection.cursor() as cursor:
            for name, (_, other) in PINNED.items():
                cursor.execute("SELECT set_config(%s, %s, false)", [name, other])
        yield
    finally:
        connection.close()


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connections["super"].cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())


def test_every_trigger_that_keeps_the_text_of_a_row_has_one_text_for_it() -> None:
    found = rows(
        "SELECT p.proname, p.proconfig FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype "
        "AND p.prosrc LIKE '%INSERT INTO%' AND p.prosrc ~ '(to_jsonb|row_to_json|ROW)[(]'"
    )
    names = {name for name, _ in found}
    assert "staff_record_v1" in names
    assert sum(name.startswith("pgtrigger_") for name in names) > 30
    assert sum(name.startswith("integrity_of_") for name in names) > 30
    loose = {}
    for name, config in found:
        settings = {key.lower(): value for key, _, value in (line.partition("=") for line in config or ())}
        missing = [key for key, (wanted, _) in PINNED.items() if settings.get(key) != wanted]
        if missing:
            loose[name] = missing
    assert loose == {}


def of_an_account() -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE staff_user SET password_changed_at = now() WHERE username = 'reviewer'")
        assert cursor.rowcount == 1
    return "SELECT after ->> 'password_changed_at' FROM staff_event WHERE table_name = 'staff_user' ORDER BY id DESC LIMIT 1"


def of_an_authority() -> str:
    head, user = city.user("head"), city.new_user("rechecker")
    made = apply_for_rights(
        applicant=head, user=user, steps=["recheck"], item_groups=["REG"], area_code="*", valid_from=TODAY, valid_to=TODAY,
        reason="补充复核力量",
    )  # fmt: skip
    check_rights(request_id=made.pk, controller=city.user("auditor"))
    approve_rights(request_id=made.pk, leader=city.user("director"))
    grant_rights(request_id=made.pk, administrator=city.user("secadmin"))
    held = Authority.objects.get(user=user)
    asked = apply_to_withdraw(applicant=head, user=user, authority_ids=[held.pk], reason="不再需要", today=TODAY)
    grant_rights(request_id=asked.pk, administrator=city.user("secadmin"))
    return f"SELECT after ->> 'withdrawn_at' FROM warrants_change WHERE table_name = 'staff_authority' AND row_id = {held.pk} ORDER BY id DESC LIMIT 1"


def of_a_person() -> str:
    case = city.accept_class3()
    assert case.status == "finished"
    return ""


@pytest.mark.parametrize("change", [of_an_account, of_an_authority, of_a_person])
def test_a_change_under_other_settings_leaves_verify_silent(change: Any) -> None:
    with elsewhere():
        kept = change()
    if kept:
        ((text,),) = rows(kept)
        assert text.endswith("+00:00"), text
    assert list(verify_all(using="super")) == []
