"""Application for normal retirement (城镇职工正常退休（职）申请)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import add_months, months_of, period_of
from yigui.items.common.award import component_preview
from yigui.items.common.base import Item, item
from yigui.items.common.facts import Facts
from yigui.items.pension._assessment import basis_preview
from yigui.items.pension._retire import retire


class AwardedPension(Item):
    """What both kinds of retirement show before they are decided."""

    def amount_fen(self, facts: Facts) -> int | None:
        """The pension of all months from the one after the retirement to this one, at least of one."""
        if facts.assessment is None:
            return None
        start, now = add_months(period_of(facts["retire_date"]), 1), period_of(facts.today)
        return facts.assessment.assessment.total_fen * len(months_of(start, max(start, now)))

    def preview(self, facts: Facts) -> list[PreviewLine]:
        found = facts.assessment
        return [*basis_preview(found), *component_preview(found.assessment.components)] if found else []


@item("PEN-002")
class NormalRetirement(AwardedPension):
    """Awards the pension: basic, account and transitional part line by line; contributions end, the first payment is awaited."""

    def apply(self, facts: Facts, case: Case) -> Outcome:
        return retire(facts, case, "退休申请")
