"""Suspension of a pension, suspension or end of an unemployment benefit (暂停、停止养老失业保险待遇申请)."""

from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.award import end_benefit, suspend, work_since
from yigui.entitlement.enums import CERTIFIED_KINDS, BenefitKind, BenefitStatus
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
#: Ended because the person works again (suspend_benefit_reason).
_AT_WORK = "07"
#: What ends an unemployment benefit (社会保险法第五十一条): work, military service, emigration, a pension, refused work or training.
_ENDS = frozenset({_AT_WORK, "08", "09", "10", "11"})
#: Suspends pensions alone: a disappearance, a certification that has run out.
_PENSIONS_ALONE = frozenset({"02", _UNCERTIFIED})


@item("PEN-006")
class SuspendBenefit(BenefitItem[PensionFacts]):
    """Suspends the benefit from a month with its reason, or ends it where the law ends it, also one that is suspended; months already paid are
    listed for recovery.

    Source: 社会保险法第五十一条, 失业保险条例第十五条 (unemployment); 人社部发〔2024〕72号第七条 (an allowance, for work).
    """

    writes = ("benefits_benefit",)
    suspends = True

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        stops = _work_stops_from(benefit)
        return {"change_reason": _AT_WORK, "start_month": format_period(stops)} if stops is not None else {}

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.benefit is None or facts["start_month"] is None:
            return []
        before, since = _paid(facts, facts.benefit)
        lines = [
            PreviewLine(
                facts.benefit.get_kind_display(),
                facts.benefit.get_status_display(),
                f"自 {format_period(facts['start_month'])} 起{_word(facts)}",
            )
        ]
        if before:
            lines.append(PreviewLine("暂停前的服刑月份", "部门报送服刑", before.words))
        if since:
            lines.append(PreviewLine(f"{_word(facts)}后的月份已发", "", since.words))
        if before or since:
            lines.append(PreviewLine("须追回", "另以多领待遇退回（FND-003）办理", (before + since).sum_words))
        return lines

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        reason = reason_label("suspend_benefit_reason", facts["change_reason"])
        before, since = _paid(facts, benefit)
        paid = before + since
        start, is_end = facts.needed("start_month"), facts["change_reason"] in _ENDS
        if is_end:
            # Of one that is suspended nothing is due since.
            last = add_months(min(start, benefit.suspended_from or start), -1)
            end_benefit(benefit=benefit, last_period=last, reason=reason)
        else:
            suspend(benefit=benefit, from_period=start, reason=reason)
        follow_ups = []
        if paid:
            words = f"{benefit.get_kind_display()}自 {format_period(start)} 起{_word(facts)}（{reason}）。"
            words += f"暂停前的服刑月份：{before.words}。" if before else ""
            words += f"{_word(facts)}后的月份：{since.words}。" if since else ""
            follow_ups.append(FollowUp("recovery", f"{words}已发的须追回。", paid.fen or None, form={"FND-003": paid.to_recover}))
        if facts["change_reason"] == _DEAD:
            follow_ups.append(
                FollowUp("survivor_follow_up", f"{benefit.get_kind_display()}因疑似死亡暂停，核实后由家属申领身后待遇。")
            )
        return Outcome(
            summary=f"{person.name} 的{benefit.get_kind_display()}自 {format_period(start)} 起{_word(facts)}发放（{reason}）。",
            lines=[("个人编号", person.person_no), (f"{_word(facts)}原因", reason)],
            sections=[{"title": "已发须追回的月份（办理多领退回 FND-003）", "head": ["所属期", "金额（元）", "依据"],
                       "rows": [[format_period(m), format_fen(fen), "期初标准，无发放记录" if m in dict(paid.before_us) else "发放记录"]
                                for m, fen in sorted([*paid.before_us, *paid.ours])]}] if paid else [],
            notes=[_ends_note(benefit) if is_end else "暂停的原因消失后，可申请恢复发放（PEN-007）。"],
            follow_ups=follow_ups,
        )  # fmt: skip


def _word(facts: PensionFacts) -> str:
    """What the case does, in a word."""
    return "停止" if facts["change_reason"] in _ENDS else "暂停"


def _ends_note(benefit: Benefit) -> str:
    """What becomes of a benefit that has ended."""
    if benefit.kind == BenefitKind.UNEMPLOYMENT:
        return "再次失业符合条件的，另行申领失业保险金（UNE-001），应领未领的月数合并计算（社会保险法第四十六条）。"
    return "不再重新就业、仍符合领取条件的，另行申领（PEN-004）。"


def _work_stops_from(benefit: Benefit) -> int | None:
    """The first month that work on record stops a benefit from, as a run holds it (`benefits_work_stops_v1`); None where none does."""
    if benefit.kind not in (BenefitKind.UNEMPLOYMENT, BenefitKind.DISABILITY) or (worked := work_since(benefit)) is None:
        return None
    return worked if benefit.kind == BenefitKind.UNEMPLOYMENT else add_months(worked, 1)


def _paid(facts: PensionFacts, benefit: Benefit) -> tuple[PaidSpan, PaidSpan]:
    """What was paid for months of a reported sentence before the suspension, where it is for one, and for months since it."""
    start = facts.needed("start_month")
    before = paid_while_sentenced(benefit, start) if facts["change_reason"] == _SERVING else PaidSpan([], [])
    # What was paid since an earlier suspension was asked back with that.
    until = add_months(benefit.suspended_from, -1) if benefit.suspended_from is not None else 999912
    return before, paid_span(benefit, add_months(start, -1), until)


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
    if facts["change_reason"] in (_DEAD, _OTHER) or facts["change_reason"] in _ENDS:
        yield from _said_otherwise(facts, benefit)
    yield from _fits_the_kind(facts, benefit, start)
    can_end = benefit.status == BenefitStatus.SUSPENDED and facts["change_reason"] in _ENDS
    if benefit.status != BenefitStatus.ACTIVE and not can_end:
        yield Finding("reason_listed", f"该待遇现为“{benefit.get_status_display()}”，不能暂停（停止）。", field="id_number")
    if start < benefit.start_period or start > period_of(facts.today):
        yield Finding(
            "reason_listed", f"暂停（停止）年月须在 {format_period(benefit.start_period)} 至当前月份之间。", field="start_month"
        )


def _fits_the_kind(facts: BenefitFacts, benefit: Benefit, start: int) -> Iterator[Finding]:
    """The reason is one that stops a benefit of this kind; where work on record stops it, it is from the month from which it does."""
    reason, kind = facts["change_reason"], benefit.get_kind_display()
    is_unemployment = benefit.kind == BenefitKind.UNEMPLOYMENT
    if is_unemployment and reason in _PENSIONS_ALONE:
        words = f"{kind}不以“{reason_label('suspend_benefit_reason', reason)}”暂停；停止领取的情形见社会保险法第五十一条，服刑的选“服刑”。"
        yield Finding("reason_listed", words, field="change_reason")
    elif reason in _ENDS and not is_unemployment and not (reason == _AT_WORK and benefit.kind == BenefitKind.DISABILITY):
        words = f"“{reason_label('suspend_benefit_reason', reason)}”不停止{kind}，请核对暂停（停止）原因。"
        yield Finding("reason_listed", words, field="change_reason")
    elif reason == _AT_WORK and (stops := _work_stops_from(benefit)) not in (None, start):
        assert stops is not None
        words = f"登记的就业使{kind}自 {format_period(stops)} 起停止，请按此填写；就业登记有误的先更正。"
        yield Finding("reason_listed", words, field="start_month")


def _said_otherwise(facts: BenefitFacts, benefit: Benefit) -> Iterator[Finding]:
    """A reason that neither an authority's paper nor the record stands for is written down; and it is no way around telling the person (停发前告知).

    Where the certification has run out and the person has not been told, whoever accepts and whoever reviews is reminded of it.
    """
    on_record = facts["change_reason"] == _AT_WORK and _work_stops_from(benefit) is not None
    if on_record:
        return
    if not (facts["note"] or "").strip() and not facts.given.keys() - {"id_card"}:
        yield Finding("reason_listed", "请在备注中写明暂停（停止）的具体原因和依据，或提交有关材料。", field="note")
    found = told(benefit.person_id, benefit.area_id)
    if benefit.kind in CERTIFIED_KINDS and found.valid_until < facts.needed("start_month") and not found.is_told:
        words = f"资格认证已逾期，而停发前告知没有完成（{found.sentence}）请核实不是因未按期认证暂停。"
        yield Finding.reminder("reason_listed", words, field="change_reason")
