"""Adjustment of the injury insurance rate of a unit (工伤保险浮动费率核定)."""

from collections.abc import Iterator
from decimal import Decimal

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine, Subject
from yigui.casework.models import Case
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.items.common.base import ItemHandler, employer_subject, item, needed_employer
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.levy.facts import LevyFacts
from yigui.law.contribution import floating_steps, injury_rate
from yigui.levy.injury_rate import is_rate_set, rate_set, set_injury_rate
from yigui.registry.enums import EmployerStatus
from yigui.registry.queries import due_after


@item("LVY-012")
class InjuryRateAdjustment(ItemHandler[LevyFacts]):
    """Sets the unit's step from the start month; the levy plan uses it from then on."""

    writes = ("contributions_injury_rate",)

    def subject(self, facts: LevyFacts) -> Subject:
        return employer_subject(facts.employer)

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        return [
            PreviewLine(
                "工伤保险费率（%）", str(facts["old_rate"]), f"{facts['new_rate']}，自 {format_period(facts['start_month'])} 起"
            )
        ]

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        benchmark = injury_rate(employer.area_id, facts.needed("start_month"), employer.industry_risk)
        step = (facts["new_rate"] * 100 / benchmark).quantize(Decimal("0.01"))
        set_injury_rate(employer=employer, floating_percent=step, cost_ratio=facts["cost_ratio"], start=facts.needed("start_month"))
        return Outcome(
            summary=f"{employer.name} 工伤保险费率自 {format_period(facts['start_month'])} 起核定为 {facts['new_rate'].normalize():f}%。",
            lines=[("行业风险类别", f"{employer.industry_risk} 类"), ("行业基准费率", f"{benchmark}%"), ("浮动档次", f"{step.normalize():f}%"),
                   ("支缴率", str(facts["cost_ratio"]))],
            notes=["对核定结果有异议的，可依法申请行政复议或者提起行政诉讼。"],
        )  # fmt: skip


@check("rate_in_steps")
def rate_in_steps(facts: Facts) -> Iterator[Finding]:
    """The new rate is one of the allowed steps of the unit's risk class, the old one the one in force; none is set from that month."""
    employer = facts.employer
    if employer is None or employer.status != EmployerStatus.ACTIVE:
        yield facts.refuse("rate_in_steps", f"未查询到正常参保的单位编号 {facts['unit_no']}。", field="unit_no")
        return
    if employer.industry_risk != facts["industry_risk"]:
        yield facts.refuse("rate_in_steps", f"该单位登记的行业风险类别为 {employer.industry_risk} 类。", field="industry_risk")
        return
    start = facts.needed("start_month")
    if is_rate_set(employer, start):
        yield facts.refuse("rate_in_steps", rate_set(employer, start).message, field="start_month")
    allowed = [
        injury_rate(employer.area_id, start, employer.industry_risk, p)
        for p in floating_steps(employer.area_id, start, employer.industry_risk)
    ]
    if facts["new_rate"] not in allowed:
        words = "、".join(f"{rate.normalize():f}%" for rate in allowed)
        yield facts.refuse("rate_in_steps", f"{employer.industry_risk} 类行业可用：{words}。", field="new_rate")


@check("objection_passed")
def objection_passed(facts: Facts) -> Iterator[Finding]:
    """The objection term ends before the start month."""
    end = due_after(facts.today, facts.condition("rate_objection_working_days")).day
    start = facts["start_month"]
    if start and first_day(start) <= end:
        yield facts.refuse(
            "objection_passed",
            f"异议期至 {end}，最早自 {format_period(add_months(period_of(end), 1))} 起执行。",
            field="start_month",
        )
