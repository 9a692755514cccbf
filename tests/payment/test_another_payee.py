"""Results that name another account or holder than a payment was sent to are never believed; money of another agency's payment has a road."""

import time

import pytest

from tests import city, money
from tests.city import TODAY, user
from tests.pages import signed_in
from tests.payment.test_bank_results import DAYS, number, payments, state, took
from tests.statements import camt, entry, statement
from yigui.common.money import plain_fen
from yigui.ledger.models import Voucher
from yigui.payment import payees_told
from yigui.payment.bank_results import decide_waiting
from yigui.payment.inbox_sources import CONTRADICTIONS
from yigui.payment.models import Payment, WaitingResult
from yigui.payment.returned_lines import hand_over
from yigui.payment.verify import benefit_faults, result_faults
from yigui.receipts.errors import LineRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.models import LineEnd, Receipt, ReceiptLine
from yigui.receipts.waiting_lines import decide_line
from yigui.warrants.verify import grounded_warrants

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


def names_shown(one: Payment) -> dict[str, tuple[str, str]]:
    """What a bank writes that is the payee as far as it is seen: head and cell."""
    number, name = one.account_no, one.account_name
    return {
        "X": ("收款账号", f"{number[:4]}XXXXXX{number[-4:]}"), "dots": ("收款账号", f"{number[:6]}••••{number[-4:]}"),
        "wide stars": ("收款账号", f"{number[:4]}＊＊＊{number[-4:]}"), "zeros": ("账号", f"000{number}"), "cut account": ("账号", number[:14]),
        "unwritten": ("户名", f"{name[:-1]}?"), "two signs": ("户名", f"{name[:-1]}??"), "x in a name": ("户名", f"{name[0]}X"),
        "nothing": ("收款账号", "****"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "shape", ["X", "dots", "wide stars", "zeros", "cut account", "unwritten", "two signs", "x in a name", "nothing"]
)
def test_what_is_seen_of_the_payee_and_agrees_is_believed(shape: str) -> None:
    (one,) = payments(1)
    head, cell = names_shown(one)[shape]
    file = took(f"{HEAD}|{head}\r\n{line_of(one)}|{cell}\r\n".encode(), "r.txt")
    assert (file.paid_count, file.waiting_count, file.rejected) == (1, 0, [])


@pytest.mark.parametrize("shape", ["left out", "for another", "no number", "a piece", "with more"])
@pytest.mark.parametrize("verdict", ["adopted", "kept"])
def test_a_payee_that_cannot_be_compared_waits_for_a_person(shape: str, verdict: str) -> None:
    (one,) = payments(1)
    head, cell = {
        "left out": ("户名", one.account_name[:-1]), "for another": ("户名", f"{one.account_name}（父）代"), "no number": ("收款账户", "工资卡"),
        "a piece": ("卡号", one.account_no[-4:]), "with more": ("收款账号", f"建行{one.account_no}"),
    }[shape]  # fmt: skip
    file = took(f"{HEAD}|{head}\r\n{line_of(one)}|{cell}\r\n".encode(), "r.txt")
    assert (file.paid_count, file.waiting_count, file.rejected) == (0, 1, [])
    (waiting,) = WaitingResult.objects.filter(file=file)
    assert "比对" in waiting.sentence
    assert "请核实该笔付给了谁" in waiting.sentence
    decided = decide_waiting(
        waiting_id=waiting.pk, verdict=verdict, words="银行电话确认付给本人", today=TODAY, user=user("accountant")
    )
    assert (decided.pk, state(one)) == (waiting.pk, "paid" if verdict == "adopted" else "")
    # Nothing moves in the books by an arrival.
    assert not Voucher.objects.filter(source_kind="result_file", source_id=waiting.decision.file_id or file.pk).exists()
    money.assert_agree()
    assert not [*benefit_faults("default"), *result_faults("default"), *grounded_warrants("default")]
    # A clear word comes later: the first, or the same again.
    again = took(f"{HEAD}\r\n{line_of(one)}\r\n".encode(), "后.txt")
    assert (again.paid_count, again.known_count) == ((0, 1) if verdict == "adopted" else (1, 0))


def test_where_nothing_was_heard_before_no_earlier_word_is_offered_to_hold() -> None:
    (one,) = payments(1)
    file = took(f"{HEAD}|收款账户\r\n{line_of(one)}|工资卡\r\n".encode(), "r.txt")
    (waiting,) = WaitingResult.objects.filter(file=file)
    accountant, address = signed_in("accountant"), f"/finance/results/{file.pk}/"
    page = accountant.get(address).content.decode()
    assert "不采信本行" in page
    assert "以本行为准" in page
    assert "以先前结果为准" not in page
    assert "此前没有结果" in page
    assert "矛盾" not in CONTRADICTIONS.rows(user("accountant"), TODAY, 50)[-1].kind
    decide_waiting(waiting_id=waiting.pk, verdict="kept", words="银行电话确认付给他人", today=TODAY, user=user("accountant"))
    took(f"{HEAD}\r\n{line_of(one)}\r\n".encode(), "后.txt")
    page = accountant.get(address).content.decode()
    assert "不采信本行" in page
    assert "以先前结果为准" not in page
    # Of one that was heard of before, there is.
    again = took(f"{HEAD}\r\n{line_of(one, '退票').replace(str(TODAY), str(DAYS[1]))}\r\n".encode(), "反.txt")
    assert again.waiting_count == 1
    page = accountant.get(f"/finance/results/{again.pk}/").content.decode()
    assert "以先前结果为准" in page
    assert "不采信本行" not in page


def test_a_return_with_an_account_that_cannot_be_compared_is_adopted_with_its_voucher() -> None:
    (one,) = payments(1)
    file = took(f"{HEAD}|收款账号\r\n{line_of(one, '退票')}|尾号{one.account_no[-4:]}\r\n".encode(), "r.txt")
    (waiting,) = WaitingResult.objects.filter(file=file)
    decide_waiting(waiting_id=waiting.pk, verdict="adopted", words="2026-11-10 支出户对账单", today=TODAY, user=user("accountant"))
    assert state(one) == "returned"
    assert Voucher.objects.get(source_kind="result_file", source_id=waiting.decision.file_id).event == "benefit_returned"
    money.assert_agree()


def test_a_column_of_the_account_we_pay_from_is_not_the_payees() -> None:
    one, two = payments(2)
    ours = "511100011000000001"
    text = f"{HEAD}|账号|账户名称\r\n" + "".join(f"{line_of(p)}|{ours}|某市社会保险事业管理局支出户\r\n" for p in (one, two))
    file = took(text.encode(), "r.txt")
    assert (file.paid_count, file.waiting_count, file.rejected) == (2, 0, [])
    # On one line of several it is another account than the payment was sent to.
    three, four = payments(2)
    text = f"{HEAD}|账号\r\n{line_of(three)}|{ours}\r\n{line_of(four)}|{four.account_no}\r\n"
    assert [row for row, _ in took(text.encode(), "s.txt").rejected] == [2]


@pytest.mark.parametrize(
    ("told", "sent", "cut", "is_seen"),
    [
        ("62**12", "6228480012", 12, True), ("62**13", "6228480012", 12, False), ("6?2", "6212", 12, False), ("6??2", "6212", 12, True),
        ("6***", "6", 12, True), ("", "", 12, True), ("王*明", "王小明", 10, True), ("622848001234", "6228480012345678", 12, True),
        ("62284*001234", "6228480012345678", 12, False), ("?????", "王小", 10, True),
    ],
)  # fmt: skip
def test_what_is_seen_of_a_payee_is_compared_part_by_part(told: str, sent: str, cut: int, is_seen: bool) -> None:
    assert payees_told._is_seen(told, sent, payees_told._HIDDEN, cut) is is_seen


def test_a_name_of_many_stars_takes_no_longer_than_its_length() -> None:
    told = "*1" * 2000 + "*2"
    begun = time.perf_counter()
    assert not payees_told._is_seen(told, "1" * 60, payees_told._HIDDEN, 12)
    assert not payees_told._is_seen("?1" * 2000, "1" * 60, payees_told._HIDDEN, 12)
    assert time.perf_counter() - begun < 2
