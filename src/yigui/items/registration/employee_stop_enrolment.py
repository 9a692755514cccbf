"""Stop of an employee's insurance (职工停保登记)."""

from collections.abc import Iterator
from typing import Any

from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import Offer, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import add_months, format_period, period_of
from yigui.items.common.base import ItemHandler, item, needed_employer, needed_person
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.law.retirement_age import earliest_retirement_month
from yigui.levy.queries import is_levied
from yigui.registry.enums import Insurance, StopReason
from yigui.registry.persons import close_coverages, close_employment
from yigui.registry.queries import active_coverages


@item("REG-006")
class EmployeeStopEnrolment(ItemHandler[CoverageFacts]):
    """Stops the chosen relations under the unit from the assigned period and seals their accounts.

    The employment itself ends when no relation under the unit is left.
    """

    writes = ("accounts_personal_account", "registry_coverage", "registry_employment")
    offered_for = Offer.LEAVE
    list_able = True

    def prefill(self, known: Known) -> dict[str, Any]:
        held = active_coverages(known.person, known.period) if known.person else []
        return super().prefill(known) | {"insurances": [c.insurance for c in held if c.employer_id]}

    def risk(self, facts: CoverageFacts) -> tuple[int, list[str]]:
        """A stop for death or emigration ends more than an employment: it is reviewed."""
        if facts["change_reason"] in (StopReason.DEAD, StopReason.ABROAD):
            return 2, [f"停保原因为{StopReason(facts['change_reason']).label}"]
        return super().risk(facts)

    def preview(self, facts: CoverageFacts) -> list[PreviewLine]:
        return [
            PreviewLine(Insurance(i).label, "正常参保", f"自 {format_period(facts.period)} 起停保") for i in facts["insurances"]
        ]

    def apply(self, facts: CoverageFacts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        own = [c for c in facts.running_coverages if c.employer_id == employer.pk]
        stopped = [c for c in own if c.insurance in facts["insurances"]]
        if not stopped:
            raise refusal(f"{person.name} 在 {employer.name} 的所选险种已经停保，本次没有可停的参保关系，请查看该人员的参保记录。")
        reason = StopReason(facts["change_reason"])
        close_coverages(coverages=stopped, from_period=facts.period, stop_reason=reason)
        seal_accounts(person=person, insurances=[c.insurance for c in stopped])
        work = facts.employment
        if len(stopped) == len(own) and work is not None and work.employer_id == employer.pk and work.start_period < facts.period:
            close_employment(employment=work, from_period=facts.period)
        last = format_period(add_months(facts.period, -1))
        return Outcome(
            summary=f"{person.name} 在 {employer.name} 的参保关系自 {format_period(facts.period)} 起停保。",
            lines=[("个人编号", person.person_no), ("单位名称", employer.name), ("停保原因", reason.label),
                   ("业务期", format_period(facts.period))],
            sections=[
                {"title": "停保险种", "head": ["险种", "最后缴费年月"], "rows": [[c.get_insurance_display(), last] for c in stopped]}
            ],
            notes=[
                f"{format_period(facts.period)} 的征缴计划已执行，已计入的当月费用由征缴冲减退回单位抵缴。"
                if is_levied(employer.area_id, facts.period)
                else "自停保之月起不再列入征缴计划。",
                "个人账户已封存，续保后继续使用。",
            ],
        )  # fmt: skip


@check("stop_reason_age")
def stop_reason_age(facts: Facts) -> Iterator[Finding]:
    """A stop for retirement needs the retirement age or a retirement case."""
    person = facts.person
    if person is None or facts["change_reason"] != StopReason.RETIRED or person.is_retired:
        return
    month = earliest_retirement_month(person.gender, person.born_on)
    if period_of(facts.today) < month:
        yield facts.refuse("stop_reason_age", f"最早法定退休年月为 {format_period(month)}。", field="change_reason")


@check("no_open_benefit")
def no_open_benefit(facts: CoverageFacts) -> Iterator[Finding]:
    """No sickness, injury or maternity benefit of this person is under work: a reminder, the unit decides."""
    if facts.open_benefit_case_no:
        yield facts.remind("no_open_benefit", f"在办的办件编号：{facts.open_benefit_case_no}。")
