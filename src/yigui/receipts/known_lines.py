"""Lines of statements that may be money of before (疑为同一笔): nothing is known silently where balances show that it came, and nothing is booked
twice because the bank writes its reference in another place, or by its interface another one than on its statement.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from yigui.common.sqlfiles import named_sql
from yigui.exchange.statements import Statement
from yigui.receipts.models import BankStatement, ReceiptFile
from yigui.receipts.own_accounts import collecting_accounts
from yigui.registry.models import Area

_SQL = named_sql("receipts", "files")
#: Other files of so many days around the days of a file may report the same money, and so many of them are looked at.
OTHER_FILES_DAYS = 60
OTHER_FILES_MAX = 5_000


def hold_alike(statements: Sequence[Statement], *, partner: str, source: str) -> None:
    """Let those lines of statements wait that balances prove, and those another message reports under another reference or none."""
    if not statements:
        return
    for account in sorted({s.account_no for s in statements if _speaks(s)}):
        own = [s for s in statements if s.account_no == account and _speaks(s)]
        with connection.cursor() as cursor:
            cursor.execute(
                _SQL["proved"],
                {
                    "account": account, "days": [s.closed_on for s in own], "openings": [s.opening_fen for s in own],
                    "closings": [s.closing_fen for s in own],
                },
            )  # fmt: skip
    _hold_other_places(statements, partner=partner, source=source)


def _speaks(s: Statement) -> bool:
    """Whether the balances of a statement bear its entries out."""
    return not s.is_part and None not in (s.opening_fen, s.closing_fen, s.moved_fen, s.closed_on)


def _days_of(cursor: CursorWrapper, more: str = "") -> tuple[dt.date, dt.date] | None:
    """The first and the last day of the money that is being taken in and of which nothing is known yet; None where there is none.

    Args:
        more: a further condition on its lines, SQL of this module.
    """
    cursor.execute(f"SELECT min(received_on), max(received_on) FROM taken WHERE fate = '' AND NOT is_debit {more}")
    first, last = cursor.fetchone()
    return None if first is None else (first, last)


def _files_around(days: tuple[dt.date, dt.date], *, partner: str, source: str) -> QuerySet[ReceiptFile]:
    """Files of a partner with money in them that came so near to these days that they may report the same."""
    around = dt.timedelta(days=OTHER_FILES_DAYS)
    near = (days[0] - around, days[1] + around)
    return ReceiptFile.objects.filter(source=source, partner=partner, received_on__range=near, row_count__gt=0)


def files_around(days: tuple[dt.date, dt.date], *, partner: str, source: str) -> list[int]:
    """Their numbers, the newest `OTHER_FILES_MAX` of them."""
    return list(_files_around(days, partner=partner, source=source).order_by("-pk").values_list("pk", flat=True)[:OTHER_FILES_MAX])


def _hold_other_places(statements: Sequence[Statement], *, partner: str, source: str) -> None:
    with connection.cursor() as cursor:
        days = _days_of(cursor)
        if days is None:
            return
        accounts = {s.account_no for s in statements}
        files = _files_around(days, partner=partner, source=source)
        rows = BankStatement.objects.filter(account_no__in=accounts, file__in=files).order_by("-file_id")
        found = list(rows.values_list("file_id", "opening_fen")[:OTHER_FILES_MAX])
        are_balanced = {file for file, opening in found if opening is not None}
        every = {file for file, _ in found}
        is_balanced = any(_speaks(s) for s in statements)
        other_kind = every - are_balanced if is_balanced else are_balanced
        if every:
            cursor.execute(_SQL["other_place"], {"files": list(other_kind), "all_files": list(every), "partner": partner})
            cursor.execute(_SQL["whole_and_parts"], {"all_files": list(every), "partner": partner})


def hold_shortened(*, partner: str, source: str) -> None:
    """Let those lines wait whose reference is an earlier one as a spreadsheet writes it: without its zeros, or in other letters."""
    with connection.cursor() as cursor:
        days = _days_of(cursor, "AND is_referenced")
        if days is None:
            return
        found = files_around(days, partner=partner, source=source)
        if found:
            cursor.execute(_SQL["shortened"], {"files": found})


def hold_other_way(*, is_statement: bool, partner: str, source: str) -> None:
    """Let those lines wait that the partner reports by its statement and by another way (interface, table) under another reference."""
    with connection.cursor() as cursor:
        days = _days_of(cursor)
        if days is None:
            return
        files = _files_around(days, partner=partner, source=source)
        of_statements = BankStatement.objects.filter(file__in=files).exclude(account_no="").order_by().values("file")
        others = files.exclude(pk__in=of_statements) if is_statement else files.filter(pk__in=of_statements)
        found = list(others.order_by("-pk").values_list("pk", flat=True)[:OTHER_FILES_MAX])
        if not found:
            return
        own = {
            (area, account)
            for area in Area.objects.values_list("code", flat=True)
            for day in days
            for account in collecting_accounts(area, day)
        }
        cursor.execute(
            with_payers("other_way"),
            {"files": found, "areas": [area for area, _ in own], "accounts": [account for _, account in own]},
        )


def with_payers(name: str) -> str:
    """A statement of `files.sql` that asks whose the money of each line is."""
    return _SQL[name].replace("{payers}", _SQL["payers"])
