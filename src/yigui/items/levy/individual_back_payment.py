"""Collection of an employee's missed months in the current year (职工个人补收)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.items.common.base import ItemHandler, item
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.levy._back_payment import back_pay, back_preview, back_total, nothing_due
from yigui.items.levy.facts import LevyFacts
from yigui.law.parameter_table import table


@item("LVY-003")
class IndividualBackPayment(ItemHandler[LevyFacts]):
    """Bills the missed months of this year with their surcharge; months and account entries are written when paid."""

    writes = ("contributions_bill", "contributions_line")
    list_able = True
    all_insurances = True

    def risk(self, facts: LevyFacts) -> tuple[int, list[str]]:
        """A large sum, or many months at once, goes the class-1 route."""
        limit = table("contribution/back_payment").at(area=facts.area_code, day=facts.today)
        reasons = []
        if len(facts.months) >= limit["class1_months"]:
            reasons.append(f"一次补收 {len(facts.months)} 个月")
        amount = self.amount_fen(facts) or 0
        if amount >= limit["class1_yuan"] * 100:
            reasons.append(f"补收金额 {format_fen(amount)} 元")
        return (1, reasons) if reasons else super().risk(facts)

    def check(self, facts: LevyFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is None or facts.employer is None:
            if not any(f.is_refusal for f in findings):
                findings.append(Finding("person_known", "未查询到该人员或单位，请核对社会保障号码和单位编号。", field="id_number"))
        elif not any(f.is_refusal for f in findings):
            findings += nothing_due(facts, facts["declared_wage"])
        return findings

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return back_total(facts, facts["declared_wage"])[0] if facts.employer and facts.person else None

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        return back_preview(facts, facts["declared_wage"])

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        return back_pay(facts, case, facts["declared_wage"])


@check("current_year_only")
def current_year_only(facts: Facts) -> Iterator[Finding]:
    """All months are in the current year."""
    if facts.months and facts.months[0] // 100 != facts.today.year:
        yield facts.refuse(
            "current_year_only", f"{format_period(facts.months[0])} 不在 {facts.today.year} 年。", field="start_month"
        )


@check("hire_month")
def hire_month(facts: Facts) -> Iterator[Finding]:
    """No month is earlier than the registered month of hire."""
    if not facts.months:
        return
    if facts.registration is None:
        yield facts.lacking(
            "hire_month",
            "employment_registration",
            "未查询到该人员与本单位的就业备案，请先办理备案。",
            field="id_number",
            source="公共就业服务中心",
        )
    elif facts.months[0] < period_of(facts.registration.registered_on):
        yield facts.refuse("hire_month", f"就业备案日期为 {facts.registration.registered_on}。", field="start_month")
