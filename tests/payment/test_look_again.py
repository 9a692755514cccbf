"""What becomes known between the preparation and the execution of a pay run: nobody is paid who must not be, and nothing is lost."""

import datetime as dt

import pytest
from django.db import Error, connections, transaction
from django.db.models import Sum

from tests import city, money
from tests.city import TODAY, user
from tests.entitlement.people import CITY, decided, done, next_month, paid, planned
from tests.items.change.test_merge import enrolled, merge, renamed_as, without_relations
from tests.mobile.test_phone import on_the_phone
from tests.pages import text_of
from tests.runs.test_kinds import signed_in
from yigui.common.months import format_period
from yigui.entitlement.models import BackDue, Benefit, Recovery
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.models import PrisonRecord
from yigui.ledger.queries import credited, vouchers_from
from yigui.payment.adjust_run import ADJUST
from yigui.payment.enums import Hold
from yigui.payment.models import HeldLine, PayLine, Payment
from yigui.payment.verify import benefit_faults
from yigui.registry.models import Person
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void


def in_payment(batch: Batch, count: int) -> list[Benefit]:
    """Pensioners whom a prepared run would pay, whom no other test has taken or a partner has reported."""
    with connections["super"].cursor() as cursor:
        cursor.execute(f"SELECT benefit_id FROM benefits_payment_{batch.pk} ORDER BY seq")
        numbers = [row[0] for row in cursor.fetchall()]
    taken: set[int] = city.of_city("looked at", set)
    reported = list(PrisonRecord.objects.values_list("id_number", flat=True))
    found = list(
        Benefit.objects.filter(pk__in=numbers, kind=1, awards=None)
        .exclude(pk__in=taken)
        .exclude(person__id_number__in=reported)
        .select_related("person")
        .order_by("pk")[:count]
    )
    taken.update(b.pk for b in found)
    return found


def reported_dead(benefit: Benefit, died_on: dt.date) -> None:
    sender = city.partner("civil_affairs", "民政")
    person = benefit.person
    content = f"证件号码,姓名,死亡日期\n{person.id_number},{person.name},{died_on}\n".encode()
    assert (
        import_records(
            DEATHS, content=content, file_name=f"{benefit.pk}.csv", partner=sender, user=city.user("head"), today=TODAY
        ).accepted_count
        == 1
    )


def suspended(benefit: Benefit, month: int) -> None:
    person = benefit.person
    form = {"id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "change_reason": "06",
            "start_month": format_period(month), "note": "核实中"}  # fmt: skip
    done("PEN-006", form, ("id_card",), confirmed=("reason_listed",))


def account_changed(benefit: Benefit) -> str:
    account = f"62229999{benefit.pk:08d}"
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "bank_code": "102665100001",
        "account_name": benefit.person.name, "account_no": account, "mobile": "13812345678",
    }  # fmt: skip
    done("PEN-008", form, ("id_card", "bank_card"), confirmed=("freeze_before_pay",))
    return account


def test_the_dead_the_suspended_and_changed_accounts_are_taken_out_and_the_total_only_shrinks() -> None:
    paid()
    month = next_month()
    batch = planned()
    dead, halted, moved = in_payment(batch, 3)
    batch = decided(batch)
    approved = (batch.row_count, batch.total_fen)
    died = dt.date(month // 100, month % 100, 1) - dt.timedelta(days=45)
    reported_dead(dead, died)
    suspended(halted, month)
    account = account_changed(moved)
    executed = execute(batch_id=batch.pk)
    assert (executed.row_count, executed.total_fen) == approved
    out = {dead.pk: Hold.DEAD, halted.pk: Hold.NOT_IN_PAYMENT, moved.pk: Hold.ACCOUNT_CHANGED}
    assert not PayLine.objects.filter(batch_id=batch.pk, benefit_id__in=out).exists()
    assert not Payment.objects.filter(batch_id=batch.pk, benefit_id__in=out).exists()
    held = HeldLine.objects.filter(batch_id=batch.pk, at_execution=True)
    assert {h.benefit_id: h.hold for h in held} == out
    gone = sum(held.values_list("amount_fen", flat=True))
    assert executed.executed_fen == executed.total_fen - gone
    assert executed.executed_count == executed.row_count - held.count()
    assert {(t["reason"], t["rows"]) for t in executed.taken_out} == {("taken-1", 1), ("taken-4", 1), ("taken-5", 1)}
    assert sum(t["amount_fen"] for t in executed.taken_out) == gone
    # Payments, books and verification say what was really paid.
    assert Payment.objects.filter(batch_id=batch.pk).aggregate(s=Sum("amount_fen"))["s"] == executed.executed_fen
    vouchers = [v.pk for v in vouchers_from("batch", batch.pk) if v.event == "benefit_payment"]
    assert credited(vouchers, "1004") == executed.executed_fen
    assert list(benefit_faults("default")) == []
    # What was paid for months after the death is a claim.
    overpaid = PayLine.objects.filter(benefit_id=dead.pk, pay_period__gt=died.year * 100 + died.month).aggregate(
        s=Sum("amount_fen")
    )["s"]
    claim = Recovery.objects.get(benefit=dead)
    assert (claim.amount_fen, claim.monthly_fen, claim.case_id) == (overpaid, 0, -batch.pk)
    assert overpaid > 0
    # Shown to whoever looks at the batch.
    client = signed_in("auditor")
    page = client.get(f"/finance/batches/{batch.pk}/").content.decode()
    assert "执行时再次核对，剔除" in page
    assert "死亡后已发放，须追回" in page
    listed = client.get(f"/finance/batches/{batch.pk}/differences/taken-5/").content.decode()
    assert moved.person.person_no in listed
    # The changed account is paid both months by the next run, into the new account; the others are not.
    following = paid()
    assert {line.pay_period for line in PayLine.objects.filter(batch_id=following.pk, benefit_id=moved.pk)} == {
        month,
        following.period,
    }
    assert Payment.objects.get(batch_id=following.pk, benefit_id=moved.pk).account_no == account
    assert not PayLine.objects.filter(batch_id=following.pk, benefit_id__in=(dead.pk, halted.pk)).exists()
    assert Recovery.objects.filter(benefit=dead).count() == 1
    back = {"id_number": halted.person.id_number, "person_name": halted.person.name, "insurance": "employee_pension",
            "change_reason": "04", "start_month": format_period(month)}  # fmt: skip
    done("PEN-007", back, ("id_card",))
    paid()
    assert PayLine.objects.filter(benefit_id=halted.pk, pay_period=month).count() == 1
    assert list(benefit_faults("default")) == []


def test_a_claim_of_a_run_is_taken_over_by_the_case_after_the_death_and_by_nobody_twice() -> None:
    # The income of the year of death is on file for deaths from 2025 on.
    while next_month() < 202504:
        paid()
    month = next_month()
    batch = planned()
    (dead,) = in_payment(batch, 1)
    died = dt.date(month // 100, month % 100, 1) - dt.timedelta(days=70)
    reported_dead(dead, died)
    execute(batch_id=decided(batch).pk)
    claim = Recovery.objects.get(benefit=dead)
    form = {
        "id_number": dead.person.id_number, "person_name": dead.person.name, "death_date": died.isoformat(), "payee_name": "王小明",
        "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明", "account_no": "6228480012345678901",
        "mobile": "13812345678",
    }  # fmt: skip
    done("PEN-005", form, ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"))
    survivor = Benefit.objects.get(person=dead.person, kind=12)
    claim.refresh_from_db()
    assert (claim.benefit_id, claim.monthly_fen > 0, claim.case_id > 0) == (survivor.pk, True, True)
    assert Recovery.objects.filter(benefit__person=dead.person).count() == 1


def test_a_record_merged_since_the_signatures_is_asked_about_under_the_number_that_stays() -> None:
    paid()
    batch = planned()
    (benefit,) = in_payment(batch, 1)
    doubled = benefit.person
    batch = decided(batch)
    kept = without_relations(enrolled(dt.date(2026, 11, 20), settle_period="2026-12")[0])
    renamed_as(kept, doubled)
    assert merge(kept, doubled).status == "finished"
    benefit = Benefit.objects.select_related("person").get(pk=benefit.pk)
    assert benefit.person_id == kept.pk
    # What was paid under the other number is read under this one.
    paid_before = PayLine.objects.filter(benefit_id=benefit.pk).latest("pay_period")
    assert format_period(paid_before.pay_period) in text_of(on_the_phone(Person.objects.get(pk=kept.pk)).get("/m/benefits/"))
    reported_dead(benefit, dt.date(batch.period // 100, batch.period % 100, 1) - dt.timedelta(days=45))
    execute(batch_id=batch.pk)
    of_benefit = {"batch_id": batch.pk, "benefit_id": benefit.pk}
    assert list(HeldLine.objects.filter(**of_benefit).values_list("hold", flat=True)) == [Hold.DEAD]
    assert not Payment.objects.filter(**of_benefit).exists()


def test_nothing_is_taken_out_where_nothing_has_changed() -> None:
    batch = paid()
    assert (batch.executed_count, batch.executed_fen, batch.taken_out) == (batch.row_count, batch.total_fen, [])
    assert not HeldLine.objects.filter(batch_id=batch.pk, at_execution=True).exists()


def test_the_second_look_cannot_be_left_out_by_whoever_executes_by_hand() -> None:
    batch = planned()
    (dead,) = in_payment(batch, 1)
    batch = decided(batch)
    reported_dead(dead, dt.date(2024, 11, 3))
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
        cursor.execute("SELECT benefits_execute_v2(%s)", [batch.pk])
        assert not PayLine.objects.filter(batch_id=batch.pk, benefit_id=dead.pk).exists()
        assert PayLine.objects.filter(batch_id=batch.pk).exists()
        transaction.set_rollback(True)
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")


def test_half_a_run_or_one_with_rows_put_under_it_is_not_executed() -> None:
    batch = decided(planned())
    parts = len(batch.summary["bounds"]) - 1
    for statement in (
        f"DROP TABLE benefits_stage_{batch.pk}_{parts - 1}", f"UPDATE benefits_stage_{batch.pk}_0 SET amount_fen = amount_fen + 1",
        f"DELETE FROM benefits_payment_{batch.pk} WHERE seq = 1", f"UPDATE benefits_stage_{batch.pk}_0 SET hold = 3",
    ):  # fmt: skip
        with transaction.atomic("super"), connections["super"].cursor() as cursor:
            cursor.execute(statement)
            with pytest.raises(Error) as refused, transaction.atomic("super"):
                cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
                cursor.execute("SELECT benefits_execute_v2(%s)", [batch.pk])
            transaction.set_rollback(True, using="super")
        assert refused.value.__cause__.sqlstate == "YG010", statement  # type: ignore[union-attr]
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")


def test_an_approved_adjustment_takes_no_further_rows_and_keeps_its_month() -> None:
    batch = prepare(ADJUST, area_code=CITY, period=2026, user=user("head"))
    with pytest.raises(Error) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(f"INSERT INTO benefits_adjust_{batch.pk}_0 SELECT * FROM benefits_adjust_{batch.pk}_0 LIMIT 1")
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]
    decided(batch)
    with transaction.atomic("super"), connections["super"].cursor() as cursor:
        cursor.execute(f"UPDATE benefits_adjust_{batch.pk}_0 SET increase_fen = increase_fen * 1000")
        with pytest.raises(Error) as changed, transaction.atomic("super"):
            cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
            cursor.execute("SELECT benefits_execute_adjust_v2(%s)", [batch.pk])
        transaction.set_rollback(True, using="super")
    assert changed.value.__cause__.sqlstate == "YG010"  # type: ignore[union-attr]
    marks = BackDue.objects.count()
    execute(batch_id=batch.pk)
    assert BackDue.objects.count() > marks
    assert set(BackDue.objects.order_by("-id")[:5].values_list("from_period", flat=True)) == {batch.period}
    assert money.one("SELECT count(*) FROM benefits_amount WHERE source = 'adjustment' AND start_period < %s", batch.period) == 0
