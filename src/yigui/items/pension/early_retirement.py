"""Application for early retirement (城镇职工提前退休（退职）申请)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.items.common.base import item
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.pension._retire import retire
from yigui.items.pension.checks import SICK, SPECIAL_WORK, _unassessable
from yigui.items.pension.facts import PensionFacts
from yigui.items.pension.normal_retirement import AwardedPension
from yigui.law.retirement_age import age_on

#: Age from which special work or loss of capacity allows an early retirement, before the gradual delay: men, women.
_EARLY_AGE = {"1": 55, "2": 45}
_SICK_AGE = {"1": 50, "2": 45}
_EARLY_MONTHS = {SPECIAL_WORK: 180, SICK: 180, "04": 120}

_KIND = {SPECIAL_WORK: "特殊工种提前退休", SICK: "病残提前退休", "04": "退职"}


@item("PEN-003")
class EarlyRetirement(AwardedPension):
    """Records the ground (special work or loss of capacity) and awards as a normal retirement."""

    optional_materials = ("special_work_record", "labour_capacity_conclusion")

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        return retire(facts, case, _KIND[facts["retire_type"]])


@check("min_years_early")
def min_years_early(facts: PensionFacts) -> Iterator[Finding]:
    """Paid and deemed months reach the minimum for early retirement, at an age that allows it."""
    if facts.person is None or facts.record is None or facts["retire_date"] is None:
        return
    paid, deemed, kind = facts.record.months, facts["deemed_months"] or 0, facts["retire_type"]
    if facts["actual_months"] is not None and facts["actual_months"] != paid:
        yield Finding("min_years_early", f"实际缴费月数应为 {paid}，所填为 {facts['actual_months']}。", field="actual_months")
    needed = _EARLY_MONTHS.get(kind)
    if needed is None:
        yield Finding("min_years_early", "正常退休和弹性退休请办理正常退休申请（PEN-002）。", field="retire_type")
        return
    if paid + deemed < needed:
        yield facts.refuse("min_years_early", f"实缴 {paid}、视同 {deemed}，最低 {needed} 个月。", field="actual_months")
    if kind in (SPECIAL_WORK, SICK):
        youngest = (_EARLY_AGE if kind == SPECIAL_WORK else _SICK_AGE)[facts.person.gender]
        if age_on(facts.person.born_on, facts["retire_date"]) < youngest:
            yield facts.refuse("min_years_early", f"退休时须年满 {youngest} 周岁。", field="retire_date")
    yield from _unassessable(facts, "min_years_early")


@check("special_years_enough")
def special_years_enough(facts: Facts) -> Iterator[Finding]:
    """Years in special work reach the number for the kind of work; ten for the most, eight for high heat and underground."""
    if facts["retire_type"] != SPECIAL_WORK:
        return
    if not facts["special_years"] or facts["special_years"] < 8:
        yield facts.refuse(
            "special_years_enough", "高温、井下累计满 9 年，有毒有害累计满 8 年，高空、繁重累计满 10 年。", field="special_years"
        )
    if "special_work_record" not in facts.given:
        yield Finding("special_years_enough", "请收取特殊工种备案材料。", field="special_work")


@check("capacity_ground")
def capacity_ground(facts: Facts) -> Iterator[Finding]:
    """For a ground of lost capacity a conclusion of total loss is on record."""
    if facts["retire_type"] == SICK and (not facts["appraisal_no"] or "labour_capacity_conclusion" not in facts.given):
        yield facts.refuse("capacity_ground", "请填写鉴定书编号并收取劳动能力鉴定结论。", field="appraisal_no")


@check("notice_done")
def notice_done(facts: Facts) -> Iterator[Finding]:
    """The public notice in the unit ended without objection: its record is in the retirement form."""
    if "retirement_form" not in facts.given:
        yield facts.refuse("notice_done", "退休审批表须载明单位公示结果。")
