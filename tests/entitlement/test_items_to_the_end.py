"""Each item about benefits carried to its end: what it opened, changed, took out of the account and posted."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tests import money
from tests.city import TODAY, application, user
from tests.entitlement.people import (
    carry,
    done,
    next_month,
    next_retiring,
    paid,
    pensioner,
    prereview_form,
    released,
    retirement_form,
)
from tests.items.benefit_forms import FORMS, HEIR
from tests.money import answers
from yigui.accounts.interest import INTEREST
from yigui.accounts.models import AccountEntry, EntryKind, PersonalAccount
from yigui.accounts.queries import balance_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.models import Case
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.assess_person import PENSION, judge_record, what_if
from yigui.entitlement.dossier import Answers
from yigui.entitlement.models import AssistedTask, Benefit, Recovery, RecoveryReturn
from yigui.entitlement.queries import amount_at, monthly_benefit, open_recoveries
from yigui.items.fund import overpaid_benefit_recovery
from yigui.law.account_interest import interest_rate
from yigui.law.pension import ImpossibleRecord
from yigui.law.retirement_age import RetirementGroup, retirement_span
from yigui.ledger.models import Entry
from yigui.levy.record import ContributionRecord, RecordYear, record_of
from yigui.payment.difference import difference_of
from yigui.payment.models import PayLine
from yigui.payment.queries import AccountLeft, account_left, paid_after
from yigui.payment.statements import statements_of
from yigui.receipts.models import Receipt
from yigui.receipts.queries import left_of
from yigui.receipts.recognise import recognise
from yigui.registry.models import Coverage, Person
from yigui.runs.batches import approve_batch
from yigui.runs.staged import execute, prepare
from yigui.tasks.models import Task


def to_the_end(name: str, item: str, *, username: str = "special", **changed: Any) -> tuple[Case, Person]:
    """The ordinary form of an item, carried to its end."""
    form, materials, _ = FORMS[name]()
    case = done(item, form | changed, tuple(materials), username=username)
    return case, Person.objects.get(id_number=form["id_number"])


def test_an_early_retirement_is_awarded_like_a_normal_one() -> None:
    case, person = to_the_end("early retirement", "PEN-003")
    benefit = Benefit.objects.get(person=person)
    assert (benefit.status, benefit.kind) == ("pending", 1)
    assert "特殊工种提前退休" in case.outcome["summary"]
    assert not Coverage.objects.filter(person=person, insurance="employee_pension", end_period=None).exists()


def test_a_disability_allowance_ends_by_itself() -> None:
    form, materials, _ = FORMS["disability"]()
    person = Person.objects.get(id_number=form["id_number"])
    done("PEN-004", form, tuple(materials))
    benefit = Benefit.objects.get(person=person)
    assert (benefit.kind, benefit.status, benefit.start_period) == (2, "active", 202611)
    assert benefit.end_period is not None
    assert benefit.end_period > 202611
    line = benefit.awards.get().lines[0]
    assert line[3] == benefit.amounts.get().total_fen > 0
    # It gives way to the pension, and nothing of it is paid beside that; who is insured no more has a dossier made all the same.
    form, materials, _ = FORMS["early retirement"]()
    unit = Coverage.objects.filter(person=person, insurance=PENSION).latest("start_period").employer
    assert unit is not None
    prereview = prereview_form(person, "2026-10-20", unit_no="", retire_type="02")
    done("PEN-001", prereview, ("personnel_file", "id_card", "special_work_record"), username="teller")
    own = retirement_form(person, 202610, retire_type="02")
    again = form | {name: own[name] for name in form.keys() & own.keys()} | {"unit_no": unit.unit_no}
    done("PEN-003", again, tuple(materials))
    benefit.refresh_from_db()
    assert (benefit.status, benefit.status_reason) == ("ended", "改领职工基本养老金")
    assert {b.kind for b in Benefit.objects.filter(person=person).exclude(status="ended")} == {1}


def test_a_new_assessment_stands_beside_the_old_one() -> None:
    case, person = to_the_end("recalculation", "PEN-009")
    benefit = Benefit.objects.get(person=person)
    first, second = benefit.awards.order_by("version")
    assert (first.version, second.version, second.source, second.source_id) == (1, 2, "recalculation", case.pk)
    assert second.inputs["average_index"] == "1.2345"
    assert "1.2345" in second.lines[0][2]
    now = amount_at(benefit, 202611)
    assert now is not None
    assert now.total_fen == second.total_fen != first.total_fen


def test_the_account_of_a_pension_is_changed_and_kept_in_the_history() -> None:
    _, person = to_the_end("payment account", "PEN-008")
    benefit = monthly_benefit(person)
    assert benefit is not None
    assert benefit.account_no == f"62284899{person.pk:011d}"


def test_an_account_is_paid_out_to_the_heir_once() -> None:
    case, person = to_the_end("account lump", "ACC-002")
    benefit = Benefit.objects.get(person=person)
    assert (benefit.kind, benefit.payee_name, benefit.start_period, benefit.end_period) == (13, "王小明", 202611, 202611)
    assert benefit.amounts.get().total_fen == case.amount_fen
    assert balance_of(person.pk, 110) == 0
    assert person.life_status == "02"
    form, materials, _ = FORMS["account lump"]()
    again = form | {"id_number": person.id_number, "person_name": person.name}
    refused = {f.check for f in examine(application("ACC-002", again, username="special", materials=materials)).findings}
    assert {"no_duplicate_benefit", "account_balance"} <= refused


def test_unemployment_benefit_and_what_follows_a_death_while_claiming() -> None:
    _, person = to_the_end("unemployed", "UNE-001")
    benefit = Benefit.objects.get(person=person)
    months = benefit.awards.get().inputs["months"]
    assert (benefit.kind, benefit.start_period, benefit.end_period) == (4, 202612, add_months(202612, months - 1))
    form, materials, _ = FORMS["dead claimant"]()
    dead = form | {"id_number": person.id_number, "person_name": person.name, "death_date": "2026-11-05"}
    refused = {f.check for f in examine(application("UNE-005", dead, username="special", materials=materials)).findings}
    assert refused == {"died_while_claiming"}  # before the first month
    # Who drew no pension leaves the account to the heirs, whatever else was drawn.
    form, materials, _ = FORMS["account lump"]()
    left = form | {"id_number": person.id_number, "person_name": person.name}
    refused = {f.check for f in examine(application("ACC-002", left, username="special", materials=materials)).findings}
    assert "not_pensioner" not in refused


def test_a_rural_workers_grant_is_paid_once() -> None:
    case, person = to_the_end("rural", "UNE-002")
    benefit = Benefit.objects.get(person=person)
    assert (benefit.kind, benefit.amounts.get().total_fen) == (14, 2 * 1864_00)
    assert case.amount_fen == 2 * 1864_00


def came_back(fen: int, person: Person, *, area: str, claimed: bool = False) -> Receipt:
    """Money that arrived at the bank for a person: the statement names the person, or nobody and the cashier recognises it."""
    named = {} if claimed else {"AAC002": person.id_number}
    file = money.receive(money.row(fen, **named), partner="bank", area=area).file
    receipt = Receipt.objects.get(file=file)
    if claimed:
        recognise(receipt_id=receipt.pk, id_number=person.id_number, reason="家属出示的汇款凭证", user=user("cashier"))
    return receipt


def booked_by(case: Case) -> set[tuple[str, str, str, int]]:
    rows = Entry.objects.filter(voucher__source_kind="case", voucher__source_id=case.pk)
    return {(e.area_code, e.account_id, e.side, e.amount_fen) for e in rows}


def test_an_overpayment_comes_back_with_money_that_arrived_and_by_deduction() -> None:
    while next_month() <= 202502:
        paid()
    benefit = next(b for b in (pensioner() for _ in range(30)) if paid_after(b, 202411))
    person, area = benefit.person, benefit.area_id
    month, fen = paid_after(benefit, 202412)[0]
    form = {
        "id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "benefit_item": "01",
        "start_month": format_period(month), "end_month": format_period(month), "amount": plain_fen(fen), "paid_back": "100.00",
        "instalments": "3",
    }  # fmt: skip
    papers = ("overpayment_notice", "id_card")
    refused = examine(application("FND-003", form, username="special", materials=papers)).refusals
    assert [(f.check, f.field) for f in refused] == [("money_received", "paid_back")]
    assert "已到账且认定为该人员的款项为 0.00 元" in refused[0].message
    receipt = came_back(150_00, person, area=area)
    case = done("FND-003", form, papers)
    recovery = Recovery.objects.get(case_id=case.pk)
    assert recovery.monthly_fen == -(-(fen - 100_00) // 3)
    # Months of an earlier year are other income; what is not taken for the claim still waits.
    assert booked_by(case) == {(area, "2001.02", "D", 100_00), (area, "4501.02", "C", 100_00)}
    assert left_of([receipt]) == {receipt.pk: 50_00}
    money.assert_agree()
    batch = paid()
    kept = PayLine.objects.get(batch_id=batch.pk, benefit_id=benefit.pk, reason=9)
    assert kept.amount_fen == -recovery.monthly_fen
    assert RecoveryReturn.objects.get(recovery=recovery, source="batch", source_id=batch.pk).amount_fen == recovery.monthly_fen
    booked = Entry.objects.filter(voucher__source_id=batch.pk, voucher__source_kind="batch", account_id="4501.02", side="C")
    assert sum(booked.values_list("amount_fen", flat=True)) == recovery.monthly_fen
    words = []
    for _ in range(3):
        paid()
        found = difference_of(benefit)
        assert found is not None
        assert sum(part for _, part in found.reasons) == found.fen
        words.append([text for text, _ in found.reasons if "抵扣" in text])
    # While it is kept back month by month nothing has ended; it is said once that it has.
    monthly = f"抵扣以前多领 {format_fen(recovery.monthly_fen)} 元"
    assert words[0] == []
    assert [text for said in words for text in said if text.endswith("不再发生")] == words[2]
    assert len(words[2]) == 1
    assert all(f"上期{monthly}" in text for text in words[1])
    back = sum(RecoveryReturn.objects.filter(recovery=recovery).values_list("amount_fen", flat=True))
    assert back == recovery.amount_fen == fen  # to the fen, and not beyond


def test_money_that_arrives_later_is_taken_for_the_claim_that_stands_and_not_for_a_second_one() -> None:
    while next_month() <= 202502:
        paid()
    benefit = next(b for b in (pensioner() for _ in range(30)) if paid_after(b, 202411))
    person = benefit.person
    month, fen = paid_after(benefit, 202412)[0]
    form = {
        "id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "benefit_item": "01",
        "start_month": format_period(month), "end_month": format_period(month), "amount": plain_fen(fen), "paid_back": "0",
    }  # fmt: skip
    papers = ("overpayment_notice", "id_card")
    first = done("FND-003", form, papers)
    claim = Recovery.objects.get(case_id=first.pk)
    assert booked_by(first) == set()
    other = examine(application("FND-003", form | {"benefit_item": "02"}, username="special", materials=papers)).refusals
    assert [(f.check, f.field) for f in other] == [("not_above_overpaid", "benefit_item")]
    # The money of half of it comes to the account of another area, from somebody the bank does not name.
    elsewhere = next(a for a in ("511102", "511111") if a != benefit.area_id)
    half = fen // 2
    came_back(half, person, area=elsewhere, claimed=True)
    second = done("FND-003", form | {"paid_back": plain_fen(half)}, papers)
    assert not Recovery.objects.filter(case_id=second.pk).exists()
    assert booked_by(second) == {
        (elsewhere, "2001.01", "D", half), (elsewhere, "2001.03", "C", half),
        (benefit.area_id, "1101.01", "D", half), (benefit.area_id, "4501.02", "C", half),
    }  # fmt: skip
    refused = examine(application("FND-003", form, username="special", materials=papers)).refusals
    assert [(f.check, f.field) for f in refused] == [("not_above_overpaid", "amount")]
    assert f"尚应退 {format_fen(fen - half)} 元" in refused[0].message
    came_back(fen - half, person, area=benefit.area_id)
    rest = plain_fen(fen - half)
    done("FND-003", form | {"amount": rest, "paid_back": rest}, papers)
    assert list(RecoveryReturn.objects.filter(recovery=claim).order_by("id").values_list("amount_fen", flat=True)) == [
        half,
        fen - half,
    ]
    assert open_recoveries(benefit) == []
    money.assert_agree()


def test_nothing_counts_as_paid_back_that_no_receipt_stands_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database asks for the receipt, also where the item would forget it."""
    while next_month() <= 202502:
        paid()
    benefit = next(b for b in (pensioner() for _ in range(30)) if paid_after(b, 202411))
    month, fen = paid_after(benefit, 202412)[0]
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension", "benefit_item": "01",
        "start_month": format_period(month), "end_month": format_period(month), "amount": plain_fen(fen), "paid_back": "1.00",
    }  # fmt: skip
    came_back(1_00, benefit.person, area=benefit.area_id)
    monkeypatch.setattr(overpaid_benefit_recovery, "take_for_recovery", lambda **_: None)
    case = carry(accept_case(application("FND-003", form, username="special", materials=("overpayment_notice", "id_card"))), TODAY)
    assert case.status == "approved"
    assert "只能按本办件从暂收款中认定的到账款项登记" in case.effect_error
    assert not Recovery.objects.filter(benefit=benefit).exists()


def test_what_a_pension_left_of_the_account_is_inherited() -> None:
    # Some have nothing on their account.
    person, benefit = next(found for found in (released() for _ in range(10)) if balance_of(found[0].pk, 110) > 0)
    while next_month() <= 202602:
        paid()
    died, opening = 202601, balance_of(person.pk, 110)
    lines = PayLine.objects.filter(benefit_id=benefit.pk)
    until_death = list(lines.filter(pay_period__lte=died))
    assert (min(r.pay_period for r in until_death), lines.latest("pay_period").pay_period) == (benefit.start_period, 202602)
    drawn = sum(r.account_fen for r in until_death)
    assert account_left(person, PENSION, until=died, run=period_of(TODAY)) == AccountLeft(opening, drawn, opening - drawn)
    # The year closed: what was paid out of it bore interest until its month only.
    batch = prepare(INTEREST, area_code="511100", period=2025, user=user("head"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    execute(batch_id=batch.pk)
    rate = interest_rate(PENSION, 2025, person.area_id) / 100
    weighted = sum(r.account_fen * (13 - r.period % 100) for r in until_death if r.period < 202601)
    left = opening - drawn + int(((opening * 12 - weighted) * rate / 12).quantize(Decimal(1), ROUND_HALF_UP))
    found = account_left(person, PENSION, until=died, run=period_of(TODAY))
    assert (found.left_fen, found.drawn_fen) == (left, drawn)
    assert found.standing_fen > left + drawn

    now = account_left(person, PENSION)
    (shown,) = [a for a in statements_of(person, TODAY) if "养老" in a.label]
    assert shown.money == now
    assert now.left_fen < left
    claim = {
        "id_number": person.id_number, "person_name": person.name, "change_reason": "01", "death_date": "2026-01-20",
        "account_balance": plain_fen(left),
    } | HEIR  # fmt: skip
    papers = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")
    refused = examine(application("ACC-002", claim, username="special", materials=papers)).findings
    assert {f.check for f in refused} == {"not_pensioner"}  # the pension is ended first
    survivors = {name: value for name, value in claim.items() if name not in ("change_reason", "account_balance")}
    done("PEN-005", survivors | {"mobile": "13812345678"}, papers)
    everything = claim | {"account_balance": plain_fen(found.standing_fen)}
    refused = examine(application("ACC-002", everything, username="special", materials=papers)).findings
    assert {f.check for f in refused} == {"account_balance"}
    case = done("ACC-002", claim, papers)
    assert case.amount_fen == left == Benefit.objects.get(person=person, kind=13).amounts.get().total_fen
    assert balance_of(person.pk, 110) == 0
    taken = {e.kind: e.amount_fen for e in AccountEntry.objects.filter(person_id=person.pk, source_id=-case.pk)}
    assert taken == {EntryKind.DRAWN: left - found.standing_fen, EntryKind.PAYOUT: -left}


def test_an_assisted_certification_opens_a_task() -> None:
    case, person = to_the_end("assisted", "CRT-002", username="teller")
    task = AssistedTask.objects.get(case_id=case.pk)
    assert (task.person_id, task.closed_on) == (person.pk, None)
    assert task.due_on > TODAY
    form = {"id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "06",
            "apply_date": TODAY.isoformat()}  # fmt: skip
    case = accept_case(application("CRT-001", form, materials=["id_card"], confirmed=["due_window"]))
    assert (case.status, case.effect_error) == ("finished", "")
    task.refresh_from_db()
    assert task.closed_on == TODAY


def test_payments_are_shown_and_printed() -> None:
    paid()
    benefit = next(b for b in (pensioner() for _ in range(30)) if paid_after(b, 202411))
    form = {
        "id_number": benefit.person.id_number,
        "person_name": benefit.person.name,
        "start_month": "2024-12",
    }
    case = accept_case(application("ENQ-005", form, materials=["id_card"]))
    assert (case.status, case.effect_error) == ("finished", "")
    assert case.document is not None
    rows = next(s["rows"] for s in case.document.content["sections"] if s["title"] == "发放明细")
    assert len(rows) == PayLine.objects.filter(benefit_id=benefit.pk, pay_period__gte=202412).count() > 0


@pytest.mark.parametrize(
    ("years", "retired", "deemed", "says"),
    [
        ([(1985, 12)], dt.date(2026, 1, 1), 0, "早于年满 16 周岁"),
        ([(2000, 12)], dt.date(1960, 1, 1), 0, "不晚于出生日期"),
        ([(y, 12) for y in range(1992, 2026)], dt.date(2026, 1, 1), 120, "请核对是否重复"),
    ],
)
def test_impossible_records_are_refused(years: list[tuple[int, int]], retired: dt.date, deemed: int, says: str) -> None:
    person: Any = SimpleNamespace(born_on=dt.date(1975, 6, 1), area_id="511102")
    record = ContributionRecord(tuple(RecordYear(year, months, 1) for year, months in years), ())
    with pytest.raises(ImpossibleRecord, match=says):
        judge_record(person, record, retired, deemed)


def test_the_what_if_covers_the_window_and_grows_with_it() -> None:
    person, statutory = next_retiring()
    found = what_if(
        person,
        area=person.area_id,
        group=RetirementGroup.WOMEN_50,
        answers=Answers(deemed_months=0, titles=frozenset()),
        as_of=TODAY,
    )
    span = retirement_span(RetirementGroup.WOMEN_50, person.born_on.year * 100 + person.born_on.month)
    assert [found[0].period, found[-1].period, span.statutory] == [span.earliest, span.latest, statutory]
    assert [f.kind for f in found].count("statutory") == 1
    at_fifty = found[0]
    assert (at_fifty.age_months, at_fifty.payout) == (600, 195)
    totals = [f.total_fen for f in found]
    assert totals == sorted(totals)


def test_a_relation_carried_over_leaves_its_account_sealed_and_pays_nothing() -> None:
    case, person = to_the_end("resident cancellation", "RES-002", change_reason="04")
    assert (case.amount_fen, Benefit.objects.filter(person=person).count()) == (0, 0)
    assert "不支付现金" in case.outcome["summary"]
    assert not Coverage.objects.filter(person=person, insurance="resident_pension", end_period=None).exists()
    assert not PersonalAccount.objects.filter(person=person, insurance="resident_pension", status="open").exists()


def test_a_personal_record_prints_months_bases_balance_and_benefits() -> None:
    person, benefit = released(since=202501)
    form = {"id_number": person.id_number, "person_name": person.name}
    case = accept_case(application("ENQ-003", form, materials=["id_card"]))
    document = Case.objects.get(pk=case.pk).document
    assert document is not None
    printed = {s["title"]: s["rows"] for s in document.content["sections"]}
    record = record_of(person, PENSION)
    own = [row for row in printed["缴费月数和基数"] if row[0] == "企业职工基本养老保险"]
    assert [(row[1], row[2]) for row in own] == [(str(y.year), str(y.months)) for y in record.years]
    (account,) = [row for row in printed["个人账户"] if row[0] == "企业职工基本养老保险"]
    assert account[3] == format_fen(account_left(person, PENSION).left_fen)
    assert [benefit.get_kind_display(), format_period(benefit.start_period)] in [row[:2] for row in printed["待遇"]]


def test_a_corrected_account_of_a_pensioner_opens_the_recalculation_with_its_new_value() -> None:
    person, benefit = released(since=202501)
    account = benefit.awards.get().inputs["account_fen"]
    form = {
        "id_number": person.id_number, "person_name": person.name, "start_month": "2024-01", "end_month": "2024-01", "old_value": "0",
        "new_value": "9000", "reason": "漏记一个月",
    }  # fmt: skip
    before = balance_of(person.pk, 110)
    done("ACC-001", form, ("application_form", "payment_receipt", "id_card"))
    change = balance_of(person.pk, 110) - before
    # 720 yuan of January 2024 with the interest of 2024 (2.62 %) and 2025 (1.50 %): 18.86 and 11.08.
    assert change == 720_00 + 18_86 + 11_08
    # The award is of the year of retirement: it has the interest of the year before, not that of 2025.
    until = change - 11_08
    task = Task.objects.get(kind="benefit_review", person=person)
    assert task.form["PEN-009"]["new_value"] == plain_fen(account + until)
    assert (task.amount_fen, task.form["PEN-009"]["benefit_start"]) == (abs(change), format_period(benefit.start_period))
    # The recalculation it begins is made as it stands.
    again = task.form["PEN-009"] | {"id_number": person.id_number, "person_name": person.name}
    done("PEN-009", again, ("application_form", "id_card", "payment_receipt"))
    assert benefit.awards.get(version=2).inputs["account_fen"] == account + until
