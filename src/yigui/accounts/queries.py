"""Reads of personal accounts: balance, statement of a year, recomputation from the entries. Fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from yigui.accounts.models import INTEREST_KINDS, AccountEntry, AccountYear
from yigui.law.account_interest import OpenYears, YearEnd, has_interest, interest_rate, year_end_by_month

ENTRIES_MAX = 3000


def entries_of(person_id: int, insurance: int, *, start_year: int = 0, end_year: int = 9999) -> list[AccountEntry]:
    """Entries of an account by year and month owed, at most `ENTRIES_MAX`."""
    rows = AccountEntry.objects.filter(person_id=person_id, insurance=insurance, year__range=(start_year, end_year))
    return list(rows.order_by("year", "period", "owed_period", "kind", "source_id")[:ENTRIES_MAX])


def years_of(person_id: int, insurance: int) -> list[AccountYear]:
    """Yearly closings of an account, oldest first."""
    return list(AccountYear.objects.filter(person_id=person_id, insurance=insurance).order_by("year")[:100])


def balance_of(person_id: int, insurance: int) -> int:
    """What stands in an account: the newest yearly closing and all entries after it, without interest of the open year."""
    last = AccountYear.objects.filter(person_id=person_id, insurance=insurance).order_by("-year").first()
    rows = AccountEntry.objects.filter(person_id=person_id, insurance=insurance, year__gt=last.year if last else 0)
    return (last.closing_fen if last else 0) + (rows.aggregate(total=Sum("amount_fen"))["total"] or 0)


def balance_after_draws(person_id: int, insurance: int, draws: Sequence[tuple[int, int]], *, insurance_name: str, area: str) -> int:
    """What is left of an account out of which a benefit was paid month by month; never below zero, the fund pays on from there.

    The years from the first payment on are closed again by the law with what was paid out of them; a year bears interest when
    the yearly run has closed it, as in `balance_of`.

    Args:
        draws: (month paid, fen).
    """
    if not draws:
        return balance_of(person_id, insurance)
    began = min(period for period, _ in draws) // 100
    closings = years_of(person_id, insurance)
    last = next((c for c in reversed(closings) if c.year < began), None)
    closed = {c.year for c in closings if c.year >= began}
    moves: dict[int, list[tuple[int, int]]] = {year: [] for year in closed}
    for entry in entries_of(person_id, insurance, start_year=last.year + 1 if last else 0):
        moves.setdefault(entry.year, []).append((entry.period % 100, entry.amount_fen))
    for period, fen in draws:
        moves.setdefault(period // 100, []).append((period % 100, -fen))
    balance = last.closing_fen if last else 0
    for year in sorted(moves):
        if year in closed:
            balance = year_end_by_month(balance, moves[year], interest_rate(insurance_name, year, area), year).closing_fen
        else:
            balance += sum(fen for _, fen in moves[year])
        balance = max(0, balance)
    return balance


def open_years(person_id: int, insurance: int, *, year: int) -> OpenYears:
    """An account since its last yearly closing before `year`; one that never moved is open from `year`.

    Years closed since bear no interest here: an account read late is that of the year asked for, also without what a correction added for
    later years. One that was taken over with a later closing is known from that closing on only.
    """
    closings = years_of(person_id, insurance)
    last = next((c for c in reversed(closings) if c.year < year), None)
    if last is None and closings and closings[0].year > year:
        last = closings[-1]
    if last is not None:
        opening, since = last.closing_fen, last.year
    elif closings:
        opening, since = closings[0].opening_fen, year - 1
    else:
        opening, since = 0, 0
    rows = AccountEntry.objects.filter(person_id=person_id, insurance=insurance, year__gt=since)
    rows = rows.exclude(kind__in=INTEREST_KINDS, owed_period__gte=year * 100)
    moves = tuple((entry.year, entry.period % 100, entry.amount_fen) for entry in rows.order_by("year")[:ENTRIES_MAX])
    first = since + 1 if since else min((moved for moved, _, _ in moves), default=year)
    return OpenYears(opening, first, moves)


@dataclass(frozen=True)
class YearStatement:
    """One year of an account (权益记录单): its closing if it is closed, its entries, and the interest as the law computes it."""

    year: int
    opening_fen: int
    entries: Sequence[AccountEntry]
    closing: AccountYear | None
    computed: YearEnd | None

    @property
    def credits_fen(self) -> int:
        return sum(e.amount_fen for e in self.entries)


def statement(
    person_id: int, insurance: int, *, insurance_name: str, area: str, start_year: int, end_year: int
) -> list[YearStatement]:
    """Statements of the years, oldest first; a year without a published rate has no computed interest."""
    closings = {y.year: y for y in years_of(person_id, insurance)}
    entries = entries_of(person_id, insurance, start_year=start_year, end_year=end_year)
    by_year: dict[int, list[AccountEntry]] = {}
    for entry in entries:
        by_year.setdefault(entry.year, []).append(entry)
    before = [y for y in closings if y < start_year]
    opening = closings[max(before)].closing_fen if before else 0
    found = []
    for year in range(start_year, end_year + 1):
        mine, closing = by_year.get(year, []), closings.get(year)
        if closing is not None:
            opening = closing.opening_fen
        computed = None
        if has_interest(insurance_name, year, area):
            computed = year_end_by_month(
                opening, [(e.period % 100, e.amount_fen) for e in mine], interest_rate(insurance_name, year, area), year
            )
        if mine or closing:
            found.append(YearStatement(year, opening, mine, closing, computed))
        opening = closing.closing_fen if closing else opening + sum(e.amount_fen for e in mine)
    return found


def recompute(person_id: int, insurance: int, *, insurance_name: str, area: str) -> list[tuple[int, int, int]]:
    """(year, stored, recomputed) of every closed year whose closing does not follow from its entries by the law; empty is well.

    Years taken over at the beginning have no entries and are where the computation starts.
    """
    wrong = []
    carried: int | None = None
    for closing in years_of(person_id, insurance):
        if closing.batch_id < 0 or carried is None:
            carried = closing.closing_fen if closing.batch_id < 0 else None
            if closing.batch_id < 0:
                continue
        rows = AccountEntry.objects.filter(person_id=person_id, insurance=insurance, year=closing.year)
        credits = [(e.period % 100, e.amount_fen) for e in rows]
        expected = year_end_by_month(carried or 0, credits, interest_rate(insurance_name, closing.year, area), closing.year)
        if expected.closing_fen != closing.closing_fen:
            wrong.append((closing.year, closing.closing_fen, expected.closing_fen))
        carried = expected.closing_fen
    return wrong
