"""Whatever a case, a run or a partner's record promises is a row in somebody's inbox, and ends when it is kept."""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import connections, transaction

from tests import city, money
from tests.city import TODAY, application
from tests.entitlement.people import awarded, decided, done, next_month, paid, pensioner, planned
from tests.items import money_forms
from tests.pages import signed_in
from tests.payment.test_look_again import in_payment as in_prepared
from tests.tasks.work import again
from yigui.casework.accept_case import accept_case
from yigui.casework.jobs import note_overdue
from yigui.casework.models import Case
from yigui.casework.withdraw_case import withdraw_case
from yigui.catalogue.declarations import catalogue
from yigui.charges.models import PaymentOrder
from yigui.common.money import plain_fen
from yigui.common.months import format_period
from yigui.common.rooms import Room
from yigui.db.each import LeftBehind, answered_for
from yigui.entitlement.models import Benefit, Recovery, RecoveryReturn
from yigui.exchange.import_records import DEATHS, PRISON, import_records
from yigui.integrity.verify import verify_all
from yigui.items.prefill import initial_values
from yigui.payment.bank_files import payment_no
from yigui.payment.bank_results import import_results
from yigui.payment.models import Payment
from yigui.payment.queries import paid_after
from yigui.receipts.pay_order import pay_order
from yigui.registry.models import Person
from yigui.registry.queries import areas_under, due_after
from yigui.runs.staged import execute
from yigui.staff.models import User
from yigui.tasks import watches
from yigui.tasks.end_task import finish
from yigui.tasks.enums import UNFINISHED, TaskState
from yigui.tasks.errors import TaskRefused
from yigui.tasks.keep_up import escalate_overdue
from yigui.tasks.kinds import all_kinds
from yigui.tasks.models import Task
from yigui.tasks.queries import open_and_overdue, tasks_for
from yigui.tasks.watches import look_around, look_for_deaths, look_for_returned, look_for_run_recoveries, look_for_sentences
from yigui.tasks.work_on import take

SOURCE = Path(__file__).resolve().parents[2] / "src" / "yigui"


def left_by(case: Case) -> list[Task]:
    """The tasks a finished case left behind, by the numbers its outcome bears."""
    return [Task.objects.get(pk=f["task"]) for f in Case.objects.get(pk=case.pk).outcome["follow_ups"]]


def waits_with(task: Task) -> list[str]:
    """Who has an unfinished task in their inbox."""
    from yigui.staff.models import User

    return [u.username for u in User.objects.order_by("id") if tasks_for(u).filter(pk=task.pk).exists()]


def in_payment(months: int = 1) -> Benefit:
    """A pensioner who has been paid here."""
    while next_month() <= 202502:
        paid()
    # Nobody whom another test of this file has already given work about.
    found = (b for b in (pensioner() for _ in range(60)) if len(paid_after(b, 202412)) >= months)
    return next(b for b in found if b.status == "active" and not Task.objects.filter(person=b.person).exists())


def suspension(benefit: Benefit, start: int, reason: str = "06") -> Case:
    form = {"id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension",
            "change_reason": reason, "start_month": format_period(start), "note": "核实中"}  # fmt: skip
    return done("PEN-006", form, ("id_card",), confirmed=("reason_listed",))


def test_a_pensioner_whose_birth_date_is_corrected_is_reviewed() -> None:
    person = pensioner().person
    case = done("CHG-004", city.key_change_form(person), city.KEY_MATERIALS)
    assert any("已列入待遇复核" in note for note in case.document.content["notes"])  # type: ignore[union-attr]
    (task,) = left_by(case)
    assert (task.kind, task.person_id, task.origin_no, task.state) == ("benefit_review", person.pk, case.case_no, "open")
    assert case.case_no in task.form["PEN-009"]["reason"]
    assert waits_with(task) == ["reviewer2"]  # 待遇审核科
    assert list(verify_all()) == []


def test_nobody_is_reviewed_who_draws_nothing() -> None:
    case = done("CHG-004", city.key_change_form(city.next_person()), city.KEY_MATERIALS)
    assert left_by(case) == []


def test_months_paid_after_a_suspension_are_claimed_back_with_a_form_that_is_filled() -> None:
    benefit = in_payment()
    month, _ = paid_after(benefit, 202412)[0]
    after = sum(f for m, f in paid_after(benefit, 202412) if m >= month)
    (task,) = left_by(suspension(benefit, month))
    assert (task.kind, task.amount_fen) == ("recovery", after)
    assert {"teller", "special"} <= set(waits_with(task))
    known = initial_values(catalogue().item("FND-003", TODAY), channel="counter", today=TODAY, person=benefit.person, employer=None)
    form = known | task.form["FND-003"] | {"paid_back": "1.00"}
    money.receive(money.row(1_00, AAC002=benefit.person.id_number), partner="bank", area=benefit.area_id)
    done("FND-003", {k: v for k, v in form.items() if v}, ("overpayment_notice", "id_card"))
    task = again(task)
    assert (task.state, task.outcome) == (TaskState.DONE, "claimed")
    assert task.case_no
    # What is neither paid nor kept back from later payments is still to be collected.
    recovery = Recovery.objects.get(benefit=benefit)
    rest = Task.objects.get(kind="repayment", origin_id=recovery.pk)
    assert (rest.amount_fen, rest.person_id) == (recovery.amount_fen - 100, benefit.person_id)
    look_around(TODAY)
    assert again(rest).state == TaskState.OPEN
    assert RecoveryReturn.objects.get(recovery=recovery).amount_fen == 100
    # A claim whose money is back needs nobody any more.
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO benefits_recovery_return (recovery_id, warrant_id, amount_fen, source, source_id)"
            " SELECT id, warrant_id, amount_fen - 100, 'run', 0 FROM benefits_recovery WHERE id = %s",
            [recovery.pk],
        )
    look_around(TODAY)
    assert (again(rest).state, again(rest).outcome) == (TaskState.DONE, "back")


def test_a_suspension_for_a_suspected_death_lets_somebody_hear_the_family_until_they_claim() -> None:
    benefit = pensioner()
    (task,) = left_by(suspension(benefit, next_month(), reason="05"))
    assert task.kind == "survivor_follow_up"
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "death_date": "2026-11-01", "payee_name": "王小明",
        "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明", "account_no": "6228480012345678901",
        "mobile": "13812345678",
    }  # fmt: skip
    done("PEN-005", form, ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"))
    assert (again(task).state, again(task).outcome) == (TaskState.DONE, "claimed")


def test_an_award_waits_for_its_first_payment_and_ends_with_it() -> None:
    person, benefit = awarded()
    task = Task.objects.get(kind="first_payment", person=person)
    assert (task.amount_fen, task.state) == (benefit.awards.get().total_fen, "open")
    form = {
        "id_number": person.id_number, "person_name": person.name, "benefit_start": format_period(benefit.start_period),
        "account_name": person.name, "account_no": benefit.account_no, "amount": plain_fen(benefit.awards.get().total_fen),
        "pay_method": "01",
    }  # fmt: skip
    case = done("PEN-010", form, ("id_card", "bank_card"))
    assert (again(task).state, again(task).case_no) == (TaskState.DONE, case.case_no)


def test_retired_treatment_is_not_given_before_the_sum_is_paid() -> None:
    form, materials, _ = money_forms.FORMS["lump sum"]()
    case = done("LVY-013", form, tuple(materials))
    (task,) = left_by(case)
    task = take(task_id=task.pk, actor=city.user(waits_with(task)[0]))
    ask = {"task_id": task.pk, "actor": task.owner, "outcome": "begun", "note": "已转为退休待遇。", "today": TODAY}
    with pytest.raises(TaskRefused, match="尚未到账"):
        finish(**ask)  # type: ignore[arg-type]
    order = PaymentOrder.objects.get(case_id=case.pk)
    assert (task.origin_kind, task.origin_no) == ("order", order.code)
    pay_order(
        code=order.code, amount_fen=order.amount_fen, reference=money.reference(), partner="bank", area_code=task.area_id, paid_on=TODAY, today=TODAY,
    )  # fmt: skip
    assert finish(**ask).state == TaskState.DONE  # type: ignore[arg-type]


def test_the_subsidies_of_a_year_and_area_are_one_task() -> None:
    cases = []
    for _ in range(2):
        form, materials, _ = money_forms.FORMS["resident"]()
        cases.append(accept_case(application("LVY-008", form, materials=materials)))
    tasks = {t.pk: t for case in cases for t in left_by(case)}
    areas = {case.area_id for case in cases}
    assert len(tasks) == len(areas)
    assert {(t.kind, t.person_id, t.due_on) for t in tasks.values()} == {("resident_subsidy", None, dt.date(2027, 1, 31))}
    assert waits_with(next(iter(tasks.values()))) == ["accountant"]


def test_an_overdue_case_stands_in_the_inbox_of_its_head_until_it_ends() -> None:
    case = city.accept_class2()
    note_overdue(case.due_on + dt.timedelta(days=1))
    task = Task.objects.get(kind="overdue_case", origin_id=case.pk)
    assert waits_with(task) == ["head"]  # above 参保征缴审核科
    event = case.events.get(verb="overdue")
    assert event.payload == {"task": task.pk}
    assert "已列入" in event.note
    assert "停在“审核”" in task.note
    withdraw_case(case_id=case.pk, actor=city.user("teller"), note="不办了。", today=TODAY)
    assert (again(task).state, again(task).outcome) == (TaskState.DONE, "ended")


def reported(spec: object, *rows: str) -> None:
    """A partner's file with these rows."""
    partner = city.sender_of(str(spec.kind))  # type: ignore[attr-defined]
    head = ",".join(spec.columns)  # type: ignore[attr-defined]
    import_records(
        spec, content="\n".join([head, *rows]).encode(), file_name="x.csv", partner=partner, user=city.user("head"), today=TODAY
    )  # type: ignore[arg-type]


def test_a_pension_paid_to_somebody_reported_as_dead_is_a_hit_that_opens_the_return() -> None:
    benefit = in_payment()
    month, _ = paid_after(benefit, 202412)[0]
    died = dt.date(month // 100, month % 100, 5) - dt.timedelta(days=25)
    reported(DEATHS, f"{benefit.person.id_number},{benefit.person.name},{died}")
    look_for_deaths(TODAY)
    task = Task.objects.get(kind="fraud_hit", person=benefit.person)
    expected = sum(f for m, f in paid_after(benefit, 202412) if m > died.year * 100 + died.month)
    assert (task.amount_fen, task.form["FND-003"]["amount"]) == (expected, plain_fen(expected))
    assert waits_with(task) == ["auditor"]
    assert look_for_deaths(TODAY) == 0
    assert Task.objects.filter(person=benefit.person, state__in=UNFINISHED).count() == 1
    known = initial_values(catalogue().item("FND-003", TODAY), channel="counter", today=TODAY, person=benefit.person, employer=None)
    done("FND-003", {k: v for k, v in (known | task.form["FND-003"]).items() if v}, ("overpayment_notice", "id_card"))
    assert (again(task).state, again(task).outcome) == (TaskState.DONE, "claimed")


def test_a_death_before_anything_was_paid_too_much_lets_somebody_hear_the_family() -> None:
    benefit = pensioner()
    reported(DEATHS, f"{benefit.person.id_number},{benefit.person.name},2026-11-02")
    look_around(TODAY)
    assert [t.kind for t in Task.objects.filter(person=benefit.person)] == ["survivor_follow_up"]


def test_another_name_on_the_report_waits_for_a_reviewer() -> None:
    benefit = pensioner()
    reported(DEATHS, f"{benefit.person.id_number},某某,2026-11-02")
    look_around(TODAY)
    task = Task.objects.get(person=benefit.person)
    assert task.kind == "death_conflict"
    assert "先核对是否同一人" in task.note


def test_a_pension_paid_to_somebody_in_prison_is_a_hit() -> None:
    benefit = in_payment()
    month, fen = paid_after(benefit, 202412)[0]
    reported(
        PRISON, f"{benefit.person.id_number},{benefit.person.name},2024-12-01,", f"{pensioner().person.id_number},x,2025-02-30,"
    )
    look_for_sentences(TODAY)
    task = Task.objects.get(person=benefit.person)
    assert (task.kind, task.form["FND-003"]["start_month"]) == ("sentence_hit", format_period(month))
    assert (task.amount_fen or 0) >= fen
    assert look_for_sentences(TODAY) == 0


def test_a_payment_the_bank_gave_back_is_followed_until_it_is_sent_again() -> None:
    batch = paid()
    payment = Payment.objects.filter(batch_id=batch.pk).order_by("-seq")[0]
    text = f"支付编号|处理结果|原因|金额|记账日期\r\n{payment_no(batch.pk, payment.benefit_id)}|失败|账户已销户|{plain_fen(payment.amount_fen)}|2026-11-10\r\n"
    money.confirmed(import_results(content=text.encode("gb18030"), file_name="r.txt", today=TODAY, user=city.program("bank")))
    look_for_returned(TODAY)
    task = Task.objects.get(kind="returned_payment", origin_id=batch.pk)
    assert "账户已销户" in task.note
    assert (task.amount_fen, task.person_id) == (payment.amount_fen, payment.person_id)
    assert look_for_returned(TODAY) == 0
    person = Person.objects.get(pk=payment.person_id)
    form = {
        "id_number": person.id_number, "person_name": person.name, "return_reason": "04", "bank_code": "103100000026",
        "account_name": person.name, "account_no": "6228480099999999988",
    } | task.form["FND-002"]  # fmt: skip
    done("FND-002", form, ("bank_return_notice", "bank_card"))
    assert (again(task).state, again(task).outcome) == (TaskState.DONE, "reissued")


def test_every_returned_payment_is_somebodys_the_same_day_and_overdue_ones_are_the_heads() -> None:
    batch = paid()
    # From the end: other tests take the pensioners one by one from the beginning.
    some = list(Payment.objects.filter(batch_id=batch.pk).order_by("-benefit_id")[:60])
    rows = "".join(f"{payment_no(batch.pk, p.benefit_id)}|失败|账户已销户|{plain_fen(p.amount_fen)}|2026-11-10\r\n" for p in some)
    text = f"支付编号|处理结果|原因|金额|记账日期\r\n{rows}"
    file = money.confirmed(
        import_results(content=text.encode("gb18030"), file_name="r.txt", today=TODAY, user=city.program("bank"))
    )
    assert file.returned_count == len(some) == 60
    before = signed_in("accountant").get("/finance/results/").content.decode()
    assert before.count("一小时内生成任务") == 60
    # Seen three days later, the term is still counted from the day of the bank's word.
    look_for_returned(TODAY + dt.timedelta(days=3))
    tasks = list(Task.objects.filter(kind="returned_payment", origin_id=batch.pk))
    assert {(t.agency_id != "", t.due_on, t.state) for t in tasks} == {(True, due_after(TODAY, 5).day, TaskState.OPEN)}
    assert len(tasks) == 60
    # More of one batch than the page once asked for: every row has its owner and term.
    page = signed_in("accountant").get("/finance/results/").content.decode()
    assert "一小时内生成任务" not in page
    areas = areas_under(city.user("accountant").agency.area_id)
    open_before, overdue = open_and_overdue("returned_payment", tasks[0].due_on, areas)
    assert f"在办 {open_before} 笔" in page
    later = tasks[0].due_on + dt.timedelta(days=1)
    assert open_and_overdue("returned_payment", later, areas)[1] >= overdue + 60
    escalate_overdue(later)
    assert {again(t).escalated_on for t in tasks} == {later}
    # Who could not be reached leaves the count with the reason, which stays on the page.
    one = tasks[0]
    teller = next(u for u in User.objects.filter(role="teller", agency_id=one.agency_id) if tasks_for(u).filter(pk=one.pk).exists())
    teller = city.user(teller.username)
    take(task_id=one.pk, actor=teller)
    finish(task_id=one.pk, actor=teller, outcome="not_reached", note="三次去电无人接听，已寄书面通知", today=TODAY)
    assert open_and_overdue("returned_payment", TODAY, areas)[0] == open_before - 1
    assert "三次去电无人接听" in signed_in("accountant").get("/finance/results/").content.decode()


def test_a_claim_that_a_run_opened_by_itself_is_somebodys_until_the_family_has_it_set_off() -> None:
    # The income of the year of death is on file for deaths from 2025 on.
    while next_month() < 202504:
        paid()
    month = next_month()
    batch = planned()
    # Nobody whom another test of this file has already given work about.
    dead = next(b for b in in_prepared(batch, 60) if not Task.objects.filter(person=b.person).exists())
    died = dt.date(month // 100, month % 100, 1) - dt.timedelta(days=70)
    reported(DEATHS, f"{dead.person.id_number},{dead.person.name},{died}")
    execute(batch_id=decided(batch).pk)
    claim = Recovery.objects.get(benefit=dead)
    assert claim.case_id == -batch.pk
    look_for_run_recoveries(TODAY)
    task = Task.objects.get(origin_kind="recovery", origin_id=claim.pk)
    assert (task.kind, task.amount_fen, task.person_id) == ("recovery", claim.amount_fen, dead.person_id)
    assert f"第 {batch.pk} 号批次" in task.note
    assert task.form["FND-003"]["amount"] == f"{claim.amount_fen / 100:.2f}"
    assert task.due_on is not None
    tellers = waits_with(task)
    assert tellers
    assert all(name.startswith("teller") for name in tellers)
    # Once for each claim, and not beside the hit about the same death.
    assert look_for_run_recoveries(TODAY) == 0
    form = {
        "id_number": dead.person.id_number, "person_name": dead.person.name, "death_date": died.isoformat(), "payee_name": "王小明",
        "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明", "account_no": "6228480012345678901",
        "mobile": "13812345678",
    }  # fmt: skip
    done("PEN-005", form, ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"))
    assert (again(task).state, again(task).outcome) == (TaskState.DONE, "set_off")
    assert look_for_run_recoveries(TODAY) == 0


def test_one_watch_that_fails_does_not_blind_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    room = Room("watching", floor=11, watches=(lambda today: 1 // 0, lambda today: seen.append(today) or 1))
    monkeypatch.setattr(watches, "rooms", lambda: (room,))
    assert look_around(TODAY) == 1
    assert seen == [TODAY]
    # Nor does it end as a job that is done: the metric of failed jobs rings.
    with pytest.raises(LeftBehind, match="ZeroDivisionError"), answered_for():
        look_around(TODAY)
    assert seen == [TODAY, TODAY]


def opened_kinds() -> set[str]:
    """The kinds of tasks the source opens, by reading it."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in ("FollowUp", "_open") and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
            if name == "open_task":
                found |= {k.value.value for k in node.keywords if k.arg == "kind" and isinstance(k.value, ast.Constant)}
    return found


def test_every_kind_that_is_opened_is_declared_and_every_declared_one_is_opened() -> None:
    declared = {k.code for k in all_kinds(TODAY)}
    assert opened_kinds() - declared == set()
    assert declared - opened_kinds() <= {"second_return"}


#: Words by which a sentence promises something to somebody, or says that somebody has been told.
_PROMISES = re.compile(r"列入|已提醒|已通知|另行|追回|工作人员会|将拨打|催办|催收|已呼叫|公布后重算|到账后记入")


def promised() -> dict[str, str]:
    """Every literal in the source that promises something, with its file."""
    found = {}
    for file in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]:
        if "migrations" in file.parts or file.parts[-2] in ("law", "synthetic", "declarations"):
            continue
        for sentence in re.findall(r"[一-鿿（）“”，、；：0-9A-Za-z{}\[\]'|.:_ -]{4,}", file.read_text()):
            if _PROMISES.search(sentence):
                found[sentence.strip()] = str(file.relative_to(SOURCE))
    return found


def test_every_sentence_that_promises_something_says_in_the_docs_who_keeps_it() -> None:
    page = (SOURCE.parents[1] / "docs" / "promises.md").read_text()
    kept = set(re.findall(r"^\| `([^`]+)`", page, flags=re.M))
    missing = {s: f for s, f in promised().items() if not any(k in s for k in kept)}
    assert missing == {}
