"""Banks' lists as tables: balances go on from the day before, what is red undoes, and sums of any rows agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import city, money
from tests.items.money_forms import employer_with_staff
from yigui.common.money import plain_fen
from yigui.documents.errors import FileRefused
from yigui.exchange.money_formats import formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow
from yigui.ledger.models import BankLine
from yigui.receipts.enums import Cause
from yigui.receipts.files import Import, import_receipts
from yigui.receipts.models import BankStatement, Receipt, ReceiptLine

HEAD = "交易流水号,交易日期,贷方发生额,借方发生额,账户余额,付款户名"


def take(text: str) -> Import:
    return import_receipts(
        content=text.encode(), file_name="a.csv", partner="bank", area_code="511102", user=city.user("cashier"), today=city.TODAY
    )


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account nobody else in these tests has statements of."""
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    return f"95588{money.reference()[1:]}"


def day(account: str, n: int, opening: int, *fens: int, is_newest_first: bool = False) -> str:
    rows, balance = [], opening
    for fen in fens:
        balance += fen
        sides = (plain_fen(fen), "") if fen > 0 else ("", plain_fen(-fen))
        rows.append(f"{money.reference()},2020-03-{n:02},{sides[0]},{sides[1]},{plain_fen(balance)},甲公司")
    return "\n".join([f"账号：{account}", HEAD, *(reversed(rows) if is_newest_first else rows), ""])


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_a_list_that_does_not_go_on_from_the_day_before_waits_until_the_missing_one_has_come(
    account: str, is_newest_first: bool
) -> None:
    assert take(day(account, 2, 1000, 500, -100, is_newest_first=is_newest_first)).new_rows == 1
    gap = take(day(account, 4, 1700, 300, 200, is_newest_first=is_newest_first))
    assert (gap.new_rows, len(gap.waiting)) == (0, 2)
    assert "不连续" in gap.waiting[0][1]
    assert take(day(account, 3, 1400, 300)).new_rows == 1
    assert set(ReceiptLine.objects.filter(file=gap.file).values_list("end__outcome", flat=True)) == {"booked"}
    assert set(BankStatement.objects.filter(account_no=account).values_list("opening_fen", "closing_fen")) == {
        (1000, 1400), (1700, 2200), (1400, 1700),
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    fens=st.lists(st.integers(1, 10_000), min_size=3, max_size=8),
    gone=st.integers(1, 6), is_newest_first=st.booleans(),
)  # fmt: skip
def test_a_line_missing_between_two_others_refuses_the_list(fens: list[int], gone: int, is_newest_first: bool) -> None:
    whole = day("9558800000000001", 2, 100_000, *fens, is_newest_first=is_newest_first)
    lines = whole.split("\n")
    form = formats()["bank"]
    rows = [row for row in read_csv(whole.encode(), "a.csv", form) if isinstance(row, ReceiptRow)]
    assert sum(-row.amount_fen if row.is_debit else row.amount_fen for row in rows) == sum(fens)
    assert len(rows) == len(fens)
    at = 2 + min(gone, len(fens) - 2)
    with pytest.raises(FileRefused, match="余额与相邻的行不连续"):
        list(read_csv("\n".join(lines[:at] + lines[at + 1 :]).encode(), "a.csv", form))


def test_a_red_row_takes_the_receipt_of_an_earlier_list_back() -> None:
    unit, ref = employer_with_staff(), money.reference()
    head = "交易流水号,交易日期,贷方发生额,借方发生额,单位编号,附言\n"
    assert take(f"{head}{ref},2026-11-09,526.40,,{unit.unit_no},\n").new_rows == 1
    done = take(f"{head}{ref}r,2026-11-09,-526.40,,{unit.unit_no},冲正 {ref}\n")
    assert (done.new_rows, done.debits, len(done.waiting), len(done.rejected)) == (0, 0, 1, 0)
    line = ReceiptLine.objects.get(file=done.file)
    assert (line.cause, line.is_debit, line.receipt_id) == (Cause.REVERSAL, True, Receipt.objects.get(reference=ref).pk)


def test_a_red_row_beside_what_it_undoes_leaves_nothing_booked() -> None:
    ref = money.reference()
    done = take(
        f"交易流水号,交易日期,贷方发生额,借方发生额,附言\n{ref},2026-11-09,526.40,,\n{ref}r,2026-11-09,-526.40,,冲正 {ref}\n"
    )
    assert (done.new_rows, done.debits, len(done.waiting)) == (0, 2, 0)
    assert done.file is not None
    assert sum(BankLine.objects.filter(file_id=done.file.pk).values_list("amount_fen", flat=True)) == 0


@pytest.mark.parametrize("head", ["交易类型", "摘要代码", "标记"])
def test_a_column_of_words_of_direction_under_another_head_refuses_the_file(head: str) -> None:
    rows = "".join(f"{money.reference()},2026-11-09,5.00,{word}\n" for word in ("借", "", "贷"))
    with pytest.raises(FileRefused, match=f"列“{head}”各行都是借、贷"):
        take(f"交易流水号,交易日期,交易金额,{head}\n{rows}")
    for words, refused in (
        (("转入", "工资代发"), "工资代发|系统不认得的列"),
        (("转入", "代收社保"), "" if head == "交易类型" else "系统不认得的列"),
    ):
        other = "".join(f"{money.reference()},2026-11-09,5.00,{word}\n" for word in words)
        content = f"交易流水号,交易日期,交易金额,{head}\n{other}"
        if refused:
            with pytest.raises(FileRefused, match=refused):
                take(content)
        else:
            assert take(content).new_rows == 2


def test_the_summary_of_a_bank_is_the_text_of_a_line_unless_it_says_which_way_the_money_went() -> None:
    number = money.reference()
    done = take(f"交易流水号,交易日期,交易金额,摘要\n{number},2026-11-09,5.00,十月社保费\n")
    assert Receipt.objects.get(reference=number).text == "十月社保费"
    assert not done.unknown
    # Beside a text of its own the bank's summary is none.
    other = money.reference()
    take(f"交易流水号,交易日期,交易金额,附言,摘要\n{other},2026-11-09,5.00,十月社保费,汇入\n")
    assert Receipt.objects.get(reference=other).text == "十月社保费"
    ways = "".join(f"{money.reference()},2026-11-09,5.00,{word}\n" for word in ("转出", "转入"))
    with pytest.raises(FileRefused, match="列“摘要”各行都是借、贷"):
        take(f"交易流水号,交易日期,交易金额,摘要\n{ways}")
    incoming = "".join(f"{money.reference()},2026-11-09,5.00,{word}\n" for word in ("转入", "转入"))
    assert take(f"交易流水号,交易日期,交易金额,摘要\n{incoming}").new_rows == 2


def test_a_row_of_another_account_is_refused_for_its_own_day() -> None:
    done = take(f"交易流水号,交易日期,交易金额,账号\n{money.reference()},2026-11-09,5.00,6222000000000009\n")
    ((_, sentence),) = done.rejected
    assert "不是该地区在 2026-11-09 的收入户" in sentence


@settings(max_examples=40, deadline=None)
@given(pages=st.lists(st.lists(st.integers(1, 99_999), min_size=1, max_size=4), min_size=1, max_size=4), wrong=st.integers(0, 3))
def test_sums_of_pages_and_of_all_agree_or_the_file_is_refused(pages: list[list[int]], wrong: int) -> None:
    def text(off: int) -> bytes:
        lines, total = ["交易流水号,交易日期,交易金额"], 0
        for k, page in enumerate(pages):
            lines += [f"{money.reference()},2026-11-09,{plain_fen(fen)}" for fen in page]
            total += sum(page)
            lines += [
                f"本页小计,,{plain_fen(sum(page) + (off if k == wrong % len(pages) else 0))}",
                f"本页累计,,{plain_fen(total)}",
            ]
        return "\n".join([*lines, f"合计,,{plain_fen(total)}", ""]).encode()

    form = formats()["bank"]
    rows = [row for row in read_csv(text(0), "a.csv", form) if isinstance(row, ReceiptRow)]
    assert sum(row.amount_fen for row in rows) == sum(map(sum, pages))
    with pytest.raises(FileRefused, match="写明小计"):
        list(read_csv(text(1), "a.csv", form))
