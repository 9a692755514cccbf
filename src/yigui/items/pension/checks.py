"""Checks that items of pensions share: age, years, and whether the pension can be assessed."""

from collections.abc import Iterator

from yigui.casework.findings import Finding, Level
from yigui.common.errors import YiguiError
from yigui.common.months import format_period, period_of
from yigui.entitlement.assess_person import window_of
from yigui.items.pension.facts import PensionFacts

NORMAL, SPECIAL_WORK, SICK, EARLY, LATE = "01", "02", "03", "05", "06"
#: Kind of retirement in words of the law, by what the window calls the month.
_KIND_OF_MONTH = {"statutory": NORMAL, "flexible_early": EARLY, "flexible_late": LATE}


def _wrong_month(facts: PensionFacts, check_id: str) -> Iterator[Finding]:
    person, group, kind = facts.person, facts.group, facts.get("retire_type")
    assert person is not None
    assert group is not None
    if kind not in (NORMAL, EARLY, LATE):
        return
    window = window_of(person, group)
    period = period_of(facts.get("retire_date"))
    found = window.kind_of(period)
    span = (
        f"法定退休 {format_period(window.statutory)}，弹性可在 {format_period(window.earliest)} 至 {format_period(window.latest)}"
    )
    if not found:
        yield facts.refuse(check_id, f"{span}；所填退休年月 {format_period(period)} 不在其中。", field="retire_date")
    elif _KIND_OF_MONTH[found] != kind:
        yield Finding(check_id, f"离退休类别与退休年月不符：{span}。", detail="请核对后改选类别或日期。", field="retire_type")


def _unassessable(facts: PensionFacts, check_id: str) -> Iterator[Finding]:
    """What the record or the parameters do not allow to be assessed, as the law says it."""
    try:
        found = facts.assessment
    except YiguiError as refused:
        yield Finding(check_id, refused.message, field="retire_date")
        return
    if found is not None and facts.get("deemed_months") and "personnel_file" not in facts.given:
        yield Finding(check_id, "认定视同缴费年限须收取人事档案。", field="deemed_months")
    if found is not None and found.record.unpaid:
        months = "、".join(format_period(m) for m in found.record.unpaid[:6])
        yield Finding(check_id, f"{months} 等 {len(found.record.unpaid)} 个月应缴未到账，未计入缴费年限。", Level.REMIND)
