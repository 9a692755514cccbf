"""Facts of the items of the levy: months levied, bases declared, what can be paid back."""

from functools import cached_property

from yigui.items.common.bill_facts import BillFacts
from yigui.levy.declare import JudgedRow, Known, judge
from yigui.levy.models import LevyLine
from yigui.receipts.refunds import refundable


class LevyFacts(BillFacts):
    """Facts of an item about contributions."""

    @cached_property
    def verdicts(self) -> list[JudgedRow]:
        """Verdicts of the rows of a declaration of bases; none for a year that cannot be declared now (`season_open`)."""
        if self.employer is None or not self.get("base_rows") or self.get("year") != self.today.year:
            return []
        return judge(rows=self.needed("base_rows"), employer=self.employer, year=self.needed("year"), known=self.known_of_year)

    @cached_property
    def known_of_year(self) -> Known:
        """What is on file of the employer for the year of a declaration."""
        assert self.employer is not None
        return Known(self.employer, self.needed("year"))

    @cached_property
    def refundable(self) -> tuple[list[LevyLine], int, int]:
        """Paid lines of the months, their amount, and the payer's surplus (fen)."""
        return refundable(
            employer=self.employer, person=self.person, insurances=self.get("insurances") or [], start=self.get("start_month") or 0,
            end=self.get("end_month") or 0,
        )  # fmt: skip
