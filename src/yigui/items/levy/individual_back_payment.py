"""Collection of an employee's missed months in the current year (职工个人补收)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.items.common.base import Item, item
from yigui.items.common.facts import Facts
from yigui.items.levy._back_payment import back_pay, back_preview, back_total
from yigui.law.parameter_table import ParameterMissing, table


@item("LVY-003")
class IndividualBackPayment(Item):
    """Bills the missed months of this year with their surcharge; months and account entries are written when paid."""

    def risk(self, facts: Facts) -> tuple[int, list[str]]:
        """A large sum, or many months at once, goes the class-1 route."""
        limit = table("contribution/back_payment").at(area=facts.area_code, day=facts.today)
        reasons = []
        if len(facts.months) >= limit["class1_months"]:
            reasons.append(f"一次补收 {len(facts.months)} 个月")
        amount = self.amount_fen(facts) or 0
        if amount >= limit["class1_yuan"] * 100:
            reasons.append(f"补收金额 {format_fen(amount)} 元")
        return (1, reasons) if reasons else super().risk(facts)

    def amount_fen(self, facts: Facts) -> int | None:
        try:
            return back_total(facts, facts["declared_wage"])[0] if facts.employer and facts.person else None
        except ParameterMissing:
            return None

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return back_preview(facts, facts["declared_wage"])

    def apply(self, facts: Facts, case: Case) -> Outcome:
        return back_pay(facts, case, facts["declared_wage"])
