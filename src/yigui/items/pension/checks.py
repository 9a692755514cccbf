"""Checks that items of pensions share: age, years, and whether the pension can be assessed."""

from collections.abc import Iterator
from decimal import Decimal

from yigui.casework.findings import Finding, Level
from yigui.catalogue.labels import reason_label
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.assess_person import PENSION, months_needed, span_of
from yigui.items.common.base import needed_person
from yigui.items.pension._answers import PREREVIEW
from yigui.items.pension.facts import PensionFacts
from yigui.law.retirement_age import RetirementSpan
from yigui.levy.record import record_of

NORMAL, EARLY, LATE = "01", "05", "06"
#: Kinds of retirement by age (正常退休、弹性提前、弹性延迟): what PEN-002 awards.
BY_AGE = (NORMAL, EARLY, LATE)
#: Kind of retirement in words of the law, by what the span calls the month.
_KIND_OF_MONTH = {"statutory": NORMAL, "flexible_early": EARLY, "flexible_late": LATE}


def _wrong_month(facts: PensionFacts, check_id: str) -> Iterator[Finding]:
    person, group, kind = facts.person, facts.group, facts.get("retire_type")
    if person is None or group is None:
        return
    if kind not in BY_AGE:
        return
    span = span_of(person, group)
    period = period_of(facts.needed("retire_date"))
    found = span.kind_of(period)
    words = f"法定退休 {format_period(span.statutory)}，弹性可在 {format_period(span.earliest)} 至 {format_period(span.latest)}"
    if not found and period > span.latest:
        yield from _late(facts, check_id, span)
    elif not found:
        yield facts.refuse(check_id, f"{words}；所填退休年月 {format_period(period)} 不在其中。", field="retire_date")
    elif _KIND_OF_MONTH[found] != kind:
        yield Finding(check_id, f"离退休类别与退休年月不符：{words}。", detail="请核对后改选类别或日期。", field="retire_type")


def _not_as_in_the_dossier(facts: PensionFacts, check_id: str) -> Iterator[Finding]:
    """What the form says of the dossier's facts and the dossier does not."""
    if facts.dossier is None:
        return
    deemed, pre_review = facts.deemed_months, facts.dossier.pre_review
    if facts.get("deemed_months") is not None and facts.get("deemed_months") != deemed:
        yield Finding(
            check_id, f"视同缴费月数应为 {deemed}（退休档案所载），所填为 {facts.get('deemed_months')}。", field="deemed_months"
        )
    kind = facts.get("retire_type")
    if kind is not None and kind != pre_review.retire_type and pre_review.retired_on == facts.get("retire_date"):
        yield Finding(
            check_id,
            f"退休档案按“{reason_label('retire_type', pre_review.retire_type)}”建立，所填为“{reason_label('retire_type', kind)}”，"
            "请更正离退休类别或重新办理退休预审（PEN-001）。",
            field="retire_type",
        )


def _late(facts: PensionFacts, check_id: str, span: RetirementSpan) -> Iterator[Finding]:
    """A month after the span: who was short of months at the age retires in the month they are reached; else it is handled late.

    Source: 实施《中华人民共和国社会保险法》若干规定（人力资源和社会保障部令第13号）第二条.
    """
    person = needed_person(facts)
    period = period_of(facts.needed("retire_date"))
    # A pre-review makes the dossier that the claim is read from.
    deemed = facts.get("deemed_months") if facts.item.code == PREREVIEW else facts.deemed_months
    if deemed is None:
        return  # said by the check that asks for it
    needed = months_needed(span, period)

    def months(until: int) -> Decimal | int:
        return record_of(person, PENSION, until=until, coverages=facts.coverages).months + deemed

    if months(span.statutory) < needed:
        if months(add_months(period, -1)) >= needed:
            words = f"延长缴费的，自缴费满 {needed} 个月的当月退休；{format_period(period)} 以前已满，请更正。"
            yield Finding(check_id, words, field="retire_date")
        return
    # In words of its own: the item's sentence is about who comes too early.
    words = f"超过可退休的最后年月 {format_period(span.latest)}，按逾期办理：请核对逾期原因并在退休审批表上载明。"
    yield Finding(check_id, words, Level.REMIND, field="retire_date")


def _unassessable(facts: PensionFacts, check_id: str) -> Iterator[Finding]:
    """What the record or the parameters do not allow to be assessed, as the law says it."""
    yield from _not_as_in_the_dossier(facts, check_id)
    try:
        found = facts.assessment
    except YiguiError as refused:
        yield Finding(check_id, refused.message, field="retire_date")
        return
    if found is not None and facts.deemed_months and "personnel_file" not in facts.given:
        yield Finding(check_id, "认定视同缴费年限须收取人事档案。", field="deemed_months")
    if found is not None and found.record.unpaid:
        months = "、".join(format_period(m) for m in found.record.unpaid[:6])
        yield Finding(check_id, f"{months} 等 {len(found.record.unpaid)} 个月应缴未到账，未计入缴费年限。", Level.REMIND)
