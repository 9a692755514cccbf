"""Reads of the books: trial balance, general and subsidiary ledger, flows of the deposits. Amounts in fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum

from yigui.common.sqlfiles import named_sql
from yigui.ledger.models import Closing, Entry, LedgerAccount, Voucher
from yigui.registry.enums import Insurance
from yigui.registry.queries import area_name

LINES_MAX = 500


@dataclass(frozen=True)
class BalanceRow:
    """An account in the trial balance (科目余额表): opening, debit and credit of the period, closing; closing on its side."""

    code: str
    name: str
    side: str
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        move = self.debit_fen - self.credit_fen
        return self.opening_fen + (move if self.side == "D" else -move)


_BALANCES = named_sql("ledger", "queries")["balances"]


def trial_balance(*, areas: Sequence[str], fund: str, period: int) -> list[BalanceRow]:
    """The trial balance of a book, or of several together: areas of a city, all funds when `fund` is empty."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"areas": list(areas), "fund": fund, "period": period})
        return [BalanceRow(code, name, side, int(o), int(d), int(c)) for code, name, side, o, d, c in cursor.fetchall()]


def rolled_up(rows: Sequence[BalanceRow]) -> list[BalanceRow]:
    """Detail accounts added into their four-digit account (总账)."""
    names = dict(LedgerAccount.objects.filter(code__in={r.code[:4] for r in rows}).values_list("code", "name"))
    totals: dict[str, list[int]] = {}
    sides = {r.code[:4]: r.side for r in rows}
    for row in rows:
        total = totals.setdefault(row.code[:4], [0, 0, 0])
        total[0] += row.opening_fen
        total[1] += row.debit_fen
        total[2] += row.credit_fen
    return [BalanceRow(code, names.get(code, code), sides[code], *sums) for code, sums in sorted(totals.items())]


@dataclass(frozen=True)
class LedgerLine:
    """A line of a ledger page with the balance after it."""

    entry: Entry
    balance_fen: int


def ledger_page(*, areas: Sequence[str], fund: str, account: str, period: int) -> tuple[int, list[LedgerLine], bool]:
    """Opening balance, lines of the period (at most `LINES_MAX`) and whether there are more, for an account and its details."""
    rows = Entry.objects.filter(area_code__in=areas, account__code__startswith=account)
    if fund:
        rows = rows.filter(fund=fund)
    side = LedgerAccount.objects.filter(code__startswith=account).values_list("side", flat=True).first() or "D"
    before = {r["side"]: r["total"] for r in rows.filter(period__lt=period).values("side").annotate(total=Sum("amount_fen"))}
    opening = before.get(side, 0) - before.get("C" if side == "D" else "D", 0)
    lines = list(rows.filter(period=period).select_related("voucher", "account").order_by("voucher_id", "seq")[: LINES_MAX + 1])
    balance, shown = opening, []
    for entry in lines[:LINES_MAX]:
        balance += entry.amount_fen if entry.side == side else -entry.amount_fen
        shown.append(LedgerLine(entry, balance))
    return opening, shown, len(lines) > LINES_MAX


def with_totals(found: list[Voucher]) -> list[Voucher]:
    """These vouchers, each with `total_fen`: what stands on one of its two sides."""
    sums = dict(
        Entry.objects.filter(voucher_id__in=[v.pk for v in found], side="D").values_list("voucher_id").annotate(Sum("amount_fen"))
    )
    for voucher in found:
        voucher.total_fen = sums.get(voucher.pk, 0)  # type: ignore[attr-defined]
    return found


def vouchers_from(source_kind: str, source_id: int, limit: int = 200) -> list[Voucher]:
    """The vouchers that came out of a case, file or batch."""
    return list(Voucher.objects.filter(source_kind=source_kind, source_id=source_id).order_by("id")[:limit])


def book_label(area_code: str, fund: str) -> str:
    """A book (账套) in words."""
    return f"{area_name(area_code)} {Insurance(fund).label}"


def last_closed(area_code: str, fund: str) -> int | None:
    """The last closed period of a book."""
    return Closing.objects.filter(area_code=area_code, fund=fund).order_by("-period").values_list("period", flat=True).first()


def balances_at(*, areas: Sequence[str], accounts: Sequence[str], period: int) -> dict[tuple[str, str, str], int]:
    """Balances of some accounts at the end of a month: (area, fund, account) -> fen, on the account's own side."""
    rows = Entry.objects.filter(area_code__in=areas, account__in=accounts, period__lte=period)
    sums: dict[tuple[str, str, str], int] = {}
    for row in rows.values("area_code", "fund", "account_id", "account__side", "side").annotate(total=Sum("amount_fen")):
        key = (row["area_code"], row["fund"], row["account_id"])
        sums[key] = sums.get(key, 0) + (row["total"] if row["side"] == row["account__side"] else -row["total"])
    return sums


def _between_areas(areas: Sequence[str], accounts: Sequence[str], period: int) -> dict[tuple[str, str, str], int]:
    """Debits less credits of the settlement accounts: (fund, area, other area) -> fen."""
    rows = Entry.objects.filter(area_code__in=areas, account__in=accounts, period__lte=period)
    sums: dict[tuple[str, str, str], int] = {}
    for row in rows.values("fund", "area_code", "party", "side").annotate(total=Sum("amount_fen")):
        key = (row["fund"], row["area_code"], row["party"])
        sums[key] = sums.get(key, 0) + (row["total"] if row["side"] == "D" else -row["total"])
    return sums


def balances_between_areas(areas: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """What areas owe each other (代征往来): (fund, area, other area, fen), owed to the area above zero, owed by it below."""
    sums = _between_areas(areas, ("1101.01", "2001.03"), 999912)
    return [(*key, total) for key, total in sorted(sums.items())]


def owed_between_areas(areas: Sequence[str], period: int) -> list[tuple[str, str, str, int]]:
    """What areas took for others and have not paid over by the end of a month: (fund, area, other area, fen above zero)."""
    sums = _between_areas(areas, ("2001.03",), period)
    return [(*key, -total) for key, total in sorted(sums.items()) if total < 0]


def credited(voucher_ids: Sequence[int], account: str) -> int:
    """What vouchers credited to an account, fen."""
    rows = Entry.objects.filter(voucher_id__in=list(voucher_ids), account_id=account, side="C")
    return rows.aggregate(total=Sum("amount_fen"))["total"] or 0
