"""Results that name another account or holder than a payment was sent to are never believed; money of another agency's payment has a road."""

import pytest

from tests import city, money
from tests.city import TODAY, user
from tests.pages import signed_in
from tests.payment.test_bank_results import number, payments, state, took
from tests.statements import camt, entry, statement
from yigui.common.money import plain_fen
from yigui.payment.models import Payment
from yigui.payment.returned_lines import hand_over
from yigui.receipts.errors import LineRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.models import LineEnd, Receipt, ReceiptLine
from yigui.receipts.waiting_lines import decide_line

HEAD = "支付编号|处理结果|原因|金额|记账日期"


def line_of(one: Payment, said: str = "成功") -> str:
    return f"{number(one)}|{said}||{plain_fen(one.amount_fen)}|{TODAY}"


@pytest.mark.parametrize(
    ("heads", "told", "sentence"),
    [
        ("收款账号", "6222999999999999999", "收款账号（尾号 9999）不是发出时的账号"), ("卡号", "6222 9999 9999 9999 999", "收款账号"),
        ("收款户名", "别人", "收款人“别人”与发出时的户名不符"), ("姓名", "别*", "收款人"), ("账号|户名", "6222999999999999999|别人", "收款账号"),
        ("收款人账号", "6229***9999", "收款账号"),
    ],
)  # fmt: skip
def test_an_arrival_on_another_account_or_with_another_person_is_rejected(heads: str, told: str, sentence: str) -> None:
    (one,) = payments(1)
    file = took(f"{HEAD}|{heads}\r\n{line_of(one)}|{told}\r\n".encode(), "r.txt")
    assert (file.paid_count, len(file.rejected)) == (0, 1)
    assert sentence in file.rejected[0][1]
    assert "未采信" in file.rejected[0][1]
    assert not state(one)


def test_a_return_is_held_against_its_account_alone_and_a_report_of_iso_too() -> None:
    one, two, three = payments(3)
    text = f"{HEAD}|收款账号|收款户名\r\n{line_of(one, '退票')}|{one.account_no}|真正的户名\r\n{line_of(two, '退票')}|6222999999999999999|{two.account_name}\r\n"
    file = took(text.encode(), "r.txt")
    assert (file.returned_count, len(file.rejected)) == (1, 1)
    report = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>m</MsgId></GrpHdr><OrgnlGrpInfAndSts>'
        f"<OrgnlMsgId>x</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{number(three)}</OrgnlEndToEndId>"
        "<TxSts>ACSC</TxSts><OrgnlTxRef><Cdtr><Pty><Nm>别人</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>6222999999999999999</Id></Othr></Id></CdtrAcct>"
        "</OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )
    assert "不是发出时的账号" in took(report.encode(), "r.xml").rejected[0][1]


@pytest.mark.parametrize("shape", ["whole", "grouped", "masked"])
def test_the_account_it_was_sent_to_is_no_contradiction_however_it_is_written(shape: str) -> None:
    (one,) = payments(1)
    account = {
        "whole": one.account_no, "grouped": " ".join(one.account_no[k : k + 4] for k in range(0, len(one.account_no), 4)),
        "masked": f"{one.account_no[:4]}****{one.account_no[-4:]}",
    }[shape]  # fmt: skip
    name = f"{one.account_name[0]}*" if shape == "masked" else one.account_name
    file = took(f"{HEAD}|收款账号|收款户名\r\n{line_of(one)}|{account}|{name}\r\n".encode(), "r.txt")
    assert (file.paid_count, file.rejected) == (1, [])


def test_money_of_another_agencys_payment_on_an_account_is_booked_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    (one,) = payments(1)
    theirs = city.new_user("cashier", agency="51118101")
    account = f"95588{money.reference()[1:]}"
    content = camt(
        statement(
            entry(plain_fen(one.amount_fen), ref=money.reference(), e2e=number(one), name="某行", day=f"<Dt>{TODAY}</Dt>"),
            account=account,
        )
    )
    done = import_receipts(content=content, file_name="d.xml", partner="bank", area_code="511181", user=theirs, today=TODAY)
    (waiting,) = ReceiptLine.objects.filter(file=done.file)
    with pytest.raises(LineRefused, match="请按“入账”列入暂收款"):
        hand_over(line_id=waiting.pk, user=theirs, today=TODAY)
    page = signed_in(theirs.username).get(f"/finance/receipts/{waiting.file_id}/lines/").content.decode()
    assert "转发放结果</button>" not in page
    assert 'value="booked"' in page
    booked = decide_line(line_id=waiting.pk, is_booked=True, reason="他机构支付的退汇", user=user(theirs.username), today=TODAY)
    assert booked is not None
    assert booked.settlement is not None
    assert booked.settlement.suspense_fen == one.amount_fen
    assert Receipt.objects.get(file=booked.file).area_code == "511181"
    assert LineEnd.objects.get(line=waiting).outcome == "booked"
    # Nothing is said of the payment by that: whoever answers for it hears of it from the bank.
    assert not state(one)
    money.assert_agree()
