"""What was held and is free again, and returned payments with a good account, are paid between two monthly runs, once."""

import datetime as dt
import random

import pytest
from django.db import Error, connections, transaction
from django.db.models import Sum

from tests import money
from tests.city import TODAY, application, user
from tests.entitlement.people import CITY, decided, done, next_month, paid, paid_though_overdue, pensioner, planned, tell
from tests.pages import signed_in, text_of
from tests.payment.test_bank_results import line, number, payments, text
from tests.payment.test_look_again import account_changed, reported_dead, suspended
from tests.payment.test_told_before_held import benefit_of, holds, months_paid
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, format_period, months_of
from yigui.entitlement.models import BackDue, Benefit
from yigui.entitlement.queries import amount_at
from yigui.ledger.models import Entry
from yigui.ledger.queries import credited, vouchers_from
from yigui.payment import pay_run
from yigui.payment.bank_files import files_of, pain001, payment_no
from yigui.payment.bank_results import confirm_results
from yigui.payment.enums import Hold
from yigui.payment.errors import PayRefused
from yigui.payment.models import HeldLine, PayLine, Payment, Reissue
from yigui.payment.sent_files import payments_of
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.payment.verify import benefit_faults
from yigui.registry.models import Person
from yigui.runs import schedule
from yigui.runs.batches import approve_batch, confirm_batch
from yigui.runs.errors import BatchRefused, ContentChanged
from yigui.runs.inbox import waiting_for
from yigui.runs.models import Batch, PlannedRun
from yigui.runs.schedule import plan_arrivals, prepare_due
from yigui.runs.staged import execute, prepare, void

TOMORROW = TODAY + dt.timedelta(days=1)


def last_month() -> int:
    return add_months(next_month(), -1)


def supplement(area: str = CITY) -> Batch:
    """A supplementary batch of the last month paid, prepared by hand."""
    return prepare(PAY_SUPPLEMENT, area_code=area, period=last_month(), user=user("head"))


def carried(batch: Batch) -> Batch:
    return execute(batch_id=decided(batch).pk)


def held_people(count: int, *, area: str = "") -> list[Person]:
    """Pensioners whom the last run has held for want of a certification, and for nothing else; of one area where it is named."""
    month = next_month()
    fit = [p for p in paid_though_overdue(month) if area in ("", p.area_id)]
    people = fit[:count]
    for person in people:
        tell(person)
    batch = paid()
    assert [holds(batch, p) for p in people] == [{Hold.UNCERTIFIED}] * count, len(fit)
    return people


def held_person() -> Person:
    return held_people(1)[0]


def certified(person: Person) -> None:
    form = {"id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "05",
            "apply_date": TODAY.isoformat()}  # fmt: skip
    case = accept_case(application("CRT-001", form, materials=["id_card"]))
    assert (case.status, case.effect_error) == ("finished", "")


@pytest.fixture(autouse=True)
def nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """No batch of before is open, and no month's plan makes itself beside what is tried."""
    monkeypatch.setattr(schedule, "due_plans", lambda today: [])
    PlannedRun.objects.using("super").filter(batch=None).delete()
    for batch in Batch.objects.filter(kind__in=("pay", "pay-supplement"), status__in=("prepared", "approved")):
        void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")
    PlannedRun.objects.using("super").filter(kind="pay-supplement").delete()


def as_due(benefit: Benefit) -> None:
    """Every month that was paid came to what was due, to the fen, once."""
    rows = PayLine.objects.filter(benefit_id=benefit.pk).exclude(reason=9).values_list("pay_period").annotate(s=Sum("amount_fen"))
    for month, fen in rows:
        due = amount_at(benefit, month)
        assert due is not None
        assert fen == due.total_fen, (benefit.pk, month)
    paid_out = Payment.objects.filter(benefit_id=benefit.pk).aggregate(s=Sum("amount_fen"))["s"] or 0
    assert paid_out == PayLine.objects.filter(benefit_id=benefit.pk).aggregate(s=Sum("amount_fen"))["s"]


def test_who_is_certified_today_waits_in_a_batch_tomorrow_and_is_paid_the_months_held() -> None:
    person = held_person()
    month = last_month()
    assert month not in months_paid(person)
    assert not PAY_SUPPLEMENT.has_work(area_code=CITY, today=TODAY) or not _in_next(person)
    certified(person)
    assert PAY_SUPPLEMENT.has_work(area_code=CITY, today=TODAY)
    # The jobs of the next morning make it; it waits for whoever signs.
    assert [row.kind for row in plan_arrivals(TOMORROW) if row.kind == "pay-supplement"] == ["pay-supplement"]
    made = [row for row in prepare_due(TOMORROW) if row.kind == "pay-supplement"]
    assert [(row.period, row.error) for row in made] == [(month, "")]
    batch = made[0].batch
    assert batch is not None
    assert (batch.is_automatic, batch.state_label, batch.needs_check, batch.is_sound) == (True, "待确认", True, True)
    (entry,) = [w for w in waiting_for(user("head")) if w.batch_id == batch.pk]
    assert (entry.deed, entry.title) == ("confirm", f"补发批次 {format_period(month)} {batch.subject}")
    # The people and the sums are on its page.
    head = signed_in("head")
    page = text_of(head.get(f"/finance/batches/{batch.pk}/"))
    assert "补发当月待遇" in page
    assert "与上期比较" not in page
    listed = head.get(f"/finance/batches/{batch.pk}/differences/new/").content.decode()
    assert person.person_no in listed
    confirm_batch(batch_id=batch.pk, user=user("head"), answers=money.answers(batch))
    executed = carried(batch)
    due = amount_at(benefit_of(person), month)
    assert due is not None
    (one,) = PayLine.objects.filter(benefit_id=benefit_of(person).pk, pay_period=month)
    assert (one.batch_id, one.version, one.amount_fen, one.period) == (batch.pk, 0, due.total_fen, month)
    vouchers = [v.pk for v in vouchers_from("batch", batch.pk) if v.event == "benefit_payment"]
    assert (
        credited(vouchers, "1004")
        == executed.executed_fen
        == Payment.objects.filter(batch_id=batch.pk).aggregate(s=Sum("amount_fen"))["s"]
    )
    assert payment_no(batch.pk, benefit_of(person).pk) in "".join(pain001(executed, 1))
    # Nobody else's mark was spent, and the month's run pays none of it again.
    assert not BackDue.objects.filter(benefit_id=benefit_of(person).pk, done_batch=None).exists()
    spent = set(BackDue.objects.filter(done_batch=batch.pk).values_list("benefit_id", flat=True))
    assert spent == set(Payment.objects.filter(batch_id=batch.pk).values_list("benefit_id", flat=True))
    following = paid()
    assert set(
        PayLine.objects.filter(batch_id=following.pk, benefit_id=benefit_of(person).pk).values_list("pay_period", flat=True)
    ) == {following.period}
    as_due(benefit_of(person))
    assert list(benefit_faults("default")) == []


def _in_next(person: Person) -> bool:
    return _released(benefit_of(person))


def test_who_is_still_held_and_who_waits_for_a_first_payment_are_not_in_it() -> None:
    person, other = held_people(2)
    assert not _in_next(person)
    certified(other)
    assert (_in_next(person), _in_next(other)) == (False, True)
    reported_dead(benefit_of(other), TODAY)
    assert not _in_next(other)
    # A mark alone, of somebody the run has paid, is no reason; nor is an award that waits for its first payment.
    marked = next(b for b in (pensioner() for _ in range(50)) if last_month() in months_paid(b.person))
    with transaction.atomic("super"):
        BackDue.objects.using("super").create(benefit_id=marked.pk, from_period=202412)
        assert not _released(marked)
        transaction.set_rollback(True, using="super")


def test_what_was_resumed_is_paid_the_months_it_was_suspended() -> None:
    benefit = next(b for b in (pensioner() for _ in range(50)) if not HeldLine.objects.filter(benefit_id=b.pk).exists())
    paid()
    month = next_month()
    suspended(benefit, month)
    paid()
    assert not PayLine.objects.filter(benefit_id=benefit.pk, pay_period=month).exists()
    assert not _released(benefit)
    back = {"id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension",
            "change_reason": "04", "start_month": format_period(month)}  # fmt: skip
    done("PEN-007", back, ("id_card",))
    assert _released(benefit)
    carried(supplement())
    assert month in months_paid(benefit.person)
    as_due(benefit)


def _released(benefit: Benefit) -> bool:
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM benefits_released_v1(ARRAY['*'], %s) WHERE benefit_id = %s", [last_month(), benefit.pk]
        )
        return bool(cursor.fetchone()[0])


def corrected(count: int = 1) -> list[Reissue]:
    """Payments the bank gave back, compared by two people, with a good account by case."""
    found = payments(count)
    file = text(*(line(one, "退票", reason="账户已销户") for one in found))
    for name in ("accountant", "cashier"):
        confirm_results(file_id=file.pk, statement="2026-11-10 支出户对账单", user=user(name))
    for one in found:
        benefit = Benefit.objects.select_related("person").get(pk=one.benefit_id)
        form = {
            "id_number": benefit.person.id_number, "person_name": benefit.person.name, "batch_no": number(one),
            "amount": plain_fen(one.amount_fen), "return_reason": "04", "bank_code": "103100000026", "account_name": benefit.person.name,
            "account_no": f"6228{one.batch_id:05d}{one.benefit_id:010d}",
        }  # fmt: skip
        done("FND-002", form, ("bank_return_notice", "bank_card"))
    return [Reissue.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id) for one in found]


def test_twenty_returned_payments_with_good_accounts_are_sent_by_a_batch_of_their_own() -> None:
    if next_month() == 202412:
        paid()
    again = corrected(20)
    assert PAY_SUPPLEMENT.has_work(area_code=CITY, today=TODAY)
    plan_arrivals(TOMORROW)
    (row,) = [r for r in prepare_due(TOMORROW) if r.kind == "pay-supplement"]
    batch = row.batch
    assert batch is not None, row.error
    fen = sum(r.amount_fen for r in again)
    assert batch.summary["reissues"]["count"] >= 20
    (entry,) = [w for w in waiting_for(user("head")) if w.batch_id == batch.pk]
    assert f"其中重发退票 {batch.summary['reissues']['count']} 笔" in entry.text
    head = signed_in("head")
    assert "退票重发" in text_of(head.get(f"/finance/batches/{batch.pk}/"))
    listed = head.get(f"/finance/batches/{batch.pk}/differences/reissues/").content.decode()
    assert again[0].benefit.person.person_no in listed
    # What is put right after it was signed is not under the signatures: it waits for the next.
    confirm_batch(batch_id=batch.pk, user=user("head"), answers=money.answers(batch))
    (late,) = corrected(1)
    executed = carried(batch)
    for reissue in again:
        reissue.refresh_from_db()
        assert reissue.sent_batch == batch.pk
    late.refresh_from_db()
    assert late.sent_batch is None
    file = files_of(executed)[-1]
    assert file.amount_fen == batch.summary["reissues"]["fen"] >= fen
    sent = payments_of(f"YIGUI-{batch.pk}-{file.number}", "")
    assert sent is not None
    assert payment_no(again[0].batch_id, again[0].benefit_id, 2) in sent
    booked = Entry.objects.filter(
        voucher__source_kind="batch", voucher__source_id=batch.pk, voucher__event="benefit_reissued", side="D"
    )
    assert booked.aggregate(s=Sum("amount_fen"))["s"] == file.amount_fen
    assert list(benefit_faults("default")) == []
    # What three people sign, at every place, is what goes to the bank.
    heads = files_of(executed)
    assert (batch.row_count, batch.total_fen) == (
        PayLine.objects.filter(batch_id=batch.pk).count() + file.count, sum(h.amount_fen for h in heads),
    )  # fmt: skip
    assert (executed.executed_count, executed.executed_fen) == (batch.row_count, batch.total_fen)
    second = supplement()
    assert second.subject != batch.subject
    carried(second)
    late.refresh_from_db()
    assert late.sent_batch == second.pk
    with pytest.raises(PayRefused, match="没有可补发的待遇"):
        supplement()


def test_it_gives_way_to_the_months_plan_and_is_refused_while_that_waits() -> None:
    person = held_person()
    certified(person)
    waiting = supplement()
    monthly = planned()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.void_reason.endswith("由该计划列入")) == ("void", True)
    assert money.one("SELECT count(*) FROM pg_class WHERE relname ~ %s", f"^benefits_(stage|payment)_{waiting.pk}") == 0
    assert PAY_SUPPLEMENT.arrivals(area_code=CITY, today=TODAY) == ()
    with pytest.raises(PayRefused, match=f"第 {monthly.pk} 号支付计划.*尚未执行"):
        supplement()
    void(batch_id=monthly.pk, user=user("head"), reason="试验结束，不再需要")
    # What is signed stays, and is not executed beside the month's plan.
    signed = decided(supplement())
    with pytest.raises(PayRefused, match="尚未执行，请先执行或作废"):
        supplement()
    monthly = decided(planned())
    signed.refresh_from_db()
    assert signed.status == "approved"
    with pytest.raises(ContentChanged, match="由它列入"):
        execute(batch_id=signed.pk)
    with pytest.raises(Error) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT runs_issue_warrant_v1(%s)", [signed.pk])
        cursor.execute("SELECT benefits_execute_v2(%s)", [signed.pk])
    assert refused.value.__cause__.sqlstate == "YG010"  # type: ignore[union-attr]
    execute(batch_id=monthly.pk)
    assert {monthly.period, add_months(monthly.period, -1)} <= months_paid(person)
    # Executed after it, it finds that everybody has been paid, takes them out, and pays nobody.
    late = execute(batch_id=signed.pk)
    assert (late.executed_count, late.executed_fen) == (0, 0)
    assert {t["reason"] for t in late.taken_out} == {"taken-7"}
    assert HeldLine.objects.filter(
        batch_id=signed.pk, benefit_id=benefit_of(person).pk, hold=Hold.PAID_MEANWHILE, at_execution=True
    ).exists()
    as_due(benefit_of(person))
    following = paid()
    assert PayLine.objects.filter(batch_id=following.pk, benefit_id=benefit_of(person).pk).count() == 1
    assert list(benefit_faults("default")) == []


def test_a_month_is_asked_for_that_was_paid_last_and_a_voided_batch_is_planned_again_the_next_day() -> None:
    person = held_person()
    certified(person)
    with pytest.raises(PayRefused, match=f"应为 {format_period(last_month())} 期"):
        prepare(PAY_SUPPLEMENT, area_code=CITY, period=add_months(last_month(), -1), user=user("head"))
    plan_arrivals(TODAY)
    (row,) = [r for r in prepare_due(TODAY) if r.kind == "pay-supplement"]
    assert row.batch is not None
    void(batch_id=row.batch.pk, user=user("head"), reason="试验：当天作废")
    later = dt.date.today() + dt.timedelta(days=400)
    assert not [r for r in plan_arrivals(TODAY) if r.kind == "pay-supplement"]
    assert [r.pk for r in plan_arrivals(max(later, TOMORROW)) if r.kind == "pay-supplement"] == [row.pk]


def test_a_plan_whose_people_the_month_has_paid_meanwhile_is_no_fault() -> None:
    person = held_person()
    certified(person)
    (row,) = [r for r in plan_arrivals(TODAY) if r.kind == "pay-supplement"]
    paid()
    later = held_person()
    certified(later)
    prepare_due(TOMORROW)
    row.refresh_from_db()
    assert (row.batch, row.error) == (None, "")
    assert not [w for w in waiting_for(user("head")) if w.planned_id == row.pk]


def test_the_second_look_holds_for_it_too() -> None:
    dead, moved, fit = held_people(3)
    for person in (dead, moved, fit):
        certified(person)
    batch = decided(supplement())
    reported_dead(benefit_of(dead), TODAY)
    account = account_changed(benefit_of(moved))
    executed = execute(batch_id=batch.pk)
    assert {t["reason"] for t in executed.taken_out} == {"taken-1", "taken-5"}
    assert last_month() in months_paid(fit)
    assert not PayLine.objects.filter(batch_id=batch.pk, person_id__in=(dead.pk, moved.pk)).exists()
    # The changed account is paid by the next of the kind, the dead by none.
    second = carried(supplement())
    assert Payment.objects.get(batch_id=second.pk, benefit_id=benefit_of(moved).pk).account_no == account
    assert not PayLine.objects.filter(batch_id=second.pk, person_id=dead.pk).exists()
    assert list(benefit_faults("default")) == []


def test_three_people_sign_it_and_its_stage_is_of_its_own_kind() -> None:
    person = held_person()
    certified(person)
    batch = supplement()
    with pytest.raises(BatchRefused, match="尚未复核"):
        approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    decided(batch)
    for statement in (
        f"UPDATE benefits_stage_{batch.pk}_0 SET amount_fen = amount_fen + 1", f"UPDATE benefits_payment_{batch.pk} SET account_no = '1'",
    ):  # fmt: skip
        with transaction.atomic("super"), connections["super"].cursor() as cursor:
            cursor.execute(statement)
            with pytest.raises(Error) as refused, transaction.atomic("super"):
                cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
                cursor.execute("SELECT benefits_execute_v2(%s)", [batch.pk])
            transaction.set_rollback(True, using="super")
        assert refused.value.__cause__.sqlstate == "YG010", statement  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(2))
def test_in_any_order_of_holds_releases_and_runs_a_month_is_paid_once(seed: int) -> None:
    chance = random.Random(seed)
    people, months = held_people(3), 0
    free: set[int] = set()
    signed: list[Batch] = []
    for _ in range(14):
        deed = chance.choice(("certify", "supplement", "sign", "execute", "month", "account"))
        if deed == "certify" and len(free) < len(people):
            person = next(p for p in people if p.pk not in free)
            certified(person)
            free.add(person.pk)
        elif deed == "account":
            account_changed(benefit_of(chance.choice(people)))
        elif deed in ("supplement", "sign") and PAY_SUPPLEMENT.arrivals(area_code=CITY, today=TODAY):
            batch = supplement()
            if deed == "sign":
                signed.append(decided(batch))
        elif deed == "execute" and signed:
            execute(batch_id=signed.pop().pk)
        elif deed == "month" and months < 2:
            paid()
            months += 1
    for person in people:
        if person.pk not in free:
            certified(person)
    for batch in signed:
        execute(batch_id=batch.pk)
    if PAY_SUPPLEMENT.arrivals(area_code=CITY, today=TODAY):
        carried(supplement())
    paid()
    for person in people:
        benefit = benefit_of(person)
        first = Batch.objects.filter(kind="pay", status="executed").order_by("period")[0].period
        assert months_paid(person) == set(months_of(max(first, benefit.start_period), last_month()))
        as_due(benefit)
    assert list(benefit_faults("default")) == []


def test_who_changes_the_account_while_a_supplement_of_last_month_waits_is_told_before() -> None:
    person = held_person()
    certified(person)
    form = {
        "id_number": person.id_number, "person_name": person.name, "bank_code": "102665100001", "account_name": person.name,
        "account_no": f"62229999{person.pk:08d}", "mobile": "13812345678",
    }  # fmt: skip

    def told() -> bool:
        asked = application("PEN-008", form, materials=("id_card", "bank_card"), today=TODAY.replace(day=3))
        return any("发放批次已生成" in f.message + f.detail for f in examine(asked).reminders)

    assert not told()
    batch = supplement()
    assert batch.period == last_month()
    assert told()
    batch = decided(batch)
    assert told(), "approved and not executed"
    execute(batch_id=batch.pk)
    assert not told()


def of(reissue: Reissue) -> Benefit:
    return Benefit.objects.select_related("person").get(pk=reissue.benefit_id)


def in_files(batch: Batch) -> str:
    return "".join("".join(pain001(batch, head.number)) for head in files_of(batch))


def numbers(*reissues: Reissue) -> list[str]:
    return [payment_no(r.batch_id, r.benefit_id, r.attempt) for r in reissues]


def test_returned_money_of_the_dead_is_taken_out_when_it_is_looked_at_again_and_listed_by_no_later_batch() -> None:
    if next_month() == 202412:
        paid()
    dead, halted, moved, fit = corrected(4)
    batch = decided(supplement())
    reported_dead(of(dead), TODAY)
    suspended(
        of(halted),
        PayLine.objects.filter(batch_id=halted.batch_id, benefit_id=halted.benefit_id).order_by("pay_period")[0].pay_period,
    )
    account_changed(of(moved))
    executed = execute(batch_id=batch.pk)
    gone = (dead, halted, moved)
    for reissue in (*gone, fit):
        reissue.refresh_from_db()
    assert [r.sent_batch for r in gone] == [None] * 3
    assert fit.sent_batch == batch.pk
    for reissue, hold in zip(gone, (Hold.DEAD, Hold.NOT_IN_PAYMENT, Hold.ACCOUNT_CHANGED), strict=True):
        held = HeldLine.objects.get(batch_id=batch.pk, benefit_id=reissue.benefit_id, hold=hold, at_execution=True)
        assert held.amount_fen == reissue.amount_fen
    fen = sum(r.amount_fen for r in gone)
    assert executed.executed_fen is not None
    assert batch.total_fen - executed.executed_fen == sum(t["amount_fen"] for t in executed.taken_out) >= fen
    assert executed.executed_fen == sum(h.amount_fen for h in files_of(executed))
    text = in_files(executed)
    assert [n in text for n in numbers(*gone, fit)] == [False, False, False, True]
    assert list(benefit_faults("default")) == []
    # The next lists what was moved, as it is now, and says what it does not send.
    second = supplement()
    listed = {number for number, _ in second.summary["reissue_marks"]}
    assert (moved.pk in listed, dead.pk in listed, halted.pk in listed) == (True, False, False)
    assert [Hold.DEAD, dead.benefit_id, dead.amount_fen] in second.summary["reissues"]["kept"]
    head = signed_in("head")
    assert "退票暂不重发" in text_of(head.get(f"/finance/batches/{second.pk}/"))
    assert of(dead).person.person_no in head.get(f"/finance/batches/{second.pk}/differences/kept-1/").content.decode()
    executed = carried(second)
    assert [n in in_files(executed) for n in numbers(dead, moved)] == [False, True]


def test_the_months_run_sends_nothing_again_that_it_claims_back() -> None:
    if next_month() == 202412:
        paid()
    before, after = corrected(2)
    reported_dead(of(before), TODAY - dt.timedelta(days=1500))
    batch = decided(planned())
    reported_dead(of(after), TODAY - dt.timedelta(days=1500))
    executed = execute(batch_id=batch.pk)
    for reissue in (before, after):
        reissue.refresh_from_db()
        assert reissue.sent_batch is None
    assert [n in in_files(executed) for n in numbers(before, after)] == [False, False]
    assert executed.executed_fen == sum(h.amount_fen for h in files_of(executed))
    assert list(benefit_faults("default")) == []


def test_who_signs_sees_what_is_sent_again_in_the_sum_and_the_balance_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    if next_month() == 202412:
        paid()
    corrected(1)
    asked: list[int] = []

    def ask(wanted: dict[tuple[str, str], int], today: dt.date) -> list[str]:
        asked.append(sum(wanted.values()))
        return []

    monkeypatch.setattr(pay_run, "short_accounts", ask)
    batch = supplement()
    again = batch.summary["reissues"]
    assert again["count"] >= 1
    assert (batch.row_count, batch.total_fen) == (
        again["count"] + sum(row["lines"] for row in batch.summary["pay"] if not row["hold"]),
        again["fen"] + sum(row["amount_fen"] for row in batch.summary["pay"] if not row["hold"]),
    )  # fmt: skip
    assert asked == [batch.total_fen]
    said = f"{batch.row_count} 行，{format_fen(batch.total_fen)} 元"
    confirmed = text_of(signed_in("accountant").get(f"/finance/batches/{batch.pk}/"))
    assert f"共 {said}" in confirmed
    assert f"{batch.row_count} 行 · {format_fen(batch.total_fen)} 元" in confirmed


def test_a_batch_whose_returned_payments_are_not_those_that_were_signed_is_not_executed() -> None:
    if next_month() == 202412:
        paid()
    (again,) = corrected(1)
    batch = decided(supplement())
    with transaction.atomic("super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE benefits_reissue SET account_no = '1' WHERE id = %s", [again.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
        with pytest.raises(Error) as refused, transaction.atomic("super"):
            cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
            cursor.execute("SELECT benefits_execute_v2(%s)", [batch.pk])
        transaction.set_rollback(True, using="super")
    assert refused.value.__cause__.sqlstate == "YG010"  # type: ignore[union-attr]
