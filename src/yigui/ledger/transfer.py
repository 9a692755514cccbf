"""The month's transfers (资金划转, 收支两条线): what lies in the collecting accounts goes where it belongs, worked out from the books.

Three moves, in this order: money taken for another area is paid over to it; the rest of the income account and of the treasury
goes to the fiscal account, but for what is still in suspense and may have to be paid back; an overdrawn expenditure account is
filled up from the fiscal account. Nobody types an amount. Source: 财会〔2017〕28号.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from yigui.common.digests import digest_of
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.ledger.declarations import event_label
from yigui.ledger.errors import WrongPosting
from yigui.ledger.posting import lines_of
from yigui.ledger.queries import balances_at, book_label, last_closed, owed_between_areas
from yigui.registry.enums import Insurance
from yigui.registry.queries import area_name, areas_under
from yigui.runs.checks import bar, warn
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Opening, RunKind, Work, Written, two_people
from yigui.runs.models import Batch

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


class TransferKind(RunKind):
    """Moves a month's money where it belongs, worked out from the books."""

    code, name, help = "transfer", "资金划转", "month's transfers between accounts and areas"
    writes = ("ledger_voucher", "ledger_entry")
    signers = two_people("划转明细与账面、银行余额已核对。", "同意划转。")
    wide_parts = ("ledger/runs/moves.html",)
    hint = "资金划转按月生成，月末终了、到账入账后办理。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            UnknownArea: no such area.
            WrongPosting: a month to come.
        """
        if first_day(period) > today:
            raise WrongPosting(f"{format_period(period)} 尚未开始，不能划转。", period=period)
        return Opening(area_code, period, tuple(areas_left(self.code, area_code, period)))

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        areas, period = list(work.opening.areas), work.batch.period
        moves, lacking, below = moves_of(areas, period)
        closed = sorted({book_label(m.area, m.fund) for m in moves if (last_closed(m.area, m.fund) or 0) >= period})
        checks = [
            bar("not_empty", "有可划转的存款", passed=bool(moves), detail=f"{len(moves)} 笔"),
            bar("enough", "代征款足额划转归属地区", passed=not lacking, detail="、".join(lacking[:20])),
            bar("open", "账套未结账", passed=not closed, detail="、".join(closed[:20])),
            warn("month_ended", "本月已终了", passed=period < period_of(work.today), detail=format_period(period)),
            warn("below_zero", "划转后存款没有负数", passed=not below, detail="；".join(below[:20])),
        ]
        day = min(work.today, first_day(add_months(period, 1)) - dt.timedelta(days=1))
        rows = [_entered(m, day) for m in moves]
        waits = waits_of(areas, areas_under(work.opening.area_code), period)
        return Content(len(moves), sum(m.fen for m in moves), digest_of(rows), {"moves": rows, "waits": waits}, checks)

    def write(self, batch: Batch) -> Written | None:
        """Refused, and all undone, where the deposits have fallen since it was approved."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_execute_transfer_v1(%s)", [batch.pk])
        return None

    def page(self, batch: Batch) -> dict[str, Any]:
        return {
            "moves": [
                row
                | {
                    "area": area_name(row["area"]),
                    "party": area_name(row["party"]) if row["party"] else "",
                    "fund": Insurance(row["fund"]).label,
                }
                for row in batch.summary.get("moves", [])
            ],
            "waits": [
                {"area": area_name(area), "party": area_name(other), "fund": Insurance(fund).label, "fen": fen}
                for fund, area, other, fen in batch.summary.get("waits", [])
            ],
        }


TRANSFER = TransferKind()


def _entered(move: Move, day: dt.date) -> dict[str, Any]:
    """A move as it is frozen and signed: with its day and the entries it will be posted with."""
    lines = lines_of(event=move.event, on=day, amounts={"total": move.fen}, deposit=move.deposit)
    return asdict(move) | {
        "label": event_label(move.event), "book": book_label(move.area, move.fund), "day": day.isoformat(),
        "rule": lines.rule.version.isoformat(), "accounts": lines.accounts, "sides": lines.sides,
    }  # fmt: skip


def waits_of(areas: Sequence[str], around: Sequence[str], period: int) -> list[tuple[str, str, str, int]]:
    """What areas owe each other that a batch of some of them leaves in the books, because one of the two is not in it (a county that has transferred by
    itself, or a batch of one county): fund, area that owes, area it is owed to, fen. `around`: the areas it could have been made for."""
    owed = owed_between_areas(sorted({*areas, *around}), period)
    return [(fund, area, other, fen) for fund, area, other, fen in owed if (area in areas) != (other in areas)]


def moves_of(areas: Sequence[str], period: int) -> tuple[list[Move], list[str], list[str]]:
    """The transfers the books call for at the end of a month, who could not pay another area in full, and which deposits are below
    zero all the same."""
    moves: list[Move] = []
    lacking: list[str] = []
    below: list[str] = []
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
            lacking.append(f"{area_name(area)} 应划 {area_name(other)} {format_fen(owed - paid)} 元")
    for book in sorted({(area, fund) for area, fund, _ in left}):
        kept = sum(of(book, account) for account in _SUSPENSE)
        for deposit, event in ((_INCOME, "income_to_fiscal"), (_TREASURY, "treasury_to_fiscal")):
            held = min(max(0, of(book, deposit)), kept)
            fen, kept = max(0, of(book, deposit)) - held, kept - held
            if fen:
                moves.append(Move(event, *book, fen))
                left[*book, _FISCAL] = of(book, _FISCAL) + fen
        short = -min(0, of(book, _EXPENDITURE))
        fen = min(short, max(0, of(book, _FISCAL)))
        if fen:
            moves.append(Move("fiscal_to_expenditure", *book, fen))
        if short > fen:
            below.append(f"{book_label(*book)} {_EXPENDITURE} 仍差 {format_fen(short - fen)} 元")
    return moves, lacking, below
