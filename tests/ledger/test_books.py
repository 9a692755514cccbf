"""The books refuse what does not balance, what is not authorised, what comes late; reversal and closing."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from django.db import Error, connections, transaction

from tests import money
from tests.city import user
from yigui.ledger.close import CLOSE
from yigui.ledger.declarations import FUND_OF, _rules, rule_of
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import Closing, Entry, LedgerAccount, Voucher, VoucherNumber
from yigui.ledger.posting import post
from yigui.ledger.queries import ledger_page, rolled_up, trial_balance
from yigui.ledger.reversal import plan_reversal
from yigui.ledger.verify import ledger_faults
from yigui.registry.enums import AAE140
from yigui.runs.batches import BatchRefused, approve_batch, batch_of, issue_warrant, open_batch, seal_content
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import Content, Opening
from yigui.runs.models import BatchWritten
from yigui.runs.staged import execute, prepare

AREA, FUND = "511133", "unemployment"
DAY = dt.date(2026, 11, 10)


@contextmanager
def under_warrant() -> Iterator[int]:
    """A transaction under a run warrant of class 2."""
    with transaction.atomic():
        money.throw_away_open(subject="books")
        batch = open_batch(money.MACHINE, Opening(AREA, 202611, (), subject="books"), user=user("head"))
        seal_content(batch, Content(0, 0, "", {}, []))
        batch = approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
        yield issue_warrant(batch)


def transfer(fen: int = 100_00, on: dt.date = DAY, **more: Any) -> int:
    voucher = post(
        event="income_to_fiscal", fund=FUND, area_code=AREA, on=on, amounts={"total": fen}, source_kind="batch", source_id=1, **more
    )
    assert voucher is not None
    return voucher


def refused(error: pytest.ExceptionInfo[Error]) -> str:
    return str(error.value.__cause__.sqlstate)  # type: ignore[union-attr]


def test_a_voucher_by_rule_balances_and_bears_its_warrant() -> None:
    with under_warrant() as warrant:
        voucher = transfer()
    found = Voucher.objects.get(pk=voucher)
    assert (found.warrant_id, found.period, found.rule_version) == (warrant, 202611, dt.date(2018, 1, 1))
    assert sorted((e.account_id, e.side, e.amount_fen) for e in found.entries.all()) == [
        ("1002", "C", 100_00),
        ("1003", "D", 100_00),
    ]


def test_without_a_warrant_nothing_is_posted() -> None:
    with pytest.raises(Error) as error, transaction.atomic():
        transfer()
    assert refused(error) == "YG001"


@pytest.mark.parametrize(
    ("accounts", "sides", "amounts", "code"),
    [
        (["1003", "1002"], ["D", "C"], [100, 99], "YG007"),
        (["1003", "1002"], ["D", "D"], [100, 100], "YG007"),
        (["1003"], ["D"], [100], "YG007"),
        ([], [], [], "YG007"),
        (["1003", "1002"], ["D", "C"], [0, 0], "23514"),
        (["1003", "1002"], ["D", "C"], [-100, -100], "23514"),
        (["1003", "9999"], ["D", "C"], [100, 100], "YG006"),
        (["1003", "4601"], ["D", "C"], [100, 100], "YG006"),
        (["1003", "1002"], ["X", "C"], [100, 100], "23514"),
    ],
)
def test_the_database_refuses_what_does_not_balance(accounts: list[str], sides: list[str], amounts: list[int], code: str) -> None:
    with pytest.raises(Error) as error, under_warrant(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT ledger_post_v1(%s, %s, %s, 'x', '2018-01-01', 'x', 'batch', 1, %s::text[], %s::text[], %s::bigint[], %s::text[])",
            [FUND, AREA, DAY, accounts, sides, amounts, [""] * len(accounts)],
        )
    assert refused(error) == code


def test_the_application_cannot_write_the_books_by_hand_and_nobody_changes_them() -> None:
    with under_warrant():
        voucher = transfer()
    for statement in (
        "INSERT INTO ledger_entry (warrant_id, voucher_id, seq, fund, area_code, period, account_id, side, amount_fen, party) "
        f"VALUES (1, {voucher}, 9, 'unemployment', '511133', 202611, '1003', 'D', 1, '')",
        f"UPDATE ledger_entry SET amount_fen = 1 WHERE voucher_id = {voucher}",
        f"DELETE FROM ledger_voucher WHERE id = {voucher}",
    ):
        with pytest.raises(Error) as error, transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(statement)
        assert refused(error) == "42501"
    for statement, code in (
        (f"UPDATE ledger_entry SET amount_fen = 1 WHERE voucher_id = {voucher}", "YG003"),
        (f"DELETE FROM ledger_entry WHERE voucher_id = {voucher}", "YG003"),
        ("TRUNCATE ledger_entry", "YG003"),
        (f"UPDATE ledger_voucher SET period = 202512 WHERE id = {voucher}", "YG003"),
        ("INSERT INTO ledger_voucher (warrant_id, fund, area_code, period, posted_on, event, rule_version, summary, source_kind, source_id, "
         "reason, xid, created_at) VALUES (1, 'unemployment', '511133', 202611, '2026-11-10', 'x', '2018-01-01', '', 'x', 1, '', 1, now())",
         "YG001"),
    ):  # fmt: skip
        with pytest.raises(Error) as error, transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute(statement)
        assert refused(error) == code, statement


def test_an_entry_cannot_be_added_to_a_finished_voucher() -> None:
    with under_warrant():
        voucher = transfer()
    with pytest.raises(Error) as error, transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SELECT set_config('search_path', 'public', true)")
        cursor.execute(
            "INSERT INTO ledger_entry (warrant_id, voucher_id, seq, fund, area_code, period, account_id, side, amount_fen, party) "
            "SELECT warrant_id, id, 3, fund, area_code, period, '1003', 'D', 5, '' FROM ledger_voucher WHERE id = %s",
            [voucher],
        )
    assert refused(error) == "YG001"


@pytest.mark.parametrize(
    ("accounts", "fund", "warrant", "code"),
    [
        ("('1003', 'D', 5)", FUND, "warrant_id", "YG007"),
        ("('1003', 'D', 5), ('1002', 'C', 4)", FUND, "warrant_id", "YG007"),
        ("('1003', 'D', 5), ('9999', 'C', 5)", FUND, "warrant_id", "YG006"),
        ("('1003', 'D', 5), ('1002', 'C', 5)", "maternity", "warrant_id", "YG006"),
        ("('1003', 'D', 5), ('1002', 'C', 5)", FUND, "warrant_id - 1", "YG006"),
        ("('1003', 'D', 5), ('1002', 'C', 5)", FUND, "warrant_id", ""),
    ],
)
def test_a_voucher_found_balanced_early_stays_balanced(accounts: str, fund: str, warrant: str, code: str) -> None:
    """Even the owner, under a warrant, after having the balance checked before the end, adds nothing that does not balance."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SELECT warrants_issue_v1('run', 77, 'machine', '', 3::smallint, %s, NULL, '{}', '{}', '{}')", [AREA])
        cursor.execute(
            "SELECT ledger_post_v1(%s, %s, %s, 'x', '2018-01-01', 'x', 'batch', 1, '{1003,1002}', '{D,C}', '{9,9}', '{\"\",\"\"}')",
            [FUND, AREA, DAY],
        )
        (voucher,) = cursor.fetchone()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(Error) if code else nullcontext() as error, transaction.atomic(using="super"):
            cursor.execute(
                "INSERT INTO ledger_entry (warrant_id, voucher_id, seq, fund, area_code, period, account_id, side, amount_fen, party) "
                f"SELECT {warrant}, v.id, 3 + row_number() OVER (), %s, v.area_code, v.period, e.account, e.side, e.fen, '' "
                f"FROM ledger_voucher v, (VALUES {accounts}) AS e (account, side, fen) WHERE v.id = %s",
                [fund, voucher],
            )
        assert not code or (error is not None and refused(error) == code)
        transaction.set_rollback(True, using="super")


def test_the_rule_knows_its_amounts() -> None:
    with pytest.raises(WrongPosting):
        post(event="income_to_fiscal", fund=FUND, area_code=AREA, on=DAY, amounts={"strange": 1}, source_kind="x", source_id=1)
    with pytest.raises(WrongPosting):
        post(event="income_to_fiscal", fund=FUND, area_code=AREA, on=DAY, amounts={"total": -1}, source_kind="x", source_id=1)
    with pytest.raises(WrongPosting):
        post(
            event="contribution_received",
            fund=FUND,
            area_code=AREA,
            on=DAY,
            amounts={"total": 1, "current": 1},
            source_kind="x",
            source_id=1,
        )
    with pytest.raises(KeyError):
        rule_of("income_to_fiscal", dt.date(2017, 12, 31))
    codes = set(LedgerAccount.objects.values_list("code", flat=True))
    for versions in _rules().values():
        for rule in versions:
            assert {line.account for line in rule.lines} <= codes | {"deposit", "each"}
            assert {line.side for line in rule.lines} == {"D", "C"}


def test_the_database_knows_the_fund_of_every_insurance_as_the_program_does() -> None:
    with connections["super"].cursor() as cursor:
        for insurance, number in AAE140.items():
            cursor.execute("SELECT ledger_fund_v1(%s)", [number])
            assert cursor.fetchone() == (FUND_OF[insurance],)


def test_a_reversal_is_linked_has_a_reason_and_happens_once() -> None:
    with under_warrant():
        voucher = transfer(77_00)
    with pytest.raises(WrongPosting, match="冲销原因"):
        plan_reversal(voucher_id=voucher, reason=" ", user=user("accountant"))
    asked, again = (plan_reversal(voucher_id=voucher, reason="重复记账", user=user("accountant")) for _ in range(2))
    assert batch_of(asked.pk).status == "void"
    approve_batch(batch_id=again.pk, user=user("director"), answers=money.answers(again))
    execute(batch_id=again.pk)
    found = Voucher.objects.get(reverses=voucher)
    assert (found.reason, found.source_id, found.posted_on) == ("重复记账", again.pk, DAY)
    written = BatchWritten.objects.get(batch=again)
    assert (written.row_count, written.total_fen, written.books) == (1, 77_00, None)
    assert sorted((e.account_id, e.side) for e in found.entries.all()) == [("1002", "D"), ("1003", "C")]
    for target in (voucher, found.pk):
        with pytest.raises(WrongPosting, match="已冲销"):
            plan_reversal(voucher_id=target, reason="再冲一次", user=user("accountant"))


def test_closing_numbers_the_vouchers_and_refuses_later_posting() -> None:
    area = "511132"
    days = [dt.date(2026, 8, 3), dt.date(2026, 8, 20)]
    with under_warrant():
        made = [
            post(
                event="income_to_fiscal",
                fund=FUND,
                area_code=area,
                on=day,
                amounts={"total": 5_00},
                source_kind="batch",
                source_id=1,
            )
            for day in days
        ]
    with pytest.raises(BatchRefused):
        execute(batch_id=prepare(CLOSE, area_code=area, period=202608, user=user("accountant")).pk)
    batch = prepare(CLOSE, area_code=area, period=202608, user=user("accountant"))
    assert batch.is_sound, batch.checks
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
    assert execute(batch_id=batch.pk).status == "executed"
    assert Closing.objects.get(area_code=area, fund=FUND, period=202608).debit_fen == 10_00
    assert list(VoucherNumber.objects.filter(voucher_id__in=made).order_by("voucher_id").values_list("number", flat=True)) == [1, 2]
    for day in (dt.date(2026, 8, 31), dt.date(2026, 7, 1)):
        with pytest.raises(Error) as error, under_warrant():
            post(
                event="income_to_fiscal", fund=FUND, area_code=area, on=day, amounts={"total": 1}, source_kind="batch", source_id=1
            )
        assert refused(error) == "YG008"
    with under_warrant():
        assert post(
            event="income_to_fiscal",
            fund=FUND,
            area_code=area,
            on=dt.date(2026, 9, 1),
            amounts={"total": 1},
            source_kind="batch",
            source_id=1,
        )


def test_a_voucher_after_the_approval_stops_the_closing() -> None:
    area = "511129"
    with under_warrant():
        post(
            event="income_to_fiscal",
            fund=FUND,
            area_code=area,
            on=dt.date(2026, 8, 3),
            amounts={"total": 5_00},
            source_kind="batch",
            source_id=1,
        )
    batch = prepare(CLOSE, area_code=area, period=202608, user=user("accountant"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    with under_warrant():
        post(
            event="income_to_fiscal",
            fund=FUND,
            area_code=area,
            on=dt.date(2026, 8, 4),
            amounts={"total": 1},
            source_kind="batch",
            source_id=1,
        )
    with pytest.raises(ContentChanged, match="自审批后又有新凭证"):
        execute(batch_id=batch.pk)
    assert not Closing.objects.filter(area_code=area).exists()


def test_balances_ledger_and_verification_agree() -> None:
    with under_warrant():
        transfer(3_21)
    rows = trial_balance(areas=[AREA], fund=FUND, period=202611)
    assert sum(r.debit_fen for r in rows) == sum(r.credit_fen for r in rows)
    fiscal = next(r for r in rolled_up(rows) if r.code == "1003")
    opening, lines, more = ledger_page(areas=[AREA], fund=FUND, account="1003", period=202611)
    assert (opening, more) == (fiscal.opening_fen, False)
    assert lines[-1].balance_fen == fiscal.closing_fen
    assert list(ledger_faults("default")) == []
    entry = Entry.objects.filter(area_code=AREA).latest("id")
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE ledger_entry SET amount_fen = amount_fen + 1 WHERE id = %s", [entry.pk])
        try:
            assert any(f"id={entry.voucher_id}" in fault for fault in ledger_faults("default"))
        finally:
            cursor.execute("UPDATE ledger_entry SET amount_fen = amount_fen - 1 WHERE id = %s", [entry.pk])
            cursor.execute("SET session_replication_role = DEFAULT")
    assert money.one("SELECT 1") == 1
