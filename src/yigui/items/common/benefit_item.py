"""What items about benefits share: how their forms begin."""

import datetime as dt
from typing import Any, ClassVar

from yigui.casework.findings import Finding
from yigui.common.money import plain_fen
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.entitlement.assess_person import PENSION, span_of
from yigui.entitlement.award import stands_in_the_way
from yigui.entitlement.dossier import dossier_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import death_of, monthly_benefit, pre_review_of
from yigui.items.common.base import F, ItemHandler
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.law.retirement_age import RetirementGroup
from yigui.law.unread import named, unread
from yigui.levy.record import record_of
from yigui.payment.queries import account_left
from yigui.registry.enums import INSURANCE_OF
from yigui.registry.models import Person


class BenefitItem(ItemHandler[F]):
    """An item about a benefit: its form begins with what the record, the account, the award and the law know."""

    #: Whose account a form about an account means.
    account_insurance: ClassVar[str] = PENSION

    #: The monthly benefit it opens, if it opens one; begins in the month `benefit_start` of the form, else after the retirement.
    opens: ClassVar[BenefitKind | None] = None

    def check(self, facts: F) -> list[Finding]:
        with unread() as rows:
            findings = super().check(facts)
        if rows and self.decides_amount is not None and facts.channel == "counter" and not any(f.is_refusal for f in findings):
            words = f"核定用到未核对原文的参数：{named(rows)}。请核对文件，写明所核对的文号和数值。"
            findings.append(Finding.question("unread_parameter", words, field=""))
        if facts.person is None:
            if not any(f.is_refusal for f in findings):
                findings.append(Finding("person_known", "未查询到该社会保障号码的参保人，请核对号码。", field="id_number"))
            return findings
        start = self.start_of(facts)
        in_the_way = stands_in_the_way(facts.person, self.opens, start) if self.opens is not None and start is not None else ""
        if in_the_way:
            findings.append(Finding("other_benefit_drawn", in_the_way, field="id_number"))
        return findings

    @staticmethod
    def start_of(facts: Facts) -> int | None:
        """The first month of the benefit it opens, YYYYMM."""
        start = facts.get("benefit_start")
        if start is None and facts.get("retire_date") is not None:
            return add_months(period_of(facts.needed("retire_date")), 1)
        return int(start) if start is not None else None

    def prefill(self, known: Known) -> dict[str, Any]:
        values = super().prefill(known)
        if known.person is None:
            return values
        death = death_of(known.person) if "death_date" in known.names else None
        values["apply_date"] = known.today.isoformat()
        if "account_name" in known.names and "payee_name" not in known.names:
            values["account_name"] = known.person.name
        if "retire_date" in known.names:
            values |= _retirement(known.person, known.today)
        elif (benefit := monthly_benefit(known.person)) is not None:
            values["insurance"] = INSURANCE_OF[benefit.insurance].value
            values |= self.prefill_of_benefit(benefit)
        if "account_balance" in known.names:
            until = period_of(death.died_on if death else known.today)
            left = account_left(known.person, self.account_insurance, until=until, run=period_of(known.today))
            values["account_balance"] = plain_fen(left.left_fen)
        if death is not None:
            values["death_date"] = death.died_on.isoformat()
        return values

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        """What the benefit the person draws says of this form."""
        return {}


def _retirement(person: Person, today: dt.date) -> dict[str, Any]:
    """As pre-reviewed; else a man's statutory month, the paid months until then, and the month after as start.

    A woman's month depends on her post, which the pre-review settles: without one nothing is put in.
    """
    pre = pre_review_of(person)
    if pre is not None:
        dossier = dossier_of(person)
        exact = pre.deemed_months if dossier is None else dossier.answers.deemed_months
        day, kind, deemed = pre.retired_on, pre.retire_type, exact if isinstance(exact, int) else str(exact)
    elif person.gender == "2":
        return {}
    else:
        month = first_day(span_of(person, RetirementGroup.MEN).statutory)
        # The day of the birthday where the month has it, else its last.
        last = first_day(add_months(period_of(month), 1)) - dt.timedelta(days=1)
        day, kind, deemed = month.replace(day=min(person.born_on.day, last.day)), "01", 0
    return {
        "retire_date": day.isoformat(), "retire_type": kind, "deemed_months": deemed,
        "actual_months": record_of(person, PENSION, until=period_of(day)).months,
        "benefit_start": format_period(add_months(period_of(day), 1)),
    }  # fmt: skip
