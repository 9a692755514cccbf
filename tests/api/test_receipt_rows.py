"""Rows of receipts in a message: read by the reader of files, each with its verdict; what nobody reads is refused by name."""

from typing import Any

import pytest
from django.test import Client

from tests import city, money
from tests.api.test_problems import assert_problem, token_of
from tests.items.money_forms import employer_with_staff
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Receipt, ReceiptLine


def send(*rows: dict[str, Any], partner: str = "bank") -> Any:
    return Client(raise_request_exception=False).post(
        "/api/receipts", {"area": "511102", "message": money.reference(), "rows": list(rows)}, content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {token_of(partner)}",
    )  # fmt: skip


def row(**more: str) -> dict[str, str]:
    return {"AAE086": money.reference(), "AAE079": "2026-11-09", "AAE019": "321.00"} | more


@pytest.mark.parametrize("name", ["方向", "foo", "Amount", "备用1"])
def test_a_name_that_belongs_to_no_column_is_refused_in_words(name: str) -> None:
    good = row()
    said = assert_problem(send(good, row(**{name: "借"})), 422)
    assert said["code"] == "api.unknown_name"
    assert f"系统不读取的数据项：{name}" in said["detail"]
    assert said["data"]["faults"] == [{"where": f"body.rows.1.{name}", "what": "不是约定的数据项名称"}]
    assert not Receipt.objects.filter(reference=good["AAE086"]).exists()


@pytest.mark.parametrize("head", ["借贷标志", "借贷标志（必填）", "借贷标志*", "借贷 标志", "借贷标识", "收/支", "D/C"])
def test_the_direction_is_known_as_in_a_file(head: str) -> None:
    out = row(AAB001=employer_with_staff().unit_no, **{head: "借"})
    told = send(out, row(**{head: "贷"}), row(**{head: ""})).json()
    assert (told["new_rows"], told["debits"], len(told["rejected"])) == (1, 1, 1)
    assert not Receipt.objects.filter(reference=out["AAE086"]).exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"AAE019": "526,40"}, "不是金额"), ({"AAE019": ""}, "金额为空"), ({"AAE079": "2026-13-09"}, "不是日期"), ({"AAE079": "1762646400"}, "不是日期"),
        ({"AAE079": ""}, "为空，请补齐"), ({"AAE086": ""}, "流水号为空，又没有余额和对方户名或账号可以分清该笔"),
        ({"AAE079": "11/09/2026"}, "不是日期"), ({"币种": "USD"}, "只接收人民币"),
        ({"交易状态": "失败"}, "不是已入账"), ({"冲正标志": "某"}, "无法识别"), ({"交易金额": "9.00"}, "两列金额不同"), ({"贷方发生额": "3.21"}, "不符"),
        ({"本方账号": "9999999999999999"}, "不是该地区在"), ({"借贷标志": "借", "借贷标志*": "贷"}, "内容不同"),
    ],
)  # fmt: skip
def test_a_bad_row_has_its_verdict_and_the_others_go_on_as_in_a_file(more: dict[str, str], says: str) -> None:
    good, bad = row(), row(**more)
    told = send(good, bad).json()
    assert (told["lines_in"], told["new_rows"], [number for number, _ in told["rejected"]]) == (2, 1, [2])
    assert says in told["rejected"][0][1]
    if len(more) == 1 and "AAE" in next(iter(more)):
        # The same row in a file has the same sentence.
        heads = list(bad)
        other = dict(zip(heads, [money.reference(), *list(bad.values())[1:]], strict=True)) if bad["AAE086"] else bad
        text = "\n".join([",".join(heads), *(",".join(f'"{r[h]}"' for h in heads) for r in (row(), other)), ""])
        done = import_receipts(
            content=text.encode(),
            file_name="a.csv",
            partner="bank",
            area_code="511102",
            user=city.user("cashier"),
            today=city.TODAY,
        )
        assert [sentence for _, sentence in done.rejected] == [told["rejected"][0][1]]


@pytest.mark.parametrize("day", ["2026/11/9", "2026.11.09", "2026年11月9日", "20261109"])
@pytest.mark.parametrize("amount", ["1,234.50", "１２.00", "526.40元"])
def test_what_a_file_may_say_a_message_may_say(day: str, amount: str) -> None:
    assert send(row(AAE079=day, AAE019=amount)).json()["new_rows"] == 1


def test_a_mark_of_an_undoing_waits_as_in_a_file() -> None:
    told = send(row(冲正标志="是")).json()
    assert (told["new_rows"], len(told["waiting"])) == (0, 1)
    assert ReceiptLine.objects.get(file_id=told["file"]).fate == "waiting"


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ({"area": "5111", "message": "T-0001", "rows": [{}]}, "area", "格式不符合接口说明"), ({"message": "T-0001", "rows": [{}]}, "area", "缺少此项"),
        ({"area": "511102", "message": "T", "rows": [{}]}, "message", "文字过短"), ({"area": "511102", "message": "T-0001", "rows": []}, "rows", "项数过少"),
        ({"area": "511102", "message": "T-0001", "rows": [{"AAE019": 526.4}]}, "AAE019", "应为文字"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_message_is_said_in_chinese(body: dict[str, Any], where: str, what: str) -> None:
    answer = Client(raise_request_exception=False).post(
        "/api/receipts", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token_of('bank')}"
    )
    (fault,) = assert_problem(answer, 422)["data"]["faults"]
    assert fault["where"].endswith(where)
    assert fault["what"] == what
