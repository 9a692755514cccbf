"""Every column that names a person who acted: the application cannot write it, writes there only whom the database has seen, or has a reason."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from tests import city
from yigui.common.rooms import tables
from yigui.db.presence import act_as
from yigui.identity.models import UnitLogin
from yigui.staff.grant_rights import apply_for_rights, check_rights
from yigui.staff.models import FullView, User

#: Columns the application writes that name a person without having seen them in the same transaction, each with why nothing rests on it.
NOT_SIGNED = {
    ("otp_totp_totpdevice", "user_id"): "whose device of the release before it is; asked at sign-in beside the database's own",
    ("casework_case", "login_id"): "kept by casework_door_v1: the operator who has signed in, for their own employer",
    ("casework_draft", "user_id"): "whose unfinished form it is; nothing rests on a draft",
    ("casework_draft", "login_id"): "whose unfinished form it is; nothing rests on a draft",
    ("casework_application_list", "login_id"): "whose list it is; each row becomes a case of its own, which is signed",
    ("kiosk_help_call", "login_id"): "which visitor asked for help at a machine",
    ("runs_run", "started_by_id"): "progress of a preparation; the batch names who prepared it",
    ("runs_batch", "prepared_by_id"): "kept by runs_batch_guard_v1: written by runs_open_v1 and runs_sign_v1 alone",
    ("runs_batch", "checked_by_id"): "kept by runs_batch_guard_v1: written by runs_sign_v1 alone",
    ("runs_batch", "approved_by_id"): "kept by runs_batch_guard_v1: written by runs_sign_v1 alone",
    ("staff_section", "head_id"): "who is named head; the record of the change names who has seen to it",
    ("staff_rights_request", "user_id"): "for whom it is asked; fixed by staff_request_guard_v1",
    ("staff_account_request", "user_id"): "about whom it is asked; fixed by staff_account_guard_v1",
    ("staff_kin", "user_id"): "whom the declaration binds; fixed by staff_kin_guard_v1",
    ("staff_saved_view", "user_id"): "whose conditions of a list they are; they show nothing that their reader may not see",
    ("staff_inbox_look", "user_id"): "when the bell was last pressed; it tells new from old, and nothing leaves the inbox by it",
    ("staff_work_session", "user_id"): "counts the sessions of a browser; opens nothing",
    ("tasks_task", "owner_id"): "whose work it is; the event beside it names who has done it",
}


def naming() -> Iterator[tuple[str, str]]:
    """Every column of a declared table that names an account, or an operator of an employer."""
    for model in apps.get_models():
        name = model._meta.db_table
        if name not in tables():
            continue
        for field in model._meta.concrete_fields:
            related = field.related_model
            is_person = isinstance(related, type) and issubclass(related, User | UnitLogin)
            is_number = isinstance(field, models.BigIntegerField) and str(field.column).endswith(("_by_id", "actor_id", "user_id"))
            if is_person or is_number:
                yield name, str(field.column)


def writable(table: str, column: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_column_privilege('yigui_app', %s, %s, 'INSERT') OR has_column_privilege('yigui_app', %s, %s, 'UPDATE')",
            [table, column, table, column],
        )
        return bool(cursor.fetchone()[0])


def guarded(table: str) -> set[str]:
    """The columns that the guard of signatures holds in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(t.tgargs, 'escape') FROM pg_trigger t WHERE t.tgrelid = %s::regclass AND t.tgname = 'signed' AND t.tgenabled = 'O'",
            [table],
        )
        return {word for (text,) in cursor.fetchall() for word in text.split("\\000") if word}


@pytest.mark.parametrize(("table", "column"), sorted(naming()))
def test_whoever_is_named_was_seen(table: str, column: str) -> None:
    reason = NOT_SIGNED.get((table, column))
    if not writable(table, column):
        assert reason is None, "a reason for a column that the application cannot write"
        return
    assert (column in guarded(table)) != (reason is not None), f"{table}.{column}: nobody asks whether whoever is named was there"


def test_every_reason_is_about_a_column_there_is() -> None:
    assert set(NOT_SIGNED) <= set(naming())


def test_what_is_declared_as_signed_is_held_in_the_database() -> None:
    for name, table in tables().items():
        others = {f"door:{column}" for column in table.doors} | {f"program:{column}" for column in table.programs}
        assert {*table.signed, *others} == guarded(name), name


def test_presence_ends_with_the_transaction() -> None:
    person = city.user("reviewer")
    with transaction.atomic():
        act_as(person)
        kept = _present()
        _look(person)
    assert _present() == ""
    with pytest.raises(DatabaseError, match="经数据库核验"), transaction.atomic():
        _set(kept)
        _look(person)


def test_who_is_present_signs_for_nobody_else() -> None:
    with pytest.raises(DatabaseError, match="经数据库核验"), transaction.atomic():
        act_as(city.user("reviewer"))
        _look(city.user("head"))


def test_when_it_was_signed_is_not_said_otherwise() -> None:
    made = apply_for_rights(
        applicant=city.user("head"), user=city.new_user("rechecker"), steps=["recheck"], item_groups=["REG"], area_code="*",
        valid_from=city.TODAY, valid_to=city.TODAY + timedelta(days=9), reason="补充复核力量",
    )  # fmt: skip
    check_rights(request_id=made.pk, controller=city.user("auditor"))
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE staff_rights_request SET checked_at = '2020-01-01' WHERE id = %s", [made.pk])
    assert refused.value.__cause__.sqlstate in ("YG003", "YG006")  # type: ignore[union-attr]


def _look(person: User) -> None:
    FullView.objects.create(user=person, subject="case", subject_id=1, ground="", reason="测试", case_no="")


def _present() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('yigui.present', true), '')")
        return str(cursor.fetchone()[0])


def _set(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yigui.present', %s, true)", [text])
