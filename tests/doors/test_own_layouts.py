"""Lists of banks as they come: their own heads, lists without a number of each line, a minus beside the direction, balances that prove what is missing."""

import pytest

from tests import money
from tests.doors.test_own_twice import counts, take
from yigui.documents.errors import FileRefused
from yigui.receipts.models import BankStatement, Receipt, ReceiptLine
from yigui.receipts.not_booked import hands_of


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    return f"95588{money.reference()[1:]}"


def lines(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in rows)


@pytest.mark.parametrize("head", [
    "流水号,交易日期,借贷标志,金额,余额,对方户名", "交易流水,交易时间,借贷标志,发生额,余额,对方户名", "银行流水号,交易日,借贷标志,发生金额,余额,收/付方名称",
    "主机交易流水号,记账日期,借贷标志,金额,余额/元,对方账号名称", "账户明细编号-交易流水号,交易时间,借贷标志,金额,余额,对方单位名称",
])  # fmt: skip
def test_heads_of_banks_are_read(account: str, head: str) -> None:
    number = money.reference()
    done = take(lines(
        f"账号：{account}", head, f"{number}-1,2026-11-09 10:10:10,贷,817.17,817.17,甲公司", f"{number}-2,2026-11-09 11:10:10,借,17.17,800.00,乙",
    ))  # fmt: skip
    assert counts(done) == (1, 0, 0, 0)
    assert (done.debits, BankStatement.objects.get(file=done.file).closing_fen) == (1, 80000)
    assert Receipt.objects.get(file=done.file).payer_name == "甲公司"


def test_a_list_without_numbers_is_known_again_by_its_lines(account: str) -> None:
    head = "交易时间,收入金额,支出金额,账户余额,对方账号,对方户名,交易用途"
    one = "20261109 09:10:11,710.10,,710.10,62220001,甲公司,社保"
    same = "20261109 09:11:11,710.10,,1420.20,62220001,甲公司,社保"
    out = "20261109 09:12:11,,10.10,1410.10,62220002,乙公司,手续费"
    first = take(lines(f"账号：{account}", head, one, same, out))
    assert (counts(first), first.debits) == ((2, 0, 0, 0), 1)
    later = "20261109 16:10:11,1.00,,1411.10,62220001,甲公司,社保"
    again = take(lines(f"账号：{account}", head, one, same, out, later))
    assert counts(again)[0] == 1
    assert Receipt.objects.filter(account_no=account).count() == 3
    # A payment that says the same on another day's balance is not taken for the first one silently.
    other = take(lines(f"账号：{account}", head, "20261109 17:10:11,710.10,,2121.20,62220001,甲公司,社保"))
    assert (other.new_rows, other.duplicates, len(other.waiting)) == (0, 0, 1)


def test_a_list_without_numbers_and_balances_is_refused() -> None:
    with pytest.raises(FileRefused, match=r"缺少列：交易流水号.*须有交易日期、余额和对方户名或账号"):
        take(lines("交易日期,收入金额,支出金额,对方户名", "2026-11-09,1.00,,甲公司"))
    done = take(lines("交易流水号,交易日期,交易金额,付款户名,余额", ",2026-11-09,1.00,甲,"))
    assert "交易流水号为空" in done.rejected[0][1]


def test_a_minus_beside_money_out_is_no_reversal_where_the_balance_falls(account: str) -> None:
    head = "借贷标志,付款人账号,付款人名称,交易日期,交易金额,余额,交易流水号"
    number = money.reference()
    rows = [f"来账,6222,甲公司,20261109,1803.00,1803.00,{number}1", f"往账,{account},社保局,20261109,-1003.00,800.00,{number}2"]
    for order in (rows, rows[::-1]):
        done = take(lines(f"账号：{account}", head, *order))
        assert not done.rejected
        assert not done.waiting
    assert ReceiptLine.objects.filter(account_no=account, fate="waiting").count() == 0
    # Where the balance rises with it, it is red.
    red = take(
        lines(
            f"账号：{account}",
            head,
            f"来账,6222,甲公司,20261109,5.00,805.00,{number}3",
            f"往账,62,甲,20261109,-7.00,812.00,{number}4",
        )
    )
    assert len(red.waiting) == 1


@pytest.mark.parametrize("has_account", [True, False])
@pytest.mark.parametrize("is_newest_first", [True, False])
def test_balances_prove_the_money_of_a_row_that_cannot_be_read(account: str, has_account: bool, is_newest_first: bool) -> None:
    n = money.reference()
    # Of a list that names no account its balances are all that tells it from another one.
    start = int(n[1:]) * 100_000
    rows = [
        f"{n}1,2026-11-09,5.50,甲{n},{start + 5}.50", f'{n}2,2026-11-09,"9,0000.00",乙{n},"{start + 90_005:,}.50"',
        f"{n}3,2026-11-09,0.50,丙{n},{start + 90_006}.00",
    ]  # fmt: skip
    head = "交易流水号,交易日期,交易金额,付款户名,余额"
    done = take(lines(*([f"账号：{account}"] if has_account else []), head, *(rows[::-1] if is_newest_first else rows)))
    assert counts(done) == (2, 0, 1, 0)
    (line,) = ReceiptLine.objects.filter(file=done.file, fate="rejected")
    assert hands_of([line.pk]) == {line.pk: 0}
    # Put right and sent again, the money is in the books and the row is settled by whoever has looked.
    right = [row.replace("9,0000.00", "90,000.00") for row in rows]
    again = take(lines(*([f"账号：{account}"] if has_account else []), head, *right))
    assert counts(again) == (1, 2, 0, 0)
    assert hands_of([line.pk]) == {line.pk: 1}


def test_a_list_that_names_no_account_goes_on_from_no_other() -> None:
    n = money.reference()
    head = "交易流水号,交易日期,交易金额,付款户名,余额"
    for k, balance in ((1, "105.00"), (2, "9905.00")):
        assert counts(take(lines(head, f"{n}{k},2026-11-0{k},5.00,甲{n}{k},{balance}"))) == (1, 0, 0, 0)


@pytest.mark.parametrize("last", ["缴费单号", "单位编号", "付款账号", "附言"])
def test_a_text_that_ends_within_its_last_line_is_refused_whatever_stands_last(last: str) -> None:
    whole = lines(f"交易流水号,交易日期,交易金额,付款户名,{last}", f"{money.reference()},2026-11-09,64.02,甲,800000000921").encode()
    for cut in range(1, 14):
        with pytest.raises(FileRefused):
            take(whole[: len(whole) - cut] if cut > 1 else whole[:-2])
    assert take(whole).file is not None
