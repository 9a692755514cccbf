"""Return of overpaid benefits (多领待遇退回)."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit, Recovery
from yigui.entitlement.queries import benefits_of
from yigui.entitlement.recover import SET_OFF_GROUND, agree_instalments, open_recovery, recovery_that_stands, take_back
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.death import repayment_of
from yigui.items.common.waiting_money import as_accepted, kept, named, told_before_signing
from yigui.law.overpayment import instalments
from yigui.ledger.declarations import FUND_OF
from yigui.payment.paid_span import PaidSpan, months_in_words, paid_span
from yigui.payment.settled_returns import recovered_as
from yigui.receipts.for_recoveries import take_for_recovery, waiting_for
from yigui.receipts.models import Receipt
from yigui.receipts.queries import surplus_of
from yigui.registry.enums import AAE140

#: Kinds of benefits by the item of the form (待遇项目); what else it lists is not paid from here.
_KINDS: dict[str, tuple[BenefitKind, ...]] = {
    "01": (BenefitKind.PENSION,), "02": (BenefitKind.DISABILITY,), "03": (BenefitKind.UNEMPLOYMENT,), "08": (BenefitKind.RESIDENT,),
    "10": (BenefitKind.FUNERAL, BenefitKind.SURVIVOR, BenefitKind.ACCOUNT, BenefitKind.RURAL_GRANT),
}  # fmt: skip


@item("FND-003")
class OverpaidBenefitRecovery(BenefitItem[BenefitFacts]):
    """Opens a recovery of months paid without right, takes for it what has arrived at the bank, and agrees on instalments kept from later benefits.

    A recovery that stands for the very months is gone on with: what has arrived since is taken for it.
    """

    writes = ("benefits_recovery", "benefits_recovery_return", "contributions_allocation", "ledger_entry", "ledger_voucher")
    optional_materials = ("court_document", "overpayment_notice")

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        return {"benefit_item": next(code for code, kinds in _KINDS.items() if benefit.kind in kinds)}

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def check(self, facts: BenefitFacts) -> list[Finding]:
        """What is paid back has arrived: it waits, known or recognised as the person's, in the books the benefit was paid from."""
        findings = super().check(facts)
        if facts.person is None or any(f.is_refusal for f in findings):
            return findings
        back = facts["paid_back"] or 0
        fund = FUND_OF[facts["insurance"]]
        waiting = sum(fen for _, fen in waiting_for(facts.person, fund))
        if back > waiting:
            elsewhere = sum(fen for _, fen in surplus_of(person=facts.person)) - waiting
            detail = "请由出纳按银行到账在暂收款中认领为该人员的款项后再办理；尚未到账的填 0，到账后就同一月份再办一次。"
            if elsewhere:
                detail += f"另有 {format_fen(elsewhere)} 元在其他基金的账上，不能用于本项待遇。"
            words = f"本次退回 {format_fen(back)} 元，已到账且认定为该人员的款项为 {format_fen(waiting)} 元。"
            findings.append(Finding("money_received", words, detail=detail, field="paid_back"))
        return findings

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        amount, back = facts["amount"] or 0, facts["paid_back"] or 0
        standing = _standing(facts)
        lines = [PreviewLine("应退", "已登记追回，继续收取" if standing else "", f"{format_fen(amount)} 元")]
        lines.append(PreviewLine("本次退回", "已到账的款项" if back else "", f"{format_fen(back)} 元"))
        lines += named(_coming_back(facts), after="用于本项退回")
        if amount > back and facts["instalments"]:
            plan = instalments(amount - back, facts["instalments"], add_months(period_of(facts.today), 1))
            lines.append(PreviewLine("其余分期抵扣", f"{len(plan)} 期", f"每期 {format_fen(plan[0].amount_fen)} 元"))
        return lines

    def waiting_money(self, facts: BenefitFacts) -> list[tuple[int, int]]:
        return kept(_coming_back(facts))

    def before_signing(self, facts: Callable[[], BenefitFacts]) -> list[Finding]:
        now = facts()
        return told_before_signing(now.application.case_id, _waiting(now), is_whole=False)

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        benefit = _benefit(facts)
        assert benefit is not None
        amount, back = facts["amount"], facts["paid_back"] or 0
        monthly = 0
        if amount > back and facts["instalments"]:
            # Rounded up, so that the agreed number of instalments is enough.
            monthly = -(-(amount - back) // facts["instalments"])
        standing = _standing(facts)
        if standing is None:
            recovery = open_recovery(
                of=benefit, start=facts.needed("start_month"), end=facts.needed("end_month"), amount_fen=amount, monthly_fen=monthly,
                is_prior_year=facts.needed("end_month") // 100 < facts.today.year, ground="死亡信息比对" if facts.death else "多领待遇核实",
                case_id=case.pk,
            )  # fmt: skip
        else:
            recovery = agree_instalments(standing, monthly) if monthly else standing
        if back:
            take_for_recovery(
                money=as_accepted(case, _waiting(facts), is_whole=False), fund=FUND_OF[facts["insurance"]], area=benefit.area_id,
                part="prior" if recovery.is_prior_year else recovered_as(benefit), case_id=case.pk, today=facts.today,
            )  # fmt: skip
            take_back(recovery=recovery, amount_fen=back, case_id=case.pk)
        follow_ups = []
        if amount > back and not recovery.monthly_fen and standing is None:
            follow_ups.append(repayment_of(recovery, amount - back, f"{benefit.get_kind_display()}多领"))
        return _outcome(facts, recovery, follow_ups)


def _outcome(facts: BenefitFacts, recovery: Recovery, follow_ups: list[FollowUp]) -> Outcome:
    amount, back, monthly = facts["amount"], facts["paid_back"] or 0, recovery.monthly_fen
    span = f"{format_period(facts['start_month'])} 至 {format_period(facts['end_month'])}"
    rest = "其余款项按约定从后续待遇中抵扣，抵扣完为止。" if monthly else "其余款项请按告知的期限退回。"
    person = needed_person(facts)
    return Outcome(
        summary=f"{person.name} {span} 多领待遇应退 {format_fen(amount)} 元，本次退回 {format_fen(back)} 元。",
        lines=[("个人编号", person.person_no), ("应退（元）", format_fen(amount)), ("已退（元）", format_fen(back)),
               ("每月抵扣（元）", format_fen(monthly) if monthly else "不抵扣")],
        notes=[rest] if amount > back else [],
        follow_ups=follow_ups,
    )  # fmt: skip


def _waiting(facts: BenefitFacts) -> list[tuple[Receipt, int]]:
    """The person's money that has arrived, in the books of the fund."""
    return waiting_for(facts.person, FUND_OF[facts["insurance"]]) if facts.person is not None else []


def _coming_back(facts: BenefitFacts) -> list[tuple[Receipt, int]]:
    """Of that what comes back now, the oldest first."""
    left, taken = facts["paid_back"] or 0, []
    for receipt, fen in _waiting(facts):
        if left > 0:
            taken.append((receipt, min(left, fen)))
            left -= taken[-1][1]
    return taken


def _months(facts: BenefitFacts) -> tuple[int, int] | None:
    return (facts.months[0], facts.months[-1]) if facts.months else None


def _paid(benefit: Benefit, months: tuple[int, int]) -> PaidSpan:
    return paid_span(benefit, add_months(months[0], -1), months[1])


def _benefit(facts: BenefitFacts) -> Benefit | None:
    """The person's benefit of the insurance and item of the form: of several the one that paid most in the months, the newest else."""
    months = _months(facts)
    if facts.person is None or months is None:
        return None
    kinds = _KINDS.get(facts["benefit_item"] or "", ())
    rows = [b for b in benefits_of(facts.person) if b.insurance == AAE140.get(facts["insurance"]) and b.kind in kinds]
    return max(rows, key=lambda b: (_paid(b, months).total_fen, b.pk), default=None)


def _standing(facts: BenefitFacts) -> Recovery | None:
    """The recovery that stands for the very months, on which something is still to come back."""
    benefit, months = _benefit(facts), _months(facts)
    return recovery_that_stands(benefit, *months) if benefit is not None and months is not None else None


@check("ground_shown")
def ground_shown(facts: BenefitFacts) -> Iterator[Finding]:
    """A shared-data match or a document is the ground."""
    if facts.death is None and not {"overpayment_notice", "court_document"} & facts.given.keys():
        yield facts.refuse("ground_shown")


@check("not_above_overpaid")
def not_above_overpaid(facts: BenefitFacts) -> Iterator[Finding]:
    """What is asked back was paid in these months and is not asked back yet, or is what is open of the recovery of them; what comes back is not more."""
    months, benefit = _months(facts), _benefit(facts)
    if facts.person is None or months is None:
        return
    if benefit is None:
        yield Finding("not_above_overpaid", "该人员没有这项待遇的发放记录，请核对险种和待遇项目。", field="benefit_item")
        return
    amount, back, standing = facts["amount"] or 0, facts["paid_back"] or 0, _standing(facts)
    if standing is not None:
        left = standing.amount_fen - sum(standing.returns.values_list("amount_fen", flat=True))
        if amount != left:
            yield Finding(
                "not_above_overpaid", f"这些月份已登记追回，尚应退 {format_fen(left)} 元，应退金额请按此填写。", field="amount"
            )
    else:
        yield from _above_what_was_paid(benefit, months, amount)
    if back > amount:
        yield facts.refuse("not_above_overpaid", field="paid_back")
    elif back < 0:
        yield Finding("not_above_overpaid", "本次退回的金额不能为负；没有退回的请填 0。", field="paid_back")


def _above_what_was_paid(benefit: Benefit, months: tuple[int, int], amount: int) -> Iterator[Finding]:
    """More is asked than was paid and is not asked back yet: by a recovery on the benefit, or one that is kept back from a grant after the death.

    Of months before the first run of the house there is no record of payments: the worker says from the records of whoever paid what was paid, in
    writing, and those who review answer for it.
    """
    paid = _paid(benefit, months)
    rows = Recovery.objects.filter(
        Q(benefit=benefit) | Q(benefit__person=benefit.person_id, ground__startswith=SET_OFF_GROUND), start_period__lte=months[1],
        end_period__gte=months[0], benefit__insurance=benefit.insurance,
    )  # fmt: skip
    recovered = sum(r.amount_fen for r in rows.exclude(case_id__lt=0, returns=None))
    if amount <= paid.fen - recovered:
        return
    if paid.before_us:
        over = amount > paid.total_fen - recovered
        yield Finding.question(
            "not_above_overpaid",
            f"{months_in_words(paid.before_us)}在本系统首次发放之前，没有发放记录；期初标准合计 {format_fen(paid.opening_fen)} 元，本系统已发 "
            f"{format_fen(paid.fen)} 元，已登记追回 {format_fen(recovered)} 元"
            + ("，应退金额超过其合计" if over else "")
            + "。请按原经办方的发放明细核对实际已发金额，写明明细的名称、日期和金额。",
            field="amount",
        )
    else:
        yield Finding(
            "not_above_overpaid",
            f"所选月份已发 {format_fen(paid.fen)} 元，已登记追回 {format_fen(recovered)} 元，应退金额过大。",
            field="amount",
        )
