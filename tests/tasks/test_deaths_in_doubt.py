"""What rested on a reported death ends when the report is in doubt, names the claims that followed, and begins anew once it holds again."""

import datetime as dt

import pytest
from django.db import connections, transaction

from tests import city
from tests.city import TODAY
from tests.entitlement.people import carry, decided, pensioner, planned
from tests.exchange.test_deaths import reported, row
from tests.items.change.test_false_death import MATERIALS, a_paid_pensioner, form
from tests.pages import signed_in, text_of
from tests.payment.test_look_again import in_payment as in_prepared
from yigui.casework.accept_case import accept_case
from yigui.common.money import format_fen
from yigui.common.months import first_day
from yigui.entitlement.models import Benefit, Recovery, RecoveryReturn
from yigui.entitlement.queries import open_recoveries
from yigui.exchange.models import DeathRecord
from yigui.payment.models import HeldLine
from yigui.payment.queries import paid_after
from yigui.payment.verify import benefit_faults
from yigui.registry.models import Employment, Person
from yigui.runs.staged import execute
from yigui.tasks.death_conflicts import reports_of, settle_death
from yigui.tasks.enums import UNFINISHED, TaskState
from yigui.tasks.models import Task
from yigui.tasks.watches import look_around, look_for_run_recoveries

_OUR_DAY = dt.date(2026, 3, 20)


def at_work_again(person: Person) -> Employment:
    """Our record comes to say that the person was taken on long after the reported day."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        known = Employment.objects.using("super").order_by("id").first()
        assert known is not None
        return Employment.objects.using("super").create(
            person_id=person.pk, employer_id=known.employer_id, start_period=202609, end_period=202609, declared_wage_fen=500000,
            employment_form=known.employment_form, warrant_id=known.warrant_id,
        )  # fmt: skip


def tasks_of(person: Person) -> list[Task]:
    return list(Task.objects.filter(person=person, kind__in=("fraud_hit", "survivor_follow_up", "recovery")).order_by("id"))


def report_of_death(person: Person) -> DeathRecord:
    reported(row(person, day=_OUR_DAY.isoformat()))
    look_around(TODAY)
    (report,) = reports_of(person)
    assert report.standing == "in_force"
    return report.record


def settled(record: DeathRecord, *, holds: bool) -> None:
    settle_death(record_id=record.pk, actor=city.user("reviewer"), holds=holds, reason="与公安核对", today=TODAY)


@pytest.mark.parametrize("holds", [True, False])
def test_what_rests_on_a_death_ends_with_the_reason_and_begins_anew_only_if_it_holds(holds: bool) -> None:
    person = pensioner().person
    record = report_of_death(person)
    (first,) = tasks_of(person)
    assert first.state in UNFINISHED
    at_work_again(person)
    look_around(TODAY)
    first.refresh_from_db()
    assert (first.state, first.outcome, first.ended_on) == (TaskState.DONE, "not_in_force", TODAY)
    assert f"{record.pk} 号死亡信息现为“死亡日期之后还有本人在世的记录”（" in first.said
    assert "2026-09 起就业参保" in first.said
    assert "待审核人员核定" in first.said
    assert Task.objects.filter(person=person, kind="death_conflict", state__in=UNFINISHED).exists()
    look_around(TODAY)
    assert tasks_of(person) == [first], "nothing is opened while it is in doubt"
    settled(record, holds=holds)
    look_around(TODAY)
    look_around(TODAY)
    again = tasks_of(person)[1:]
    assert [t.kind for t in again] == ([first.kind] if holds else [])
    assert all(t.state in UNFINISHED for t in again)
    assert not Task.objects.filter(person=person, kind="death_conflict", state__in=UNFINISHED).exists()


def claimed() -> tuple[Benefit, Recovery]:
    """Somebody whose months after the reported day a run has claimed back."""
    a_paid_pensioner()
    batch = planned()
    # Whom this run would pay, and one before it has paid.
    benefit = next(b for b in in_prepared(batch, 60) if paid_after(b, 0) and not Task.objects.filter(person=b.person).exists())
    first, _ = paid_after(benefit, 0)[0]
    died_on = first_day(first) - dt.timedelta(days=20)
    reported(row(benefit.person, day=died_on.isoformat()))
    assert [r.standing for r in reports_of(benefit.person)] == ["in_force"]
    execute(batch_id=decided(batch).pk)
    assert HeldLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk, hold=1).exists()
    return benefit, Recovery.objects.get(benefit=benefit, case_id=-batch.pk)


def test_a_claim_that_followed_is_named_asked_from_nobody_and_lifted_by_a_case() -> None:
    benefit, claim = claimed()
    person = benefit.person
    look_around(TODAY)
    (report,) = reports_of(person)
    at_work_again(person)
    assert reports_of(person)[0].standing == "contradicted"
    look_around(TODAY)
    named = f"{claim.pk} 号（"
    left = format_fen(claim.amount_fen)
    ended = tasks_of(person)
    assert [t.outcome for t in ended] == ["not_in_force"]
    conflict = Task.objects.get(kind="death_conflict", origin_id=report.record.pk)
    page = text_of(signed_in("reviewer").get(f"/deaths/{report.record.pk}/"))
    for words in (ended[0].said, conflict.note, page):
        assert named in words
        assert f"尚应退 {left} 元" in words
        assert "CHG-004" in words
    look_for_run_recoveries(TODAY)
    assert tasks_of(person) == ended, "nobody is asked for it while the death is in doubt"
    # While a reviewer is to decide nothing is lifted; afterwards the case of a wrong death lifts it, and only once.
    with pytest.raises(Exception, match="变更前信息应为登记内容“健在”"):
        accept_case(city.application("CHG-004", lifting(person), username="special", materials=MATERIALS))
    settled(report.record, holds=False)
    case = carry(accept_case(city.application("CHG-004", lifting(person), username="special", materials=MATERIALS)))
    assert case.status == "finished", case.effect_error
    assert open_recoveries(benefit) == []
    assert RecoveryReturn.objects.get(recovery=claim).source == "lifted"
    look_around(TODAY)
    assert tasks_of(person) == ended
    with pytest.raises(Exception, match="变更前信息应为登记内容“健在”"):
        accept_case(city.application("CHG-004", lifting(person), username="special", materials=MATERIALS))
    assert not list(benefit_faults("default"))


def lifting(person: Person) -> dict[str, str]:
    return form(person) | {"old_value": "死亡信息追回未撤销", "new_value": "健在"}
