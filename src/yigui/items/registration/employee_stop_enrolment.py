"""Stop of an employee's insurance (职工停保登记)."""

from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import add_months, format_period
from yigui.items.common.base import Item, item, needed_employer, needed_person
from yigui.items.common.facts import Facts
from yigui.registry.enrol import close_coverages, close_employment
from yigui.registry.enums import Insurance, StopReason


@item("REG-006")
class EmployeeStopEnrolment(Item):
    """Stops the chosen relations under the unit from the assigned period and seals their accounts.

    The employment itself ends when no relation under the unit is left.
    """

    def risk(self, facts: Facts) -> tuple[int, list[str]]:
        """A stop for death or emigration ends more than an employment: it is reviewed."""
        if facts["change_reason"] in (StopReason.DEAD, StopReason.ABROAD):
            return 2, [f"停保原因为{StopReason(facts['change_reason']).label}"]
        return super().risk(facts)

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return [
            PreviewLine(Insurance(i).label, "正常参保", f"自 {format_period(facts.period)} 起停保") for i in facts["insurances"]
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        own = [c for c in facts.open_coverages if c.employer_id == employer.pk]
        stopped = [c for c in own if c.insurance in facts["insurances"]]
        reason = StopReason(facts["change_reason"])
        close_coverages(coverages=stopped, from_period=facts.period, stop_reason=reason)
        seal_accounts(person=person, insurances=[c.insurance for c in stopped])
        if len(stopped) == len(own) and facts.employment is not None and facts.employment.start_period < facts.period:
            close_employment(employment=facts.employment, from_period=facts.period)
        last = format_period(add_months(facts.period, -1))
        return Outcome(
            summary=f"{person.name} 在 {employer.name} 的参保关系自 {format_period(facts.period)} 起停保。",
            facts=[("个人编号", person.person_no), ("单位名称", employer.name), ("停保原因", reason.label),
                   ("业务期", format_period(facts.period))],
            sections=[
                {"title": "停保险种", "head": ["险种", "最后缴费年月"], "rows": [[c.get_insurance_display(), last] for c in stopped]}
            ],
            notes=["自停保之月起不再列入征缴计划；个人账户已封存，续保后继续使用。"],
        )  # fmt: skip
