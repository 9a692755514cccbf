"""Back payment of residents' pension years (城乡居民养老保险补缴)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import MonthDue, charge_months
from yigui.common.money import format_fen
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.order import ask_for, order_outcome
from yigui.items.levy.facts import LevyFacts
from yigui.law.calculation import CalculationLine
from yigui.law.contribution import Contribution
from yigui.law.resident_pension import resident_claim_age, resident_scheme
from yigui.levy.enums import BillKind
from yigui.registry.enums import Insurance

_INSURANCE = Insurance.RESIDENT_PENSION.value
_CHANNEL = "02"


@item("LVY-009")
class ResidentPensionBackPayment(ItemHandler[LevyFacts]):
    """Bills the approved earlier years one by one with their grade; all of it goes to the account when paid, without subsidy."""

    writes = ("contributions_bill", "contributions_line")

    @staticmethod
    def _years(facts: LevyFacts) -> list[int]:
        return sorted({month // 100 for month in facts.months})

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return len(self._years(facts)) * int(facts["grade_amount"]) * 100

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        years = self._years(facts)
        return [PreviewLine(f"{years[0]} 至 {years[-1]} 年", f"{len(years)} 年 × {facts['grade_amount']} 元",
                            f"{format_fen(self.amount_fen(facts) or 0)} 元")] if years else []  # fmt: skip

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        fen = int(facts["grade_amount"]) * 100
        dues = [
            MonthDue(
                person.pk, _INSURANCE, year * 100 + 1,
                Contribution(fen, 0, fen, fen, (CalculationLine(f"{year} 年度补缴档次", fen, year * 100 + 1, "国发〔2014〕8号"),)),
            )
            for year in self._years(facts)
        ]  # fmt: skip
        bills = charge_months(
            case_id=case.pk, dues=dues, employer=None, area=person.area_id, kind=BillKind.RESIDENT, today=facts.today
        )
        asked = [(b, b.total_fen) for b in bills]
        order = ask_for(facts=facts, case=case, bills=asked, pay_channel=_CHANNEL, employer=None, person=person)
        return order_outcome(
            f"{person.name} 的居民养老保险 {len(dues)} 年已核定补缴 {format_fen(order.amount_fen)} 元。", order, asked,
            ["补缴年份一般不享受政府补贴；缴清后计入缴费年限并记入个人账户。"],
        )  # fmt: skip


@check("years_allowed")
def years_allowed(facts: Facts) -> Iterator[Finding]:
    """The years lie between the start of the scheme and the year of the claim age, in the past, and are no more than a pension needs."""
    if facts.person is None or not facts.months:
        return
    first, last = facts.months[0] // 100, facts.months[-1] // 100
    sixty = facts.person.born_on.year + resident_claim_age()
    began, most = resident_scheme(facts.today)
    if first < began or last >= facts.today.year or last > sixty or last - first >= most:
        words = f"可补缴 {began} 年至 {min(facts.today.year - 1, sixty)} 年，至多 {most} 年。"
        yield facts.refuse("years_allowed", words, field="start_month")
