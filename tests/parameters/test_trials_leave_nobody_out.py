"""A trial of rates or bounds comes to everybody insured and to every month already levied, whatever the program says it need not look at."""

import datetime as dt
import json
import zlib
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connections

from tests import city, money
from tests.city import TODAY
from tests.identity.test_days import let_days_move
from tests.parameters.test_change_parameter import as_the_files_say, checked, proposed, tried
from tests.parameters.test_trials_are_closed_by_the_database import asked, begun
from yigui.backoffice.parameter_changes import _state
from yigui.common.errors import YiguiError
from yigui.common.months import first_day
from yigui.db.presence import CodeWrong
from yigui.law.parameter_table import ParameterMissing
from yigui.law.signed_rows import reading, signed
from yigui.levy.rates import as_json, levy_rates
from yigui.parameters.change_parameter import sign
from yigui.parameters.models import ParameterChange, StagedLine, Trial
from yigui.parameters.rows import law_row
from yigui.parameters.trial import order_trial, try_change, why_stale
from yigui.registry.models import Area

__all__ = ["as_the_files_say"]
CLOSE = "SELECT parameters_close_trial_v1(%s, ARRAY['该地区没有参保关系。'])::text"
LEVY = "SELECT parameters_stage_levy_v2(%s, %s::jsonb, %s::jsonb, %s, 1000000000)"
#: A county with people, and a month no other test levies.
AREA, MONTH = "511102", 202604


def test_a_note_does_not_close_a_trial_of_bounds_in_which_nobody_was_looked_at() -> None:
    trial = begun(proposed())
    with pytest.raises(DatabaseError, match="没有试算，不能完成"):
        asked(CLOSE, trial.pk)


@pytest.mark.parametrize("left", ["all", "an area", "an insurance"])
def test_rates_that_leave_somebody_out_are_refused(left: str) -> None:
    trial = begun(proposed())
    rates = levy_rates(Area.objects.values_list("code", flat=True), 202612)
    few = {
        "all": [], "an area": [r for r in rates if r.area_code != AREA], "an insurance": [r for r in rates if r.insurance != "unemployment"],
    }[left]  # fmt: skip
    for given in ((as_json(few), as_json(rates)), (as_json(rates), as_json(few))):
        with pytest.raises(DatabaseError, match="没有试算"):
            asked(LEVY, trial.pk, *given, 202612)
    with pytest.raises(DatabaseError, match="没有试算，不能完成"):
        asked(CLOSE, trial.pk)


def test_where_the_month_has_no_rates_the_trial_says_so_and_the_database_has_asked_itself() -> None:
    change = proposed(valid_from=dt.date(2027, 3, 1), valid_to=dt.date(2027, 3, 31))
    trial = order_trial(change_id=change.pk, person=city.user("head"))
    try_change(trial.pk)
    trial.refresh_from_db()
    assert (trial.error, trial.looked_at) == ("", 0)
    assert "202703 的应缴不能试算" in trial.summary["notes"][0]
    assert trial.digest


def lacking(change: ParameterChange, area: str, period: int, with_it: bool) -> Any:
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "SELECT parameters_lacking_v1(c, %s::text[], %s, %s) FROM parameters_change c WHERE id = %s",
            [[area], first_day(period), with_it, change.pk],
        )
        return cursor.fetchone()[0]


def test_the_database_lacks_rates_exactly_where_the_law_does() -> None:
    change = proposed(valid_from=dt.date(2027, 3, 1), valid_to=None)
    before = signed()
    after = before.with_row(law_row(change, 0))
    found = set()
    for area in ("511102", "510000", "110101", "310104", "330106", "340100", "440106", "610102"):
        for period in (201001, 201606, 202001, 202501, 202506, 202601, 202612, 202703):
            for with_it, rows in ((False, before), (True, after)):
                with reading(rows):
                    try:
                        levy_rates([area], period)
                        wanted = False
                    except ParameterMissing:
                        wanted = True
                assert lacking(change, area, period, with_it) == wanted, (area, period, with_it)
                found.add(wanted)
    assert found == {True, False}


def of_the_month() -> ParameterChange:
    money.levied(MONTH, AREA)
    first = first_day(MONTH)
    return proposed(valid_from=first, valid_to=first.replace(day=30), columns={"floor": "5200", "ceiling": "22938"},
                    late_reason="补录当月的上下限", published_on=first)  # fmt: skip


def rates_with(change: ParameterChange, areas: Iterable[str]) -> str:
    with reading(signed().with_row(law_row(change, 0))):
        return as_json(levy_rates(areas, MONTH))


def test_a_month_already_levied_is_not_left_out_and_its_areas_are_the_databases() -> None:
    change = of_the_month()
    trial = begun(change)
    everywhere = list(Area.objects.filter(code__startswith="51").values_list("code", flat=True))
    assert asked(LEVY, trial.pk, as_json(levy_rates(everywhere, MONTH)), rates_with(change, everywhere), MONTH) is None
    after = rates_with(change, [AREA])
    with pytest.raises(DatabaseError, match=f"还没有试算已征的 {MONTH} 的差额"):
        asked(CLOSE, trial.pk)
    levied = "SELECT parameters_stage_levied_v2(%s, %s, %s::jsonb)::text"
    with pytest.raises(DatabaseError, match="缺少原计划所用的费率"):
        asked(levied, trial.pk, MONTH, "[]")
    with pytest.raises(DatabaseError, match="已征的月份"):
        asked(levied, trial.pk, MONTH - 1, after)
    asked(levied, trial.pk, MONTH, after)
    asked(CLOSE, trial.pk)
    trial.refresh_from_db()
    (month,) = trial.summary["levied"]
    assert (month["period"], month["areas"]) == (MONTH, [AREA])
    assert month["supplement"]["lines"] > 0


def test_the_program_comes_to_the_same_and_leaves_no_month_out() -> None:
    change = of_the_month()
    trial = order_trial(change_id=change.pk, person=city.user("head"))
    try_change(trial.pk)
    trial.refresh_from_db()
    assert trial.error == ""
    assert [month["period"] for month in trial.summary["levied"]] == [MONTH]


def test_what_is_levied_after_a_trial_makes_it_stale() -> None:
    """Tried while the month of the past was not levied yet, examined, and levied before the leader signed."""
    first = dt.date(2026, 3, 1)
    change = proposed(valid_from=first, valid_to=first.replace(day=31), columns={"floor": "5200", "ceiling": "22938"}, late_reason="补录当月的上下限",
                      published_on=first)  # fmt: skip
    trial = tried(change)
    assert (trial.summary["levied"], why_stale(trial)) == ([], "")
    checked(change)
    money.levied(202603, AREA)
    assert "2026 年 3 月的保费" in why_stale(trial)
    leader = city.user("director")
    with pytest.raises(CodeWrong, match="2026 年 3 月的保费"):
        sign(change_id=change.pk, leader=leader, trial_id=trial.pk, shown=trial.digest)
    again = tried(change)
    assert [month["period"] for month in again.summary["levied"]] == [202603]
    assert why_stale(again) == ""
    assert sign(change_id=change.pk, leader=leader, trial_id=again.pk, shown=again.digest).status == "signed"


def test_what_a_trial_that_failed_had_staged_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    change = proposed()
    trial = order_trial(change_id=change.pk, person=city.user("head"))

    def fails(trial: Trial, *rest: Any) -> list[str]:
        areas = list(Area.objects.values_list("code", flat=True))
        rates = json.loads(as_json(levy_rates(areas, 202612)))
        higher = [rate | {"floor_fen": rate["floor_fen"] + 100_000} for rate in rates]
        asked(LEVY, trial.pk, json.dumps(rates), json.dumps(higher), 202612)
        assert StagedLine.objects.using("super").filter(trial=trial).exists()
        raise YiguiError("试算中断，请重新试算。")

    monkeypatch.setattr("yigui.parameters.trial.stage", fails)
    try_change(trial.pk)
    trial.refresh_from_db()
    assert (trial.error, trial.digest) == ("试算中断，请重新试算。", "")
    assert trial.ended_at is not None
    assert not StagedLine.objects.using("super").filter(trial=trial).exists()
    with pytest.raises(DatabaseError, match="已完成"):
        asked("SELECT parameters_give_up_trial_v1(%s, 'x')::text", trial.pk)
    with pytest.raises(DatabaseError, match="须写明原因"):
        asked("SELECT parameters_give_up_trial_v1(%s, ' ')::text", begun(change).pk)


def test_a_trial_begins_on_the_day_of_the_database_in_an_installation() -> None:
    trial = order_trial(change_id=proposed().pk, person=city.user("head"))
    let_days_move(False)
    try:
        with pytest.raises(DatabaseError, match="业务日期"):
            asked("SELECT parameters_begin_trial_v2(%s, %s)::text", trial.pk, TODAY - dt.timedelta(days=400))
    finally:
        let_days_move(True)


def test_a_trial_whose_beginning_fails_is_seen_to_be_over(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = order_trial(change_id=proposed().pk, person=city.user("head"))

    def fails(trial: Trial) -> None:
        raise OperationalError("the connection was lost")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr("yigui.parameters.trial._begin", fails)
        try_change(trial.pk)
    trial.refresh_from_db()
    assert (trial.ended_at, trial.content) == (None, "")
    assert trial.run is not None
    assert trial.run.status == "failed"
    assert trial.run.error
    assert _state(trial) == "broken"


def test_a_trial_beside_another_of_the_change_ends_with_the_reason() -> None:
    trial = order_trial(change_id=proposed().pk, person=city.user("head"))
    key = zlib.crc32(f"parameter-try|{trial.change.area_code[:6]}|{trial.change_id}".encode())
    with connections["super"].cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        try:
            try_change(trial.pk)
        finally:
            other.execute("SELECT pg_advisory_unlock(%s)", [key])
    trial.refresh_from_db()
    assert "同一批处理正在进行" in trial.error
    assert trial.ended_at is not None
