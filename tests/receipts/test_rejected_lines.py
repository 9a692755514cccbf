"""Lines of a file that could not be read as money stand on the work list of the month until somebody has settled them (退回的行)."""

import threading
from typing import Any

import pytest
from django.db import connection

from tests import city, money
from tests.city import user
from tests.pages import page_of, signed_in
from tests.receipts.test_statements import take
from tests.statements import balance, camt, entry, statement
from yigui.receipts import waiting_lines
from yigui.receipts.enums import Outcome
from yigui.receipts.errors import LineRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.inbox_sources import REJECTED_LINES
from yigui.receipts.models import ReceiptLine
from yigui.receipts.reconcile import Reconciliation, reconcile
from yigui.receipts.waiting_lines import decide_line, settle_rejected

AREA, PERIOD = "511102", 202611
HEAD = "交易流水号,交易日期,交易金额,借贷标志,账号,附言"
OURS, OTHERS = "9558800000000001", "6222000000000009"


def month(period: int = PERIOD) -> Reconciliation:
    return reconcile(areas=[AREA], period=period)


def of_bank(*rows: str) -> int:
    """The file of a bank's list with those rows: amount, direction, account."""
    lines = [f"{money.reference()},2026-11-09,{row},流水" for row in rows]
    content = ("\r\n".join([HEAD, *lines]) + "\r\n").encode()
    done = import_receipts(
        content=content, file_name="流水.csv", partner="bank", area_code=AREA, user=user("cashier"), today=city.TODAY
    )
    assert done.file is not None
    return done.file.pk


def listed(found: Reconciliation, file: int) -> list[str]:
    return [todo.text for todo in found.todos if todo.kind == "退回的行" and todo.file_id == file]


def of_inbox(file: int) -> list[str]:
    """What the cashier's inbox says of a file's rejected lines."""
    rows = REJECTED_LINES.rows(user("cashier"), city.TODAY, 500)
    assert len(list(REJECTED_LINES.days(user("cashier"), city.TODAY, 500))) == len(rows)
    return [row.what for row in rows if row.key == str(file)]


def open_keys(file: int) -> list[str]:
    rows = ReceiptLine.objects.filter(file=file, fate="rejected", cause__in=("bad", "not_ours"), end=None)
    return [str(pk) for pk in rows.order_by("seq").values_list("pk", flat=True)]


def test_a_rejected_line_of_our_account_stands_on_the_list_until_it_is_settled() -> None:
    before = month().rejected
    file = of_bank(f"5211.47,转,{OURS}", f'"1,0000.00",贷,{OURS}', f"8.00,贷,{OTHERS}", f"1.00,贷,{OURS}")
    found = month()
    assert found.rejected == before + 3
    assert not found.agrees
    first, second, third = sorted(listed(found, file))
    assert "第 2 行" in first
    assert "借贷标志“转”" in first
    assert "第 3 行" in second
    # An account that is none of ours may be one that was not declared, or the payer's under a head that was misread: somebody looks.
    assert "第 4 行" in third
    assert "不是该地区在" in third
    # Of the month before it says nothing, nor of another area.
    assert not listed(month(202610), file)
    assert not listed(reconcile(areas=["511123"], period=PERIOD), file)
    shown = signed_in("accountant").get(f"/finance/reconciliation/?area={AREA}&period=2026-11").content.decode()
    assert "退回而尚未处理的行" in shown
    assert "三方一致" not in shown
    assert f"/finance/receipts/{file}/lines/" in shown
    assert of_inbox(file) == [f"第 {file} 号到账文件退回 3 行"]
    told = REJECTED_LINES.lines(user("cashier"), city.TODAY, str(file))
    assert told is not None
    # What the row said stands there by the words of its columns.
    assert "借贷标志 转" in dict(told)["第 2 行"]
    assert "5211.47" in dict(told)["第 2 行"]
    assert "=" not in dict(told)["第 2 行"]
    assert f"第 {file} 号到账文件退回 3 行" in page_of(signed_in("cashier").get("/inbox/?kind=rejected_lines"))
    keys = open_keys(file)

    url = f"/finance/receipts/{file}/lines/{keys[0]}/decide/"
    left_out = {"outcome": "left_out", "reason": "更正后已随另一文件入账"}
    # Whoever brought the file does not decide alone that it is no money of ours.
    cashier = signed_in("cashier")
    page = cashier.get(f"/finance/receipts/{file}/lines/").content.decode()
    assert "另一名出纳或会计决定" in page
    assert 'value="left_out"' not in page
    assert "退回的行全部不入账" not in page
    assert "另一名出纳或会计决定" in cashier.post(url, left_out, follow=True).content.decode()
    assert open_keys(file) == keys
    other = signed_in("accountant")
    page = other.get(f"/finance/receipts/{file}/lines/").content.decode()
    assert "退回 3" in page
    assert 'value="booked"' not in page
    assert 'value="left_out"' in page
    refused = other.post(url, {"outcome": "booked", "reason": "请直接入账"}, follow=True).content.decode()
    assert "请更正后重新导入" in refused
    other.post(url, left_out)
    assert len(listed(month(), file)) == 2
    assert open_keys(file) == keys[1:]
    assert of_inbox(file) == [f"第 {file} 号到账文件退回 2 行"]
    end = ReceiptLine.objects.select_related("end").get(pk=keys[0]).end
    assert (end.outcome, end.decided_by_id) == (Outcome.LEFT_OUT, user("accountant").pk)
    with pytest.raises(LineRefused, match="已处理"):
        decide_line(line_id=int(keys[0]), is_booked=False, reason="再处理一次", user=user("cashier"), today=city.TODAY)


def test_two_people_who_settle_a_file_at_once_settle_it_once() -> None:
    file = of_bank(*[f"{n}.00,转,{OURS}" for n in range(1, 40)])
    both = threading.Barrier(2)
    done: list[Any] = []

    def settle(reason: str) -> None:
        try:
            both.wait()
            done.append(settle_rejected(file_id=file, reason=reason, user=user("accountant")))
        except LineRefused as refused:
            done.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=settle, args=[f"更正后已重新导入{k}"]) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count, told = sorted(done, key=lambda one: isinstance(one, str))
    assert count == 39
    assert "请刷新后查看" in told
    assert not open_keys(file)


def test_a_line_that_a_colleague_settles_meanwhile_is_said_and_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    file = of_bank(f"1.00,转,{OURS}", f"2.00,转,{OURS}")
    seen = [int(key) for key in open_keys(file)]
    decide_line(line_id=seen[1], is_booked=False, reason="更正后已重新导入", user=user("accountant"), today=city.TODAY)
    monkeypatch.setattr(waiting_lines, "rejected_of", lambda _: ReceiptLine.objects.filter(pk__in=seen))
    with pytest.raises(LineRefused, match="刚刚已由他人处理"):
        settle_rejected(file_id=file, reason="更正后已重新导入", user=user("accountant"))
    assert open_keys(file) == [str(seen[0])]


def test_the_rejected_lines_of_a_file_are_settled_together() -> None:
    before = month().rejected
    file = of_bank(*[f"{n}.00,转,{OURS}" for n in range(1, 4)], f"8.00,贷,{OTHERS}")
    assert month().rejected == before + 4
    url = f"/finance/receipts/{file}/lines/settle/"
    assert signed_in("auditor").post(url, {"reason": "更正后已重新导入"}).status_code == 403
    assert "另一名出纳或会计决定" in signed_in("cashier").post(url, {"reason": "更正后已重新导入"}, follow=True).content.decode()
    accountant = signed_in("accountant")
    assert "请写明依据" in accountant.post(url, {"reason": ""}, follow=True).content.decode()
    assert month().rejected == before + 4
    assert "已按不入账处理 4 行" in accountant.post(url, {"reason": "更正后已重新导入"}, follow=True).content.decode()
    assert month().rejected == before
    assert not of_inbox(file)
    assert "没有尚未处理的退回行" in accountant.post(url, {"reason": "更正后已重新导入"}, follow=True).content.decode()
    money.assert_agree()


def test_lines_of_another_agencys_money_are_nobody_elses() -> None:
    file = of_bank(f"1.00,转,{OURS}", f"2.00,转,{OURS}")
    key = open_keys(file)[0]
    username = city.new_user("cashier", agency="51118101").username
    theirs = signed_in(username)
    of_file = f"/finance/receipts/{file}/lines"
    page = theirs.get(f"{of_file}/").content.decode()
    assert 'name="reason"' not in page
    for url, said in (
        (f"{of_file}/settle/", {}),
        (f"{of_file}/{key}/decide/", {"outcome": "left_out"}),
        (f"{of_file}/export/", {}),
    ):
        assert theirs.post(url, {"reason": "不是本单位款项"} | said).status_code == 404, url
    # A line is worked on at its own file only.
    another = of_bank(f"3.00,转,{OURS}")
    mixed = signed_in("accountant").post(
        f"/finance/receipts/{another}/lines/{key}/decide/", {"outcome": "left_out", "reason": "不是本单位款项"}
    )
    assert mixed.status_code == 404
    for deed in (
        lambda: settle_rejected(file_id=file, reason="不是本单位款项", user=user(username)),
        lambda: decide_line(line_id=int(key), is_booked=False, reason="不是本单位款项", user=user(username), today=city.TODAY),
    ):
        with pytest.raises(LineRefused, match="由该地区或其市级经办机构"):
            deed()
    assert len(open_keys(file)) == 2


def test_a_rejected_line_whose_money_the_balances_prove_is_left_out_by_nobody_until_it_is_booked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    account, refs = f"95588{money.reference()[1:]}", (money.reference(), money.reference())
    balances = balance("OPBD", "0.00") + balance("CLBD", "15.00")

    def of_day(second: str) -> bytes:
        return camt(
            statement(
                entry("5.00", ref=refs[0], name="甲"), entry(second, ref=refs[1], name="乙"), account=account, balances=balances
            )
        )

    before = month().rejected
    file = take(of_day("1,0.00")).file
    assert file is not None
    assert month().rejected == before + 1
    url = f"/finance/receipts/{file.pk}/lines/"
    accountant = signed_in("accountant")
    page = accountant.get(url).content.decode()
    assert "对账单余额表明该文件还有到账没有入账" in page
    assert 'name="reason"' not in page
    assert "还有到账没有入账" in accountant.post(f"{url}settle/", {"reason": "不是本单位款项"}, follow=True).content.decode()
    key = open_keys(file.pk)[0]
    said = {"outcome": "left_out", "reason": "不是本单位款项"}
    assert "还有到账没有入账" in accountant.post(f"{url}{key}/decide/", said, follow=True).content.decode()
    assert month().rejected == before + 1
    # The whole statement, put right, settles the line: nobody has to say so.
    assert take(of_day("10.00")).new_rows == 1
    assert month().rejected == before
    assert "已更正" in accountant.get(url).content.decode()
    money.assert_agree()


def test_a_line_without_balances_that_waits_is_left_out_by_another_than_whoever_brought_it() -> None:
    ref = money.reference()
    take(camt(statement(entry("8.00", ref=ref))))
    line = ReceiptLine.objects.get(file=take(camt(statement(entry("9.00", ref=ref)))).file)
    with pytest.raises(LineRefused, match="另一名出纳或会计"):
        decide_line(line_id=line.pk, is_booked=False, reason="与银行核实为误报", user=user("cashier"), today=city.TODAY)
    decide_line(line_id=line.pk, is_booked=False, reason="与银行核实为误报", user=user("accountant"), today=city.TODAY)


ROWS = ("2026-11-09,甲,100.00,100.00", "2026-11-09,乙,20.00,120.00", "2026-11-09,丙,{},{}", "2026-11-09,丁,5.00,{}")


@pytest.mark.parametrize("order", [1, -1])
def test_the_running_balance_of_a_table_proves_the_money_of_a_row_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    account, refs = f"95588{money.reference()[1:]}", [money.reference() for _ in ROWS]

    def take_table(third: str, third_balance: str, last: str) -> int:
        told = [row.format(*given) for row, given in zip(ROWS, ((), (), (third, third_balance), (last,)), strict=True)]
        rows = [f"{ref},{row},{account}" for ref, row in zip(refs, told, strict=True)][::order]
        content = "\r\n".join(["交易流水号,交易日期,对方户名,贷方发生额,余额,账号", *rows, ""]).encode()
        done = import_receipts(
            content=content, file_name="流水.csv", partner="bank", area_code=AREA, user=user("cashier"), today=city.TODAY
        )
        assert done.file is not None
        return done.file.pk

    file = take_table('"1,0000.00"', "10120.00", "10125.00")
    keys = open_keys(file)
    assert len(keys) == 1
    for name in ("cashier", "accountant"):
        with pytest.raises(LineRefused, match="对账单余额表明"):
            settle_rejected(file_id=file, reason="不是本单位款项", user=user(name))
    # Under another number it may be another payment; but all that the balances moved is booked, and whoever brought it may say so.
    refs[2] = money.reference()
    take_table("10000.00", "10120.00", "10125.00")
    assert settle_rejected(file_id=file, reason="更正后已重新导入", user=user("cashier")) == 1


@pytest.mark.parametrize("number", ["", "N"])
def test_what_went_out_by_an_overlapping_export_takes_no_proof_away(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    account, ref = f"95588{money.reference()[1:]}", money.reference() if number else ""

    def take_rows(name: str, *rows: str) -> int:
        content = "\r\n".join(
            ["交易流水号,交易日期,对方户名,交易金额,借贷标志,余额,账号", *(f"{row},{account}" for row in rows), ""]
        ).encode()
        done = import_receipts(
            content=content, file_name=name, partner="bank", area_code=AREA, user=user("cashier"), today=city.TODAY
        )
        assert done.file is not None
        return done.file.pk

    out = f"{ref},2026-11-08,某银行,100.00,借,1000.00"
    take_rows("前.csv", f"{money.reference()},2026-11-07,甲,5.00,贷,1100.00", out)
    # What went out of the file of before hides that as much came in.
    file = take_rows("后.csv", out, f"{money.reference()},2026-11-09,乙,1oo.00,贷,1100.00")
    with pytest.raises(LineRefused, match="对账单余额表明"):
        settle_rejected(file_id=file, reason="不是本单位款项", user=user("accountant"))
    take_rows("再.csv", out, f"{money.reference()},2026-11-09,乙,100.00,贷,1100.00")
    assert settle_rejected(file_id=file, reason="已随另一流水号入账", user=user("cashier")) == 1


def test_a_row_of_zero_is_not_called_empty() -> None:
    content = f"交易流水号,交易日期,借方发生额,贷方发生额,账号\r\n{money.reference()},2026-11-09,0.00,0.00,{OURS}\r\n".encode()
    done = import_receipts(
        content=content, file_name="流水.csv", partner="bank", area_code=AREA, user=user("cashier"), today=city.TODAY
    )
    ((_, said),) = done.rejected
    assert "都是 0.00" in said
    assert "为空" not in said
