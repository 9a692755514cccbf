"""Any sequence of declare, levy, pay, overpay, refund, transfer, reverse and close: the house's sums agree after every step."""

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests import money
from tests.city import next_employee, user
from yigui.charges.queries import bills_of_payer
from yigui.common.money import plain_fen
from yigui.ledger.close import CLOSE
from yigui.ledger.queries import last_closed, vouchers_from
from yigui.ledger.reversal import plan_reversal
from yigui.ledger.transfer import TRANSFER
from yigui.levy.declare import declare, judge
from yigui.receipts.errors import FileTwice, RefundRefused
from yigui.receipts.queries import surplus_of
from yigui.receipts.refunds import refund, refundable
from yigui.registry.models import Employer, Employment, Person
from yigui.runs.batches import approve_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare


class MoneyMachine(RuleBasedStateMachine):
    """One employer of the city, whatever its money does."""

    def __init__(self) -> None:
        super().__init__()
        money.levied(202610)
        self.employer: Employer = next_employee().employer
        self.sent: list[dict[str, Any]] = []
        self.day = dt.date(2026, 10, 20)

    def _send(self, fen: int, **values: Any) -> None:
        row = money.row(fen, AAE079=self.day.isoformat(), **values)
        money.receive(row, area=self.employer.area_id, today=self.day)
        self.sent.append(row)

    @rule(share=st.integers(1, 250))
    def pay_a_share(self, share: int) -> None:
        """From one percent to two and a half times of what is owed."""
        left = sum(s.left_fen for s in bills_of_payer(employer=self.employer))
        self._send(max(1, max(left, 100) * share // 100), AAB001=self.employer.unit_no)

    @rule(share=st.integers(1, 120), insurance=st.sampled_from(["110", "210", "310", "410"]))
    def pay_one_insurance(self, share: int, insurance: str) -> None:
        states = [s for s in bills_of_payer(employer=self.employer) if s.bill.insurance == int(insurance)]
        left = sum(s.left_fen for s in states)
        self._send(max(1, max(left, 100) * share // 100), AAB001=self.employer.unit_no, AAE140=insurance)

    @rule(fen=st.integers(1, 10**7))
    def unknown_money(self, fen: int) -> None:
        self._send(fen, AAB004="不明")

    @precondition(lambda self: self.sent)
    @rule()
    def the_same_again(self) -> None:
        with pytest.raises(FileTwice):
            money.receive(self.sent[-1], area=self.employer.area_id, today=self.day)
        before = money.balances()
        # A file that was taken in is known by its content though no line of it was new: each of these says something else.
        blank = {"AAE086": "", "AAE079": "", "AAE019": "", "AAB004": money.reference()}
        done = money.receive(self.sent[-1], blank, area=self.employer.area_id, today=self.day)
        assert done.new_rows == 0
        assert money.balances() == before

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.day += dt.timedelta(days=days)

    @rule()
    def surplus_is_refunded(self) -> None:
        surplus = surplus_of(employer=self.employer, person=None)
        total = sum(fen for _, fen in surplus)
        # No precondition: each machine has an employer of its own, and what may happen must not depend on whose.
        if not total:
            return
        with transaction.atomic():
            number = money.class_1_warrant()
            refund(
                case_id=number, employer=self.employer, person=None, insurances=["employee_pension"], start=202610, end=202610,
                amount_fen=total, account_name="x", account_no="1", today=self.day, surplus=surplus,
            )  # fmt: skip

    @rule(wage=st.integers(1_00, 40_000_00))
    def bases_are_declared(self, wage: int) -> None:
        staff = Employment.objects.filter(employer=self.employer, end_period=None).select_related("person")
        rows = [{"id_number": e.person.id_number, "person_name": e.person.name, "declared_wage": plain_fen(wage)} for e in staff]
        with transaction.atomic():
            money.class_1_warrant()
            declare(verdicts=judge(rows=rows, employer=self.employer, year=2026), employer=self.employer, year=2026)

    @rule()
    def another_month_is_levied(self) -> None:
        period = next(_MONTHS, None)
        if period is not None:
            money.levied(period)

    @rule()
    def paid_months_are_refunded(self) -> None:
        person = Person.objects.filter(employments__employer=self.employer, employments__end_period=None).order_by("id").first()
        wanted = {
            "employer": self.employer, "person": person, "insurances": ["employee_pension", "unemployment"], "start": 202501, "end": 202610,
        }  # fmt: skip
        lines, paid_fen, _ = refundable(**wanted)  # type: ignore[arg-type]
        if not lines:
            return
        # Months that were set off against a surplus have no receipt of their own to go back by.
        with suppress(RefundRefused), transaction.atomic():
            refund(
                case_id=money.class_1_warrant(), amount_fen=paid_fen, account_name="x", account_no="1",
                today=self.day, surplus=[], **wanted,  # type: ignore[arg-type]
            )  # fmt: skip

    @rule()
    def money_is_transferred_and_one_transfer_reversed(self) -> None:
        area = self.employer.area_id
        month = min(self.day.year * 100 + self.day.month, 202610)
        if area in money.LEDGER_AREAS:
            return
        if Batch.objects.filter(kind="transfer", status="executed", areas__contains=[area], period=month).exists():
            return
        batch = prepare(TRANSFER, area_code=area, period=month, user=user("accountant"))
        if not batch.is_sound:
            return
        approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
        execute(batch_id=batch.pk)
        voucher = vouchers_from("batch", batch.pk)[0]
        if (last_closed(area, voucher.fund) or 0) < 202611:
            asked = plan_reversal(voucher_id=voucher.pk, reason="划转金额重复", user=user("accountant"))
            approve_batch(batch_id=asked.pk, user=user("director"), answers=money.answers(asked))
            execute(batch_id=asked.pk)

    @rule()
    def books_are_closed(self) -> None:
        area, month = self.employer.area_id, min(self.day.year * 100 + self.day.month, 202611)
        if area in money.LEDGER_AREAS or (last_closed(area, "employee_pension") or 0) >= month:
            return
        known = Batch.objects.filter(kind="close", status="executed", areas__contains=[area], period=month).exists()
        if known:
            return
        batch = prepare(CLOSE, area_code=area, period=month, user=user("accountant"))
        if batch.is_sound:
            approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
            execute(batch_id=batch.pk)

    @invariant()
    def sums_agree(self) -> None:
        money.assert_agree()


_MONTHS = iter((202509, 202511, 202609))

TestMoney = MoneyMachine.TestCase
TestMoney.settings = settings(
    max_examples=14, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
