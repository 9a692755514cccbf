"""Lines of a file that could not be read as money stand on the work list of the month until somebody has settled them (退回的行)."""

import threading
from typing import Any

import pytest
from django.db import connection

from tests import city, money
from tests.city import user
from tests.pages import page_of, signed_in
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
    return [
        str(pk) for pk in ReceiptLine.objects.filter(file=file, cause="bad", end=None).order_by("seq").values_list("pk", flat=True)
    ]


def test_a_rejected_line_of_our_account_stands_on_the_list_until_it_is_settled() -> None:
    before = month().rejected
    file = of_bank(f"5211.47,转,{OURS}", f'"1,0000.00",贷,{OURS}', f"8.00,贷,{OTHERS}", f"1.00,贷,{OURS}")
    found = month()
    assert found.rejected == before + 2
    assert not found.agrees
    first, second = sorted(listed(found, file))
    assert "第 2 行" in first
    assert "借贷标志“转”" in first
    assert "第 3 行" in second
    # Of the month before it says nothing, nor of another area.
    assert not listed(month(202610), file)
    assert not listed(reconcile(areas=["511123"], period=PERIOD), file)
    shown = signed_in("accountant").get(f"/finance/reconciliation/?area={AREA}&period=2026-11").content.decode()
    assert "退回而尚未处理的行" in shown
    assert "三方一致" not in shown
    assert f"/finance/receipts/{file}/lines/" in shown
    assert of_inbox(file) == [f"第 {file} 号到账文件退回 2 行"]
    told = REJECTED_LINES.lines(user("cashier"), city.TODAY, str(file))
    assert told is not None
    # What the row said stands there by the words of its columns.
    assert "借贷标志 转" in dict(told)["第 2 行"]
    assert "5211.47" in dict(told)["第 2 行"]
    assert "=" not in dict(told)["第 2 行"]
    assert f"第 {file} 号到账文件退回 2 行" in page_of(signed_in("cashier").get("/inbox/?kind=rejected_lines"))
    keys = open_keys(file)

    cashier = signed_in("cashier")
    page = page_of(cashier.get(f"/finance/receipts/{file}/lines/"))
    assert "退回 2 行尚未处理" in page
    assert 'value="booked"' not in page
    url = f"/finance/receipts/{file}/lines/{keys[0]}/decide/"
    refused = cashier.post(url, {"outcome": "booked", "reason": "请直接入账"}, follow=True).content.decode()
    assert "请更正后重新导入" in refused
    cashier.post(url, {"outcome": "left_out", "reason": "更正后已随另一文件入账"})
    assert len(listed(month(), file)) == 1
    assert open_keys(file) == keys[1:]
    assert of_inbox(file) == [f"第 {file} 号到账文件退回 1 行"]
    end = ReceiptLine.objects.select_related("end").get(pk=keys[0]).end
    assert (end.outcome, end.decided_by_id) == (Outcome.LEFT_OUT, user("cashier").pk)
    with pytest.raises(LineRefused, match="已处理"):
        decide_line(line_id=int(keys[0]), is_booked=False, reason="再处理一次", user=user("cashier"), today=city.TODAY)


def test_two_cashiers_who_settle_a_file_at_once_settle_it_once() -> None:
    file = of_bank(*[f"{n}.00,转,{OURS}" for n in range(1, 40)])
    both = threading.Barrier(2)
    done: list[Any] = []

    def settle(reason: str) -> None:
        try:
            both.wait()
            done.append(settle_rejected(file_id=file, reason=reason, user=user("cashier")))
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
    decide_line(line_id=seen[1], is_booked=False, reason="更正后已重新导入", user=user("cashier"), today=city.TODAY)
    monkeypatch.setattr(waiting_lines, "rejected_of", lambda _: ReceiptLine.objects.filter(pk__in=seen))
    with pytest.raises(LineRefused, match="刚刚已由他人处理"):
        settle_rejected(file_id=file, reason="更正后已重新导入", user=user("cashier"))
    assert open_keys(file) == [str(seen[0])]


def test_the_rejected_lines_of_a_file_are_settled_together() -> None:
    before = month().rejected
    file = of_bank(*[f"{n}.00,转,{OURS}" for n in range(1, 4)], f"8.00,贷,{OTHERS}")
    assert month().rejected == before + 3
    url = f"/finance/receipts/{file}/lines/settle/"
    assert signed_in("auditor").post(url, {"reason": "更正后已重新导入"}).status_code == 403
    cashier = signed_in("cashier")
    assert "请写明依据" in cashier.post(url, {"reason": ""}, follow=True).content.decode()
    assert month().rejected == before + 3
    assert "已按不入账处理 3 行" in cashier.post(url, {"reason": "更正后已重新导入"}, follow=True).content.decode()
    assert month().rejected == before
    assert not of_inbox(file)
    assert "没有尚未处理的退回行" in cashier.post(url, {"reason": "更正后已重新导入"}, follow=True).content.decode()
    money.assert_agree()
