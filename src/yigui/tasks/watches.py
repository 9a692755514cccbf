"""Watches (比对与督促): what happened in the tables below and must become somebody's work. Each opens a task for what it finds, once.

A person who draws a benefit and was reported as dead or in prison is the hit of R071; the others are promises of runs and cases
(退票通知领取人, 到龄办理退休, 重新就业即停发).
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction

from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.common.rooms import rooms
from yigui.common.sqlfiles import named_sql
from yigui.db.each import each, each_past
from yigui.entitlement.after_allowance import last_allowance, words_of_end
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.payment.enums import Hold
from yigui.payment.queries import overpaid_since, paid_after
from yigui.payment.reason_codes import return_reason_of
from yigui.receipts.models import Refund
from yigui.registry.models import Employer
from yigui.registry.queries import due_after
from yigui.tasks import origins
from yigui.tasks.death_conflicts import end_doubtful, look_for_conflicts
from yigui.tasks.end_task import settle_origin
from yigui.tasks.kinds import kind_of
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference
from yigui.tasks.sentences import look_for_sentences

logger = logging.getLogger(__name__)
#: Rows one watch takes up at once; the rest follow within the hour.
ROWS_MAX = 2000
#: Stopped because the person works again (suspend_benefit_reason).
_AT_WORK = "07"
#: An allowance is followed up so many months before it ends.
_MONTHS_BEFORE = 2


def _rows(name: str, skip: int, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(named_sql("tasks", "watches")[name], {"most": ROWS_MAX, "skip": skip, **parameters})
        columns = [c[0] for c in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _each(name: str, do: Callable[[dict[str, Any]], object], **parameters: Any) -> int:
    """Do something with each row of a statement in a transaction of its own; one that fails is logged and gone past, the others go on."""

    @transaction.atomic
    def one(row: dict[str, Any]) -> bool:
        do(row)
        return True

    return each_past(lambda skip: _rows(name, skip, parameters), one, job="tasks.look_around").done


def _open(
    kind: str, origin: Reference, benefit: Benefit, note: str, today: dt.date, fields: Mapping[str, Any] | None = None, **more: Any
) -> None:
    """Open a task about a benefit. `fields`: what a case of the item that settles it first of all begins with."""
    form = {kind_of(kind, today).items[0]: fields} if fields else None
    open_task(
        kind=kind, origin=origin, note=note, agency=agency_of_area(benefit.area_id), area_code=benefit.area_id, today=today,
        person=benefit.person, form=form, **more,
    )  # fmt: skip


def _benefit(benefit_id: int) -> Benefit:
    return Benefit.objects.select_related("person").get(pk=benefit_id)


def _to_recover(months: list[tuple[int, int]]) -> dict[str, Any]:
    """What the return of overpaid benefits begins with: months and sum."""
    fen = sum(fen for _, fen in months)
    first, last = format_period(months[0][0]), format_period(months[-1][0])
    return {"start_month": first, "end_month": last, "amount": plain_fen(fen)}


def look_for_deaths(today: dt.date) -> int:
    """Benefits of people reported as dead: money paid after the death is a hit, else the family is to be heard; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit, died_on = _benefit(row["benefit_id"]), row["died_on"]
        paid = paid_after(benefit, period_of(died_on))
        words = f"部门信息显示 {died_on} 死亡，{benefit.get_kind_display()}尚未终止"
        origin, part = Reference(origins.DEATH, row["record_id"]), str(benefit.pk)
        if row["earlier"]:
            part += f"-{row['earlier'] + 1}"
        if paid:
            fen = sum(fen for _, fen in paid)
            words += f"；死亡次月起已发 {len(paid)} 个月 {format_fen(fen)} 元。"
            _open("fraud_hit", origin, benefit, words, today, amount_fen=fen, fields=_to_recover(paid), part=part)
        else:
            _open("survivor_follow_up", origin, benefit, f"{words}。", today, part=part)

    return _each("deaths", found)


def look_for_returned(today: dt.date) -> int:
    """Payments the bank gave back and nobody has sent again: the payee is to be asked; gives how many.

    The term (退票清零) runs from the day the bank's word came in, not from when it was seen.
    """
    term = kind_of("returned_payment", today).term_workdays

    def found(row: dict[str, Any]) -> None:
        benefit = _benefit(row["benefit_id"])
        origin = Reference(origins.RETURNED, row["batch_id"], f"{row['benefit_id']}-{row['attempt']}")
        words = f"第 {row['batch_id']} 号批次的{benefit.get_kind_display()} {format_fen(row['amount_fen'])} 元被银行退回：{row['reason'] or '未注明原因'}。"
        fields = {"batch_no": str(row["batch_id"]), "amount": plain_fen(row["amount_fen"])}
        if reason := return_reason_of(row["reason"]):
            fields["return_reason"] = reason
        due, again = due_after(row["received_on"], term).day, row["withdrawn"]
        if again:
            words += f"原定的重发已由第 {again} 号批次撤回，请重新核对收款账户。"
            due = max(due, due_after(today, term).day)
        part = str(again or "")
        _open("returned_payment", origin, benefit, words, today, amount_fen=row["amount_fen"], fields=fields, due_on=due, part=part)

    return _each("returned", found)


def look_for_stuck_refunds(today: dt.date) -> int:
    """Refunds the bank gave back, or whose payee is dead: somebody finds the account they can go to; gives how many."""

    def found(row: dict[str, Any]) -> None:
        refund = Refund.objects.select_related("employer", "person").get(pk=row["refund_id"])
        why = "收款人已登记死亡" if row["is_dead"] else f"第 {row['batch_id']} 号批次被银行退回：{row['reason'] or '未注明原因'}"
        open_task(
            kind="refund_stuck", origin=Reference(origins.REFUND, row["due_id"]), part="dead" if row["is_dead"] else str(row["batch_id"]),
            note=f"退费 {format_fen(row['amount_fen'])} 元，{why}。", agency=agency_of_area(row["area_code"]), area_code=row["area_code"],
            today=today, person=None if refund.employer else refund.person, employer=refund.employer, amount_fen=row["amount_fen"],
        )  # fmt: skip

    return _each("refunds_stuck", found)


def end_moved_refunds(today: dt.date) -> int:
    """Refunds that go to another account now, or have arrived, need nobody any more; gives how many."""

    def found(row: dict[str, Any]) -> None:
        outcome, note = ("paid", "退费已到账。") if row["is_paid"] else ("moved", "收款账户已更正，随下一批次支付。")
        settle_origin(Reference(origins.REFUND, row["due_id"]), outcome=outcome, note=note, today=today)

    return _each("refunds_moved", found)


def look_for_held(today: dt.date) -> int:
    """Benefits a run held as drawn twice or as overpaid: somebody looks into it; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit = _benefit(row["benefit_id"])
        origin = Reference(origins.HELD, benefit.pk)
        part = f"{row['hold']}-{row['batch_id']}"
        over = overpaid_since(benefit, benefit.start_period) if row["hold"] == Hold.OVERPAID else []
        words = f"第 {row['batch_id']} 号批次拦截：{format_period(row['pay_period'])} {benefit.get_kind_display()}“{Hold(row['hold']).label}”。"
        if over:
            _open(
                "recovery", origin, benefit, words, today, amount_fen=sum(f for _, f in over), fields=_to_recover(over), part=part
            )
        else:
            _open("fraud_hit", origin, benefit, words, today, part=part)

    return _each("held", found)


def look_for_run_recoveries(today: dt.date) -> int:
    """Recoveries that a run opened by itself for months after a death: somebody asks the money back; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit = _benefit(row["benefit_id"])
        first, last = format_period(row["start_period"]), format_period(row["end_period"])
        words = (
            f"第 {row['batch_id']} 号批次执行时登记多领：{first} 至 {last} {benefit.get_kind_display()}，"
            f"尚应退 {format_fen(row['left_fen'])} 元（{row['ground']}）。"
        )
        fields = {"start_month": first, "end_month": last, "amount": plain_fen(row["left_fen"])}
        origin = Reference(origins.RECOVERY, row["recovery_id"])
        _open("recovery", origin, benefit, words, today, amount_fen=row["left_fen"], fields=fields)

    return _each("run_recoveries", found)


def look_for_employed(today: dt.date) -> int:
    """People at work who draw what work stops (重新就业停发): the unemployment benefit, the disability allowance; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit = _benefit(row["benefit_id"])
        employer = Employer.objects.get(pk=row["employer_id"])
        # An allowance stops with the month after contributions are paid again (人社部发〔2024〕72号第七条).
        is_allowance = benefit.kind == BenefitKind.DISABILITY
        paid = paid_after(benefit, row["since"] if is_allowance else add_months(row["since"], -1))
        words = (
            f"领取{benefit.get_kind_display()}期间自 {format_period(row['since'])} 起在{employer.name}参保，已发 {len(paid)} 个月；"
            f"重新就业{'参保缴费的，自次月起停发' if is_allowance else '应停止领取'}。"
        )
        stops = add_months(row["since"], 1) if is_allowance else row["since"]
        # What ends it as the record says, and the return of what was paid since.
        form: dict[str, Any] = {
            "PEN-006": {"change_reason": _AT_WORK, "start_month": format_period(max(stops, benefit.start_period))}
        }
        more: dict[str, Any] = {"amount_fen": sum(fen for _, fen in paid)} if paid else {}
        open_task(
            kind="at_work", origin=Reference(origins.EMPLOYED, benefit.pk), note=words, agency=agency_of_area(benefit.area_id),
            area_code=benefit.area_id, today=today, person=benefit.person, form=form, **more,
        )  # fmt: skip

    return _each("employed", found)


def look_for_endless(today: dt.date) -> int:
    """Unemployment benefits in payment without a last month, from before the database refused them: they would be paid for ever; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit = _benefit(row["benefit_id"])
        words = (
            f"自 {format_period(row['start_period'])} 起领取的失业保险金没有终止年月，会一直发放。请查原核定的领取期限：已领满的自期满次月起停止；"
            "未领满的也先停止，再由本人另行申领（UNE-001），应领未领的月数合并计算。"
        )
        _open("no_end", Reference(origins.ENDLESS, benefit.pk), benefit, words, today)

    return _each("endless", found)


def look_for_lowered(today: dt.date) -> int:
    """Awards a recalculation left out because they would be lower: somebody finds out why and makes them again; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit, before, after = _benefit(row["benefit_id"]), row["before_fen"], row["after_fen"]
        words = (
            f"第 {row['batch_id']} 号预发重算：{benefit.get_kind_display()}由 {format_fen(before)} 元降为 {format_fen(after)} 元，未列入批次。"
            "请核对核定依据：确应降低的以养老待遇重新核定（PEN-009）办理并告知本人，依据有误的先更正。"
        )
        _open("benefit_review", Reference(origins.LOWERED, benefit.pk), benefit, words, today, part=f"{before}-{after}")

    return _each("lowered", found)


def look_for_ending(today: dt.date) -> int:
    """Disability allowances that end: with the age, when the person retires, or with their term; gives how many."""

    def found(row: dict[str, Any]) -> None:
        benefit = _benefit(row["benefit_id"])
        known = last_allowance(benefit.person)
        # One that was taken over has no award here: how it was computed is to be read in its file.
        after = words_of_end(known[1] if known else None)
        words = f"病残津贴发放至 {format_period(row['end_period'])}；{after}，请通知本人。"
        _open("retirement_due", Reference(origins.ENDING, benefit.pk), benefit, words, today)

    return _each("ending", found, until=add_months(period_of(today), _MONTHS_BEFORE))


def end_repaid(today: dt.date) -> int:
    """Recoveries whose money is all back need nobody any more; gives how many."""

    def found(row: dict[str, Any]) -> None:
        settle_origin(Reference(origins.RECOVERY, row["recovery_id"]), outcome="back", note="应退款已全部收讫。", today=today)

    return _each("repaid", found)


#: The watches of this room, in the order they look.
WATCHES: tuple[Callable[[dt.date], int], ...] = (
    look_for_conflicts, end_doubtful, look_for_deaths, look_for_sentences, look_for_returned, look_for_held, look_for_run_recoveries,
    look_for_employed, look_for_endless, look_for_ending, look_for_lowered, end_repaid, look_for_stuck_refunds, end_moved_refunds,
)  # fmt: skip


def look_around(today: dt.date) -> int:
    """Run every watch of every room; one that fails is logged and ends the job as failed, the others look all the same. Gives how many
    things were taken up."""
    taken_up = 0

    def look(watch: Callable[[dt.date], int]) -> bool:
        nonlocal taken_up
        taken_up += watch(today)
        return True

    each([watch for room in rooms() for watch in room.watches], look, job="tasks.look_around")
    return taken_up
