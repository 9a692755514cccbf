"""The month's transfers (资金划转, 收支两条线): what lies in the collecting accounts goes where it belongs, worked out from the books.

Three moves, in this order: money taken for another area is paid over to it; the rest of the income account and of the treasury
goes to the fiscal account, but for what is still in suspense and may have to be paid back; an overdrawn expenditure account is
filled up from the fiscal account. Nobody types an amount. Source: 财会〔2017〕28号.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from yigui.common import clock
from yigui.common.months import add_months, first_day, is_period
from yigui.ledger.declarations import event_label
from yigui.ledger.errors import WrongPosting
from yigui.ledger.posting import post
from yigui.ledger.queries import balances_at, book_label, last_closed, owed_between_areas
from yigui.registry.models import Area
from yigui.registry.queries import area_name
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content
from yigui.runs.models import Batch
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "transfer"
_INCOME, _FISCAL, _EXPENDITURE, _TREASURY = "1002", "1003", "1004", "1005"
_DEPOSITS = (_INCOME, _FISCAL, _EXPENDITURE, _TREASURY)
_SUSPENSE = ("2001.01", "2001.02")
Book = tuple[str, str]


@dataclass(frozen=True)
class Move:
    """One posting of the batch: event, book (area, fund), deposit where the rule needs one, other area; fen."""

    event: str
    area: str
    fund: str
    fen: int
    deposit: str = ""
    party: str = ""


def plan_transfer(*, area_code: str, period: int, user: User) -> Batch:
    """Prepare the month's transfers of an area and its counties; gives the batch, ready for approval.

    Raises:
        WrongPosting: not a month, a month to come, or no such area.
        BatchRefused: executed already, or approved and waiting.
    """
    with run_job(kind="transfer-plan", area_code=area_code[:6], period=str(period)[:10], total_steps=1, user=user) as progress:
        if not is_period(period) or first_day(period) > clock.today() or not Area.objects.filter(pk=area_code).exists():
            raise WrongPosting(f"期间 {period} 或地区 {area_code} 有误，请核对。")
        areas = sorted({area_code, *Area.objects.filter(parent_id=area_code).values_list("code", flat=True)})
        batch = open_batch(kind=KIND, area_code=area_code, period=period, areas=areas, user=user)
        moves, lacking = moves_of(areas, period)
        closed = sorted({book_label(m.area, m.fund) for m in moves if (last_closed(m.area, m.fund) or 0) >= period})
        checks = [
            check("not_empty", "有可划转的存款", passed=bool(moves), detail=f"{len(moves)} 笔"),
            check("enough", "代征款足额划转归属地区", passed=not lacking, detail="、".join(lacking[:20])),
            check("open", "账套未结账", passed=not closed, detail="、".join(closed[:20])),
        ]
        rows = [asdict(m) | {"label": event_label(m.event)} for m in moves]
        total = sum(m.fen for m in moves)
        batch = seal_content(batch, row_count=len(moves), total_fen=total, digest="", summary={"moves": rows}, checks=checks)
        progress.step()
    return batch


def moves_of(areas: Sequence[str], period: int) -> tuple[list[Move], list[str]]:
    """The transfers the books call for at the end of a month, and who could not pay another area in full."""
    moves: list[Move] = []
    lacking: list[str] = []
    left = balances_at(areas=areas, accounts=(*_DEPOSITS, *_SUSPENSE), period=period)

    def of(book: Book, account: str) -> int:
        return left.get((*book, account), 0)

    for fund, area, other, owed in owed_between_areas(areas, period):
        if other not in areas:
            continue
        paid = 0
        for deposit in (_TREASURY, _INCOME, _FISCAL):
            fen = min(owed - paid, max(0, of((area, fund), deposit)))
            if fen:
                moves.append(Move("settlement_paid", area, fund, fen, deposit, other))
                left[area, fund, deposit] -= fen
                paid += fen
        if paid:
            moves.append(Move("settlement_received", other, fund, paid, _FISCAL, area))
            left[other, fund, _FISCAL] = of((other, fund), _FISCAL) + paid
        if paid < owed:
            lacking.append(f"{area_name(area)} 应划 {area_name(other)} {(owed - paid) / 100:,.2f} 元")
    for book in sorted({(area, fund) for area, fund, _ in left}):
        kept = sum(of(book, account) for account in _SUSPENSE)
        for deposit, event in ((_INCOME, "income_to_fiscal"), (_TREASURY, "treasury_to_fiscal")):
            held = min(max(0, of(book, deposit)), kept)
            fen, kept = max(0, of(book, deposit)) - held, kept - held
            if fen:
                moves.append(Move(event, *book, fen))
                left[*book, _FISCAL] = of(book, _FISCAL) + fen
        fen = min(-min(0, of(book, _EXPENDITURE)), max(0, of(book, _FISCAL)))
        if fen:
            moves.append(Move("fiscal_to_expenditure", *book, fen))
    return moves, lacking


def execute_transfer(*, batch_id: int) -> Batch:
    """Post the transfers of an approved batch, under its warrant; running it again changes nothing.

    Raises:
        BatchRefused: not approved.
        WrongPosting: the deposits have fallen since it was approved.
        Error: the database refuses (a book was closed since).
    """
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        issue_warrant(batch)
        moves = [Move(**{k: v for k, v in row.items() if k != "label"}) for row in batch.summary["moves"]]
        day = min(clock.today(), first_day(add_months(batch.period, 1)) - dt.timedelta(days=1))
        for move in moves:
            post(
                event=move.event, fund=move.fund, area_code=move.area, on=day, amounts={"total": move.fen}, deposit=move.deposit,
                party=move.party, source_kind="batch", source_id=batch.pk,
            )  # fmt: skip
        overdrawn = _overdrawn(moves, batch.period)
        if overdrawn:
            raise WrongPosting(
                f"自审批后存款已减少（{'、'.join(overdrawn[:10])}），请作废第 {batch.pk} 号批次后重新生成。", batch=batch.pk
            )
        return mark_executed(batch)


#: The deposit each event takes from; money paid over to another area leaves the deposit its move names.
_TAKEN_FROM = {"income_to_fiscal": _INCOME, "treasury_to_fiscal": _TREASURY, "fiscal_to_expenditure": _FISCAL}


def _overdrawn(moves: Sequence[Move], period: int) -> list[str]:
    """The deposits the moves take from that are below zero now."""
    taken = {(m.area, m.fund, _TAKEN_FROM.get(m.event, m.deposit)) for m in moves if m.event != "settlement_received"}
    balances = balances_at(areas=sorted({m.area for m in moves}), accounts=_DEPOSITS, period=period)
    return sorted(
        f"{book_label(area, fund)} {account}" for area, fund, account in taken if balances.get((area, fund, account), 0) < 0
    )
