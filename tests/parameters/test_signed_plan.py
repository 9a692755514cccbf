"""A plan of the annual adjustment (调待方案) is signed on the page like any parameter, tried on the living population before, and carried out by its batch."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.entitlement.people import CITY
from tests.pages import page_of, signed_in
from tests.parameters.test_change_parameter import as_the_files_say, proposed, signed, tried  # noqa: F401
from yigui.common.cache import forget_kept
from yigui.db.presence import act_as
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension_adjustment import PLAN_TABLE, Pensioner, adjustment_plan, plan_of, year_entry
from yigui.parameters.errors import ParameterRefused
from yigui.parameters.models import ParameterChange, TrialLine
from yigui.payment.adjust_run import ADJUST
from yigui.runs.staged import prepare, void

FIGURES = {
    "fixed_yuan": "25", "first_years": "15", "first_yuan_per_year": "1.2", "further_yuan_per_year": "2.4", "least_yuan": "0", "part_year": "12",
    "level_percent": "0.6", "rounding_fen": "10", "age_70": "20", "age_75": "0", "age_80": "40", "age_85": "0", "age_90": "0", "age_95": "0", "age_100": "0",
}  # fmt: skip


def plan(year: int = 2026, **changed: str) -> ParameterChange:
    given: dict[str, Any] = {
        "table": PLAN_TABLE, "keys": (str(year),), "columns": FIGURES | changed, "valid_from": dt.date(year, 1, 1),
        "valid_to": dt.date(year, 12, 31), "source": f"川人社规〔{year}〕某号", "late_reason": "自当年一月起执行" if year <= 2026 else "",
    }  # fmt: skip
    return proposed(**given)


def test_a_signed_plan_goes_before_the_files_and_its_batch_is_sound_outside_a_demonstration() -> None:
    assumed = adjustment_plan(CITY, 2026)
    assert assumed.status == "assumed"
    change = plan()
    trial = tried(change)
    forget_kept()
    assert adjustment_plan(CITY, 2026) == assumed, "nobody has signed it"
    signed(change)
    found = adjustment_plan(CITY, 2026)
    assert (found.source, found.status, found.unread) == ("川人社规〔2026〕某号", "verified", ())
    # 20 years and 5 months: 15 × 1.2 + 65 months of 0.2; 0.6 % of 3456.78 up to the jiao; 80 on the last day of the year before.
    more, lines = found.adjust(Pensioner(245, 3456_78, dt.date(1945, 12, 31), "1"))
    assert more == 25_00 + 18_00 + 13_00 + 20_80 + 40_00
    assert [line.amount_fen for line in lines] == [25_00, 31_00, 20_80, 40_00]
    # What the trial said of a pension is what the plan gives.
    line = TrialLine.objects.filter(trial=trial).first()
    assert line is not None
    benefit = Benefit.objects.get(person_id=line.person_id, kind=1, end_period=None)
    held = amount_at(benefit, 202611)
    assert held is not None
    person = Pensioner(benefit.contribution_months, held.total_fen, benefit.person.born_on, benefit.person.gender)
    assert (line.before_fen, line.after_fen) == (held.total_fen, held.total_fen + found.adjust(person)[0])
    batch = prepare(ADJUST, area_code=CITY, period=2026, user=city.user("head"))
    kept = {check["id"]: check for check in batch.checks}
    assert kept["plan"]["passed"]
    assert kept["plan"]["detail"] == kept["assumed"]["detail"] == "川人社规〔2026〕某号"
    assert batch.summary["plan"] == "2026 年调整退休人员基本养老金"
    void(batch_id=batch.pk, user=city.user("head"), reason="试验结束，不再需要")


def test_what_no_plan_can_be_is_refused_with_its_figure() -> None:
    for changed, says in (
        ({"part_year": "3"}, "应为 1、2、12"), ({"rounding_fen": "5"}, "应为 0、1、10、100"), ({"first_yuan_per_year": "0.8"}, "不是整分"),
        ({"fixed_yuan": "-1"}, "不能为负"), ({"level_percent": "viel"}, "不是数值"),
    ):  # fmt: skip
        with pytest.raises(ParameterRefused, match=says):
            plan(2027, **changed)
    with pytest.raises(ParameterRefused, match="2027-01-01"):
        proposed(table=PLAN_TABLE, keys=("2027",), columns=FIGURES, valid_from=dt.date(2027, 2, 1), valid_to=dt.date(2027, 12, 31))


def test_a_figure_beyond_the_decimals_it_is_reckoned_with_is_refused_by_page_and_database() -> None:
    """Cut silently, 25.555 yuan would be 25.55, and a percentage something else to one than to all."""
    for changed, says in (
        ({"fixed_yuan": "25.555"}, "至多 2 位小数"), ({"age_70": "20.001"}, "至多 2 位小数"), ({"level_percent": "0.65559"}, "至多 4 位小数"),
        ({"first_years": "15.5"}, "位小数|整数"), ({"part_year": "3"}, "应为 1、2、12"),
    ):  # fmt: skip
        with pytest.raises(ParameterRefused, match=says):
            plan(2027, **changed)
        with transaction.atomic(), pytest.raises(DatabaseError, match=r"小数|超出可设定的范围"):
            written(FIGURES | changed)
        row = year_entry(2027, CITY, {name: Decimal(value) for name, value in (FIGURES | changed).items()}, "某号", "verified")
        with pytest.raises(ParameterMissing, match=r"位小数|应为 1、2、12"):
            plan_of(row)
    assert plan(2027, level_percent="0.6555", fixed_yuan="25.50").pk


def written(columns: dict[str, str]) -> None:
    """A plan that the page has not looked at."""
    head = city.user("head")
    with transaction.atomic():
        act_as(head)
        ParameterChange.objects.create(
            table_name=PLAN_TABLE, label=parameter_kinds()[PLAN_TABLE].label, keys="2027", area_code="510000", valid_from=dt.date(2027, 1, 1),
            valid_to=dt.date(2027, 12, 31), columns=columns, source="川人社规〔2027〕某号", published_on=city.TODAY, reason="省里公布方案",
            proposed_on=city.TODAY, proposed_by=head, is_transcribed=True,
        )  # fmt: skip


def test_the_form_asks_for_the_year_and_every_figure() -> None:
    page = page_of(signed_in("head").get(f"/parameters/propose/{PLAN_TABLE}/"))
    assert 'name="key_year"' in page
    for name in FIGURES:
        assert f'name="column_{name}"' in page
    browser = signed_in("head")
    form = {f"column_{name}": value for name, value in FIGURES.items()} | {
        "key_year": "2027", "area": "510000", "valid_from": "2027-01-01", "valid_to": "2027-12-31", "source": "川人社规〔2027〕某号",
        "published_on": "2026-11-09", "reason": "省里公布方案", "late_reason": "",
    }  # fmt: skip
    answer = browser.post(f"/parameters/propose/{PLAN_TABLE}/", form)
    made = ParameterChange.objects.get(table_name=PLAN_TABLE, keys="2027")
    assert answer.headers["Location"] == f"/parameters/changes/{made.pk}/"
