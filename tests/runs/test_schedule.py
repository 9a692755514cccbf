"""Plans make themselves on their day, once, and wait for those who sign; one that cannot be made is told, and has an exit."""

import datetime as dt

import pytest
from django.db import Error, connections, transaction

from tests import city, money
from tests.runs.test_kinds import Parcels, parcels, signed_in  # noqa: F401
from yigui.common.errors import Forbidden, NotFound
from yigui.common.months import add_months, first_day
from yigui.db.each import LeftBehind, answered_for
from yigui.law import parameter_table
from yigui.levy.levy_run import LEVY
from yigui.runs import schedule
from yigui.runs.batches import approve_batch, batch_of, check_batch, confirm_batch
from yigui.runs.errors import AnswerMissing, BatchRefused
from yigui.runs.inbox import waiting_for
from yigui.runs.kinds import kind_of, run_kinds
from yigui.runs.models import Batch, PlannedRun
from yigui.runs.schedule import dismiss_plan, due_plan, plan_arrivals, prepare_due
from yigui.runs.staged import execute, prepare, void

TODAY = city.TODAY


def test_the_day_of_a_plan_is_dated_data_of_its_area() -> None:
    for day, period in (("2026-11-01", 202610), ("2026-10-31", 202609), ("2026-01-15", 202512)):
        plan = due_plan(LEVY, money.CITY, dt.date.fromisoformat(day))
        assert plan is not None
        assert (plan.period, plan.due_on.day) == (period, 1)
    pay = due_plan(kind_of("pay"), money.CITY, dt.date(2026, 11, 4))
    assert pay is not None
    assert (pay.period, pay.due_on) == (202610, dt.date(2026, 10, 5))
    assert due_plan(kind_of("adjust"), money.CITY, TODAY) is None


def test_months_that_went_by_while_nobody_looked_are_made_up_for(
    tried: dict[str, PlannedRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Batch:
        raise BatchRefused("数据尚未备齐。")

    monkeypatch.setattr(schedule, "prepare", refuse)
    with transaction.atomic():
        prepare_due(dt.date(2027, 2, 1))
        rows = PlannedRun.objects.filter(kind="levy", area_code=money.CITY, period__gte=202610).order_by("period")
        found = list(rows.values_list("period", "due_on", "error"))
        refunds = list(
            PlannedRun.objects.filter(kind="refunds", area_code=money.CITY, period__gte=202610).values_list("period", flat=True)
        )
        transaction.set_rollback(True)
    assert found[0][:2] == (202610, dt.date(2026, 11, 1))
    assert found[1:] == [(period, first_day(add_months(period, 1)), "数据尚未备齐。") for period in (202611, 202612, 202701)]
    # What is due is taken by the newest plan of a kind that takes all that is due.
    assert sorted(refunds)[1:] == [202701]


@pytest.fixture(scope="module")
def by_hand(fresh_city: None) -> Batch:
    """What a person would have made for the same month; thrown away again."""
    batch = prepare(LEVY, area_code=money.CITY, period=202610, user=city.user("head"))
    void(batch_id=batch.pk, user=city.user("head"), reason="只作比较，不再需要")
    return batch


@pytest.fixture(scope="module", autouse=True)
def tried(by_hand: Batch) -> dict[str, PlannedRun]:
    """What made itself today, by kind; before anything else of this file, in whichever order its tests come."""
    return {row.kind: row for row in prepare_due(TODAY)}


def test_a_plan_makes_itself_once_is_taken_over_by_a_person_and_signed_by_distinct_people(
    tried: dict[str, PlannedRun], by_hand: Batch
) -> None:
    assert {"levy", "pay"} <= set(tried)
    levy = tried["levy"].batch
    assert levy is not None
    assert (levy.period, levy.area_code, levy.is_automatic, levy.prepared_by, levy.state_label) == (
        202610,
        money.CITY,
        True,
        None,
        "待确认",
    )
    # On the plan day a plan exists for all open relations, equal to what a person would have made.
    assert (by_hand.period, by_hand.row_count, by_hand.total_fen) == (levy.period, levy.row_count, levy.total_fen)
    assert by_hand.checks == levy.checks
    assert levy.row_count > 10_000
    # The sum of next year is not published: that plan goes on saying so; no refund is owed: that one is looked at again.
    assert [again.kind for again in prepare_due(TODAY) if again.kind not in ("resident-medical", "refunds")] == []
    assert Batch.objects.filter(kind="levy", period=202610).exclude(status="void").count() == 1
    # Nobody may sign what nobody has taken over.
    with pytest.raises(BatchRefused, match="确认"):
        approve_batch(batch_id=levy.pk, user=city.user("director"), answers=money.answers(levy))
    with pytest.raises(Error), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE runs_batch SET status = 'approved', approved_by_id = %s, approved_at = now() WHERE id = %s",
            [city.user("director").pk, levy.pk],
        )
    assert [w.deed for w in waiting_for(city.user("head")) if w.batch_id == levy.pk] == ["confirm"]
    assert not [w for w in waiting_for(city.user("director")) if w.batch_id == levy.pk]
    with pytest.raises(Forbidden):
        confirm_batch(batch_id=levy.pk, user=city.user("director"), answers=money.answers(levy))
    if levy.warnings:
        with pytest.raises(AnswerMissing):
            confirm_batch(batch_id=levy.pk, user=city.user("head"))
    page = signed_in("head").post(
        f"/finance/batches/{levy.pk}/confirm/", {f"answer-{k}": v for k, v in money.answers(levy).items()}
    )
    assert page.status_code == 302
    confirmed = batch_of(levy.pk)
    assert (confirmed.prepared_by, confirmed.state_label) == (city.user("head"), "待审批")
    assert not [w for w in waiting_for(city.user("head")) if w.batch_id == levy.pk]
    assert [w.deed for w in waiting_for(city.user("director")) if w.batch_id == levy.pk] == ["approve"]
    approve_batch(batch_id=levy.pk, user=city.user("director"), answers=money.answers(levy))
    assert [w.deed for w in waiting_for(city.user("accountant")) if w.batch_id == levy.pk] == ["execute"]
    assert execute(batch_id=levy.pk).status == "executed"
    signed = money.one(
        "SELECT array_agg(s.user_id ORDER BY s.seq), bool_and(s.signed_at IS NOT NULL) FROM warrants_warrant w JOIN warrants_signature s "
        "ON s.warrant_id = w.id WHERE w.kind = 'run' AND w.subject_id = %s",
        levy.pk,
    )
    assert signed == ([city.user("head").pk, city.user("director").pk], True)


def test_an_automatic_pay_run_takes_three_people(tried: dict[str, PlannedRun]) -> None:
    pay = tried["pay"].batch
    assert pay is not None
    confirm_batch(batch_id=pay.pk, user=city.user("head"), answers=money.answers(pay))
    with pytest.raises(Forbidden):
        check_batch(batch_id=pay.pk, user=city.user("head"), answers=money.answers(pay))
    check_batch(batch_id=pay.pk, user=city.user("accountant"), answers=money.answers(pay))
    assert approve_batch(batch_id=pay.pk, user=city.user("director"), answers=money.answers(pay)).status == "approved"
    void(batch_id=pay.pk, user=city.user("head"), reason="试验结束，不再需要")
    # Thrown away by a person, it does not come back by itself.
    assert [row for row in prepare_due(TODAY) if row.kind == "pay"] == []


def test_what_was_made_by_hand_is_not_made_again() -> None:
    day = dt.date(2026, 10, 3)
    by_hand = prepare(LEVY, area_code=money.CITY, period=202609, user=city.user("head"))
    assert [row for row in prepare_due(day) if row.kind == "levy" and row.period == 202609] == []
    assert PlannedRun.objects.get(kind="levy", period=202609).batch == by_hand


@pytest.fixture
def daily_parcels(parcels: Parcels, monkeypatch: pytest.MonkeyPatch) -> Parcels:  # noqa: F811
    """A kind whose plan is made every month on the second."""
    table = parameter_table.table("runs/plan_day")
    entry = table.at("levy", area=money.CITY, day=TODAY)
    monkeypatch.setitem(
        table._entries,
        (("parcels",), "national"),
        [type(entry)(**{**entry.__dict__, "keys": ("parcels",), "columns": {"month": 0, "day": 2, "offset": 0}})],
    )
    return parcels


def test_a_plan_that_cannot_be_made_is_told_tried_again_the_next_day_and_does_not_stop_the_others(daily_parcels: Parcels) -> None:
    daily_parcels.stopped_by = ZeroDivisionError("x")
    day = dt.date(2026, 8, 6)
    (row,) = [row for row in prepare_due(day) if row.kind == "parcels"]
    assert row.batch is None
    assert "ZeroDivisionError" in row.error
    notices = [w for w in waiting_for(city.user("head")) if w.planned_id == row.pk]
    assert len(notices) == 1
    assert "未能生成" in notices[0].text
    assert not [w for w in waiting_for(city.user("director")) if w.planned_id == row.pk]
    assert "未能生成" in signed_in("head").get("/finance/batches/").content.decode()
    assert [r for r in prepare_due(day) if r.kind == "parcels"] == []
    daily_parcels.stopped_by = NotFound("包裹库关门了。")
    (again,) = [r for r in prepare_due(day + dt.timedelta(days=1)) if r.kind == "parcels"]
    assert again.error == "包裹库关门了。"
    daily_parcels.stopped_by = None
    (made,) = [r for r in prepare_due(day + dt.timedelta(days=2)) if r.kind == "parcels"]
    assert made.batch is not None
    assert not [w for w in waiting_for(city.user("head")) if w.planned_id == row.pk]


def test_a_plan_that_is_not_to_be_made_is_dismissed_with_a_reason(daily_parcels: Parcels) -> None:
    daily_parcels.stopped_by = NotFound("没有数据。")
    (row,) = [r for r in prepare_due(dt.date(2026, 7, 6)) if r.kind == "parcels" and r.period == 202607]
    with pytest.raises(Forbidden):
        dismiss_plan(planned_id=row.pk, user=city.user("director"), reason="旧系统已办理")
    with pytest.raises(BatchRefused, match="理由"):
        dismiss_plan(planned_id=row.pk, user=city.user("head"), reason=" ")
    answer = signed_in("head").post(f"/finance/batches/planned/{row.pk}/dismiss/", {"reason": "该月在旧系统中已办理"})
    assert answer.status_code == 302
    assert not [w for w in waiting_for(city.user("head")) if w.planned_id == row.pk]
    assert [r for r in prepare_due(dt.date(2026, 7, 7)) if r.pk == row.pk] == []
    with pytest.raises(BatchRefused):
        dismiss_plan(planned_id=row.pk, user=city.user("head"), reason="该月在旧系统中已办理")


def test_every_day_that_is_configured_is_that_of_a_kind() -> None:
    configured = {key for (key,), _ in parameter_table.table("runs/plan_day")._entries}
    assert configured <= {kind.code for kind in run_kinds()}
    assert {"levy", "pay", "resident-pension", "resident-medical"} <= configured
    for code in configured:
        plan = due_plan(kind_of(code), money.CITY, TODAY)
        assert plan is not None, f"{code} has a day and never makes itself"
        assert plan.due_on <= TODAY


def test_a_kind_that_cannot_say_what_arrived_keeps_nobody_back_and_fails_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = run_kinds()
    asked_of: list[str] = []

    def fails(**_: object) -> list[int]:
        raise ZeroDivisionError

    monkeypatch.setattr(type(first), "arrivals", lambda *_, **__: fails())
    for kind in others:
        if type(kind) is not type(first):
            monkeypatch.setattr(type(kind), "arrivals", lambda self, **_: asked_of.append(self.code) or [])
    with pytest.raises(LeftBehind, match=first.code), answered_for():
        plan_arrivals(city.TODAY)
    assert set(asked_of) == {kind.code for kind in others if type(kind) is not type(first)}
    assert asked_of
