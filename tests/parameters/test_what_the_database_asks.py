"""What the database itself asks of a parameter, whoever's words the application gives it: a known table, its columns, its keys, and numbers in bounds."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city
from tests.city import TODAY
from tests.parameters.test_change_parameter import BOUNDS, DAY, as_the_files_say, proposed, signed, tried
from yigui.common.cache import forget_kept
from yigui.db.presence import act_as
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.law.contribution import base_bounds
from yigui.law.province import BASE_TABLE, province_of
from yigui.parameters.change_parameter import check, sign
from yigui.parameters.errors import ParameterRefused
from yigui.parameters.models import LaidKind, ParameterChange, ParameterRow
from yigui.parameters.verify import parameter_faults

__all__ = ["as_the_files_say"]
GOOD: dict[str, Any] = {
    "table_name": BOUNDS, "label": "缴费基数上下限", "keys": "", "area_code": "510000", "valid_from": DAY, "valid_to": dt.date(2026, 12, 31),
    "columns": {"floor": "4700", "ceiling": "23500"}, "source": "川人社发〔2026〕31号", "published_on": TODAY, "reason": "省里公布上下限",
    "proposed_on": TODAY, "is_transcribed": True,
}  # fmt: skip
BASE: dict[str, Any] = {
    "table_name": BASE_TABLE, "label": "养老金计发基数", "keys": "2026", "valid_from": dt.date(2026, 1, 1), "columns": {"value": "8700"},
    "late_reason": "自当年起执行",
}  # fmt: skip
PLAN_DAY: dict[str, Any] = {
    "table_name": "runs/plan_day", "label": "批次自动生成日", "keys": "levy", "area_code": "511100", "is_transcribed": False,
    "columns": {"month": "0", "day": "5", "offset": "-1"},
}  # fmt: skip


def written(**given: Any) -> ParameterChange:
    """A change written beside the use case, by a section head who is there."""
    head = city.user("head")
    with transaction.atomic():
        act_as(head)
        return ParameterChange.objects.create(**(GOOD | given), proposed_by=head)


@pytest.mark.parametrize("given", [{}, BASE, PLAN_DAY])
def test_what_is_right_goes_through(given: dict[str, Any]) -> None:
    assert written(**given).pk


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"table_name": "contribution/nothing"}, "没有参数表"),
        ({"label": "丧葬补助金计发标准"}, "名称应为"),
        ({"area_code": "5111", "is_transcribed": False}, "写法不对"),
        ({"columns": {"value": "1"}}, "与参数表的列不符"),
        ({"columns": {"floor": "4700", "ceiling": "23500", "more": "1"}}, "与参数表的列不符"),
        ({"columns": {"floor": "abc", "ceiling": "23500"}}, "不是数字"),
        ({"columns": {"floor": 4700, "ceiling": "23500"}}, "不是数字"),
        ({"columns": {"floor": "4700", "ceiling": "NaN"}}, "不是数字"),
        ({"columns": {"floor": "9000", "ceiling": "1"}}, "下限高于上限"),
        ({"columns": {"floor": "0", "ceiling": "23500"}}, "超出可设定的范围"),
        ({"columns": {"floor": "-1", "ceiling": "23500"}}, "超出可设定的范围"),
        ({"keys": "2026"}, "项目与参数表不符"),
        ({"published_on": dt.date(2030, 1, 1)}, "公布日期晚于"),
        (BASE | {"keys": "２０２６"}, "没有项目"),
        (BASE | {"keys": "02026"}, "没有项目"),
        (BASE | {"keys": "2025"}, "按年度设定"),
        (BASE | {"valid_to": None}, "按年度设定"),
        (PLAN_DAY | {"keys": "nothing"}, "没有项目"),
        (PLAN_DAY | {"columns": {"month": "0", "day": "32", "offset": "-1"}}, "超出可设定的范围"),
        (PLAN_DAY | {"columns": {"month": "0", "day": "5.5", "offset": "-1"}}, "超出可设定的范围"),
        (PLAN_DAY | {"columns": {"month": "0", "day": "5", "offset": "-999999"}}, "超出可设定的范围"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_table_is_refused_by_the_database(given: dict[str, Any], said: str) -> None:
    with pytest.raises(DatabaseError, match=said):
        written(**given)


def test_the_kinds_laid_out_are_those_of_the_files_and_a_change_of_them_is_named() -> None:
    assert not list(parameter_faults("super"))
    with transaction.atomic(using="super"):
        LaidKind.objects.using("super").filter(name=BOUNDS).update(label="别的")
        assert any(BOUNDS in fault for fault in parameter_faults("super"))
        transaction.set_rollback(True, using="super")


def laid_over(columns: str, table: str = BOUNDS, keys: str = "") -> None:
    with connections["super"].cursor() as cursor:
        for name in ("parameters_row", "parameters_change"):
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {name} SET columns = %s::jsonb, table_name = %s, keys = %s", [columns, table, keys])
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    forget_kept()


def test_a_row_that_cannot_be_read_is_left_out_and_named_and_nothing_else_stops() -> None:
    before = base_bounds("511102", 202612), province_of("511102").base_at("511102", dt.date(2025, 7, 1), dt.date(2025, 7, 1))
    signed(proposed())
    forget_kept()
    assert base_bounds("511102", 202612) != before[0]
    for columns, table, keys in (
        ('{"floor": "abc", "ceiling": "1"}', BOUNDS, ""), ('{"value": "1"}', BOUNDS, ""), ("[]", BOUNDS, ""), ('{"value": "1"}', BASE_TABLE, "²"),
        ('{"value": "1"}', BASE_TABLE, "２０２５"),
    ):  # fmt: skip
        laid_over(columns, table, keys)
        assert (
            base_bounds("511102", 202612),
            province_of("511102").base_at("511102", dt.date(2025, 7, 1), dt.date(2025, 7, 1)),
        ) == before
        assert any("计算时不采用" in fault for fault in parameter_faults("super")), (columns, keys)
    laid_over('{"floor": "9000", "ceiling": "1"}')
    assert any("高于上限" in fault for fault in parameter_faults("super"))


def test_a_day_that_began_before_the_signature_wants_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    change = proposed()
    trial = tried(change)
    check(change_id=change.pk, controller=city.user("auditor"))
    monkeypatch.setattr("yigui.parameters.change_parameter.clock.today", lambda: DAY)
    with pytest.raises(ParameterRefused, match="追溯的理由"):
        sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)


def test_an_area_pays_no_less_than_the_nation_says() -> None:
    given = {"table": "resident/basic", "area": "511100", "valid_to": None}
    with pytest.raises(ParameterRefused, match="低于国家最低标准"):
        proposed(**given, columns={"value": "1", "extra_from_years": "15", "extra_per_year": "0"})
    change = proposed(**given, columns={"value": "180", "extra_from_years": "15", "extra_per_year": "0"})
    # Pensions that are drawn are raised by a batch: whoever signs is told so, and of how many.
    trial = tried(change)
    assert "由“待遇标准调整”批次调整，签署次日自动生成" in "".join(trial.summary["notes"])
    drawing = Benefit.objects.filter(
        kind=BenefitKind.RESIDENT, area__code__startswith="5111", start_period__lte=trial.facts["period"]
    )
    assert trial.looked_at == sum(1 for b in drawing if (b.end_period or 999912) >= trial.facts["period"] and b.amounts.exists())
    assert trial.after_fen - trial.before_fen == 17_00 * trial.touched
    # A parameter that nothing in payment is computed by says that.
    other = proposed(
        table="survivor/disposable_income",
        columns={"value": "50000"},
        valid_from=dt.date(2027, 1, 1),
        valid_to=dt.date(2027, 12, 31),
    )
    assert "不随本项参数自动调整" in "".join(tried(other).summary["notes"])


def test_a_day_of_a_plan_is_a_day_of_the_month() -> None:
    for columns in ({"day": "999999999"}, {"day": "0"}, {"day": "1.5"}, {"month": "99"}, {"offset": "-999999"}):
        with pytest.raises(ParameterRefused, match=r"整数|大于 0|超出"):
            proposed(
                table="runs/plan_day",
                keys=("levy",),
                area="511100",
                valid_to=None,
                columns={"month": "0", "day": "5", "offset": "-1"} | columns,
            )


def test_the_office_that_set_a_value_stays_it_when_its_signer_moves() -> None:
    plan: dict[str, Any] = {
        "table": "runs/plan_day",
        "keys": ("levy",),
        "valid_to": None,
        "columns": {"month": "0", "day": "7", "offset": "-1"},
    }
    signed(proposed(area="511100", **plan))
    row = ParameterRow.objects.get()
    assert row.agency_code == city.user("director").agency_id
    county = "51110201"
    head = city.new_user("section_head", agency=county)
    with pytest.raises(DatabaseError, match="已由上级设定"):
        proposed(proposer=head, area="511102", **(plan | {"columns": {"month": "0", "day": "9", "offset": "-1"}}))
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET agency_id = %s WHERE username = 'director'", [county])
    try:
        with pytest.raises(DatabaseError, match="已由上级设定"):
            proposed(proposer=head, area="511102", **(plan | {"columns": {"month": "0", "day": "9", "offset": "-1"}}))
    finally:
        with connections["super"].cursor() as cursor:
            cursor.execute("UPDATE staff_user SET agency_id = %s WHERE username = 'director'", [row.agency_code])
            cursor.execute("SET session_replication_role = DEFAULT")
