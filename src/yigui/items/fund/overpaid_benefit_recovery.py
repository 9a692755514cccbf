"""Return of overpaid benefits (多领待遇退回)."""

from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit, Recovery
from yigui.entitlement.queries import benefits_of
from yigui.entitlement.recover import open_recovery, take_back
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.death import repayment_of
from yigui.items.common.facts import Facts
from yigui.law.overpayment import instalments
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.payment.queries import paid_after
from yigui.payment.settled_returns import recovered_as
from yigui.registry.enums import AAE140, INSURANCE_OF


@item("FND-003")
class OverpaidBenefitRecovery(BenefitItem[BenefitFacts]):
    """Opens a claim for months paid without right, takes what is paid back, and agrees on instalments kept from later benefits."""

    writes = ("benefits_recovery", "benefits_recovery_return", "ledger_entry", "ledger_voucher")
    optional_materials = ("court_document", "overpayment_notice")

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        return {"benefit_item": "08" if benefit.kind == BenefitKind.RESIDENT else "01"}

    @staticmethod
    def _benefit(facts: BenefitFacts) -> Benefit | None:
        rows = benefits_of(facts.person) if facts.person else []
        return next((b for b in rows if b.insurance == AAE140.get(facts["insurance"])), None)

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        amount, back = facts["amount"] or 0, facts["paid_back"] or 0
        lines = [PreviewLine("应退", "", f"{format_fen(amount)} 元"), PreviewLine("本次退回", "", f"{format_fen(back)} 元")]
        if amount > back and facts["instalments"]:
            plan = instalments(amount - back, facts["instalments"], add_months(period_of(facts.today), 1))
            lines.append(PreviewLine("其余分期抵扣", f"{len(plan)} 期", f"每期 {format_fen(plan[0].amount_fen)} 元"))
        return lines

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), self._benefit(facts)
        assert benefit is not None
        amount, back = facts["amount"], facts["paid_back"] or 0
        is_prior = facts.needed("end_month") // 100 < facts.today.year
        monthly = 0
        if amount > back and facts["instalments"]:
            # Rounded up, so that the agreed number of instalments is enough.
            monthly = -(-(amount - back) // facts["instalments"])
        recovery = open_recovery(
            of=benefit, start=facts.needed("start_month"), end=facts.needed("end_month"), amount_fen=amount, monthly_fen=monthly,
            is_prior_year=is_prior, ground="死亡信息比对" if facts.death else "多领待遇核实", case_id=case.pk,
        )  # fmt: skip
        if back:
            take_back(recovery=recovery, amount_fen=back, case_id=case.pk)
            fund = FUND_OF[INSURANCE_OF[benefit.insurance].value]
            part = "prior" if is_prior else recovered_as(benefit)
            post(
                event="benefit_recovered", fund=fund, area_code=benefit.area_id, on=posting_day(facts.today, area=benefit.area_id, fund=fund),
                amounts={"total": back, part: back}, source_kind="case", source_id=case.pk,
            )  # fmt: skip
        follow_ups = []
        if amount > back and not monthly:
            follow_ups.append(repayment_of(recovery, amount - back, f"{benefit.get_kind_display()}多领"))
        span = f"{format_period(facts['start_month'])} 至 {format_period(facts['end_month'])}"
        return Outcome(
            summary=f"{person.name} {span} 多领待遇应退 {format_fen(amount)} 元，本次退回 {format_fen(back)} 元。",
            lines=[("个人编号", person.person_no), ("应退（元）", format_fen(amount)), ("已退（元）", format_fen(back)),
                   ("每月抵扣（元）", format_fen(monthly) if monthly else "不抵扣")],
            notes=["其余款项按约定从后续待遇中抵扣，抵扣完为止。" if monthly else "其余款项请按告知的期限退回。"] if amount > back else [],
            follow_ups=follow_ups,
        )  # fmt: skip


@check("ground_shown")
def ground_shown(facts: BenefitFacts) -> Iterator[Finding]:
    """A shared-data match or a document is the ground."""
    if facts.death is None and not {"overpayment_notice", "court_document"} & facts.given.keys():
        yield facts.refuse("ground_shown")


@check("not_above_overpaid")
def not_above_overpaid(facts: Facts) -> Iterator[Finding]:
    """What is claimed was paid in these months and is not claimed yet; what comes back is not more than is claimed, nor below zero."""
    if facts.person is None or not facts.months:
        return
    start, end = facts.months[0], facts.months[-1]
    paid = claimed = 0
    for benefit in benefits_of(facts.person):
        if benefit.insurance == AAE140.get(facts["insurance"]):
            paid += sum(fen for month, fen in paid_after(benefit, 0) if start <= month <= end)
            rows = Recovery.objects.filter(benefit=benefit, start_period__lte=end, end_period__gte=start)
            claimed += sum(r.amount_fen for r in rows)
    if (facts["amount"] or 0) > paid - claimed:
        yield Finding(
            "not_above_overpaid",
            f"所选月份已发 {format_fen(paid)} 元，已登记追回 {format_fen(claimed)} 元，应退金额过大。",
            field="amount",
        )
    if (facts["paid_back"] or 0) > (facts["amount"] or 0):
        yield facts.refuse("not_above_overpaid", field="paid_back")
    elif (facts["paid_back"] or 0) < 0:
        yield Finding("not_above_overpaid", "本次退回的金额不能为负；没有退回的请填 0。", field="paid_back")
