"""What every death brings: the record closed, benefits ended with the month of death, months paid after it claimed back."""

import datetime as dt
from dataclasses import dataclass

from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, period_of
from yigui.entitlement.award import end_benefit, open_benefit
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import benefits_of
from yigui.entitlement.recover import open_recovery
from yigui.items.facts import Facts
from yigui.items.pension.awarding import payee_of
from yigui.items.pension.retiring import stop_contributions
from yigui.law.pension import Component
from yigui.payment.queries import paid_after
from yigui.registry.enrol import change_person
from yigui.registry.enums import StopReason
from yigui.registry.models import Person


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


def close_for_death(facts: Facts, person: Person, died_on: dt.date) -> None:
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
    facts: Facts, case: Case, person: Person, *, kind: BenefitKind, insurance: int, component: Component
) -> Benefit | None:
    """A benefit that is paid once, with the next run, to the payee of the form; None when it comes to nothing."""
    if component.amount_fen <= 0:
        return None
    period = period_of(facts.today)
    return open_benefit(
        person=person, kind=kind, insurance=insurance, area=person.area_id, start=period, end=period, payee=payee_of(facts, person),
        components=[component], inputs={"case": case.case_no}, case_id=case.pk, today=facts.today,
    )  # fmt: skip


def set_off(facts: Facts, case: Case, overpaid: list[Overpaid], against: Benefit | None) -> list[list[str]]:
    """Claim what was overpaid; kept back from `against` when it is paid. Gives rows for the sheet."""
    rows = []
    left = against.amounts.order_by("-id")[0].total_fen - 1 if against else 0
    for one in overpaid:
        kept = min(left, one.amount_fen)
        left -= kept
        first, last = one.months[0][0], one.months[-1][0]
        is_prior = last // 100 < facts.today.year
        open_recovery(
            of=one.benefit, kept_from=against if kept else None, start=first, end=last, amount_fen=one.amount_fen, monthly_fen=kept,
            is_prior_year=is_prior, ground=f"死亡后多发，{case.case_no}", case_id=case.pk,
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
    return rows


OVERPAID_HEAD = ["待遇", "多发月份", "多发（元）", "本次抵扣（元）", "仍须退回（元）"]
