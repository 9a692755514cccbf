"""Rows that could not be read are settled by the statement that puts them right, in whatever order the two come; no money, no gap, nothing red."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import city, money
from tests.city import user
from tests.receipts.test_statements import assert_accounted
from tests.statements import balance, camt, entry, statement
from yigui.common.money import plain_fen
from yigui.receipts.enums import Outcome
from yigui.receipts.files import Import, import_receipts
from yigui.receipts.models import LineEnd, Receipt, ReceiptLine
from yigui.receipts.put_right import _SQL
from yigui.receipts.reconcile import reconcile
from yigui.receipts.statement_chain import gaps
from yigui.receipts.waiting_lines import settle_rejected

AREA = "511102"
HEAD = "交易流水号,交易日期,对方户名,交易金额,借贷标志,余额,账号"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account nobody else in these tests has statements of."""
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    return f"95588{money.reference()[1:]}"


def take(content: bytes, name: str) -> Import:
    done = import_receipts(content=content, file_name=name, partner="bank", area_code=AREA, user=user("cashier"), today=city.TODAY)
    assert done.file is not None
    assert_accounted(done.file)
    return done


def take_table(name: str, *rows: str, head: str = HEAD) -> Import:
    return take(("\r\n".join([head, *rows]) + "\r\n").encode(), name)


def ends_of(done: Import) -> list[tuple[str, str]]:
    return list(
        LineEnd.objects.filter(line__file=done.file, line__fate="rejected").order_by("line__seq").values_list("outcome", "reason")
    )


def open_of(done: Import) -> int:
    return ReceiptLine.objects.filter(file=done.file, fate="rejected", cause__in=("bad", "not_ours"), end=None).count()


def gaps_of(account: str) -> list[str]:
    return [gap for s, gap in gaps([AREA]) if s.account_no == account]


BAD = {
    "a damaged amount": ("2026-11-09", "甲", '"2,00"', "贷"), "a day that is none": ("2026-13-09", "甲", "200.00", "贷"),
    "no direction": ("2026-11-09", "甲", "200.00", "？"), "an amount in words": ("2026-11-09", "甲", "贰佰元整", "贷"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("is_right_first", [False, True])
def test_a_row_put_right_by_another_file_is_settled_with_both_files_named(
    account: str, bad: tuple[str, ...], is_right_first: bool
) -> None:
    refs = [money.reference() for _ in range(2)]

    def table(name: str, row: tuple[str, ...]) -> Import:
        day, payer, amount, way = row
        return take_table(
            name, f"{refs[0]},2026-11-08,乙,50.00,贷,550.00,{account}", f"{refs[1]},{day},{payer},{amount},{way},750.00,{account}"
        )

    files = [("先.csv", bad), ("后.csv", ("2026-11-09", "甲", "200.00", "贷"))][:: -1 if is_right_first else 1]
    first, second = [table(name, row) for name, row in files]
    wrong, right = (second, first) if is_right_first else (first, second)
    assert right.new_rows + right.duplicates == 2
    assert open_of(wrong) == 0
    ((outcome, reason),) = ends_of(wrong)
    assert outcome == Outcome.CORRECTED
    assert wrong.file is not None
    assert right.file is not None
    assert f"第 {wrong.file.pk} 号到账文件“先.csv”第 3 行" in reason
    assert f"第 {right.file.pk} 号到账文件“后.csv”第 3 行" in reason
    assert Receipt.objects.filter(reference=refs[1]).count() == 1
    assert not gaps_of(account)
    todos = reconcile(areas=[AREA], period=202611).todos
    assert not [todo for todo in todos if todo.kind == "退回的行" and todo.file_id == wrong.file.pk]


OTHERS = {
    "another number": ("X9", "2026-11-09", "200.00", "甲", "0001"), "another day": ("", "2026-11-07", "200.00", "甲", "0001"),
    "another party": ("", "2026-11-09", "200.00", "丙", "0001"), "another account": ("", "2026-11-09", "200.00", "甲", "0002"),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_money_that_is_another_settles_no_row(account: str, other: tuple[str, ...]) -> None:
    ref = money.reference()
    wrong = take_table("先.csv", f"{ref},2026-11-09,甲,2o0.00,贷,,{account}0001")
    more, day, amount, payer, tail = other
    take_table("后.csv", f"{ref}{more},{day},{payer},{amount},贷,,{account}{tail}")
    assert open_of(wrong) == 1


def test_without_a_number_text_and_balance_tell(account: str) -> None:
    head, payer = "交易日期,对方户名,对方账号,贷方发生额,余额,账号", f"单位{money.reference()}"
    wrong = take_table(
        "先.csv",
        f"2026-11-08,{payer},62220001,50.00,550.00,{account}",
        f"2026-11-09,{payer},62220001,2.0.0,750.00,{account}",
        head=head,
    )
    assert open_of(wrong) == 1
    take_table(
        "后.csv",
        f"2026-11-08,{payer},62220001,50.00,550.00,{account}",
        f"2026-11-09,{payer},62220001,200.00,750.00,{account}",
        head=head,
    )
    assert open_of(wrong) == 0


def test_day_amount_and_payer_alone_settle_nothing_and_a_person_may(account: str) -> None:
    """A payer pays the same twice on a day: the row that could not be read is not the payment that was booked."""
    payer, head = f"单位{money.reference()}", "交易日期,对方户名,对方账号,贷方发生额,余额,账号,币种"
    row = f"2026-11-09,{payer},62220001,500.00"
    take_table("上午.csv", f"{row},1000.00,{account},人民币", head=head)
    # Its day, its amount and its name can be read; its currency and its balance cannot.
    second = take_table("下午.csv", f"{row},,{account},日元", head=head)
    assert (second.new_rows, open_of(second), ends_of(second)) == (0, 1, [])
    line = ReceiptLine.objects.get(file=second.file, fate="rejected")
    assert (str(line.told_on), line.told_fen, line.payer_name) == ("2026-11-09", 50_000, payer)
    todos = reconcile(areas=[AREA], period=202611).todos
    assert second.file is not None
    assert [todo for todo in todos if todo.kind == "退回的行" and todo.file_id == second.file.pk]
    with pytest.raises(Exception, match="不能登记为已更正"), transaction.atomic():
        LineEnd.objects.create(
            line=line,
            outcome=Outcome.CORRECTED,
            reason="x",
            target_id=Receipt.objects.get(account_no=account, amount_fen=50_000).pk,
        )
    # A number that is missing is no proof either.
    plain = "交易流水号,交易日期,对方户名,贷方发生额,账号"
    two = take_table("缺号.csv", f",2026-11-09,{payer},31.00,{account}", head=plain)
    take_table("补号.csv", f"{money.reference()},2026-11-09,{payer},31.00,{account}", head=plain)
    assert open_of(two) == 1
    assert two.file is not None
    assert settle_rejected(file_id=two.file.pk, reason="更正后已随补号.csv入账", user=user("accountant")) == 1
    assert open_of(two) == 0


@pytest.mark.parametrize("is_right_first", [False, True])
def test_a_balance_that_differs_is_another_payment(account: str, is_right_first: bool) -> None:
    payer, head = f"单位{money.reference()}", "交易日期,对方户名,对方账号,贷方发生额,余额,账号,币种"
    files = {
        "坏.csv": f"2026-11-09,{payer},62220001,500.00,1500.00,{account},日元",
        "好.csv": f"2026-11-09,{payer},62220001,500.00,1000.00,{account},人民币",
    }
    made = {
        name: take_table(name, files[name], head=head)
        for name in (["好.csv", "坏.csv"] if is_right_first else ["坏.csv", "好.csv"])
    }
    assert ReceiptLine.objects.get(file=made["坏.csv"].file, fate="rejected").mark
    assert open_of(made["坏.csv"]) == 1


def test_a_row_beside_another_of_the_same_money_is_not_settled_by_that(account: str) -> None:
    payer, ref = f"单位{money.reference()}", money.reference()
    head = "交易流水号,交易日期,对方户名,贷方发生额,账号"
    take_table("一.csv", f"{ref},2026-11-09,{payer},31.00,{account}", head=head)
    both = take_table("二.csv", f"{ref},2026-11-09,{payer},31.00,{account}", f",2026-11-09,{payer},31.00,{account}", head=head)
    assert (both.duplicates, open_of(both)) == (1, 1)


def test_money_that_went_out_is_settled_so_too_and_an_entry_of_a_statement(account: str) -> None:
    ref = money.reference()
    wrong = take_table("先.csv", f"{ref},2026-11-09,银行,3.0.0,借,,{account}")
    take_table("后.csv", f"{ref},2026-11-09,银行,3.00,借,,{account}")
    assert open_of(wrong) == 0
    assert ends_of(wrong)[0][0] == Outcome.CORRECTED
    refs = [money.reference() for _ in range(2)]
    told = balance("OPBD", "0.00") + balance("CLBD", "15.00")

    def of_day(second: str) -> Import:
        lines = (entry("5.00", ref=refs[0], name="甲"), entry(second, ref=refs[1], name="乙"))
        return take(camt(statement(*lines, account=account, balances=told)), "对账单.xml")

    damaged = of_day("10.0o")
    assert open_of(damaged) == 1
    of_day("10.00")
    assert open_of(damaged) == 0
    assert not gaps_of(account)


def test_money_that_went_out_once_speaks_for_one_row_of_a_file(account: str) -> None:
    ref = money.reference()
    wrong = take_table("先.csv", f"{ref},2026-11-09,银行,3.0.0,借,,{account}", f"{ref},2026-11-09,银行,3.O0,借,,{account}")
    assert open_of(wrong) == 2
    take_table("后.csv", f"{ref},2026-11-09,银行,3.00,借,,{account}")
    assert open_of(wrong) == 1
    assert [outcome for outcome, _ in ends_of(wrong)] == [Outcome.CORRECTED]
    left = ReceiptLine.objects.get(file=wrong.file, fate="rejected", end=None)
    with pytest.raises(DatabaseError, match="没有更正后的同一笔入账"), transaction.atomic():
        LineEnd.objects.create(line=left, outcome=Outcome.CORRECTED, reason="x", target_id=None)


def test_rows_of_other_files_and_numbers_are_not_asked_about(account: str) -> None:
    """What a file could not put right costs it nothing, of however many years it is."""
    for k in range(3):
        take_table(f"{k}.csv", *(f"{money.reference()},2026-11-09,某某{n},9.9.9,贷,,{account}" for n in range(40)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contributions_receipt_line l WHERE fate = 'rejected' AND account_no = %s", [account])
        assert cursor.fetchone()[0] == 120
    done = take_table("一.csv", f"{money.reference()},2026-11-09,甲,7.00,贷,,{account}")
    assert done.file is not None
    with connections["super"].cursor() as cursor:
        cursor.execute("SET track_functions = 'all'")
        cursor.execute("SELECT pg_stat_reset_single_function_counters('contributions_put_right_v1'::regproc)")
        asked = {"file": done.file.pk, "partner": "bank", "files": [done.file.pk]}
        cursor.execute(_SQL["put_right"], asked)
        assert cursor.fetchall() == []
        cursor.execute("SELECT coalesce(pg_stat_get_xact_function_calls('contributions_put_right_v1'::regproc), 0)")
        calls = cursor.fetchone()[0]
        cursor.execute("RESET track_functions")
    assert calls == 0


def test_a_program_settles_so_and_what_is_in_no_book_is_settled_by_nobody(account: str) -> None:
    wrong = take_table("先.csv", f"{money.reference()},2026-11-09,甲,2o0.00,贷,,{account}")
    line = ReceiptLine.objects.get(file=wrong.file)
    with pytest.raises(Exception, match="不能登记为已更正"):
        LineEnd.objects.create(line=line, outcome=Outcome.CORRECTED, reason="x", target_id=None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fens=st.lists(st.integers(1, 10**6), min_size=2, max_size=6), bad=st.sets(st.integers(0, 5), max_size=3), is_right_first=st.booleans(),
       is_newest_first=st.booleans(), still=st.integers(0, 5))  # fmt: skip
def test_whatever_is_damaged_and_put_right_the_money_stands_once_and_nothing_is_open(
    monkeypatch: pytest.MonkeyPatch, fens: list[int], bad: set[int], is_right_first: bool, is_newest_first: bool, still: int
) -> None:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    account, refs = f"95588{money.reference()[1:]}", [money.reference() for _ in fens]

    def table(name: str, damaged: set[int]) -> Import:
        rows, held = [], 1000
        for k, fen in enumerate(fens):
            held += fen
            amount = f"{plain_fen(fen)[:-1]}o" if k in damaged else plain_fen(fen)
            rows.append(f"{refs[k]},{dt.date(2026, 10, 1 + k)},甲,{amount},贷,{plain_fen(held)},{account}")
            if k == still:
                rows.append(f"{money.reference()},{dt.date(2026, 10, 1 + k)},,,贷,{plain_fen(held)},{account}")
        return take_table(name, *(rows[::-1] if is_newest_first else rows))

    wrong = bad & set(range(len(fens)))
    files = [("坏.csv", wrong), ("好.csv", set[int]())][:: -1 if is_right_first else 1]
    made = [table(name, damaged) for name, damaged in files if damaged or name == "好.csv"]
    assert sum(Receipt.objects.filter(account_no=account).values_list("amount_fen", flat=True)) == sum(fens)
    assert sum(open_of(done) for done in made) == 0
    assert not gaps_of(account)


def test_a_longer_list_of_the_same_days_makes_no_gap_and_a_missing_day_still_does(account: str) -> None:
    refs = [money.reference() for _ in range(5)]
    rows = [f"{ref},2026-10-{n:02},甲,1.00,贷,{10 + n}.00,{account}" for n, ref in enumerate(refs, start=1)]
    take_table("九月.csv", f"{money.reference()},2026-09-30,甲,1.00,贷,10.00,{account}")
    take_table("前三日.csv", *rows[:3])
    longer = take_table("前五日.csv", *rows)
    assert (longer.new_rows, longer.duplicates) == (2, 3)
    # One that begins in the middle of another.
    middle = take_table("三日起.csv", *rows[2:], f"{money.reference()},2026-10-06,甲,1.00,贷,16.00,{account}")
    assert middle.new_rows == 1
    assert not gaps_of(account)
    late = take_table("八日.csv", f"{money.reference()},2026-10-08,甲,1.00,贷,18.00,{account}")
    assert (late.new_rows, len(late.waiting)) == (0, 1)
    assert len(gaps_of(account)) == 1


def test_a_row_without_money_is_none_and_one_that_moved_the_balance_is_not_passed_over(account: str) -> None:
    refs = [money.reference() for _ in range(4)]
    good = [f"{refs[0]},2026-11-08,乙,50.00,贷,550.00,{account}", f"{refs[1]},2026-11-10,甲,25.00,贷,575.00,{account}"]
    done = take_table(
        "空行.csv", *good, f"{refs[2]},2026-11-10,,,,575.00,{account}", f"{refs[3]},2026-11-10,,0.00,贷,575.00,{account}"
    )
    assert (done.new_rows, open_of(done)) == (2, 0)
    assert {said for _, said in done.rejected} == {"没有金额，余额也没有变动，不是收支"}
    moved = take_table(
        "动了.csv",
        f"{money.reference()},2026-11-10,丙,1.00,贷,576.00,{account}",
        f"{money.reference()},2026-11-10,,,贷,580.00,{account}",
    )
    assert (moved.new_rows, open_of(moved)) == (1, 1)
