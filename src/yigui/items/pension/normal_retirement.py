"""Application for normal retirement (城镇职工正常退休（职）申请)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.months import add_months, format_period, months_of, period_of
from yigui.entitlement.assess_person import months_needed, span_of
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.award import component_preview
from yigui.items.common.base import item
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.stop_contributions import ENDS
from yigui.items.pension._assessment import basis_preview
from yigui.items.pension._retire import RETIRED, retire
from yigui.items.pension.checks import BY_AGE, _unassessable, _wrong_month
from yigui.items.pension.facts import PensionFacts


class AwardedPension(BenefitItem[PensionFacts]):
    """What both kinds of retirement show before they are decided."""

    opens = BenefitKind.PENSION

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The pension of all months from the one after the retirement to this one, at least of one."""
        if facts.assessment is None:
            return None
        start, now = add_months(period_of(facts.needed("retire_date")), 1), period_of(facts.today)
        return facts.assessment.assessment.total_fen * len(months_of(start, max(start, now)))

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        found = facts.assessment
        return [*basis_preview(found), *component_preview(found.assessment.components)] if found else []


@item("PEN-002")
class NormalRetirement(AwardedPension):
    """Awards the pension: basic, account and transitional part line by line; contributions end, the first payment is awaited."""

    writes = (
        "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_certification",
        "registry_coverage", "registry_employment", "registry_person",
    )  # fmt: skip
    own_record = RETIRED
    elsewhere = ENDS

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        return retire(facts, case, "退休申请")


@check("age_reached")
def age_reached(facts: PensionFacts) -> Iterator[Finding]:
    """The statutory or chosen flexible age is reached by the retirement date, which is not later than this month."""
    if facts["retire_type"] not in BY_AGE:
        words = f"“{reason_label('retire_type', facts['retire_type'])}”不在本事项办理：特殊工种请办理提前退休（PEN-003），病残请申领病残津贴（PEN-004）。"
        yield Finding("age_reached", words, field="retire_type")
    if facts.person is None or facts.group is None:
        return
    if period_of(facts.needed("retire_date")) > period_of(facts.today):
        yield facts.refuse(
            "age_reached", "退休年月晚于当前月份，请在到龄当月申请，提前的请办理退休预审（PEN-001）。", field="retire_date"
        )
    yield from _wrong_month(facts, "age_reached")
    start = add_months(period_of(facts.needed("retire_date")), 1)
    if facts["benefit_start"] and facts["benefit_start"] != start:
        yield Finding("age_reached", f"待遇自退休次月 {format_period(start)} 起发，请更正起发年月。", field="benefit_start")


@check("min_years")
def min_years(facts: PensionFacts) -> Iterator[Finding]:
    """There is a dossier; paid and deemed months reach the minimum of the year; the months typed are those on record."""
    if facts.person is None or facts.record is None:
        return
    paid, deemed = facts.record.months, facts.deemed_months
    if deemed is None or facts.group is None:
        yield from _unassessable(facts, "min_years")
        return
    if facts["actual_months"] is not None and facts["actual_months"] != paid:
        yield Finding(
            "min_years",
            f"实际缴费月数应为 {paid}（截至退休当月的到账记录），所填为 {facts['actual_months']}。",
            field="actual_months",
        )
    needed = months_needed(span_of(facts.person, facts.group), period_of(facts.needed("retire_date")))
    if paid + deemed < needed:
        yield facts.refuse("min_years", f"实缴 {paid}、视同 {deemed}，最低 {needed} 个月。", field="actual_months")
        return
    yield from _unassessable(facts, "min_years")
