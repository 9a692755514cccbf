"""The chain of an account's statements (余额衔接): each opens where the one before closed.

Where it does not, a statement is missing between them or one is wrong: its credits wait until it has come in, or a person has looked.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from django.db import connection
from django.db.models import Q

from yigui.common.money import plain_fen
from yigui.exchange.statements import Statement
from yigui.receipts.enums import Cause, Fate
from yigui.receipts.models import BankStatement, ReceiptFile, ReceiptLine

ROW_NO_MAX = 2**31 - 1


def hold_unchained(statements: Sequence[Statement]) -> None:
    """Let the lines of those statements wait that do not go on from the one before; the file's own count too, in the order of their days."""
    earlier: list[Statement] = []
    with connection.cursor() as cursor:
        for s in sorted(statements, key=lambda s: (s.closed_on or date.min, s.number)):
            gap = _gap(s, _closings(s, earlier))
            earlier.append(s)
            if gap:
                first = 1 if s.is_table else min((line.row_no for line in s.lines), default=0)
                last = ROW_NO_MAX if s.is_table else first + len(s.lines) - 1
                cursor.execute(
                    "UPDATE taken SET fate = %s, cause = %s, sentence = %s WHERE fate = '' AND NOT is_debit AND row_no BETWEEN %s AND %s",
                    [Fate.WAITING, Cause.CHAIN, gap, first, last],
                )


def _closings(s: Statement | BankStatement, earlier: Sequence[Statement] = ()) -> set[int]:
    """What the account may have closed with when a statement began: the closings of the last day before its first, and of that day itself.

    Another version of the statement (put right, or a longer or shorter list that opens as it does) does not stand before it. Of one that begins in the middle of
    another nobody knows what it ought to open with: none.
    """
    if s.closed_on is None:
        return set()
    first = _first_day(s)
    # One that ends later may hold this one's first day all the same.
    near = Q(closed_on__lte=s.closed_on) | Q(opened_on__lt=first)
    rows = BankStatement.objects.filter(near, account_no=s.account_no).exclude(closing_fen=None)
    if isinstance(s, BankStatement):
        rows = rows.exclude(pk=s.pk)
    known: list[Statement | BankStatement] = [
        *rows.order_by("-closed_on", "-id")[:50],
        *(e for e in earlier if e.account_no == s.account_no),
    ]
    others = [
        (o, o.closed_on, o.closing_fen)
        for o in known
        if o.closed_on is not None and o.closing_fen is not None and not _is_version(o, s, first)
    ]
    if any(o.opened_on is not None and o.opened_on < first < closed for o, closed, _ in others):
        return set()
    days = sorted({closed for _, closed, _ in others if closed < first}, reverse=True)
    wanted = {first, *days[:1]}
    return {fen for _, closed, fen in others if closed in wanted} if days else set()


def _first_day(s: Statement | BankStatement) -> date:
    """The first day of a statement; the day it closes on where it does not say."""
    assert s.closed_on is not None
    return s.closed_on if s.opened_on is None else min(s.opened_on, s.closed_on)


def _is_version(other: Statement | BankStatement, s: Statement | BankStatement, first: date) -> bool:
    """Whether another statement tells the same days from the same balance on."""
    if other.closed_on is None or other.closed_on < first or other.opening_fen is None or other.opening_fen != _opening(s):
        return False
    return other.opened_on is None or s.opened_on is None or other.opened_on == s.opened_on


def _opening(s: Statement | BankStatement) -> int | None:
    if s.opening_fen is None and s.closing_fen is not None and s.moved_fen is not None:
        return s.closing_fen - s.moved_fen
    return s.opening_fen


def _gap(s: Statement | BankStatement, closings: set[int]) -> str:
    """What is wrong with how a statement goes on, in words; "" where nothing is, or nothing can be said."""
    if not closings or not s.account_no or getattr(s, "is_part", False):
        return ""
    opening = _opening(s)
    if opening is None or opening in closings:
        return ""
    have = "、".join(plain_fen(fen) for fen in sorted(closings))
    return (
        f"账户（尾号 {s.account_no[-4:]}）{s.closed_on} 的对账单期初余额 {plain_fen(opening)} 元与前一份期末余额 {have} 元不连续，"
        f"可能缺少一份对账单；补齐后自动入账，或核实后在该文件的“未入账的行”页入账"
    )


def keep_statements(file: ReceiptFile, statements: Sequence[Statement]) -> None:
    """Record the statements of a file with their balances."""
    BankStatement.objects.bulk_create(
        [
            BankStatement(
                file=file, number=s.number, area_code=file.area_code, account_no=s.account_no[:40], closed_on=s.closed_on,
                opened_on=None if s.is_part else s.opened_on,
                opening_fen=None if s.is_part else s.opening_fen, closing_fen=None if s.is_part else s.closing_fen, moved_fen=s.moved_fen,
            )
            for s in statements
        ]
    )  # fmt: skip


def chained_lines(accounts: Collection[str]) -> Iterator[ReceiptLine]:
    """Lines that waited for a statement of these accounts that has come in since."""
    waiting = ReceiptLine.objects.filter(cause=Cause.CHAIN, fate=Fate.WAITING, account_no__in=list(accounts), end=None).order_by(
        "id"
    )
    free: dict[tuple[int, str], bool] = {}
    for line in list(waiting.select_related("file")[:5000]):
        key = (line.file_id, line.account_no)
        if key not in free:
            own = list(BankStatement.objects.filter(file=line.file_id, account_no=line.account_no).order_by("closed_on", "number"))
            free[key] = not any(_gap(s, _closings(s)) for s in own)
        if free[key]:
            yield line


def gaps(areas: Sequence[str], limit: int = 200) -> list[tuple[BankStatement, str]]:
    """Statements of some areas that do not go on from the one before, newest first; not those whose lines somebody has decided about, all."""
    rows = BankStatement.objects.filter(area_code__in=areas).order_by("-closed_on", "-id")[:2000]
    found = [(s, gap) for s in rows if (gap := _gap(s, _closings(s)))]
    decided = _decided({s.file_id for s, _ in found})
    return [(s, gap) for s, gap in found if (s.file_id, s.account_no) not in decided][:limit]


def _decided(files: Collection[int]) -> set[tuple[int, str]]:
    """File and account of statements whose lines waited for the one before, and wait no longer: a person has looked (核实后入账)."""
    held = ReceiptLine.objects.filter(file__in=files, cause=Cause.CHAIN).values_list("file_id", "account_no")
    waiting = held.filter(fate=Fate.WAITING, end=None)
    return set(held.distinct()) - set(waiting.distinct())
