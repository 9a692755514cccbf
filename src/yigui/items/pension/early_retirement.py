"""Application for early retirement (城镇职工提前退休（退职）申请)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.items.common.base import item
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.stop_contributions import ENDS
from yigui.items.pension._answers import RESIGNATION, SICK, SPECIAL_WORK
from yigui.items.pension._retire import RETIRED, retire
from yigui.items.pension.checks import _unassessable
from yigui.items.pension.facts import PensionFacts
from yigui.items.pension.normal_retirement import AwardedPension
from yigui.law.early_retirement import Ground, SpecialWork, early_rule, special_work_of, special_work_years
from yigui.law.retirement_age import age_on

#: Ground of an early retirement by the form's kind of retirement.
_GROUND = {SPECIAL_WORK: Ground.SPECIAL_WORK, SICK: Ground.LOST_CAPACITY, RESIGNATION: Ground.RESIGNATION}

_KIND = {SPECIAL_WORK: "特殊工种提前退休", SICK: "病残提前退休", RESIGNATION: "退职"}


@item("PEN-003")
class EarlyRetirement(AwardedPension):
    """Records the ground (special work or loss of capacity) and awards as a normal retirement."""

    writes = (
        "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_certification",
        "registry_coverage", "registry_employment", "registry_person",
    )  # fmt: skip
    own_record = RETIRED
    elsewhere = ENDS
    optional_materials = ("special_work_record", "labour_capacity_conclusion")

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        return retire(facts, case, _KIND[facts["retire_type"]])


@check("min_years_early")
def min_years_early(facts: PensionFacts) -> Iterator[Finding]:
    """Paid and deemed months reach the minimum for early retirement, at an age that allows it."""
    if facts.person is None or facts.record is None or facts["retire_date"] is None:
        return
    paid, deemed, kind = facts.record.months, facts.deemed_months, facts["retire_type"]
    if facts["actual_months"] is not None and facts["actual_months"] != paid:
        yield Finding("min_years_early", f"实际缴费月数应为 {paid}，所填为 {facts['actual_months']}。", field="actual_months")
    if kind not in _GROUND:
        yield Finding("min_years_early", "正常退休和弹性退休请办理正常退休申请（PEN-002）。", field="retire_type")
        return
    rule = early_rule(_GROUND[kind], facts.person.gender, facts["retire_date"])
    if rule is None:
        yield Finding(
            "min_years_early",
            f"{facts['retire_date']} 已不办理病残提前退休和退职，请办理病残津贴（PEN-004）。",
            field="retire_type",
        )
        return
    if deemed is not None and paid + deemed < rule.months:
        yield facts.refuse("min_years_early", f"实缴 {paid}、视同 {deemed}，最低 {rule.months} 个月。", field="actual_months")
    if rule.age is not None and age_on(facts.person.born_on, facts["retire_date"]) < rule.age:
        yield facts.refuse("min_years_early", f"退休时须年满 {rule.age} 周岁。", field="retire_date")
    yield from _unassessable(facts, "min_years_early")


@check("special_years_enough")
def special_years_enough(facts: Facts) -> Iterator[Finding]:
    """Years in special work reach the number of its kind; a name that does not tell the kind is held to the strictest one."""
    if facts["retire_type"] != SPECIAL_WORK or facts["retire_date"] is None:
        return
    heavy, hot, harmful = (special_work_years(kind, facts["retire_date"]) for kind in SpecialWork)
    kind = special_work_of(facts["special_work"] or "")
    if (facts["special_years"] or 0) < special_work_years(kind or SpecialWork.HEAVY, facts["retire_date"]):
        words = f"高空、繁重累计满 {heavy} 年，高温、井下累计满 {hot} 年，有毒有害累计满 {harmful} 年"
        unknown = "" if kind else "；请在“特殊工种”写明是哪一类"
        yield facts.refuse("special_years_enough", f"{words}{unknown}。", field="special_years")
    if "special_work_record" not in facts.given:
        yield Finding("special_years_enough", "请收取特殊工种备案材料。", field="special_work")


@check("capacity_ground")
def capacity_ground(facts: Facts) -> Iterator[Finding]:
    """For a ground of lost capacity the number of a conclusion is typed and the paper given; what it says the reviewer reads."""
    if facts["retire_type"] == SICK and (not facts["appraisal_no"] or "labour_capacity_conclusion" not in facts.given):
        yield facts.refuse("capacity_ground", "请填写鉴定书编号并收取劳动能力鉴定结论。", field="appraisal_no")


@check("notice_done")
def notice_done(facts: Facts) -> Iterator[Finding]:
    """The retirement form is given, which bears the record of the unit's public notice; the reviewer reads that nobody objected."""
    if "retirement_form" not in facts.given:
        yield facts.refuse("notice_done", "退休审批表须载明单位公示结果。")
