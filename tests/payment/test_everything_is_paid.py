"""Whatever an item awards reaches the bank and the books with the next run, in full, and goes to whom the case names."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests import city, money
from tests.city import TODAY, application
from tests.entitlement.people import done, next_month, paid, pensioner
from tests.items.benefit_forms import FORMS, HEIR, resident_of_sixty
from yigui.accounts.queries import balance_of
from yigui.casework.application import examine
from yigui.casework.models import Case
from yigui.entitlement.models import Benefit, RecoveryReturn
from yigui.entitlement.queries import amount_at
from yigui.exchange.inbox import take_message
from yigui.ledger.models import Entry
from yigui.payment.models import HeldLine, PayLine, Payment
from yigui.receipts.pay_order import pay_order
from yigui.registry.models import Person
from yigui.runs.models import Batch

#: What each item awards: its form, the kinds of benefits, and the account of the books that bears them.
AWARDS = {
    "PEN-004": ("disability", {2}, "5001.05"), "PEN-005": ("dead pensioner", {11, 12}, "5001.06"), "ACC-002": ("account lump", {13}, "5001.07"),
    "UNE-002": ("rural", {14}, "5001.24"),
}  # fmt: skip
PAPERS = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")


@dataclass(frozen=True)
class Month:
    """A month in which all this was awarded, and the run that paid it."""

    forms: Mapping[str, Mapping[str, Any]]
    cases: Mapping[str, Case]
    #: A pensioner taken over, whose death was reported before the run of October, and the claim of the heir.
    heired: Benefit
    claim: Case
    held: Batch
    #: Another who died in August and was paid until October.
    late: Benefit
    late_claim: Case
    resident: Person
    cancellation: Case
    batch: Batch


@pytest.fixture(scope="module")
def month() -> Month:
    while next_month() <= 202609:
        paid()
    heired = pensioner()
    person = heired.person
    civil = city.partner("civil_affairs", "民政")
    told = {"AAC002": person.id_number, "AAC003": person.name, "AIC037": "2026-10-02"}
    take_message(partner=civil, message_id=str(uuid.uuid4()), kind="death", content=told, user=city.program("civil_affairs"))
    held = paid()
    forms, cases = {}, {}
    for item, (name, _, _) in AWARDS.items():
        form, materials, _ = FORMS[name]()
        forms[item], cases[item] = form, done(item, form, tuple(materials))
    late = next(b for b in (pensioner() for _ in range(30)) if PayLine.objects.filter(benefit_id=b.pk, pay_period=202610).exists())
    claim, late_claim = _survivors(heired, "2026-10-02"), _survivors(late, "2026-08-05")
    resident, cancellation = resident_to_the_end()
    return Month(forms, cases, heired, claim, held, late, late_claim, resident, cancellation, paid())


def _survivors(benefit: Benefit, died: str) -> Case:
    person = benefit.person
    form = {"id_number": person.id_number, "person_name": person.name, "death_date": died, "mobile": "13812345678"} | HEIR
    return done("PEN-005", form, PAPERS)


def resident_to_the_end() -> tuple[Person, Case]:
    """A resident from enrolment through back payment and claim to the death, five months of pension not paid yet."""
    person, claim, order = resident_of_sixty()
    before = examine(application("RES-001", claim, username="special", materials=["id_card", "bank_card"])).findings
    assert {f.check for f in before if f.is_refusal} == {"actual_months"}  # nothing has been paid yet
    pay_order(
        code=order.code, amount_fen=order.amount_fen, reference=money.reference(), partner="bank", area_code=person.area_id, paid_on=TODAY,
        today=TODAY,
    )  # fmt: skip
    assert balance_of(person.pk, 170) == 15 * 500_00
    done("RES-001", claim, ("id_card", "bank_card"))
    number = person.id_number
    benefit = Benefit.objects.get(person=person)
    # 163 yuan basic, nothing for fifteen years, 7,500 over 139 months.
    assert [line[3] for line in benefit.awards.get().lines] == [163_00, 53_96]
    end = {
        "id_number": number, "person_name": person.name, "change_reason": "01", "death_date": "2026-10-08", "account_balance": "7500.00",
    } | HEIR  # fmt: skip
    papers = ("id_card", "death_certificate", "kinship_proof", "bank_card")
    refused = examine(application("RES-002", end, username="special", materials=papers)).findings
    assert [f.message for f in refused if f.is_refusal] == [
        "个人账户余额为 7,230.20 元。"
    ]  # five months of the account part are still to be paid
    case = done("RES-002", end | {"account_balance": "7230.20"}, papers)
    benefit.refresh_from_db()
    assert (benefit.status, benefit.end_period) == ("ended", 202610)
    kinds = set(Benefit.objects.filter(person=person).values_list("kind", flat=True))
    assert kinds == {3, 11, 13}
    assert balance_of(person.pk, 170) == 0
    # The account, the grant, and the five months up to the death.
    assert case.amount_fen == 7500_00 - 5 * 53_96 + 12 * 163_00 + 5 * (163_00 + 53_96)
    return person, case


@pytest.mark.parametrize("item", AWARDS)
def test_an_award_is_paid_in_full_to_the_account_of_its_form(item: str, month: Month) -> None:
    benefits = list(Benefit.objects.filter(case_id=month.cases[item].pk))
    assert {b.kind for b in benefits} == AWARDS[item][1]
    for benefit in benefits:
        (line,) = PayLine.objects.filter(benefit_id=benefit.pk)
        assert (line.batch_id, line.amount_fen) == (month.batch.pk, benefit.amounts.get().total_fen)
        sent = Payment.objects.get(batch_id=month.batch.pk, benefit_id=benefit.pk)
        form = month.forms[item]
        assert (sent.amount_fen, sent.account_no, sent.account_name) == (line.amount_fen, form["account_no"], form["account_name"])
        assert not HeldLine.objects.filter(benefit_id=benefit.pk).exists()


def held_fen(month: Month) -> int:
    """The pension of the month that was held because of the death, fen."""
    due = amount_at(month.heired, 202610)
    assert due is not None
    return due.total_fen


def test_the_books_bear_what_was_awarded(month: Month) -> None:
    rows = Entry.objects.filter(voucher__source_kind="batch", voucher__source_id=month.batch.pk, side="D")
    booked: Counter[tuple[str, str]] = Counter()
    for entry in rows:
        booked[entry.fund, entry.account_id] += entry.amount_fen
    cases = (month.cases["PEN-005"], month.claim, month.late_claim)
    assert booked["employee_pension", "5001.06"] == sum(case.amount_fen or 0 for case in cases) - held_fen(month)
    assert booked["resident_pension", "5001.06"] == 12 * 163_00
    for item in ("PEN-004", "ACC-002", "UNE-002"):
        awarded = Benefit.objects.get(case_id=month.cases[item].pk).amounts.get().total_fen
        assert booked["unemployment" if item == "UNE-002" else "employee_pension", AWARDS[item][2]] == awarded, item
    assert sum(booked.values()) == sum(Payment.objects.filter(batch_id=month.batch.pk).values_list("amount_fen", flat=True))


def test_what_was_held_before_a_death_is_the_heirs(month: Month) -> None:
    """And the years before the first run, paid by others, are nobody's."""
    first = Batch.objects.filter(kind="pay", status="executed").order_by("period")[0].period
    assert month.heired.start_period < first
    assert (month.held.period, HeldLine.objects.get(benefit_id=month.heired.pk).hold) == (202610, 1)
    lines = PayLine.objects.filter(person_id=month.heired.person_id, batch_id=month.batch.pk)
    assert list(lines.filter(kind=1).values_list("pay_period", "amount_fen", "reason")) == [(202610, held_fen(month), 2)]
    sent = Payment.objects.filter(person_id=month.heired.person_id, batch_id=month.batch.pk)
    assert {(s.account_name, s.account_no) for s in sent} == {(HEIR["account_name"], HEIR["account_no"])}
    # The decision was about all of it: the grants and the month that was held.
    assert sum(s.amount_fen for s in sent) == month.claim.amount_fen


def test_what_was_paid_after_a_death_is_kept_back_from_the_grant(month: Month) -> None:
    after = PayLine.objects.filter(benefit_id=month.late.pk, pay_period__gt=202608)
    assert set(after.values_list("pay_period", flat=True)) == {202609, 202610}
    overpaid = sum(after.values_list("amount_fen", flat=True))
    sent = Payment.objects.filter(person_id=month.late.person_id, batch_id=month.batch.pk)
    assert sum(s.amount_fen for s in sent) == (month.late_claim.amount_fen or 0) - overpaid
    assert (
        sum(RecoveryReturn.objects.filter(source="batch", source_id=month.batch.pk).values_list("amount_fen", flat=True))
        == overpaid
    )


def test_a_resident_gets_all_that_is_due_and_the_account_once(month: Month) -> None:
    sent = Payment.objects.filter(person_id=month.resident.pk)
    assert {s.account_no for s in sent} == {HEIR["account_no"]}
    assert sum(s.amount_fen for s in sent) == month.cancellation.amount_fen
    parts = PayLine.objects.filter(person_id=month.resident.pk, kind__in=(3, 13))
    drawn = sum(line.account_fen if line.kind == 3 else line.amount_fen for line in parts)
    assert drawn == 7500_00
