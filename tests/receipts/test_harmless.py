"""A head or a line of one sender's files that two people of finance accept refuses that sender's files no more; what its cells say does."""

import pytest

from tests import city
from tests.pages import page_of, signed_in, text_of
from yigui.db.presence import Moved
from yigui.documents.errors import FileRefused
from yigui.exchange.harmless import HEAD, LINE, approved, ask, confirm, end
from yigui.exchange.models import Harmless
from yigui.exchange.money_formats import formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow
from yigui.staff.errors import NotAuthorised

HEADS = "交易流水号,交易日期,贷方发生额,付款户名"


def read(head: str, cell: str, line: str = "", partner: str = "bank") -> list[object]:
    text = "\n".join(filter(None, [f"{HEADS},{head}", f"T1,2026-11-09,100.00,甲公司,{cell}", line])) + "\n"
    return list(read_csv(text.encode(), "a.csv", formats()[partner]))


def asked(text: str, kind: str = HEAD, by: str = "cashier") -> int:
    return ask(user=city.user(by), partner="bank", source="bank", kind=kind, text=text, reason="网点内部的业务标签")


def test_two_people_accept_a_head_and_the_files_after_are_read() -> None:
    city.partner("bank", "合作银行")
    with pytest.raises(FileRefused, match="可在“无关列登记”登记（出纳或会计申请，市级出纳或会计中的另一人确认）"):
        read("业务标签", "甲类")
    number = asked("业务标签")
    with pytest.raises(FileRefused, match="业务标签"):
        read("业务标签", "甲类")
    with pytest.raises(NotAuthorised, match="不能确认自己"):
        confirm(user=city.user("cashier"), number=number)
    with pytest.raises(NotAuthorised, match="由市级出纳或会计确认"):
        confirm(user=city.new_user("accountant", agency="51110201"), number=number)
    with pytest.raises(Moved, match="已登记或正在等待确认"):
        asked("业务标签", by="accountant")
    confirm(user=city.user("accountant"), number=number)
    (row,) = read("业务标签", "甲类")
    assert isinstance(row, ReceiptRow)
    # Of this sender alone; and what its cells say of the money refuses the file as ever.
    assert "业务标签" in approved("bank", "bank", HEAD)
    assert "业务标签" not in approved("tax", "tax", HEAD)
    for cell in ("未入账", "USD"):
        with pytest.raises(FileRefused, match="业务标签"):
            read("业务标签", cell)
    end(user=city.user("accountant"), number=number)
    with pytest.raises(FileRefused, match="业务标签"):
        read("业务标签", "甲类")


def test_a_second_head_of_a_column_that_is_read_is_harmless_for_nobody() -> None:
    city.partner("bank", "合作银行")
    for head in ("冲正", "交易币种", "发生额", "借方发生额"):
        confirm(user=city.user("accountant"), number=asked(head))
    for head, cell in (("冲正标志,冲正", "否,是"), ("币种,交易币种", "CNY,泰铢"), ("交易金额,发生额", "100.00,98.00")):
        with pytest.raises(FileRefused):
            read(head, cell)
    (row,) = read("交易金额,发生额", "100.00,100.00")
    assert isinstance(row, ReceiptRow), row


def test_a_line_is_accepted_word_for_word_and_never_one_that_says_that_money_did_not_come() -> None:
    city.partner("bank", "合作银行")
    line = "本明细含跨行来账各网点汇总口径见通知"
    with pytest.raises(FileRefused, match="可在“无关列登记”登记"):
        read("摘要", "社保费", line)
    for text in (line, "以上各行已退款"):
        confirm(user=city.user("accountant"), number=asked(text, LINE))
    assert any(isinstance(row, ReceiptRow) for row in read("摘要", "社保费", line))
    with pytest.raises(FileRefused):
        read("摘要", "社保费", "以上各行已退款")
    with pytest.raises(FileRefused):
        read("摘要", "社保费", f"{line}（二）")


def test_it_is_asked_and_confirmed_on_the_page_and_waits_in_the_inbox() -> None:
    city.partner("bank", "合作银行")
    cashier, accountant = signed_in("cashier"), signed_in("accountant")
    form = {"partner": "bank", "source": "bank", "kind": "head", "text": "渠道细类", "reason": ""}
    assert "写明表头或说明的原文" in cashier.post("/finance/harmless/", form).content.decode()
    assert cashier.post("/finance/harmless/", form | {"reason": "渠道的内部分类，与款项无关"}).status_code == 302
    made = Harmless.objects.get(word="渠道细类")
    assert "渠道细类" in text_of(accountant.get("/inbox/"))
    assert f"/finance/harmless/{made.pk}/confirm/" not in page_of(cashier.get("/finance/harmless/"))
    assert f"/finance/harmless/{made.pk}/confirm/" in page_of(accountant.get("/finance/harmless/"))
    assert accountant.post(f"/finance/harmless/{made.pk}/confirm/").status_code == 302
    assert Harmless.objects.get(pk=made.pk).confirmed_by == city.user("accountant")
    assert signed_in("teller").get("/finance/harmless/").status_code == 403
    # What waits stands before what has ended, however much of that there is.
    end(user=city.user("accountant"), number=made.pk)
    waiting = asked("渠道大类")
    listed = [row.pk for row in accountant.get("/finance/harmless/").context["rows"]]
    assert listed.index(waiting) < listed.index(made.pk)
