"""What every death brings: the record closed, benefits ended with the month of death, months paid after it claimed back."""

import datetime as dt
from dataclasses import dataclass

from yigui.casework.handlers import FollowUp
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.award import end_benefit, open_benefit
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit, Recovery
from yigui.entitlement.queries import benefits_of
from yigui.entitlement.recover import SET_OFF_GROUND, open_recovery
from yigui.items.common.award import payee_of
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.stop_contributions import stop_contributions
from yigui.law.pension import Component
from yigui.payment.queries import paid_after, paid_before_us, still_due
from yigui.registry.enums import StopReason
from yigui.registry.models import Person
from yigui.registry.persons import change_person
from yigui.tasks.origins import RECOVERY
from yigui.tasks.references import Reference

#: What a death changes of the person's own record.
DIED = ("life_status",)


@dataclass(frozen=True)
class Overpaid:
    """Months of a benefit that were paid after the death, and their sum (fen)."""

    benefit: Benefit
    months: list[tuple[int, int]]

    @property
    def amount_fen(self) -> int:
        return sum(fen for _, fen in self.months)


def overpaid_of(person: Person, died_on: dt.date) -> list[Overpaid]:
    """What was paid for months after the month of death."""
    month = period_of(died_on)
    found = [Overpaid(b, paid_after(b, month)) for b in benefits_of(person) if b.kind < BenefitKind.FUNERAL]
    return [o for o in found if o.amount_fen > 0]


def paid_elsewhere(person: Person, died_on: dt.date) -> list[Overpaid]:
    """What was paid for months after the death before the house paid: by whoever had the benefit then, as its opening amounts say."""
    month = period_of(died_on)
    found = [Overpaid(b, paid_before_us(b, month)) for b in benefits_of(person) if b.kind < BenefitKind.FUNERAL]
    return [o for o in found if o.amount_fen > 0]


def elsewhere_in_words(one: Overpaid) -> str:
    """For the worker: these months are not in the house's own claim, and what they come to."""
    first, last = one.months[0][0], one.months[-1][0]
    return (
        f"{one.benefit.get_kind_display()} {format_period(first)} 至 {format_period(last)} 共 {len(one.months)} 个月 {format_fen(one.amount_fen)} 元"
        "在本系统首次发放之前由原经办方发放，不在本次追回之内，请核实后以多领待遇退回（FND-003）追回。"
    )


def left_to_heir(facts: BenefitFacts, died_on: dt.date) -> int:
    """What is still unpaid of monthly benefits up to the month of death, fen: `close_for_death` has it paid to the payee of the form."""
    total, now = 0, period_of(facts.today)
    for benefit in benefits_of(facts.person) if facts.person else ():
        if benefit.kind < BenefitKind.FUNERAL and benefit.status != BenefitStatus.ENDED:
            total += still_due(benefit, benefit.start_period, period_of(died_on), run=now)
    return total


def close_for_death(facts: BenefitFacts, person: Person, died_on: dt.date) -> None:
    """Mark the person as dead, end monthly benefits with the month of death, and stop contributions after it.

    Months up to the death that were held or not paid yet go to the payee of the form, with the next run.
    """
    change_person(person=person, values={"life_status": "02"})
    month = period_of(died_on)
    for benefit in benefits_of(person):
        if benefit.kind < BenefitKind.FUNERAL and benefit.status != BenefitStatus.ENDED:
            end_benefit(benefit=benefit, last_period=month, reason="死亡", heir=payee_of(facts, person))
    stop_contributions(person, facts, from_period=add_months(month, 1), reason=StopReason.DEAD)


def pay_once(
    facts: BenefitFacts, case: Case, person: Person, *, kind: BenefitKind, insurance: int, component: Component
) -> Benefit | None:
    """A benefit that is paid once, with the next run, to the payee of the form; None when it comes to nothing."""
    if component.amount_fen <= 0:
        return None
    period = period_of(facts.today)
    return open_benefit(
        person=person, kind=kind, insurance=insurance, area=person.area_id, start=period, end=period, payee=payee_of(facts, person),
        components=[component], inputs={"case": case.case_no}, case_id=case.pk, today=facts.today,
    )  # fmt: skip


@dataclass(frozen=True)
class SetOff:
    """What was claimed back after a death: rows for the sheet, and what is left to be paid back as work for somebody."""

    rows: list[list[str]]
    follow_ups: list[FollowUp]


def set_off(facts: BenefitFacts, case: Case, overpaid: list[Overpaid], against: Benefit | None) -> SetOff:
    """Claim what was overpaid; kept back from `against` when it is paid. What was paid before the house paid is somebody's work."""
    rows: list[list[str]] = []
    follow_ups = []
    if facts.person is not None and (died_on := facts.get("death_date")) is not None:
        before = paid_elsewhere(facts.person, died_on)
        follow_ups += [FollowUp("recovery", elsewhere_in_words(o), o.amount_fen, part=str(o.benefit.pk)) for o in before]
    left = against.amounts.order_by("-id")[0].total_fen - 1 if against else 0
    for one in overpaid:
        kept = min(left, one.amount_fen)
        left -= kept
        first, last = one.months[0][0], one.months[-1][0]
        is_prior = last // 100 < facts.today.year
        recovery = open_recovery(
            of=one.benefit, kept_from=against if kept else None, start=first, end=last, amount_fen=one.amount_fen, monthly_fen=kept,
            is_prior_year=is_prior, ground=f"{SET_OFF_GROUND}，{case.case_no}", case_id=case.pk,
        )  # fmt: skip
        rows.append(
            [
                one.benefit.get_kind_display(),
                f"{first} 至 {last}",
                format_fen(one.amount_fen),
                format_fen(kept),
                format_fen(one.amount_fen - kept),
            ]
        )
        if one.amount_fen > kept:
            follow_ups.append(repayment_of(recovery, one.amount_fen - kept, f"{one.benefit.get_kind_display()}死亡后多发"))
    return SetOff(rows, follow_ups)


def repayment_of(recovery: Recovery, left_fen: int, what: str) -> FollowUp:
    """The part of a claim that is not kept back from later payments: somebody sees that it is paid."""
    months = f"{format_period(recovery.start_period)} 至 {format_period(recovery.end_period)}"
    words = f"{what}（{months}），应退 {format_fen(left_fen)} 元不从后续待遇抵扣，按告知的期限催收。"
    return FollowUp("repayment", words, left_fen, origin=Reference(RECOVERY, recovery.pk))


OVERPAID_HEAD = ["待遇", "多发月份", "多发（元）", "本次抵扣（元）", "仍须退回（元）"]
