"""Bank statements: every statement of a file, every entry accounted for, whatever version, order and state the bank writes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests import city, money
from tests.items.money_forms import employer_with_staff
from tests.statements import OTHER_OURS, balance, camt, detail, entry, statement
from yigui.charges.queries import BillState
from yigui.common.digests import sm3
from yigui.common.money import plain_fen
from yigui.documents.errors import FileRefused
from yigui.exchange.models import ApiToken
from yigui.exchange.statements import day_in_china, read_statements
from yigui.ledger.models import BankLine
from yigui.receipts.enums import Cause, Fate
from yigui.receipts.files import Import, import_receipts
from yigui.receipts.models import BankStatement, Receipt, ReceiptFile, ReceiptLine
from yigui.receipts.queries import left_of
from yigui.receipts.statement_chain import gaps
from yigui.receipts.waiting_lines import decide_line
from yigui.registry.models import Employer


def take(content: bytes, area: str = "511102", today: dt.date = city.TODAY, by: str = "cashier") -> Import:
    done = import_receipts(content=content, file_name="对账单.xml", partner="bank", area_code=area, user=city.user(by), today=today)
    if done.file is not None:
        assert_accounted(done.file)
    return done


def assert_accounted(file: ReceiptFile) -> None:
    """Every line of a file stands somewhere, once."""
    places = sorted(
        [*Receipt.objects.filter(file=file).values_list("seq", flat=True), *BankLine.objects.filter(file_id=file.pk).values_list("seq", flat=True),
         *ReceiptLine.objects.filter(file=file).values_list("seq", flat=True)]
    )  # fmt: skip
    assert places == list(range(1, file.lines_in + 1))
    assert file.lines_in == file.row_count + file.debit_count + file.known_count + file.rejected_count + file.waiting_count


@pytest.fixture
def owing() -> Iterator[tuple[Employer, list[BillState]]]:
    money.levied()
    unit = employer_with_staff()
    yield unit, [b for b in money.bills(unit) if b.left_fen > 0]
    money.assert_agree()


def yuan(fen: int) -> str:
    return plain_fen(fen)


def test_every_statement_of_a_file_is_read(owing: tuple[Employer, list[BillState]]) -> None:
    _, (one, two, *_) = owing
    ref = money.reference()
    done = take(camt(
        statement(
            entry(yuan(one.left_fen), ref=f"{ref}a", e2e=one.bill.id),
            balances=balance("OPBD", "0.00", "2018-10-21") + balance("CLBD", yuan(one.left_fen), "2018-10-21"),
        ),
        statement(
            entry(yuan(two.left_fen), ref=f"{ref}b", e2e=two.bill.id), account=OTHER_OURS,
            balances=balance("OPBD", "0.00", "2018-10-21") + balance("CLBD", yuan(two.left_fen), "2018-10-21"),
        ),
    ))  # fmt: skip
    assert (done.lines_in, done.new_rows) == (2, 2)
    assert done.settlement is not None
    assert done.settlement.passes == {"reference": 2}
    assert BankStatement.objects.filter(file=done.file).count() == 2


def test_a_batch_entry_is_split_by_its_details_when_they_add_up(owing: tuple[Employer, list[BillState]]) -> None:
    _, (one, two, *_) = owing
    total = yuan(one.left_fen + two.left_fen)
    parts = detail(yuan(one.left_fen), e2e=str(one.bill.id)) + detail(yuan(two.left_fen), e2e=str(two.bill.id))
    done = take(camt(statement(entry(total, ref=money.reference(), details=parts))))
    assert (done.lines_in, done.new_rows) == (2, 2)
    assert sorted(Receipt.objects.filter(file=done.file).values_list("bill_id", flat=True)) == sorted([one.bill.id, two.bill.id])


@pytest.mark.parametrize(
    "parts",
    [detail("1.00") + detail("1.50"), detail("1.00") + detail(), "<Btch><NbOfTxs>3</NbOfTxs></Btch>",
     "<Btch><NbOfTxs>3</NbOfTxs></Btch>" + detail("1.00") + detail("2.00"), detail("2.99"),
     "<Btch><NbOfTxs>三</NbOfTxs></Btch>" + detail("3.00"), f"<Btch><NbOfTxs>{'9' * 30}</NbOfTxs></Btch>"],
)  # fmt: skip
def test_a_batch_entry_that_does_not_add_up_waits(parts: str) -> None:
    done = take(camt(statement(entry("3.00", ref=money.reference(), details=parts))))
    assert (done.new_rows, len(done.waiting)) == (0, 1)
    assert ReceiptLine.objects.get(file=done.file).cause == Cause.BATCH


@pytest.mark.parametrize(
    "status", ["<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>", "<Sts><Cd>INFO</Cd></Sts>", "<Sts><Prtry>WAIT</Prtry></Sts>"]
)
def test_what_the_bank_has_not_booked_is_no_money_and_is_counted(status: str) -> None:
    ref = money.reference()
    done = take(
        camt(statement(entry("5.00", ref=f"{ref}p", status=status), entry("6.00", ref=f"{ref}b", status="<Sts>BOOK</Sts>")))
    )
    assert (done.new_rows, done.unbooked) == (1, 1)
    assert "银行未记账 1 笔" in done.said
    # Booked by the bank later, it comes in as any other line.
    later = take(camt(statement(entry("5.00", ref=f"{ref}p"), entry("6.00", ref=f"{ref}b"))))
    assert (later.new_rows, later.duplicates) == (1, 1)


@pytest.mark.parametrize("placeholder", ["NOTPROVIDED", "NONREF", "0", "-", "notprovided", "0000", ""])
def test_a_word_for_no_reference_is_none(placeholder: str) -> None:
    name = f"单位{money.reference()}"
    lines = statement(entry("15.01", ref=placeholder, name=name), entry("15.02", ref=placeholder, name=name))
    assert take(camt(lines)).new_rows == 2
    again = take(camt(lines, version="camt.053.001.02"))
    assert (again.new_rows, again.duplicates) == (0, 2)


def test_of_two_alike_without_a_reference_the_second_waits_and_is_known_by_their_number() -> None:
    line = entry("16.00", name=f"单位{money.reference()}")
    first = take(camt(statement(line, line)))
    assert (first.new_rows, len(first.waiting)) == (1, 1)
    third = take(camt(statement(line, line, line)))
    assert (third.new_rows, third.duplicates, len(third.waiting)) == (0, 2, 1)


def test_numbers_within_the_statement_are_no_references() -> None:
    first = take(camt(statement(entry("71.23", ntry_ref="1", name="甲"))))
    second = take(camt(statement(entry("71.24", ntry_ref="1", name="甲", day="<Dt>2026-11-10</Dt>"))))
    assert (first.new_rows, second.new_rows) == (1, 1)


def test_a_reference_with_other_content_is_refused_with_a_sentence() -> None:
    ref = money.reference()
    assert take(camt(statement(entry("8.00", ref=ref)))).new_rows == 1
    done = take(camt(statement(entry("9.00", ref=ref), entry("8.00", ref=ref, text="again"))))
    assert (done.new_rows, done.duplicates, len(done.rejected)) == (0, 1, 1)
    assert "本行内容不同" in done.rejected[0][1]


def test_a_reference_that_stands_twice_with_the_same_content_is_one_line() -> None:
    line = entry("8.10", ref=money.reference(), name="甲")
    done = take(camt(statement(line, line)))
    assert (done.new_rows, done.duplicates) == (1, 1)


def test_a_notification_and_the_statement_that_follows_report_one_payment() -> None:
    ref = money.reference()
    told = take(camt(statement(entry("10.00", ref=ref), holder="Ntfctn"), version="camt.054.001.08"))
    booked = take(camt(statement(entry("10.00", ref=ref, name="甲单位"))))
    assert (told.new_rows, booked.new_rows, booked.duplicates) == (1, 0, 1)


@pytest.mark.parametrize(
    "version", [f"camt.053.001.{n:02}" for n in range(1, 14)] + [f"camt.054.001.{n:02}" for n in (2, 4, 8, 13)]
)
def test_every_version_in_use_is_read(version: str) -> None:
    (found,) = read_statements(
        camt(statement(entry("1.00", ref="X1"), holder="Ntfctn" if "054" in version else "Stmt"), version=version), "x"
    )
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (entry("-526.40", ref="N1"), "应为大于零"), (entry("0.00", ref="N2"), "应为大于零"), (entry("五百", ref="N3"), "应为大于零"),
        (entry("1.005", ref="N4"), "最多两位小数"), (entry("5.00", ref="N5", way=""), "没有借贷方向"), (entry("5.00", ref="N6", way="C"), "没有借贷方向"),
        (entry("5.00", ref="N7", day="<Dt>2026-13-09</Dt>"), "没有可识别的记账日"), (entry("5.00", ref="N8", day="<Dt>2026-W45-1</Dt>"), "没有可识别的记账日"),
        (entry("5.00", ref="N9", currency="USD"), "只接收人民币"), (entry("5.00", ref="N10", day="<Dt>2062-11-05</Dt>"), "晚于今天"),
    ],
)  # fmt: skip
def test_an_entry_that_is_wrong_is_refused_and_the_others_go_on(line: str, says: str) -> None:
    done = take(camt(statement(line, entry("10.00", ref=money.reference()))))
    assert (done.new_rows, len(done.rejected)) == (1, 1)
    assert says in done.rejected[0][1]
    assert ReceiptLine.objects.get(file=done.file, fate=Fate.REJECTED).raw


def test_another_account_or_currency_is_refused() -> None:
    with pytest.raises(FileRefused, match="不是该地区在"):
        take(camt(statement(entry("1.00", ref="A1"), account="1234567890")))
    with pytest.raises(FileRefused, match="账户币种为 USD"):
        take(camt(statement(entry("1.00", ref="A2").replace(' Ccy="CNY"', ""), currency="USD")))
    with pytest.raises(FileRefused, match="没有账号"):
        take(camt(statement(entry("1.00", ref="A3"), account="")))


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-09", "2026-11-09"), ("2026-11-09+08:00", "2026-11-09"), ("2026-11-09Z", "2026-11-09"), ("2026-11-08T17:30:00Z", "2026-11-09"),
     ("2026-11-08T17:30:00.123+00:00", "2026-11-09"), ("2026-11-09T07:30:00", "2026-11-09"), ("2026-11-09T23:30:00-05:00", "2026-11-10"),
     ("2026-W45-1", None), ("20261109", None), ("", None), ("2026-11-31", None)],
)  # fmt: skip
def test_moments_are_days_in_china(text: str, day: str | None) -> None:
    assert day_in_china(text) == (dt.date.fromisoformat(day) if day else None)


@pytest.mark.parametrize("opening", ["OPBD", "PRCD"])
def test_balances_that_do_not_add_up_refuse_the_file(opening: str) -> None:
    lines = balance(opening, "100.00") + balance("CLBD", "999.00")
    with pytest.raises(FileRefused, match="不等于期末余额"):
        take(camt(statement(entry("526.40", ref="B1"), balances=lines)))


def test_a_statement_that_does_not_go_on_from_the_day_before_waits_until_the_missing_one_has_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ref = money.reference()
    account = f"95588{ref[1:]}"
    # An account nobody else in these tests has statements of.
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])

    def day(n: int, opening: int, fen: int, **more: str) -> bytes:
        balances = balance("OPBD", yuan(opening), f"2020-03-{n:02}") if opening >= 0 else ""
        closing = int(more.get("closing", opening + fen))
        balances += balance("CLBD", yuan(closing), f"2020-03-{n:02}")
        return camt(
            statement(entry(yuan(fen), ref=f"{ref}{n}", day=f"<Dt>2020-03-{n:02}</Dt>"), account=account, balances=balances)
        )

    assert take(day(2, 1000, 500)).new_rows == 1
    gap = take(day(4, 1700, 300))
    assert (gap.new_rows, len(gap.waiting)) == (0, 1)
    assert "不连续" in gap.waiting[0][1]
    lone = take(day(5, -1, 50, closing="9999"))
    assert len(lone.waiting) == 1
    missing = take(day(3, 1500, 200))
    assert missing.new_rows == 1
    line = ReceiptLine.objects.get(file=gap.file)
    assert line.end.outcome == "booked"
    assert Receipt.objects.filter(reference=f"{ref}4").count() == 1
    assert not Receipt.objects.filter(reference=f"{ref}5").exists()
    # A partner's program ends no line: what its statement frees is booked with the next one that a person of the cash desk brings.
    ApiToken.objects.using("owner").get_or_create(
        digest=sm3("the bank's statements"),
        defaults={"partner": city.partner("bank", "银行"), "user": city.user("api-demo"), "channel": "online"},
    )
    later = take(day(7, 10999, 10))
    assert take(day(6, 9999, 1000), by="api-demo").new_rows == 1
    assert ReceiptLine.objects.filter(file=later.file, end=None).exists()
    assert take(day(8, 11009, 5)).new_rows == 1
    assert ReceiptLine.objects.get(file=later.file).end.outcome == "booked"


def test_a_gap_between_statements_is_on_the_list_until_somebody_has_decided_about_its_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ref = money.reference()
    account = f"95588{ref[1:]}"
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])

    def day(n: int, opening: int, *fens: int) -> bytes:
        around = balance("OPBD", yuan(opening), f"2020-03-{n:02}") + balance("CLBD", yuan(opening + sum(fens)), f"2020-03-{n:02}")
        rows = [entry(yuan(fen), ref=f"{ref}{n}{k}", day=f"<Dt>2020-03-{n:02}</Dt>") for k, fen in enumerate(fens)]
        return camt(statement(*rows, account=account, balances=around))

    def listed() -> bool:
        return any(s.account_no == account for s, _ in gaps(["511102"]))

    take(day(2, 1000, 500))
    done = take(day(4, 1700, 300, 200))
    one, two = ReceiptLine.objects.filter(file=done.file).order_by("seq")
    assert "在该文件的“未入账的行”页入账" in one.sentence
    cashier = city.user("cashier")
    assert listed()
    decide_line(line_id=one.pk, is_booked=True, reason="已与银行核实无误", user=cashier, today=city.TODAY)
    assert listed()
    booked = decide_line(line_id=two.pk, is_booked=True, reason="已与银行核实无误", user=cashier, today=city.TODAY)
    assert not listed()
    assert booked is not None
    assert booked.file is not None
    assert booked.file.file_name == f"第 {two.file_id} 号到账文件第 {two.row_no} 行"


def test_our_numbers_are_found_with_blanks_in_lower_case_and_in_the_text(owing: tuple[Employer, list[BillState]]) -> None:
    _, (one, two, *_) = owing
    ref = money.reference()
    done = take(camt(statement(
        entry("1.00", ref=f"{ref}a", e2e=f"  {one.bill.id} "), entry("1.00", ref=f"{ref}b", text=f"社保费 缴费单{two.bill.id}，请查收"),
        entry("1.00", ref=f"{ref}c", text=f"{one.bill.id} {two.bill.id}"), entry("1.00", ref=f"{ref}d", text=f"电话1{one.bill.id}"),
    )))  # fmt: skip
    found = dict(Receipt.objects.filter(file=done.file).values_list("reference", "bill_id"))
    assert found == {f"{ref}a": one.bill.id, f"{ref}b": two.bill.id, f"{ref}c": None, f"{ref}d": None}


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-16"])
def test_declared_encodings_are_read(encoding: str) -> None:
    done = take(camt(statement(entry("3.10", ref=money.reference(), name="市中凌云化工有限公司")), encoding=encoding))
    assert Receipt.objects.get(file=done.file).payer_name == "市中凌云化工有限公司"


def test_a_reversal_within_the_file_leaves_nothing_booked(owing: tuple[Employer, list[BillState]]) -> None:
    _, (one, *_) = owing
    ref = money.reference()
    done = take(camt(statement(
        entry(yuan(one.left_fen), ref=f"{ref}a", e2e=one.bill.id, name="甲"),
        entry(yuan(one.left_fen), ref=f"{ref}b", way="DBIT", reversal=True, name="甲", text=f"冲正 {ref}a"),
    )))  # fmt: skip
    assert (done.lines_in, done.new_rows, done.debits) == (2, 0, 2)
    assert "文件内冲正相抵 2 笔" in done.said
    assert "支出" not in done.said
    assert sum(BankLine.objects.filter(file_id=done.file.pk if done.file else 0).values_list("amount_fen", flat=True)) == 0
    again = take(camt(statement(entry(yuan(one.left_fen), ref=f"{ref}a", e2e=one.bill.id, name="甲"))))
    assert (again.new_rows, again.duplicates) == (0, 1)


def test_a_reversal_that_means_nothing_unique_waits() -> None:
    done = take(camt(statement(entry("77.77", ref=money.reference(), way="DBIT", reversal=True, text="冲正"))))
    assert (done.new_rows, done.debits, len(done.waiting)) == (0, 0, 1)
    assert "没有找到唯一的原到账" in done.waiting[0][1]


@pytest.mark.parametrize(
    "how",
    [{"back": "AC04"}, {"reversal": True}, {"more": "<BkTxCd><Domn><Fmly><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>"}],
)
def test_what_the_bank_says_is_a_payment_of_ours_come_back_is_no_contribution(how: dict[str, Any]) -> None:
    parts = [entry("3198.91", ref=money.reference(), e2e="P3-12", name="某行", **how)]
    if "more" in how:  # The code stands at the entry, not at its details.
        parts = [parts[0].replace(how["more"], "").replace("<NtryDtls>", f"{how['more']}<NtryDtls>")]
    done = take(camt(statement(*parts)))
    assert (done.new_rows, len(done.waiting)) == (0, 1)
    line = ReceiptLine.objects.get(file=done.file)
    assert (line.cause, line.payment_no) == (Cause.RETURNED_PAYOUT, "P3-12")


def test_a_number_of_a_payment_that_was_never_sent_says_nothing() -> None:
    done = take(camt(statement(entry("3198.91", ref=money.reference(), e2e="P999999-12", name="某行", text="社保费 P3-9"))))
    assert (done.new_rows, len(done.waiting)) == (1, 0)


def test_two_full_payments_of_one_bill_pay_it_once_and_the_rest_goes_on(owing: tuple[Employer, list[BillState]]) -> None:
    _, (one, *_) = owing
    ref = money.reference()
    done = take(camt(statement(
        entry(yuan(one.left_fen), ref=f"{ref}a", e2e=one.bill.id), entry(yuan(one.left_fen), ref=f"{ref}b", e2e=one.bill.id),
        entry("5.00", ref=f"{ref}c", name="不明"),
    )))  # fmt: skip
    assert done.new_rows == 3
    receipts = {r.reference: r for r in Receipt.objects.filter(file=done.file)}
    paid = money.one("SELECT sum(amount_fen)::bigint FROM contributions_allocation WHERE bill_id = %s", one.bill.id)
    assert paid == one.bill.total_fen
    assert left_of([receipts[f"{ref}c"]]) == {receipts[f"{ref}c"].pk: 500}
