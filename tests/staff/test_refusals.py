"""Whoever wants to do what they may not leaves a trace that cannot be changed; the auditor reads it (R054)."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.api.test_api import accept_body, call, token_for
from tests.pages import signed_in, text_of
from yigui.casework.queries import current_step
from yigui.staff.models import Refusal


def newest() -> Refusal:
    return Refusal.objects.latest("id")


def test_the_same_person_twice_is_refused_and_recorded() -> None:
    case = city.accept_class2(username="teller")
    city.decide(case, "reviewer")
    step = current_step(case)
    assert step is not None
    answer = signed_in("teller").post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    assert answer.status_code == 403
    row = newest()
    assert (row.user, row.case_no, row.code) == (city.user("teller"), case.case_no, "casework.same_person:same_person")
    assert row.sentence in text_of(answer)
    page = text_of(signed_in("auditor").get(f"/refusals/?q={case.case_no}"))
    assert case.case_no in page
    assert "林晓燕" in page
    assert row.sentence in page


def test_a_closed_door_is_recorded_too() -> None:
    client = signed_in("guide")
    assert client.post("/counter/drafts/", {"item": "CHG-003"}).status_code == 403
    row = newest()
    assert (row.user, row.deed, row.code) == (city.user("guide"), "开始受理", "staff.not_authorised")


def test_the_interface_records_them_by_the_tokens_account() -> None:
    assert call("POST", "/cases", accept_body(), token=token_for("reviewer")).status_code == 403
    assert (newest().user, newest().case_no) == (city.user("reviewer"), "")


@pytest.mark.parametrize("role", ["teller", "head", "director", "cashier", "sysadmin"])
def test_others_do_not_read_them(role: str) -> None:
    assert signed_in(role).get("/refusals/").status_code == 403


@pytest.mark.parametrize("statement", ["UPDATE staff_refusal SET sentence = ''", "DELETE FROM staff_refusal"])
def test_nobody_changes_them(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
