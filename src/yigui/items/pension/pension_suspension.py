"""Suspension of a pension (暂停养老保险待遇申请)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.award import suspend
from yigui.entitlement.enums import CERTIFIED_KINDS, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.notices import told
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.pension.facts import PensionFacts
from yigui.payment.paid_span import PaidSpan, paid_span, paid_while_sentenced

#: Suspended because of a sentence (suspend_benefit_reason).
_SERVING = "01"
#: Suspended because the certification has run out (suspend_benefit_reason).
_UNCERTIFIED = "03"
#: Suspended because the person is thought to be dead (suspend_benefit_reason).
_DEAD = "05"
#: Suspended for a reason that no code names (suspend_benefit_reason).
_OTHER = "06"


@item("PEN-006")
class SuspendBenefit(BenefitItem[PensionFacts]):
    """Suspends the benefit from a month with its reason; months already paid are listed for recovery."""

    writes = ("benefits_benefit",)
    suspends = True

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.benefit is None or facts["start_month"] is None:
            return []
        before, since = _paid(facts, facts.benefit)
        lines = [PreviewLine(facts.benefit.get_kind_display(), "正常发放", f"自 {format_period(facts['start_month'])} 起暂停")]
        if before:
            lines.append(PreviewLine("暂停前的服刑月份", "部门报送服刑", before.words))
        if since:
            lines.append(PreviewLine("暂停后的月份已发", "", since.words))
        if before or since:
            lines.append(PreviewLine("须追回", "另以多领待遇退回（FND-003）办理", f"{format_fen((before + since).total_fen)} 元"))
        return lines

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        reason = reason_label("suspend_benefit_reason", facts["change_reason"])
        before, since = _paid(facts, benefit)
        paid = before + since
        suspend(benefit=benefit, from_period=facts.needed("start_month"), reason=reason)
        follow_ups = []
        if paid:
            words = f"{benefit.get_kind_display()}自 {format_period(facts['start_month'])} 起暂停（{reason}）。"
            words += f"暂停前的服刑月份：{before.words}。" if before else ""
            words += f"暂停后的月份：{since.words}。" if since else ""
            follow_ups.append(FollowUp("recovery", f"{words}已发的须追回。", paid.total_fen, form={"FND-003": paid.to_recover}))
        if facts["change_reason"] == _DEAD:
            follow_ups.append(
                FollowUp("survivor_follow_up", f"{benefit.get_kind_display()}因疑似死亡暂停，核实后由家属申领身后待遇。")
            )
        return Outcome(
            summary=f"{person.name} 的{benefit.get_kind_display()}自 {format_period(facts['start_month'])} 起暂停发放（{reason}）。",
            lines=[("个人编号", person.person_no), ("暂停原因", reason)],
            sections=[{"title": "已发须追回的月份（办理多领退回 FND-003）", "head": ["所属期", "金额（元）", "依据"],
                       "rows": [[format_period(m), format_fen(fen), "期初标准，无发放记录" if m in dict(paid.before_us) else "发放记录"]
                                for m, fen in sorted([*paid.before_us, *paid.ours])]}] if paid else [],
            notes=["暂停的原因消失后，可申请恢复发放（PEN-007）。"],
            follow_ups=follow_ups,
        )  # fmt: skip


def _paid(facts: PensionFacts, benefit: Benefit) -> tuple[PaidSpan, PaidSpan]:
    """What was paid for months of a reported sentence before the suspension, where it is for one, and for months since it."""
    start = facts.needed("start_month")
    before = paid_while_sentenced(benefit, start) if facts["change_reason"] == _SERVING else PaidSpan([], [])
    return before, paid_span(benefit, add_months(start, -1))


@check("reason_listed")
def reason_listed(facts: BenefitFacts) -> Iterator[Finding]:
    """The reason is listed and supported; the month is not before the benefit began, nor in the future."""
    benefit, start = facts.benefit, facts["start_month"]
    if benefit is None or start is None:
        return
    if facts["change_reason"] in (_SERVING, "02") and "court_document" not in facts.given:
        yield facts.refuse("reason_listed", "服刑、失踪须收取法律文书。", field="change_reason")
    if facts["change_reason"] == _UNCERTIFIED:
        found = told(benefit.person_id, benefit.area_id)
        if found.valid_until >= start:
            yield Finding(
                "reason_listed",
                f"资格认证有效至 {format_period(found.valid_until)}，该月起不能以未按期认证暂停。",
                field="start_month",
            )
        elif not found.is_told:
            yield Finding("reason_listed", found.sentence, field="change_reason")
    if facts["change_reason"] in (_DEAD, _OTHER):
        yield from _said_otherwise(facts, benefit)
    if benefit.status != BenefitStatus.ACTIVE:
        yield Finding("reason_listed", f"该待遇现为“{benefit.get_status_display()}”，不能暂停。", field="id_number")
    if start < benefit.start_period or start > period_of(facts.today):
        yield Finding("reason_listed", f"暂停年月须在 {format_period(benefit.start_period)} 至当前月份之间。", field="start_month")


def _said_otherwise(facts: BenefitFacts, benefit: Benefit) -> Iterator[Finding]:
    """A reason that no authority's paper stands for is written down; and it is no way around telling the person (停发前告知).

    Where the certification has run out and the person has not been told, whoever accepts and whoever reviews is reminded of it.
    """
    if not (facts["note"] or "").strip() and not facts.given.keys() - {"id_card"}:
        yield Finding("reason_listed", "请在备注中写明暂停的具体原因和依据，或提交有关材料。", field="note")
    found = told(benefit.person_id, benefit.area_id)
    if benefit.kind in CERTIFIED_KINDS and found.valid_until < facts.needed("start_month") and not found.is_told:
        words = f"资格认证已逾期，而停发前告知没有完成（{found.sentence}）请核实不是因未按期认证暂停。"
        yield Finding.reminder("reason_listed", words, field="change_reason")
