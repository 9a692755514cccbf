"""What a month is levied by is what is signed and stands in the files, held against it by the database when it is executed, whatever the program read."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import money
from tests.city import user
from tests.parameters.test_change_parameter import as_the_files_say, checked, tried
from tests.parameters.test_signed_while_levied import at_once, bounds_of
from tests.parameters.test_trials_leave_nobody_out import AREA
from yigui.law.parameter_table import ParameterMissing
from yigui.law.signed_rows import SignedRow, reading, signed
from yigui.levy.rates import levy_rates
from yigui.levy.residents_run import RESIDENT_PENSION
from yigui.parameters.change_parameter import sign
from yigui.runs import staged
from yigui.runs.batches import approve_batch, batch_of, void_batch
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import kind_of
from yigui.runs.models import Batch
from yigui.runs.staged import prepare

__all__ = ["as_the_files_say"]

_TERMS = "insurance, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, ceiling_fen"


def by_the_database(area: str, period: int) -> set[tuple[object, ...]]:
    """What the database says that the law is; as the owner, for the application does not ask it."""
    with connections["owner"].cursor() as cursor:
        day = dt.date(period // 100, period % 100, 1)
        cursor.execute(f"SELECT {_TERMS} FROM parameters_levy_rates_v1(ARRAY[%s], %s)", [area, day])
        return set(cursor.fetchall())


def by_the_law(area: str, period: int) -> set[tuple[object, ...]]:
    return {tuple(getattr(row, name) for name in _TERMS.split(", ")) for row in levy_rates([area], period)}


@settings(max_examples=60, deadline=None)
@given(
    area=st.sampled_from(["511100", "511102", "510100", "310101", "310000", "330102", "340100", "610102", "440305"]),
    period=st.integers(2016, 2027).flatmap(lambda year: st.integers(1, 12).map(lambda month: year * 100 + month)),
)  # fmt: skip
def test_the_database_reads_rates_and_bounds_as_the_law_does(area: str, period: int) -> None:
    try:
        ours = by_the_law(area, period)
    except ParameterMissing:
        return
    assert by_the_database(area, period) == ours


def test_there_is_a_month_in_which_both_are_the_same() -> None:
    assert by_the_law(AREA, 202602) == by_the_database(AREA, 202602) != set()
    assert len(by_the_law(AREA, 202602)) == 14


def _signed(first: dt.date, last: int) -> int:
    change = bounds_of(first, last)
    trial = tried(change)
    checked(change)
    assert sign(change_id=change.pk, leader=user("director"), trial_id=trial.pk, shown=trial.digest).status == "signed"
    return int(change.pk)


def _approved(batch: Batch) -> Batch:
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


def _unseen(monkeypatch: pytest.MonkeyPatch, batch: Batch) -> None:
    """Past the program's own look the database refuses, and the plan is made anew by what is signed."""
    with monkeypatch.context() as patched:
        patched.setattr(type(kind_of("levy")), "look_again", lambda self, b: None)
        with pytest.raises(ContentChanged, match="请作废后重新生成"):
            staged.execute(batch_id=batch.pk)
    assert batch_of(batch.pk).status == "approved"
    assert money.one("SELECT count(*) FROM contributions_line WHERE owed_period = %s", batch.period) == 0
    void_batch(batch_id=batch.pk, user=user("director"), reason="签署了新的上下限，重新生成")
    anew = _approved(money.plan(batch.period, AREA))
    assert staged.execute(batch_id=anew.pk).status == "executed"


def test_a_plan_opened_after_the_signature_with_the_rows_of_before_is_not_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    old = signed()
    _signed(dt.date(2026, 1, 1), 31)
    with reading(old):
        batch = money.plan(202601, AREA)
    assert money.one("SELECT max(floor_fen) FROM contributions_levy_rate WHERE batch_id = %s", batch.pk) == 458_800
    _approved(batch)
    _unseen(monkeypatch, batch)


def test_a_plan_opened_while_somebody_signs_is_not_executed_by_what_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    change = bounds_of(dt.date(2026, 2, 1), 28)
    trial = tried(change)
    checked(change)
    reached, go = threading.Event(), threading.Event()

    def signing() -> str:
        with transaction.atomic():
            found = sign(change_id=change.pk, leader=user("director"), trial_id=trial.pk, shown=trial.digest).status
            reached.set()
            go.wait(100)
        return str(found)

    thread, said = at_once(signing)
    assert reached.wait(60), said
    planning, made = at_once(lambda: money.plan(202602, AREA).pk)
    planning.join(60)
    go.set()
    thread.join(60)
    assert said == ["signed"]
    batch = batch_of(made[0])
    assert money.one("SELECT signed_at < %s FROM parameters_row WHERE change_id = %s", batch.created_at, change.pk) is True
    _approved(batch)
    _unseen(monkeypatch, batch)


def test_a_rate_of_the_programs_own_is_not_levied(monkeypatch: pytest.MonkeyPatch) -> None:
    first = dt.date(2026, 5, 1)
    row = SignedRow(
        1, "contribution/rates", ("employee_pension", "individual"), AREA, first, first.replace(day=31), {"value": Decimal(7)}, "试行〔2026〕9号",
        "verified", first,
    )  # fmt: skip
    with reading(signed().with_row(row)):
        batch = money.plan(202605, AREA)
    _approved(batch)
    _unseen(monkeypatch, batch)


def test_a_sum_of_the_programs_own_is_billed_to_no_resident() -> None:
    first = dt.date(2025, 1, 1)
    row = SignedRow(
        1, "contribution/resident_sum", ("resident_pension",), AREA, first, first.replace(month=12), {"lowest": Decimal(100), "highest": Decimal(9000)},
        "试行〔2026〕9号", "verified", first,
    )  # fmt: skip
    with reading(signed().with_row(row)):
        batch = prepare(RESIDENT_PENSION, area_code=AREA, period=2025, user=user("head"))
    _approved(batch)
    with pytest.raises(ContentChanged, match="缴费标准（511102 地区）不是 2025 年"):
        staged.execute(batch_id=batch.pk)
    void_batch(batch_id=batch.pk, user=user("director"), reason="按现行标准重新生成")
    anew = _approved(prepare(RESIDENT_PENSION, area_code=AREA, period=2025, user=user("head")))
    assert staged.execute(batch_id=anew.pk).status == "executed"


def test_nobody_else_is_told_what_the_database_holds_them_against() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege(current_user, 'parameters_levy_rates_v1(text[], date)', 'EXECUTE')")
        assert cursor.fetchone() == (False,)
