"""A signed row is revoked by three people like the row itself; the law reads what would hold without it, and what was computed by it is found."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city
from tests.city import TODAY
from tests.entitlement import people
from tests.entitlement.people import done
from tests.items import situations
from tests.pages import page_of, signed_in
from tests.parameters.test_change_parameter import as_the_files_say, base_of_2026, proposed, signed, tried  # noqa: F401
from yigui.common.cache import forget_kept
from yigui.db.presence import act_as
from yigui.entitlement.models import Benefit
from yigui.law.contribution import base_bounds
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.resident_pension import resident_basic
from yigui.parameters.change_parameter import check, revoke, sign
from yigui.parameters.errors import ParameterMoved, ParameterRefused
from yigui.parameters.models import ParameterChange, TrialLine
from yigui.parameters.touched import computed_by
from yigui.parameters.verify import parameter_faults
from yigui.staff.errors import NotAuthorised
from yigui.tasks.models import Task


def asked(change: ParameterChange, **given: Any) -> ParameterChange:
    values: dict[str, Any] = {
        "proposer": city.user("head"), "change_id": change.pk, "source": "省厅更正通知", "published_on": TODAY, "reason": "原文件数值有误，已更正",
        "late_reason": "", "today": TODAY,
    }  # fmt: skip
    return revoke(**(values | given))


def revoked(change: ParameterChange, **given: Any) -> ParameterChange:
    return signed(asked(change, **given))


def test_a_row_is_revoked_before_its_day_and_what_held_holds_again() -> None:
    before = base_bounds("511102", 202612)
    row = signed(proposed())
    assert base_bounds("511102", 202612).floor_fen == 470000
    ask = asked(row)
    assert (ask.before["number"], ask.columns) == (row.pk, row.columns)
    trial = tried(ask)
    page = page_of(signed_in("director").get(f"/parameters/changes/{ask.pk}/"))
    assert f"参数变更 {row.pk} 号" in page
    check(change_id=ask.pk, controller=city.user("auditor"))
    forget_kept()
    assert base_bounds("511102", 202612).floor_fen == 470000, "nobody has signed it"
    sign(change_id=ask.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)
    assert base_bounds("511102", 202612) == before
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT parameters_at_v1('contribution/base_bounds', '', '510000', '2026-12-01') -> 'number'")
        assert int(cursor.fetchone()[0]) == 0
    assert list(parameter_faults("default")) == []
    assert "已撤销本项" in page_of(signed_in("head").get(f"/parameters/changes/{row.pk}/"))
    with pytest.raises(ParameterMoved, match="已经撤销"):
        asked(row)
    with pytest.raises(ParameterMoved, match="本身是一项撤销"):
        asked(ask)
    # Another row may be signed where the revoked one stood.
    signed(proposed(columns={"floor": "4800", "ceiling": "24000"}))
    assert base_bounds("511102", 202612).floor_fen == 480000


def test_who_may_not_and_what_lacks_is_refused() -> None:
    row = proposed()
    with pytest.raises(ParameterMoved, match="尚未签署"):
        asked(row)
    row = signed(row)
    with pytest.raises(NotAuthorised):
        asked(row, proposer=city.user("reviewer"))
    with pytest.raises(ParameterRefused, match=r"由上级.*设定"):
        asked(row, proposer=city.new_user("section_head", agency="51111101"))
    with pytest.raises(ParameterRefused, match="理由"):
        asked(row, reason="")
    asked(row)
    with pytest.raises(ParameterRefused, match="正在办理"):
        asked(row)


def test_one_that_has_begun_wants_a_reason_and_what_it_computed_is_listed_and_becomes_work() -> None:
    given = {
        "table": "resident/basic", "columns": {"value": "333", "extra_from_years": "15", "extra_per_year": "0"},
        "valid_from": dt.date(2026, 1, 1), "valid_to": None, "late_reason": "省里已执行",
    }  # fmt: skip
    row = signed(proposed(**given))
    claim, person = situations.resident()
    done("RES-001", claim, ("id_card", "bank_card"))
    benefit = Benefit.objects.get(person=person)
    assert benefit.amounts.get().basic_fen == 333_00
    found, listed = computed_by(row)
    assert found >= 1
    assert benefit.pk in {one["benefit"] for one in listed}
    with pytest.raises(ParameterRefused, match="已生效"):
        asked(row)
    ask = revoked(row, late_reason="文件已被更正，须撤销")
    assert sum(part.amount_fen for part in resident_basic("511102", dt.date(2026, 12, 1), 10, age=60)) == 163_00
    task = Task.objects.get(kind="parameter_touched", origin_id=ask.pk)
    assert "核定、调整的待遇" in task.note
    page = page_of(signed_in("head").get(f"/parameters/changes/{ask.pk}/"))
    assert person.person_no in page
    assert person.name not in page


def test_awards_made_by_a_revoked_base_are_tried_without_it() -> None:
    people.released(since=202601)
    row = signed(base_of_2026())
    ask = asked(row, late_reason="文件已被更正，须撤销")
    trial = tried(ask)
    assert trial.looked_at > 0
    signed(ask, trial=tried(ask))
    assert all(entry.number != row.pk for entry in parameter_kinds()[row.table_name].entries()), "the law reads it no more"
    assert {line.before_fen == line.after_fen for line in TrialLine.objects.filter(trial=trial)} <= {False}
    assert trial.before_fen != trial.after_fen
    assert list(parameter_faults("default")) == []


def written(row: ParameterChange, **given: Any) -> None:
    """A revocation that the page has not looked at."""
    head = city.user("head")
    with transaction.atomic():
        act_as(head)
        values: dict[str, Any] = {
            "table_name": row.table_name, "label": row.label, "keys": row.keys, "area_code": row.area_code, "valid_from": row.valid_from,
            "valid_to": row.valid_to, "columns": row.columns, "source": "省厅更正通知", "published_on": TODAY, "reason": "更正", "late_reason": "",
            "proposed_on": TODAY, "proposed_by": head, "is_transcribed": True, "revokes": row,
        }  # fmt: skip
        ParameterChange.objects.create(**(values | given))


def test_other_values_than_those_of_the_row_are_no_revocation_of_it() -> None:
    row = signed(proposed())
    with pytest.raises(DatabaseError, match="撤销须原样写明"):
        written(row, columns={"floor": "1", "ceiling": "2"})


def test_no_day_of_the_row_is_left_without_a_value_by_page_or_database() -> None:
    """The files end with 2026; the row goes on for a year: revoked, 2027 would have no bounds."""
    row = signed(proposed(valid_to=dt.date(2027, 12, 31)))
    with pytest.raises(ParameterRefused, match="自 2027-01-01 起没有数值"):
        asked(row)
    with pytest.raises(DatabaseError, match="自 2027-01-01 起没有数值"):
        written(row)
    # With a row for that year there is something left; without an end there is nothing after it.
    signed(proposed(valid_from=dt.date(2027, 1, 1), valid_to=dt.date(2027, 12, 31), columns={"floor": "4900", "ceiling": "24500"}))
    assert asked(row).pk
    benefit = {"table": "unemployment/amount", "keys": ("1", "0"), "columns": {"value": "2000"}, "area": "510000", "valid_to": None}
    assert asked(signed(proposed(**benefit))).pk, "the files go on without an end"


def test_what_is_left_is_not_below_the_nations_least() -> None:
    given = {"table": "resident/basic", "valid_from": dt.date(2027, 1, 1), "valid_to": None}
    row = signed(proposed(columns={"value": "300", "extra_from_years": "15", "extra_per_year": "0"}, **given))
    signed(proposed(area="national", columns={"value": "250", "extra_from_years": "15", "extra_per_year": "0"}, **given))
    with pytest.raises(ParameterRefused, match="低于国家最低标准 250"):
        asked(row)


def test_the_form_of_a_revocation_is_on_the_page_of_the_row() -> None:
    row = signed(proposed())
    browser = signed_in("head")
    assert "申请撤销本项参数" in page_of(browser.get(f"/parameters/changes/{row.pk}/"))
    answer = browser.post(
        f"/parameters/changes/{row.pk}/revoke/",
        {"source": "省厅更正通知", "published_on": TODAY.isoformat(), "reason": "数值有误", "late_reason": ""},
    )
    made = ParameterChange.objects.get(revokes=row)
    assert answer.headers["Location"] == f"/parameters/changes/{made.pk}/"
    assert "申请撤销" not in page_of(signed_in("auditor").get(f"/parameters/changes/{row.pk}/")).replace("申请撤销本项（", "")
