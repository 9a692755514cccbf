"""Settlement and reconciliation with a payer (缴费结算与对账): a unit, or a person who pays alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine, Subject
from yigui.casework.models import Case
from yigui.charges.queries import BillState, bills_of_payer
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.common.normalise import same_name
from yigui.items.common.base import ItemHandler, employer_subject, item, needed_employer, needed_person, person_subject
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.waiting_money import as_accepted, kept, named, told_before_signing
from yigui.law.contribution import describe_period
from yigui.levy.enums import BillKind
from yigui.receipts.models import Receipt
from yigui.receipts.queries import surplus_of
from yigui.receipts.settle import settle_recognised
from yigui.registry.enums import AAE140, EmployerStatus

#: Bills, and receipts, that the sheet names one by one.
ROWS_SHOWN = 300


@item("FND-001")
class UnitFundSettlement(ItemHandler[BillFacts]):
    """Matches waiting receipts with the payer's bills, moves suspense to income, and signs the sheet of the period."""

    writes = ("accounts_entry", "contributions_allocation", "contributions_bill", "ledger_entry", "ledger_voucher")
    all_insurances = True
    optional_materials = ("payment_receipt", "reconciliation_sheet")

    def subject(self, facts: BillFacts) -> Subject:
        return person_subject(facts.person, facts) if _is_of_person(facts) else employer_subject(facts.employer)

    def amount_fen(self, facts: BillFacts) -> int | None:
        if facts.employer is None and facts.person is None:
            return None
        return sum(fen for _, fen in _waiting(facts))

    def preview(self, facts: BillFacts) -> list[PreviewLine]:
        due, paid = settlement_sums(facts)
        waiting = _waiting(facts)
        after = f"不变，差额 {format_fen(due - paid)} 元"
        if waiting:
            fen = format_fen(sum(fen for _, fen in waiting))
            after = f"以下列到账 {fen} 元抵缴最早的未缴费用（不限所选月份），抵缴后的实缴、未缴列入缴费结算单"
        now = f"应缴 {format_fen(due)} 元，实缴 {format_fen(paid)} 元，差额 {format_fen(due - paid)} 元"
        return [PreviewLine("所选月份", now, after), *named(waiting, before="待认定 ", after="抵缴最早的未缴费用，余额留待抵缴")]

    def waiting_money(self, facts: BillFacts) -> list[tuple[int, int]]:
        return kept(_waiting(facts))

    def before_signing(self, facts: Callable[[], BillFacts]) -> list[Finding]:
        now = facts()
        return told_before_signing(now.application.case_id, _waiting(now))

    def apply(self, facts: BillFacts, case: Case) -> Outcome:
        payer = needed_person(facts) if _is_of_person(facts) else needed_employer(facts)
        before = {s.bill.id: s.paid_fen for s in settlement_states(facts)}
        paid = sum(before.values())
        waiting = as_accepted(case, _waiting(facts))
        result = settle_recognised(receipts=[r for r, _ in waiting], case_id=case.pk, today=facts.today) if waiting else None
        moved = result.allocated_fen if result else 0
        vouchers = "、".join(f"记-{v}" for v in result.vouchers) if result else "无"
        states = _states_now(facts)
        # All of one moment: what money that came late costs is charged by the case itself.
        due, paid_now = _sums(states)
        charged = _charged(states, before)
        span = describe_period(facts.months[0], facts.months[-1])
        used = [[r.reference, f"{r.received_on}", format_fen(fen)] for r, fen in waiting[:ROWS_SHOWN]]
        if others := waiting[ROWS_SHOWN:]:
            used.append([f"其余 {len(others)} 笔", "", format_fen(sum(fen for _, fen in others))])
        extra = f"（含本次加收滞纳金 {format_fen(charged)} 元）" if charged else ""
        return Outcome(
            summary=f"{payer.name} {span} 对账完成：应缴 {format_fen(due)} 元{extra}，实缴 {format_fen(paid_now)} 元，未缴 {format_fen(due - paid_now)} 元；"
            + (f"暂收款转入 {format_fen(moved)} 元。" if moved else "没有暂收款转入。"),
            lines=[("所属期", span), ("应缴合计（元）", format_fen(due)),
                   *([("其中本次加收滞纳金（元）", format_fen(charged))] if charged else []), ("结算前实缴（元）", format_fen(paid)),
                   ("本次抵缴所选月份（元）", format_fen(paid_now - paid)), ("结算后实缴（元）", format_fen(paid_now)),
                   ("未缴（元）", format_fen(due - paid_now)), ("暂收款转入（元，不限所选月份）", format_fen(moved)), ("记账凭证", vouchers)],
            sections=[*([_sheet(states, before)] if states else []),
                      *([{"title": "所用到账", "head": ["流水号", "到账日期", "金额（元）"], "rows": used}] if used else [])],
            notes=[facts["note"]] if facts["note"] else [],
        )  # fmt: skip


def _sheet(states: list[BillState], before: dict[int, int]) -> dict[str, Any]:
    """The settlement sheet (缴费结算单): each bill with what was due and paid before, what this case paid of it, and what is left; of more than
    `ROWS_SHOWN` what the others come to."""
    ordered = sorted(states, key=lambda s: (s.bill.start_period, s.bill.insurance, s.bill.id))
    rows = [
        [format_period(s.bill.start_period), s.label, s.kind_label, str(s.bill.id), format_fen(s.bill.total_fen),
         format_fen(before.get(s.bill.id, 0)), format_fen(s.paid_fen - before.get(s.bill.id, 0)), format_fen(s.left_fen)]
        for s in ordered[:ROWS_SHOWN]
    ]  # fmt: skip
    if others := ordered[ROWS_SHOWN:]:
        due, paid = _sums(others)
        earlier = sum(before.get(s.bill.id, 0) for s in others)
        words = f"其余 {len(others)} 张共 {format_fen(due)} 元"
        rows.append([words, "", "", "", format_fen(due), format_fen(earlier), format_fen(paid - earlier), format_fen(due - paid)])
    head = ["所属期", "险种", "类型", "缴费单号", "应缴（元）", "此前已缴（元）", "本次抵缴（元）", "未缴（元）"]
    return {"title": "缴费结算明细", "head": head, "rows": rows, "widths": [4, 5, 4, 6, 6, 6, 6, 6]}


def _states_now(facts: BillFacts) -> list[BillState]:
    """Bills of the months and insurances as they stand after the case has paid of them."""
    person, employer = (needed_person(facts), None) if _is_of_person(facts) else (None, needed_employer(facts))
    rows = bills_of_payer(employer=employer, person=person, start=facts.months[0], end=facts.months[-1])
    return _chosen(facts, rows)


def _is_of_person(facts: BillFacts) -> bool:
    """Whether the money is a person's who pays alone; versions before this asked for a unit only."""
    return bool(facts.get("id_number")) and not facts["unit_no"]


def _waiting(facts: BillFacts) -> list[tuple[Receipt, int]]:
    """The payer's money that no bill has taken, known or recognised as theirs."""
    return surplus_of(person=needed_person(facts)) if _is_of_person(facts) else surplus_of(employer=needed_employer(facts))


@check("settling_payer")
def settling_payer(facts: BillFacts) -> Iterator[Finding]:
    """One payer, registered: the unit is active, the person's number and name are of one record."""
    number = facts.get("id_number")
    if bool(facts["unit_no"]) == bool(number):
        yield facts.refuse("settling_payer", "两者填写一项。", field="unit_no")
    elif number and facts.person is None:
        yield facts.refuse("settling_payer", f"未查询到社会保障号码为 {number} 的参保人。", field="id_number")
    elif facts.person is not None and not same_name(facts.person.name, facts.get("person_name") or ""):
        yield Finding("settling_payer", "姓名与参保登记不一致。", detail="请核对姓名和社会保障号码。", field="person_name")
    elif not number and facts.employer is None:
        yield facts.refuse("settling_payer", f"未查询到单位编号 {facts['unit_no']}。", field="unit_no")
    elif facts.employer is not None and facts.employer.status != EmployerStatus.ACTIVE:
        label = facts.employer.get_status_display()
        yield facts.refuse("settling_payer", f"{facts.employer.name}（{facts.employer.unit_no}）现为“{label}”。", field="unit_no")


@check("difference_explained")
def difference_explained(facts: BillFacts) -> Iterator[Finding]:
    """The three amounts are those of the system, the difference is theirs, and one that is not zero has its reason."""
    due, paid = settlement_sums(facts)
    if (facts["bill_total"], facts["paid_total"]) != (due, paid):
        yield Finding(
            "difference_explained", "应缴或实缴合计与系统记录不符，请按系统数填写。",
            detail=f"系统应缴 {format_fen(due)} 元，实缴 {format_fen(paid)} 元。", field="bill_total",
        )  # fmt: skip
    elif facts["difference"] != due - paid:
        yield Finding("difference_explained", f"差额应为 {format_fen(due - paid)} 元。", field="difference")
    elif due != paid and len((facts["note"] or "").strip()) < 4:
        yield facts.refuse("difference_explained", "请在备注中写明原因和处理方式。", field="note")


def settlement_states(facts: BillFacts) -> list[BillState]:
    """Bills of the payer in the months and insurances of a settlement."""
    return _chosen(facts, facts.bills_of_months)


def _chosen(facts: BillFacts, states: list[BillState]) -> list[BillState]:
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    return [s for s in states if s.bill.insurance in wanted and s.bill.start_period in facts.months]


def settlement_sums(facts: BillFacts) -> tuple[int, int]:
    """Due and paid of a settlement, fen."""
    return _sums(settlement_states(facts))


def _sums(states: Sequence[BillState]) -> tuple[int, int]:
    return sum(s.bill.total_fen for s in states), sum(s.paid_fen for s in states)


def _charged(states: Sequence[BillState], before: dict[int, int]) -> int:
    """Surcharges that were not there before, fen."""
    return sum(s.bill.total_fen for s in states if s.bill.kind == BillKind.SURCHARGE and s.bill.id not in before)


@check("receipt_once")
def receipt_once(facts: Facts) -> Iterator[Finding]:
    """A receipt is matched once: the database keeps it so; here only months that have not begun are refused."""
    if facts.months and facts.months[-1] > period_of(facts.today):
        yield facts.refuse("receipt_once", f"{format_period(facts.months[-1])} 尚未开始。", field="end_month")
