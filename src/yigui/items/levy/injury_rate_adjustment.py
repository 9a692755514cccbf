"""Adjustment of the injury insurance rate of a unit (工伤保险浮动费率核定)."""

from decimal import Decimal

from yigui.casework.handlers import Outcome, PreviewLine, Subject
from yigui.casework.models import Case
from yigui.common.months import format_period
from yigui.items.common.base import Item, employer_subject, item, needed_employer
from yigui.items.common.facts import Facts
from yigui.law.contribution import injury_rate
from yigui.levy.models import InjuryRate


@item("LVY-012")
class InjuryRateAdjustment(Item):
    """Sets the unit's step from the start month; the levy plan uses it from then on."""

    def subject(self, facts: Facts) -> Subject:
        return employer_subject(facts.employer)

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return [
            PreviewLine(
                "工伤保险费率（%）", str(facts["old_rate"]), f"{facts['new_rate']}，自 {format_period(facts['start_month'])} 起"
            )
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        benchmark = injury_rate(employer.area_id, facts["start_month"], employer.industry_risk)
        step = (facts["new_rate"] * 100 / benchmark).quantize(Decimal("0.01"))
        InjuryRate.objects.create(
            employer=employer, floating_percent=step, cost_ratio=facts["cost_ratio"], start_period=facts["start_month"]
        )
        return Outcome(
            summary=f"{employer.name} 工伤保险费率自 {format_period(facts['start_month'])} 起核定为 {facts['new_rate'].normalize():f}%。",
            facts=[("行业风险类别", f"{employer.industry_risk} 类"), ("行业基准费率", f"{benchmark}%"), ("浮动档次", f"{step.normalize():f}%"),
                   ("支缴率", str(facts["cost_ratio"]))],
            notes=["对核定结果有异议的，可依法申请行政复议或者提起行政诉讼。"],
        )  # fmt: skip
