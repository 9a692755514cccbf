"""First payment of a newly awarded pension (退休待遇首次拨付)."""

from collections.abc import Callable, Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import format_period, months_after, months_between, period_of
from yigui.entitlement.award import release_first_payment
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at, due_between
from yigui.items.common.award import payee_of
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.pension._assessment import missed_sections
from yigui.items.pension.facts import PensionFacts
from yigui.payment.late_adjustment import adjust_late, late_adjustments
from yigui.tasks.queries import open_tasks_about


@item("PEN-010")
class FirstPayment(BenefitItem[PensionFacts]):
    """Confirms person, account and months due face to face, and releases the first payment with the months since the start."""

    writes = ("benefits_amount", "benefits_benefit")
    needs_living = True

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        amount = amount_at(benefit, benefit.start_period)
        return {
            "benefit_start": format_period(benefit.start_period), "account_no": benefit.account_no, "pay_method": "01",
            "amount": plain_fen(amount.total_fen) if amount else None,
        }  # fmt: skip

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """All months from the start to this one, with adjustments that came meanwhile: that is what is released, not one month's standard."""
        benefit, now = facts.benefit, period_of(facts.today)
        if benefit is None:
            return None
        missed = sum(one.increase_fen * months_between(one.effective, now) for one in late_adjustments(benefit))
        return due_between(benefit, benefit.start_period, now) + missed

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.benefit is None:
            return []
        months = max(0, months_after(facts.benefit.start_period, period_of(facts.today)) + 1)
        return [
            PreviewLine(facts.benefit.get_kind_display(), "待首次拨付", "列入支付计划"),
            PreviewLine("应发月份", "", f"自 {format_period(facts.benefit.start_period)} 起 {months} 个月"),
            *(
                PreviewLine("补调", format_period(one.effective), f"每月增加 {format_fen(one.increase_fen)} 元")
                for one in late_adjustments(facts.benefit)
            ),
            PreviewLine("发放账号", "", mask_number(facts["account_no"] or "")),
        ]

    def before_signing(self, facts: Callable[[], PensionFacts]) -> list[Finding]:
        """A review that is under way now, also one that was opened after the case was accepted."""
        return list(_under_review(facts()))

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        standard = amount_at(benefit, benefit.start_period)
        missed = late_adjustments(benefit)
        adjust_late(benefit, missed)
        release_first_payment(benefit=benefit, payee=payee_of(facts, person))
        return Outcome(
            summary=f"{person.name} 的首次拨付已核准，自 {format_period(benefit.start_period)} 起的待遇随下一批次发放。",
            lines=[("个人编号", person.person_no), ("月标准（元）", format_fen(standard.total_fen if standard else 0)),
                   ("户名", facts["account_name"]), ("账号", mask_number(facts["account_no"]))],
            sections=missed_sections(missed),
            notes=["到账后可查询发放明细（ENQ-005）；请每年办理领取资格认证（CRT-001）。"],
        )  # fmt: skip


@check("calculation_approved")
def calculation_approved(facts: PensionFacts) -> Iterator[Finding]:
    """An award waits for its first payment, amount and start are its own, and nobody is reviewing it, else that is asked about."""
    benefit = facts.benefit
    if benefit is None or benefit.status != BenefitStatus.PENDING:
        yield facts.refuse("calculation_approved", "没有待首次拨付的待遇。", field="id_number")
        return
    if facts["benefit_start"] != benefit.start_period:
        yield Finding("calculation_approved", f"核定的起发年月为 {format_period(benefit.start_period)}。", field="benefit_start")
    award = benefit.awards.order_by("-version").first()
    if award is not None and facts["amount"] != award.total_fen:
        yield Finding("calculation_approved", f"核定的月标准为 {plain_fen(award.total_fen)} 元。", field="amount")
    yield from _under_review(facts)


def _under_review(facts: PensionFacts) -> Iterator[Finding]:
    """What was awarded is being reviewed: the first payment may come to another sum, and whoever releases it says why it does not wait."""
    if facts.person is None:
        return
    for task in open_tasks_about("benefit_review", facts.person.pk):
        words = f"待遇正在复核（{task.opened_on}：{task.note}），复核后金额可能改变。不等复核先行拨付的，请写明理由。"
        yield Finding.question("calculation_approved", words, field="benefit_start")


@check("in_person")
def in_person(facts: Facts) -> Iterator[Finding]:
    """The case is opened at a counter."""
    if facts.channel != "counter":
        yield facts.refuse("in_person")
