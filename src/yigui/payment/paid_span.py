"""What was paid of a benefit for some months (已发): by runs of the house, and before its first run by whoever had the benefit then.

Of months before the first run of an area the house has no record of payments. A run takes them as paid, as the opening amounts say; whoever asks
money back for them says from the records of whoever paid what was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, format_period
from yigui.entitlement.models import Benefit
from yigui.payment.queries import paid_after, paid_before_us


def months_in_words(months: Sequence[tuple[int, int]]) -> str:
    """First and last of some months with amounts (fen), and how many they are."""
    first, last = format_period(months[0][0]), format_period(months[-1][0])
    return f"{first}（1 个月）" if first == last else f"{first} 至 {last}（{len(months)} 个月）"


@dataclass(frozen=True)
class PaidSpan:
    """Months (YYYYMM) and what was paid for each, fen. `before_us`: of which no record of payments is here, with what the opening amounts say."""

    ours: list[tuple[int, int]]
    before_us: list[tuple[int, int]]

    def __bool__(self) -> bool:
        return bool(self.ours or self.before_us)

    def __add__(self, other: "PaidSpan") -> "PaidSpan":
        return PaidSpan(
            sorted({**dict(self.ours), **dict(other.ours)}.items()),
            sorted({**dict(self.before_us), **dict(other.before_us)}.items()),
        )

    @property
    def fen(self) -> int:
        """What the runs of the house paid."""
        return sum(fen for _, fen in self.ours)

    @property
    def opening_fen(self) -> int:
        """What the opening amounts of the months before come to."""
        return sum(fen for _, fen in self.before_us)

    @property
    def total_fen(self) -> int:
        return self.fen + self.opening_fen

    @property
    def words(self) -> str:
        """What was paid, and by whose record; "" for nothing."""
        said = []
        if self.ours:
            said.append(f"本系统已发 {months_in_words(self.ours)} {format_fen(self.fen)} 元")
        if self.before_us:
            said.append(
                f"{months_in_words(self.before_us)}在本系统首次发放之前，没有发放记录，期初标准合计 {format_fen(self.opening_fen)} 元，"
                "是否已发、发了多少以原经办方的发放明细为准"
            )
        return "；".join(said)

    @property
    def sum_words(self) -> str:
        """What is to be recovered: the sum of what is on record, and of the months that are not the most that may be."""
        said = [f"{format_fen(self.fen)} 元"] if self.ours else []
        if self.before_us:
            said.append(f"{months_in_words(self.before_us)}最多 {format_fen(self.opening_fen)} 元，是否已发待核实")
        return "；另 ".join(said)

    @property
    def to_recover(self) -> dict[str, Any]:
        """What a return of overpaid benefits (FND-003) for all of it begins with: months and sum."""
        months = sorted([*self.before_us, *self.ours])
        first, last = format_period(months[0][0]), format_period(months[-1][0])
        return {"start_month": first, "end_month": last, "amount": plain_fen(self.total_fen)}


def paid_span(benefit: Benefit, after: int, until: int = 999912) -> PaidSpan:
    """What was paid of a benefit for the months after one, up to another (YYYYMM)."""
    ours = [(month, fen) for month, fen in paid_after(benefit, after) if month <= until]
    return PaidSpan(ours, [(month, fen) for month, fen in paid_before_us(benefit, after) if month <= until])


@dataclass(frozen=True)
class ReportedSentence:
    """What a partner reports of a sentence that touches a benefit, the newest report of it: of the months after `since` up to `until` (YYYYMM)."""

    record_id: int
    began_on: Any
    ended_on: Any
    since: int
    until: int

    @property
    def words(self) -> str:
        return f"{self.began_on} 起" + (f"至 {self.ended_on}" if self.ended_on else "") + "服刑"


def sentences_of(benefit: Benefit) -> list[ReportedSentence]:
    """The sentences partners have reported of a benefit's person, decided about or not, as they stand (`benefits_sentences_v1`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, began_on, ended_on, since, until FROM benefits_sentences_v1(%s) ORDER BY began_on LIMIT 50",
            [benefit.pk],
        )
        return [ReportedSentence(*row) for row in cursor.fetchall()]


def paid_while_sentenced(benefit: Benefit, before: int) -> PaidSpan:
    """What was paid for months before one (YYYYMM) that a reported sentence touches."""
    found = PaidSpan([], [])
    for sentence in sentences_of(benefit):
        found += paid_span(benefit, sentence.since, min(sentence.until, add_months(before, -1)))
    return found
