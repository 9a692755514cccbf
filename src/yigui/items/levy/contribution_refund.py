"""Refund of contributions paid in error (社会保险费退费)."""

from collections.abc import Callable, Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine, Subject
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import ItemHandler, employer_subject, item, person_subject
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.waiting_money import as_accepted, kept, named, told_before_signing
from yigui.items.levy.facts import LevyFacts
from yigui.receipts.queries import surplus_of
from yigui.receipts.refunds import NOT_COVERED, is_covered, refund
from yigui.registry.enums import insurance_label


@item("LVY-011")
class ContributionRefund(ItemHandler[LevyFacts]):
    """Cancels wrong months or pays surplus back: lines and entries are reversed, the income reduced, the money on its way."""

    writes = (
        "accounts_entry", "contributions_allocation", "contributions_bill", "contributions_line", "contributions_refund",
        "contributions_refund_due", "ledger_entry", "ledger_voucher",
    )  # fmt: skip
    all_insurances = True

    def subject(self, facts: LevyFacts) -> Subject:
        return person_subject(facts.person, facts) if facts["id_number"] else employer_subject(facts.employer)

    def materials_needed(self, facts: LevyFacts) -> list[str]:
        account = "unit_bank_account" if facts["unit_no"] else "bank_card"
        return [*super().materials_needed(facts), account]

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        lines, paid, surplus = facts.refundable
        if facts["amount"] != paid:
            money = surplus_of(employer=facts.employer, person=facts.person)
            return [PreviewLine("多缴未抵", f"{format_fen(surplus)} 元", "退回后为 0.00 元"), *named(money)]
        return [
            PreviewLine(
                f"{insurance_label(r.insurance)} {format_period(r.owed_period)}", f"已缴 {format_fen(r.employer_fen + r.person_fen)} 元",
                f"退回，个人账户冲减 {format_fen(r.account_fen)} 元",
            )
            for r in lines[:60]
        ]  # fmt: skip

    def waiting_money(self, facts: LevyFacts) -> list[tuple[int, int]]:
        _, paid, _ = facts.refundable
        return kept(surplus_of(employer=facts.employer, person=facts.person)) if facts["amount"] != paid else []

    def before_signing(self, facts: Callable[[], LevyFacts]) -> list[Finding]:
        now = facts()
        return told_before_signing(now.application.case_id, surplus_of(employer=now.employer, person=now.person))

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        lines, paid, _ = facts.refundable
        done = refund(
            case_id=case.pk, employer=facts.employer, person=facts.person, insurances=facts["insurances"], start=facts.needed("start_month"),
            end=facts.needed("end_month"), amount_fen=facts["amount"], account_name=facts["account_name"], account_no=facts["account_no"],
            today=facts.today, surplus=as_accepted(case, surplus_of(employer=facts.employer, person=facts.person)),
        )  # fmt: skip
        rows = [
            [
                insurance_label(r.insurance),
                format_period(r.owed_period),
                format_fen(r.employer_fen + r.person_fen),
                format_fen(r.account_fen),
            ]
            for r in (lines if done.amount_fen == paid else [])
        ]
        head = ["险种", "所属期", "退费（元）", "个人账户冲减（元）"]
        return Outcome(
            summary=f"退费 {format_fen(done.amount_fen)} 元已核准，退回 {done.account_name}。",
            lines=[
                ("退费金额（元）", format_fen(done.amount_fen)),
                ("户名", done.account_name),
                ("银行账号", mask_number(done.account_no)),
            ],
            sections=[{"title": "退费月份", "head": head, "rows": rows}] if rows else [],
            notes=["款项由退费批次支付到上述账户，到账时间以银行为准。"],
        )


@check("paid_by_applicant")
def paid_by_applicant(facts: LevyFacts) -> Iterator[Finding]:
    """The money was paid by the applicant, has arrived, and is exactly what is asked for."""
    if facts.employer is None and facts.person is None:
        yield facts.refuse("paid_by_applicant", "请填写单位编号或社会保障号码。", field="unit_no")
        return
    lines, paid, surplus = facts.refundable
    if facts["amount"] not in (paid, surplus) or not facts["amount"]:
        yield facts.refuse(
            "paid_by_applicant",
            f"所选月份可退 {format_fen(paid)} 元（{len(lines)} 项），多缴未抵 {format_fen(surplus)} 元，申请金额须与其中之一相等。",
            field="amount",
        )
    elif facts["amount"] == paid and not is_covered(lines, employer=facts.employer, person=facts.person):
        yield Finding("paid_by_applicant", NOT_COVERED, field="amount")


@check("no_benefit_used")
def no_benefit_used(facts: Facts) -> Iterator[Finding]:
    """No benefit depends on the months to be refunded."""
    if facts.person is not None and facts.person.is_retired:
        yield facts.refuse("no_benefit_used", f"退休日期 {facts.person.retired_on}。", field="id_number")
