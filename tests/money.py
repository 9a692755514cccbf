"""Money in the generated city: an executed levy plan of a month, receipts of a payer, and sums to compare."""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any
from unittest import mock

from django.db import connection, connections

from tests.city import user
from tests.conftest import TODAY
from yigui.charges.models import PaymentOrder
from yigui.charges.orders import create_order
from yigui.charges.queries import BillState, states_of
from yigui.common.money import plain_fen
from yigui.common.rooms import Kind, tables
from yigui.levy.levy_run import LEVY
from yigui.levy.models import Bill
from yigui.payment.bank_results import confirm_results
from yigui.payment.models import ResultFile
from yigui.payment.queries import is_confirmed
from yigui.receipts.files import Import, import_receipts
from yigui.registry.models import Employer, Person
from yigui.runs.batches import approve_batch, issue_warrant, open_batch, seal_content, void_batch
from yigui.runs.kinds import Content, Opening, RunKind
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare

CITY = "511100"
#: Areas whose books the ledger's own tests post into and close.
LEDGER_AREAS = frozenset({"511123", "511126", "511129", "511132", "511133"})
_references = itertools.count(1)


def ordered(bills: Iterable[tuple[Bill, int]], employer: Employer) -> PaymentOrder:
    """An order to pay that no case made, as an earlier release left them: past the guard (`contributions_order_hand_v1`)."""
    with mock.patch.object(PaymentOrder.objects, "create", PaymentOrder.objects.using("super").create):
        order = create_order(case_id=0, case_no="", bills=list(bills), pay_channel="01", today=TODAY, employer=employer)
    return PaymentOrder.objects.get(pk=order.pk)


def plan(period: int, area: str = CITY) -> Batch:
    """A plan of the month, made by the section head."""
    return prepare(LEVY, area_code=area, period=period, user=user("head"))


def answers(batch: Batch) -> dict[str, str]:
    """What a test writes where a batch's warnings ask whoever signs for an answer."""
    return {row["id"]: "已核实，同意办理。" for row in batch.warnings}


def levied(period: int = 202610, area: str = CITY) -> Batch:
    """The executed plan of a month; made when there is none yet."""
    known = Batch.objects.filter(kind="levy", area_code=area, period=period, status="executed").first()
    if known is not None:
        return known
    batch = plan(period, area)
    approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    return execute(batch_id=batch.pk)


def bills(employer: Employer | None = None, person: Person | None = None, period: int = 202610) -> list[BillState]:
    rows = Bill.objects.filter(
        employer_id=employer.pk if employer else 0, person_id=0 if employer else person.pk if person else 0, period=period
    )
    return states_of(list(rows.order_by("insurance", "id")))


HEAD = ("AAE086", "AAE079", "AAE019", "AAZ288", "缴费码", "AAB001", "AAC002", "AAE140", "AAE003", "AAB004", "AAA027")


def reference() -> str:
    return f"T{next(_references):08d}"


def row(amount_fen: int, **values: Any) -> dict[str, Any]:
    """A row of a receipt file."""
    return {"AAE086": reference(), "AAE079": "2026-11-09", "AAE019": plain_fen(amount_fen)} | values


def csv_file(rows: Iterable[dict[str, Any]], encoding: str = "utf-8") -> bytes:
    lines = [",".join(HEAD), *(",".join(str(r.get(h, "")) for h in HEAD) for r in rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def receive(
    *rows: dict[str, Any], partner: str = "tax", area: str = "511102", today: dt.date = TODAY, encoding: str = "utf-8"
) -> Import:
    """Import rows as a partner's file."""
    return import_receipts(
        content=csv_file(rows, encoding), file_name="到账.csv", partner=partner, area_code=area, user=user("cashier"), today=today
    )


def one(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        found = cursor.fetchone()
    return found[0] if found and len(found) == 1 else found


def balances() -> dict[str, int]:
    """Sums of the whole system that must agree, whatever happened."""
    return {
        "received": one("SELECT coalesce(sum(amount_fen), 0)::bigint FROM contributions_receipt"),
        "allocated": one("SELECT coalesce(sum(amount_fen), 0)::bigint FROM contributions_allocation WHERE bill_id > 0"),
        "refunded": one("SELECT coalesce(sum(amount_fen), 0)::bigint FROM contributions_allocation WHERE bill_id = 0"),
        "suspense": one(
            "SELECT coalesce(sum(r.amount_fen - coalesce((SELECT sum(a.amount_fen) FROM contributions_allocation a "
            "WHERE a.receipt_id = r.id), 0)), 0)::bigint FROM contributions_receipt r"
        ),
        "ledger_suspense": one(
            "SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0)::bigint FROM ledger_entry "
            "WHERE account_id IN ('2001.01', '2001.02')"
        ),
        "ledger": one("SELECT coalesce(sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END), 0)::bigint FROM ledger_entry"),
        "income": one(
            "SELECT coalesce(sum(CASE e.side WHEN 'C' THEN e.amount_fen ELSE -e.amount_fen END), 0)::bigint FROM ledger_entry e "
            "JOIN ledger_voucher v ON v.id = e.voucher_id WHERE v.event <> 'close_income' AND (e.account_id LIKE '4001%%' "
            "OR e.account_id = '4501.01' OR (e.account_id = '5401' AND v.event IN ('refund_prior_year', 'refund_by_other_area')))"
        ),
        "credited": one("SELECT coalesce(sum(amount_fen), 0)::bigint FROM accounts_entry WHERE source_id > 0"),
        "credit_due": one(
            "SELECT coalesce(sum(b.account_fen), 0)::bigint FROM contributions_bill b WHERE b.kind <> 9 AND b.total_fen = "
            "(SELECT sum(a.amount_fen) FROM contributions_allocation a WHERE a.bill_id = b.id)"
        ),
    }


def assert_agree() -> dict[str, int]:
    """Suspense plus allocated plus refunded is what was received; the ledger balances and says the same; accounts too."""
    sums = balances()
    assert sums["ledger"] == 0
    assert sums["received"] == sums["allocated"] + sums["refunded"] + sums["suspense"]
    assert sums["ledger_suspense"] == sums["suspense"]
    assert sums["income"] == sums["allocated"]
    assert sums["credited"] == sums["credit_due"]
    return sums


def confirmed(file: ResultFile) -> ResultFile:
    """What came back with a file of results is compared with the bank's statement, by as many as it takes."""
    for name in ("accountant", "cashier"):
        if file.returned_count and not is_confirmed(file):
            confirm_results(file_id=file.pk, statement="2026-11-10 支出户对账单", user=user(name))
    return file


class Machine(RunKind):
    """A kind that no room has: a test opens a warrant with it and does by hand what it tests."""

    code, name = "machine", "测试"
    writes = (*(name for name, table in tables().items() if table.kind is Kind.PROTECTED), "benefits_back_due")


MACHINE = Machine()
_cases = itertools.count(10**9)
# Stands in for the route that earns such a warrant, which is tested elsewhere.
_RAISE = """
CREATE OR REPLACE FUNCTION money_test_raise_class() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE warrants_warrant SET risk_class = 1 WHERE xid = (pg_current_xact_id()::text)::bigint AND issued_at = transaction_timestamp();
    SET LOCAL session_replication_role = origin;
END $$
"""


def throw_away_open(*, subject: str) -> None:
    """Void what tests of the machine kind have left open, in the name of whoever prepared it."""
    for batch in (
        Batch.objects.filter(kind=MACHINE.code, subject=subject).exclude(status__in=("executed", "void")).order_by("id")[:50]
    ):
        void_batch(batch_id=batch.pk, user=user("head"), reason="试验完毕，不再执行")


def class_1_warrant() -> int:
    """Open a class-1 warrant in this transaction; gives a case number of its own."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT to_regproc('money_test_raise_class')")
        if cursor.fetchone() == (None,):
            cursor.execute(_RAISE)
    throw_away_open(subject="")
    batch = open_batch(MACHINE, Opening("511102", 202611, ()), user=user("head"))
    seal_content(batch, Content(0, 0, "", {}, []))
    issue_warrant(approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch)))
    one("SELECT money_test_raise_class()")
    return next(_cases)
