"""Stop of an employee's insurance (职工停保登记)."""

from collections.abc import Iterator, Sequence
from typing import Any

from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import Direction, FollowUp, Offer, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import add_months, format_period, period_of
from yigui.items.common.base import ItemHandler, item, needed_employer, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.law.retirement_age import earliest_retirement_month
from yigui.levy.queries import is_levied
from yigui.registry.enums import Insurance, StopReason
from yigui.registry.models import Coverage
from yigui.registry.persons import close_coverages, close_employment
from yigui.registry.queries import active_coverages

_LEFT, _DIED = "termination_proof", "death_certificate"


@item("REG-006")
class EmployeeStopEnrolment(ItemHandler[BenefitFacts]):
    """Stops the chosen relations under the unit from the assigned period and seals their accounts.

    Whoever leaves, retires or dies leaves them all, one that begins in the month of the stop with the next. Somebody who stays keeps what is not chosen:
    asked about, with a ground in writing, and reviewed. The employment itself ends when no relation under the unit is left.
    """

    writes = ("accounts_personal_account", "registry_coverage", "registry_employment")
    offered_for = Offer.LEAVE
    list_able = True
    direction = Direction.OUT
    optional_materials = (_DIED,)

    def prefill(self, known: Known) -> dict[str, Any]:
        """All that the person holds with the employer; all there are, as on a list, while nobody is named yet."""
        values = super().prefill(known)
        if known.person is None:
            return values | {"insurances": list(known.item.insurances)}
        held = [c for c in active_coverages(known.person, known.period) if c.employer_id and c.insurance in known.item.insurances]
        return values | {"insurances": [c.insurance for c in held if known.employer is None or c.employer_id == known.employer.pk]}

    def materials_needed(self, facts: BenefitFacts) -> list[str]:
        """A death is shown by its own paper; where the employment runs on there is no proof of its end."""
        needed = super().materials_needed(facts)
        if facts["change_reason"] == StopReason.DEAD:
            return [_DIED if code == _LEFT else code for code in needed]
        return [code for code in needed if code != _LEFT or not _stays(facts)]

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        # Said beside a paper that is missing; not of somebody whose relations are not the employer's.
        if _going_on(facts) and not any(f.is_refusal and f.check == "active_relation" for f in findings):
            findings.append(_some_only(facts))
        return findings

    def risk(self, facts: BenefitFacts) -> tuple[int, list[str]]:
        """A stop for death or emigration ends more than an employment: it is reviewed."""
        if facts["change_reason"] in (StopReason.DEAD, StopReason.ABROAD):
            return 2, [f"停保原因为{StopReason(facts['change_reason']).label}"]
        if _stays(facts):
            return 2, ["在职人员只停部分险种"]
        return super().risk(facts)

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        stopped = [
            PreviewLine(Insurance(i).label, "正常参保", f"自 {format_period(facts.period)} 起停保") for i in facts["insurances"]
        ]
        later = [
            PreviewLine(
                c.get_insurance_display(), "正常参保", f"本次未停，最早可自 {format_period(add_months(c.start_period, 1))} 起停保"
            )
            for c in _begun_now(facts)
        ]
        return [*stopped, *later, *(PreviewLine(c.get_insurance_display(), "正常参保", "不变，继续参保") for c in _going_on(facts))]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        own = facts.own_coverages
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
        left = _names(_going_on(facts))
        goes_on = f"；{left}继续参保" if left else ""
        notes = (
            [f"{left}继续参保并照常缴费。", "要恢复所停险种的，办理续保（REG-005）；用工关系未变的，无须重新就业备案。"]
            if left
            else []
        )
        notes += _end_later(facts)
        follow_ups = []
        if reason == StopReason.DEAD:
            notes.append("请告知家属：遗属待遇由家属申领（PEN-005），死亡登记随之办理。")
            words = f"{employer.name} 以死亡为由停保，登记的生存状态尚未变更；联系家属申领身后待遇，死亡登记随该办件办理。"
            follow_ups = [FollowUp("survivor_follow_up", words)]
        return Outcome(
            summary=f"{person.name} 在 {employer.name} 的{_names(stopped)}自 {format_period(facts.period)} 起停保{goes_on}。",
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
                *notes,
            ],
            follow_ups=follow_ups,
        )  # fmt: skip


def _names(coverages: Sequence[Coverage]) -> str:
    return "、".join(c.get_insurance_display() for c in coverages)


def _going_on(facts: BenefitFacts) -> list[Coverage]:
    """Relations of the person with the employer that are not chosen, and are not only left for the next month."""
    return [c for c in _not_chosen(facts) if c not in _begun_now(facts)]


def _begun_now(facts: BenefitFacts) -> list[Coverage]:
    """Of somebody who leaves, retires or has died: relations that are not chosen because they begin in the month of the stop, and can end in the next
    at the earliest."""
    if facts["change_reason"] == StopReason.OTHER:
        return []
    return [c for c in _not_chosen(facts) if c.start_period >= facts.period]


def _not_chosen(facts: BenefitFacts) -> list[Coverage]:
    """Of an insurance that the form does not offer nothing is asked."""
    return [c for c in facts.own_coverages if c.insurance in facts.item.insurances and c.insurance not in facts["insurances"]]


def _end_later(facts: BenefitFacts) -> list[str]:
    """What is still to be done of relations that begin in the month of the stop."""
    return [
        f"{c.get_insurance_display()}自 {format_period(c.start_period)} 起参保，本次未停，仍按月缴费；"
        f"最早可自 {format_period(add_months(c.start_period, 1))} 起停保，请届时再申报。"
        for c in _begun_now(facts)
    ]


def _stays(facts: BenefitFacts) -> bool:
    """Whether the application says that somebody who goes on working loses some insurances only."""
    return facts["change_reason"] == StopReason.OTHER and bool(_going_on(facts))


def _some_only(facts: BenefitFacts) -> Finding:
    left = _names(_going_on(facts))
    if not _stays(facts):
        words = f"停保原因为“{StopReason(facts['change_reason']).label}”的，须停该职工在本单位的全部险种；未选择：{left}。"
        return Finding(
            "stops_all", words, detail="请一并选择；仍在用工、只停部分险种的，变更原因选“其他”并写明依据。", field="insurances"
        )
    chosen = "、".join(Insurance(i).label for i in facts["insurances"])
    return Finding.question(
        "stops_all", f"该职工仍在本单位参加{left}，本次只停{chosen}；请写明在职期间停保的依据。", field="insurances"
    )


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
def no_open_benefit(facts: BenefitFacts) -> Iterator[Finding]:
    """No sickness, injury or maternity benefit of this person is under work: a reminder, the unit decides."""
    if facts.open_benefit_case_no:
        yield facts.remind("no_open_benefit", f"在办的办件编号：{facts.open_benefit_case_no}。")
