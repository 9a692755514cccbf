"""Resumption of a pension or an unemployment benefit (恢复养老、失业保险待遇申请)."""

from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.follow_ups import CASE
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.award import carry_on_unemployment, change_account, resume, work_since
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at, certified_until, suspended_by
from yigui.items.common.award import payee_of
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.unemployed import drawn_meanwhile, months_kept, standards_from
from yigui.items.pension.facts import PensionFacts
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.payment.paid_span import PaidSpan, paid_span
from yigui.payment.queries import still_due
from yigui.tasks.end_task import settle_origin
from yigui.tasks.references import Reference

#: The item that suspends, and its reason for a sentence (suspend_benefit_reason).
_SUSPENSION, _SENTENCE = "PEN-006", "01"
#: Resumed after a sentence; resumed because it was stopped in error (resume_reason).
_RELEASED, _ERROR = "02", "04"


@item("PEN-007")
class ResumeBenefit(BenefitItem[PensionFacts]):
    """Reopens a suspended benefit; the months since the chosen one that were not paid follow with the next run. Of an unemployment benefit
    the months that were not drawn follow from the chosen one on (劳社厅函〔2000〕108号)."""

    writes = ("benefits_amount", "benefits_award", "benefits_benefit")
    needs_living = True
    resumes = True

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        return {"start_month": format_period(benefit.suspended_from)} if benefit.suspended_from else {}

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The months from the chosen one to this one that were not paid: they follow with the next run. Of an unemployment benefit all that are
        left of it: they follow with each run."""
        if facts.benefit is None or facts["start_month"] is None:
            return None
        if _is_carried_on(facts):
            return sum(_standards(facts))
        now = period_of(facts.today)
        return still_due(facts.benefit, facts["start_month"], now, run=now, is_resumed=True)

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.benefit is None or facts["start_month"] is None:
            return []
        if _is_carried_on(facts):
            standards, meanwhile = _standards(facts), _drawn(facts)
            # What has no end has no months left to carry on (`months_kept`).
            assert facts.benefit.end_period is not None
            end = add_months(facts["start_month"], len(standards) - 1)
            return [
                PreviewLine(facts.benefit.get_kind_display(), "暂停", f"自 {format_period(facts['start_month'])} 起恢复"),
                PreviewLine(
                    "尚未领取的月数",
                    f"至 {format_period(facts.benefit.end_period)}",
                    f"{len(standards)} 个月，至 {format_period(end)}",
                ),
                PreviewLine("月标准", "", f"{format_fen(standards[0])} 元"),
                *([PreviewLine("误停期间已发", meanwhile.words, "计入已领取的月数，不追回")] if meanwhile else []),
            ]
        amount = amount_at(facts.benefit, period_of(facts.today))
        fen = amount.total_fen if amount else 0
        return [
            PreviewLine(facts.benefit.get_kind_display(), "暂停", f"自 {format_period(facts['start_month'])} 起恢复"),
            PreviewLine("现月标准", "", f"{format_fen(fen)} 元"),
        ]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        reason = reason_label("resume_reason", facts["change_reason"])
        is_kept = _nothing_to_recover(facts, benefit)
        carried_on = _carry_on(facts, case, benefit) if _is_carried_on(facts) else []
        resume(benefit=benefit, from_period=facts.needed("start_month"), reason=reason)
        if facts["account_no"]:
            change_account(benefit=benefit, payee=payee_of(facts, person))
        if is_kept is not None:
            words = f"{reason}（办件 {case.case_no}），暂停后已发的月份仍为应发，不追回。"
            settle_origin(Reference(CASE, is_kept), outcome="stopped_in_error", note=words, today=facts.today)
        return Outcome(
            summary=f"{person.name} 的{benefit.get_kind_display()}自 {format_period(facts['start_month'])} 起恢复发放（{reason}）。",
            lines=[("个人编号", person.person_no), ("恢复原因", reason), *carried_on],
            notes=["未发的月份随下一批次补发。"],
        )  # fmt: skip


def _nothing_to_recover(facts: PensionFacts, benefit: Benefit) -> int | None:
    """The case (its id) of a suspension in error whose recovery is void: every month paid since is due after all, or counts as drawn. None where it was no
    error, was for a sentence (of the months before it somebody decides), or leaves months that were paid and are not due."""
    by = suspended_by(benefit)
    suspended = Case.objects.filter(pk=by, item_code=_SUSPENSION).first() if by is not None else None
    if facts["change_reason"] != _ERROR or suspended is None or suspended.form.get("change_reason") == _SENTENCE:
        return None
    assert benefit.suspended_from is not None
    if benefit.kind == BenefitKind.UNEMPLOYMENT:
        return suspended.pk
    skipped = paid_span(benefit, add_months(benefit.suspended_from, -1), add_months(facts.needed("start_month"), -1))
    return None if skipped else suspended.pk


def _is_carried_on(facts: PensionFacts) -> bool:
    """Whether months of an unemployment benefit follow later than they would have."""
    benefit = facts.benefit
    return (
        benefit is not None
        and benefit.kind == BenefitKind.UNEMPLOYMENT
        and benefit.suspended_from is not None
        and benefit.suspended_from < facts.needed("start_month")
        and months_kept(benefit, _months(_drawn(facts))) > 0
    )


def _drawn(facts: BenefitFacts) -> PaidSpan:
    """What was paid between the suspension and the month chosen and counts as drawn: where it was stopped in error. Of a sentence it is
    asked back (FND-003), and its months are still to be drawn."""
    benefit, start = facts.benefit, facts["start_month"]
    if benefit is None or benefit.suspended_from is None or start is None or facts["change_reason"] != _ERROR:
        return PaidSpan([], [])
    return drawn_meanwhile(benefit, start)


def _months(drawn: PaidSpan) -> int:
    return len(drawn.ours) + len(drawn.before_us)


def _standards(facts: BenefitFacts) -> list[int]:
    """The standards of the months that are left, from the month chosen."""
    assert facts.benefit is not None
    return standards_from(facts.benefit, facts.needed("start_month"), facts.today, _months(_drawn(facts)))


def _carry_on(facts: PensionFacts, case: Case, benefit: Benefit) -> list[tuple[str, str]]:
    """Have the months that were not drawn follow; what the paper says of them."""
    start = facts.needed("start_month")
    standards, meanwhile = _standards(facts), _drawn(facts)
    line = CalculationLine(
        "失业保险金月标准", standards[0], start, "社会保险法 第四十七条及地方标准；恢复领取：劳社厅函〔2000〕108号"
    )
    end = carry_on_unemployment(
        benefit=benefit, start=start, standards=standards, component=Component("basic", "失业保险金", line), case_id=case.pk, today=facts.today,
        meanwhile=_months(meanwhile),
    )  # fmt: skip
    told = [("误停期间已发，计入已领取的月数，不追回", meanwhile.words)] if meanwhile else []
    return [
        *told,
        ("继续领取的月数", f"{len(standards)}"),
        ("终止年月", format_period(end)),
        ("月标准（元）", format_fen(standards[0])),
    ]


@check("is_suspended")
def is_suspended(facts: BenefitFacts) -> Iterator[Finding]:
    """The benefit is suspended."""
    if facts.benefit is None or facts.benefit.status != BenefitStatus.SUSPENDED:
        yield facts.refuse("is_suspended", field="id_number")


@check("cause_removed")
def cause_removed(facts: BenefitFacts) -> Iterator[Finding]:
    """The cause of the suspension is gone: certified again, released, returned, or stopped in error."""
    benefit = facts.benefit
    if benefit is None or benefit.suspended_from is None:
        return
    if facts["change_reason"] == _RELEASED and "court_document" not in facts.given:
        yield facts.refuse("cause_removed", "刑满释放须收取法律文书。", field="change_reason")
    if facts["change_reason"] == "01" and certified_until(benefit.person_id) < period_of(facts.today):
        yield facts.refuse("cause_removed", "请先办理资格认证（CRT-001）。", field="change_reason")
    start = facts["start_month"]
    if benefit.kind == BenefitKind.UNEMPLOYMENT:
        yield from _unemployed_still(facts, benefit)
    if start is not None and not benefit.suspended_from <= start <= period_of(facts.today):
        yield Finding(
            "cause_removed", f"恢复年月须在 {format_period(benefit.suspended_from)} 至当前月份之间。", field="start_month"
        )


def _unemployed_still(facts: BenefitFacts, benefit: Benefit) -> Iterator[Finding]:
    """An unemployment benefit goes on after a sentence or an error, while months are left and nobody works."""
    if facts["change_reason"] not in (_RELEASED, _ERROR):
        words = f"{benefit.get_kind_display()}的恢复原因为“刑满释放”（含假释）或“误停更正”。"
        yield Finding("cause_removed", words, field="change_reason")
    if (worked := work_since(benefit)) is not None:
        words = f"自 {format_period(worked)} 起有就业登记，不能恢复；再次失业的另行申领（UNE-001），应领未领的月数合并计算。"
        yield Finding("cause_removed", words, field="id_number")
    elif benefit.end_period is None:
        words = "系统内没有该失业保险金的终止年月，恢复后会一直发放，不能恢复。"
        detail = "请查原核定的领取期限；确有应领未领月数的，先办理停止（PEN-006），再另行申领（UNE-001）。"
        yield Finding("cause_removed", words, detail=detail, field="id_number")
    elif not months_kept(benefit, _months(_drawn(facts))):
        yield Finding(
            "cause_removed", f"应领月数至 {format_period(benefit.end_period)} 已领满，没有可恢复的月数。", field="id_number"
        )
