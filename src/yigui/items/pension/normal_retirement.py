"""Application for normal retirement (城镇职工正常退休（职）申请)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, months_of, period_of
from yigui.entitlement.after_allowance import NOT_COMPUTED_AGAIN, full_without_basis, is_full_until_age
from yigui.entitlement.assess_person import PENSION, months_needed, span_of
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.award import component_preview
from yigui.items.common.base import item
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.stop_contributions import ENDS
from yigui.items.pension._assessment import basis_preview
from yigui.items.pension._retire import RETIRED, retire
from yigui.items.pension.checks import BY_AGE, EARLY, LATE, _unassessable, _wrong_month
from yigui.items.pension.facts import PensionFacts
from yigui.law.retirement_age import RetirementSpan, notice_months, notice_until
from yigui.levy.record import record_of


class AwardedPension(BenefitItem[PensionFacts]):
    """What both kinds of retirement show before they are decided."""

    needs_living = True
    opens = BenefitKind.PENSION

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The pension of all months from the one after the retirement to this one, at least of one."""
        if facts.assessment is None:
            return None
        start, now = add_months(period_of(facts.needed("retire_date")), 1), period_of(facts.today)
        return facts.assessment.pays_fen * len(months_of(start, max(start, now)))

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        found = facts.assessment
        if found is None:
            return []
        over = (
            [PreviewLine("由病残津贴转入", NOT_COMPUTED_AGAIN, f"每月 {format_fen(found.pays_fen)} 元")]
            if found.is_taken_over
            else []
        )
        return [*over, *basis_preview(found), *component_preview(found.assessment.components)]


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
    statutory = span_of(facts.person, facts.group).statutory
    if period_of(facts.needed("retire_date")) < statutory and is_full_until_age(facts.person):
        words = (
            "本人正在领取按基本养老金计发的病残津贴：到达法定退休年龄退休的待遇不再重新计算，弹性提前退休是否重新计算文件没有写明，"
            "请写明所依据的当地规定，或请本人到龄再办。"
        )
        yield Finding.question("age_reached", words, field="retire_date")
    if (award := full_without_basis(facts.person)) is not None:
        words = (
            f"本人的病残津贴由本系统 0.1 版按基本养老金核定，月标准 {format_fen(award.assessed_fen)} 元，没有保存计发依据，不能转为基本养老金；"
            "到达法定退休年龄时待遇不再重新计算（人社部发〔2024〕72号第三条），本次却是按退休档案和缴费记录计算。"
            "请与原核定表核对计算结果，写明按何依据采用本次结果；与原待遇不同又没有依据的，请不要提交。"
        )
        yield Finding.question("age_reached", words, field="retire_date")
    start = add_months(period_of(facts.needed("retire_date")), 1)
    if facts["benefit_start"] and facts["benefit_start"] != start:
        yield Finding("age_reached", f"待遇自退休次月 {format_period(start)} 起发，请更正起发年月。", field="benefit_start")


@check("notice_given")
def notice_given(facts: PensionFacts) -> Iterator[Finding]:
    """A flexible retirement of somebody with an employer was put into writing in time; who pays alone tells nobody.

    Source: 人社部发〔2024〕94号 第二条、第三条.
    """
    if facts.person is None or facts.group is None or facts["retire_type"] not in (EARLY, LATE):
        return
    day = facts.needed("retire_date")
    span = span_of(facts.person, facts.group)
    kind = span.kind_of(period_of(day))
    if kind not in ("flexible_early", "flexible_late"):
        return  # said by the check of the month
    told, is_early = facts.get("notice_date"), kind == "flexible_early"
    if not is_early and _paid_on(facts, span):
        return
    if not _has_employer(facts, add_months(period_of(day), -1)):
        if told is not None:
            yield Finding("notice_given", "本人以个人身份参保，没有用人单位，请将书面告知日期留空。", field="notice_date")
        return
    months = notice_months(kind, day)
    if months is None:
        return  # no such rule on the day
    last = notice_until(kind, facts.person.born_on, span, day)
    what = (
        f"职工应至少在所选退休时间前 {months} 个月书面告知单位"
        if is_early
        else f"单位与职工应在到达法定退休年龄前 {months} 个月书面明确延迟退休"
    )
    if told is None:
        words = f"{what}，请填写退休审批表所附书面材料的日期（不晚于 {last}）。"
        yield facts.refuse("notice_given", words, field="notice_date")
    elif told > last:
        words = f"{what}，最晚为 {last}，所填 {told}；" + (
            "请改选以后的退休时间。" if is_early else "未按期明确的，按法定退休年龄办理。"
        )
        yield facts.refuse("notice_given", words, field="notice_date")


def _paid_on(facts: PensionFacts, span: RetirementSpan) -> bool:
    """Whether the person was short of months at the statutory age and paid on (延长缴费): no flexible retirement, and agreed with nobody."""
    deemed = facts.deemed_months
    if facts.person is None or deemed is None:
        return True  # the check of the years asks for the dossier
    paid = record_of(facts.person, PENSION, until=span.statutory, coverages=facts.coverages).months
    return paid + deemed < months_needed(span, span.statutory)


def _has_employer(facts: PensionFacts, since: int) -> bool:
    """Whether the person is, or until a month (YYYYMM) was, insured for the pension under an employer."""
    own = [c for c in facts.coverages if c.insurance == PENSION and (c.end_period is None or c.end_period >= since)]
    return any(c.employer_id is not None for c in own)


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
