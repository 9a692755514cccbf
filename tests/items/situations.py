"""Applications in real situations that their checks pass: what each item needs before it can be applied for, brought about by the house."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests import city, money
from tests.entitlement.people import awarded, decided, done, next_retiring, pensioner, planned, released, retirement_form, tell
from tests.exchange.test_deaths import reported, row
from tests.items import money_forms
from tests.items.benefit_forms import FORMS, HEIR, disabled, resident_of_sixty
from yigui.accounts.correct import net_by_month
from yigui.common.money import plain_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import certified_until, death_of
from yigui.payment.bank_results import import_results
from yigui.payment.models import Payment
from yigui.payment.queries import last_word
from yigui.receipts.pay_order import pay_order
from yigui.registry.models import Person
from yigui.runs.models import Batch
from yigui.runs.staged import execute

NOW = period_of(city.TODAY)
FALSE_DEATH = "2026-07-20"


@dataclass(frozen=True)
class Situation:
    """An application the checks pass, and whom it is about."""

    form: dict[str, Any]
    materials: tuple[str, ...]
    #: The month of the run that pays all of it; later than this month for a benefit of so many months.
    until: int = NOW
    #: Less may be set free: a limit is never asked about less than one month of a new standard.
    is_at_least: bool = False

    @property
    def person(self) -> Person:
        return Person.objects.get(id_number=self.form["id_number"])


def ordinary(about: str, **changed: Any) -> Situation:
    form, materials, _ = FORMS[about]()
    return Situation(form | changed, tuple(materials))


def disability_months_ago() -> Situation:
    form, materials, _ = disabled(202609)
    return Situation(form, tuple(materials))


def retirement() -> Situation:
    person, month = next_retiring(since=3)
    return Situation(retirement_form(person, month), ("retirement_form", "id_card", "personnel_file", "bank_card"))


def suspended() -> Situation:
    """Suspended two months ago and not paid since."""
    person, _ = released(since=4)
    base = {"id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension"}
    done(
        "PEN-006",
        base | {"change_reason": "06", "start_month": "2026-09", "note": "核实中"},
        ("id_card",),
        confirmed=("reason_listed",),
    )
    return Situation(base | {"change_reason": "04", "start_month": "2026-09"}, ("id_card",))


def recalculated() -> Situation:
    person, benefit = released(since=2)
    index = benefit.awards.get().inputs["average_index"]
    form = {
        "id_number": person.id_number, "person_name": person.name, "change_item": "03", "old_value": index, "new_value": "9.5",
        "reason": "历史缴费基数更正", "benefit_start": format_period(benefit.start_period),
    }  # fmt: skip
    return Situation(form, ("application_form", "id_card", "payment_receipt"), is_at_least=True)


def first_payment() -> Situation:
    person, benefit = awarded(since=3)
    form = {
        "id_number": person.id_number, "person_name": person.name, "benefit_start": format_period(benefit.start_period),
        "amount": plain_fen(benefit.awards.get().total_fen), "pay_method": "01", "account_name": person.name,
        "account_no": f"62284811{person.pk:011d}",
    }  # fmt: skip
    return Situation(form, ("id_card", "bank_card"))


def uncertified() -> Benefit:
    """A pensioner who is not paid because the certification has run out and who was told."""
    found = next(b for b in (pensioner() for _ in range(400)) if 0 < certified_until(b.person_id) < NOW)
    tell(found.person)
    return found


def certification() -> Situation:
    person = uncertified().person
    form = {
        "id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "05",
        "apply_date": city.TODAY.isoformat(),
    }  # fmt: skip
    return Situation(form, ("id_card",))


def assisted() -> Situation:
    person = uncertified().person
    return ordinary("assisted", id_number=person.id_number, person_name=person.name)


def heirs_of_a_held_pension() -> Situation:
    """Six months of a pension were not paid when the pensioner died."""
    person, _ = released(since=5)
    form = {"id_number": person.id_number, "person_name": person.name, "death_date": "2026-10-03", "mobile": "13812345678"} | HEIR
    return Situation(form, ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"))


def unemployed() -> Situation:
    found = ordinary("unemployed")
    return Situation(found.form, found.materials, until=add_months(202612, int(found.form["entitled_months"]) - 1))


def dead_claimant() -> Situation:
    """Somebody who died in the first month of the unemployment benefit, which was not paid yet."""
    claim = ordinary("unemployed", benefit_start="2026-11")
    done("UNE-001", claim.form, claim.materials)
    person = claim.person
    return ordinary("dead claimant", id_number=person.id_number, person_name=person.name, death_date="2026-11-05")


def resident() -> tuple[dict[str, Any], Person]:
    person, claim, order = resident_of_sixty()
    pay_order(
        code=order.code, amount_fen=order.amount_fen, reference=money.reference(), partner="bank", area_code=person.area_id,
        paid_on=city.TODAY, today=city.TODAY,
    )  # fmt: skip
    return claim, person


def resident_claim() -> Situation:
    return Situation(resident()[0], ("id_card", "bank_card"))


def resident_cancellation() -> Situation:
    """A resident who died with five months of the pension not paid."""
    claim, person = resident()
    done("RES-001", claim, ("id_card", "bank_card"))
    form = {
        "id_number": person.id_number, "person_name": person.name, "change_reason": "01", "death_date": "2026-10-08",
        "account_balance": "7230.20",
    } | HEIR  # fmt: skip
    return Situation(form, ("id_card", "death_certificate", "kinship_proof", "bank_card"))


def living_after_all() -> Situation:
    """Somebody whose pension has never been paid, because of a death that was reported and was none."""
    person, _ = released(since=4)
    reported(row(person, day=FALSE_DEATH))
    form = {
        "id_number": person.id_number, "person_name": person.name, "change_item": "07", "old_value": f"{FALSE_DEATH} 死亡",
        "new_value": "生存", "change_reason": "03",
    }  # fmt: skip
    return Situation(form, ("application_form", "id_card", "identity_change_proof"))


def last_paid() -> Batch:
    """The run of the month before this one, executed."""
    executed = Batch.objects.filter(kind="pay", status="executed").first()
    return executed or execute(batch_id=decided(planned(add_months(NOW, -1))).pk)


def paid_and_living(batch: Batch) -> tuple[Payment, Person]:
    """A payment of a run, not the first ones, of which the bank has said nothing, to somebody whose death nobody has reported since."""
    payments = Payment.objects.filter(batch_id=batch.pk).order_by("benefit_id")[5:400]
    silent = (payment for payment in payments if last_word(payment.batch_id, payment.benefit_id) is None)
    found = ((payment, Benefit.objects.get(pk=payment.benefit_id).person) for payment in silent)
    return next((payment, person) for payment, person in found if death_of(person) is None)


def returned() -> Situation:
    """A payment the bank has sent back."""
    payment, person = paid_and_living(last_paid())
    number = f"P{payment.batch_id}-{payment.benefit_id}"
    content = f"支付编号|处理结果|原因|金额|记账日期\r\n{number}|失败|账号已销户|{plain_fen(payment.amount_fen)}|2026-11-10\r\n"
    file = import_results(content=content.encode(), file_name="r.txt", today=city.TODAY, user=city.program("bank"))
    assert money.confirmed(file).returned_count == 1
    form = {
        "id_number": person.id_number, "person_name": person.name, "batch_no": number, "amount": plain_fen(payment.amount_fen),
        "return_reason": "04", "bank_code": "103100000026", "account_name": person.name, "account_no": f"622851{payment.benefit_id:013d}",
    }  # fmt: skip
    return Situation(form, ("bank_return_notice", "bank_card"))


def doubled() -> Situation:
    """A self-payer who has paid this month here and somewhere else too."""
    person, _ = money_forms.paid_flexible()
    month = format_period(NOW)
    credited = sum(fen for _, fen in net_by_month(person.pk, 110, NOW, NOW).values())
    return ordinary(
        "multiple", id_number=person.id_number, person_name=person.name, start_month=month, end_month=month, amount=plain_fen(credited),
        account_name=person.name,
    )  # fmt: skip


def refund() -> Situation:
    person, fen = money_forms.paid_flexible()
    return Situation(money_forms.refund_form(person, fen), ("application_form", "refund_statement", "payment_receipt", "bank_card"))


SITUATIONS: dict[str, Callable[[], Situation]] = {
    "PEN-002": retirement, "PEN-003": lambda: ordinary("early retirement"),
    "PEN-004": disability_months_ago, "PEN-005": heirs_of_a_held_pension, "PEN-007": suspended,
    "PEN-009": recalculated, "PEN-010": first_payment, "CRT-001": certification, "CRT-002": assisted,
    "ACC-002": lambda: ordinary("account lump"), "ACC-003": doubled, "UNE-001": unemployed,
    "UNE-002": lambda: ordinary("rural"), "UNE-005": dead_claimant, "RES-001": resident_claim, "RES-002": resident_cancellation,
    "CHG-004": living_after_all, "FND-002": returned, "LVY-011": refund,
}  # fmt: skip


def recovery() -> Situation:
    """A month that was paid, of which a part is claimed back."""
    batch = last_paid()
    payment = Payment.objects.filter(batch_id=batch.pk).order_by("benefit_id")[9]
    person = Benefit.objects.get(pk=payment.benefit_id).person
    month = format_period(batch.period)
    return ordinary(
        "recovery", id_number=person.id_number, person_name=person.name, start_month=month, end_month=month, amount="100.00"
    )
