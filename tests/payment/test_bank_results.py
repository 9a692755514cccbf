"""What the bank says about payments: every line of every file is accounted for, and payments end the same whatever the order of files."""

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, close_old_connections, connection, connections, transaction

from tests import city, money
from tests.city import TODAY, user
from tests.entitlement.people import paid
from tests.pages import signed_in
from yigui.common.money import plain_fen
from yigui.common.months import first_day
from yigui.db.presence import Moved, act_as
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import death_of
from yigui.exchange.models import PrisonRecord
from yigui.ledger.models import Entry, Voucher
from yigui.payment.bank_files import FILE_MAX, files_of, payment_no
from yigui.payment.bank_results import confirm_results, decide_waiting, import_results, standing
from yigui.payment.errors import ResultRefused
from yigui.payment.models import LaterResult, Payment, PaymentResult, ResultDecision, ResultFile, WaitingResult
from yigui.payment.queries import is_confirmed, last_word, returned_payment
from yigui.payment.reason_codes import reason_in_words
from yigui.payment.reconcile_all import reconcile_all
from yigui.payment.result_formats import read_results
from yigui.payment.verify import benefit_faults, result_faults
from yigui.receipts.reconcile import LOST
from yigui.registry.models import Person
from yigui.runs.models import Batch

HEAD = "支付编号|处理结果|原因|金额|记账日期"
DAYS = [TODAY - dt.timedelta(days=n) for n in range(4)]


def payments(count: int) -> list[Payment]:
    """Payments of one run to people of whom no partner has said anything, and of which the bank has said nothing; of a new run where the last has too few."""
    last = Batch.objects.filter(kind="pay", status="executed").order_by("-id").first()
    found = _silent(last)[:count] if last else []
    if len(found) < count:
        found = _silent(paid())[:count]
    assert len(found) == count
    city.of_city("payments said something about", set).update((p.batch_id, p.benefit_id) for p in found)
    return found


def _silent(run: Batch) -> list[Payment]:
    said = set(PaymentResult.objects.filter(batch_id=run.pk).values_list("benefit_id", flat=True))
    rows = [p for p in Payment.objects.filter(batch_id=run.pk).order_by("seq") if p.benefit_id not in said]
    people = Person.objects.in_bulk([p.person_id for p in rows])
    reported = set(PrisonRecord.objects.values_list("id_number", flat=True))
    alive = {p.pk for p in people.values() if p.life_status == "01" and death_of(p) is None and p.id_number not in reported}
    used: set[tuple[int, int]] = city.of_city("payments said something about", set)
    return [p for p in rows if (p.batch_id, p.benefit_id) not in used and p.person_id in alive]


def number(payment: Payment) -> str:
    return payment_no(payment.batch_id, payment.benefit_id)


def line(payment: Payment, said: str, day: Any = TODAY, *, amount: str | None = None, reason: str = "") -> str:
    return f"{number(payment)}|{said}|{reason}|{plain_fen(payment.amount_fen) if amount is None else amount}|{day}"


def text(*lines: str) -> ResultFile:
    return took("\r\n".join([HEAD, *lines, ""]).encode("gb18030"), "r.txt")


def took(content: bytes, name: str = "r.xml", **more: Any) -> ResultFile:
    file = import_results(content=content, file_name=name, today=TODAY, user=more.get("user") or city.program("bank"))
    assert file.row_count == (
        file.paid_count + file.returned_count + file.known_count + file.pending_count + file.waiting_count + len(file.rejected)
    )
    return file


def counts(file: ResultFile) -> tuple[int, int, int, int, int, int]:
    """Paid, returned, known, pending, waiting, rejected."""
    return (
        file.paid_count, file.returned_count, file.known_count, file.pending_count, file.waiting_count, len(file.rejected),
    )  # fmt: skip


_message = itertools.count(1)


def report(body: str, *, head: str = "", made: str = "2026-11-10T09:00:00") -> bytes:
    """A pain.002 with a number of its own."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>M{next(_message)}</MsgId>{f'<CreDtTm>{made}</CreDtTm>' if made else ''}</GrpHdr>"
        f"<OrgnlGrpInfAndSts>{head}</OrgnlGrpInfAndSts>{body}</CstmrPmtStsRpt></Document>"
    ).encode()


def tx(
    payment: Payment, status: str, *, day: str = "2026-11-10T10:00:00", more: str = "", amount: str = "", currency: str = "CNY"
) -> str:
    amount = amount or plain_fen(payment.amount_fen)
    return (
        f"<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{number(payment)}</OrgnlEndToEndId><TxSts>{status}</TxSts>{more}"
        f'{f"<AccptncDtTm>{day}</AccptncDtTm>" if day else ""}<OrgnlTxRef><Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
        "<ReqdExctnDt><Dt>2026-10-01</Dt></ReqdExctnDt><PmtTpInf><SvcLvl><Cd>NURG</Cd></SvcLvl></PmtTpInf></OrgnlTxRef>"
        "</TxInfAndSts></OrgnlPmtInfAndSts>"
    )


def suspense() -> int:
    return money.one(
        "SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0)::bigint FROM ledger_entry WHERE account_id = '2001.05'"
    )


def state(payment: Payment) -> str:
    word = last_word(payment.batch_id, payment.benefit_id)
    return word.status if word else ""


@pytest.fixture(autouse=True)
def _nothing_is_lost() -> Iterator[None]:
    yield
    assert [*result_faults("default"), *benefit_faults("default")] == []


@pytest.mark.parametrize("status", ["ACSP", "ACTC", "ACCP", "PDNG", "RCVD", "ACWC"])
def test_what_is_not_final_changes_nothing_and_a_rejection_after_it_returns_the_payment(status: str) -> None:
    (one,) = payments(1)
    assert counts(took(report(tx(one, status)))) == (0, 0, 0, 1, 0, 0)
    assert state(one) == ""
    reason = "<StsRsnInf><Rsn><Prtry>AC04 账户已销户</Prtry></Rsn></StsRsnInf>"
    before = suspense()
    assert counts(took(report(tx(one, "RJCT", more=reason)))) == (0, 1, 0, 0, 0, 0)
    assert (state(one), suspense() - before) == ("returned", one.amount_fen)
    assert PaymentResult.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id).reason == "AC04 账户已销户"


def test_words_of_the_text_format_that_are_not_final_are_counted_too() -> None:
    one, two = payments(2)
    assert counts(text(line(one, "处理中"), line(two, "已受理"), line(two, "成功"))) == (1, 0, 0, 2, 0, 0)


def test_money_that_comes_back_after_it_has_arrived_is_an_event_of_its_own_and_can_be_sent_again() -> None:
    (one,) = payments(1)
    assert counts(text(line(one, "成功", DAYS[3]))) == (1, 0, 0, 0, 0, 0)
    before = suspense()
    file = text(line(one, "退票", DAYS[1], reason="账户已销户"))
    assert counts(file) == (0, 1, 0, 0, 0, 0)
    later = LaterResult.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id)
    assert (later.status, later.booked_on, later.seq, suspense() - before) == ("returned", DAYS[1], 1, one.amount_fen)
    voucher = Voucher.objects.get(source_kind="result_file", source_id=file.pk)
    assert (voucher.event, voucher.posted_on) == ("benefit_returned", DAYS[1])
    money.confirmed(file)
    found = returned_payment(Benefit.objects.get(pk=one.benefit_id), one.batch_id)
    assert found is not None
    assert (found.attempt, found.amount_fen, found.file_id) == (1, one.amount_fen, file.pk)
    page = signed_in("cashier").get("/finance/results/").content.decode()
    assert number(one) in page


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
def test_order_and_repetition_of_files_do_not_matter(order: tuple[int, ...]) -> None:
    one, two = payments(2)
    files = [
        (line(one, "成功", DAYS[3]), line(two, "处理中")), (line(one, "退票", DAYS[1]), line(two, "成功", DAYS[2])),
        (line(one, "处理中"), line(two, "成功", DAYS[2])), (line(two, "成功", DAYS[2]), line(one, "退票", DAYS[1])),
    ]  # fmt: skip
    before = suspense()
    for k in (*order, *reversed(order)):
        with_a_name = "\r\n".join([HEAD, *files[k], ""] + [""] * next(_message)).encode("gb18030")
        assert took(with_a_name, "r.txt").waiting_count == 0
    assert (state(one), state(two), suspense() - before) == ("returned", "paid", one.amount_fen)
    sums = standing(one.batch_id)
    assert sums["sent"][1] == sums["paid"][1] + sums["returned"][1] + sums["open"][1]


def test_a_whole_file_or_block_that_is_rejected_returns_all_its_payments() -> None:
    run = paid()
    rows = list(Payment.objects.filter(batch_id=run.pk).order_by("seq"))
    assert len(rows) < FILE_MAX
    area, insurance = rows[0].area, rows[0].insurance
    block = [p for p in rows if (p.area, p.insurance) == (area, insurance)]
    body = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>YIGUI-{run.pk}-1-{insurance}-{area}</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Cd>AC06</Cd></Rsn><AddtlInf>付款账户冻结</AddtlInf></StsRsnInf></OrgnlPmtInfAndSts>"
    )
    file = took(report(body, head=f"<OrgnlMsgId>YIGUI-{run.pk}-1</OrgnlMsgId><GrpSts>PART</GrpSts>"))
    assert counts(file) == (0, len(block), 0, 0, 0, 0)
    whole = f"<OrgnlMsgId>YIGUI-{run.pk}-1</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>"
    file = took(report("", head=whole, made=""))
    assert counts(file) == (0, len(rows) - len(block), len(block), 0, 0, 0)
    assert file.undated_count == file.returned_count
    said = PaymentResult.objects.filter(batch_id=run.pk)
    assert {r.reason for r in said} == {"AC06 付款账户冻结"} | ({"AM04 账户余额不足"} if len(block) < len(rows) else set())
    assert standing(run.pk)["returned"] == (len(rows), sum(p.amount_fen for p in rows))
    other = paid()
    assert took(report("", head=whole.replace(f"-{run.pk}-", f"-{other.pk}-"))).returned_count == files_of(other)[0].count
    assert {r.reason for r in PaymentResult.objects.filter(batch_id=other.pk)} == {"AM04 账户余额不足"}
    unknown = took(report("", head="<OrgnlMsgId>YIGUI-999999-1</OrgnlMsgId><GrpSts>RJCT</GrpSts>"))
    assert counts(unknown) == (0, 0, 0, 0, 0, 1)
    assert "不是本系统发出的" in unknown.rejected[0][1]


@pytest.mark.parametrize(("first", "second"), [("成功", "失败"), ("失败", "成功")])
@pytest.mark.parametrize("amounts", [(None, ""), ("", None), (None, None), ("", ""), ("abc", None)])
def test_rows_of_one_file_that_contradict_each_other_are_both_rejected(first: str, second: str, amounts: tuple[Any, Any]) -> None:
    one, two = payments(2)
    file = text(line(one, first, amount=amounts[0]), line(one, second, amount=amounts[1]), line(two, "成功"))
    assert counts(file) == (1, 0, 0, 0, 0, 2)
    assert all("互相矛盾" in sentence for _, sentence in file.rejected)
    assert (state(one), state(two)) == ("", "paid")


def test_a_value_that_cannot_be_read_is_not_taken_for_one_that_was_left_out() -> None:
    rows = payments(11)
    early = min(first_day(Batch.objects.get(pk=rows[10].batch_id).period), TODAY) - dt.timedelta(days=1)
    lines = [
        line(rows[0], "成功", amount="abc"), line(rows[1], "成功", amount="1.00"), line(rows[2], "成功", amount=""),
        line(rows[3], "成功", amount=plain_fen(rows[3].amount_fen).replace(".", "")),
        line(rows[4], "成功", amount=plain_fen(rows[4].amount_fen).replace(".", ",")), line(rows[5], "成功", "2062-11-05"),
        line(rows[6], "成功", "1926-11-05"), line(rows[7], "成功", "2026-13-05"), line(rows[8], "成功", "2026-W45-1"),
        line(rows[9], "成功", f"{TODAY.year}/{TODAY.month}/{TODAY.day}"), line(rows[10], "成功", early),
        line(rows[10], "已办"), "P3-99999999999|成功||1.00|2026-11-10", "X1|成功||1.00|2026-11-10", "|成功||1.00|2026-11-10",
    ]  # fmt: skip
    file = text(*lines)
    assert counts(file) == (2, 0, 0, 0, 0, 13)
    assert (state(rows[2]), state(rows[9])) == ("paid", "paid")
    assert PaymentResult.objects.get(benefit_id=rows[9].benefit_id, batch_id=rows[9].batch_id).booked_on == TODAY
    words = [sentence for _, sentence in file.rejected]
    for found in ("abc", "不符", "晚于今天", "早于支付", "2026-13-05", "“已办”不在", "没有支付编号"):
        assert any(found in sentence for sentence in words), found


def test_an_amount_of_another_currency_is_rejected_and_reason_and_day_are_the_results_own() -> None:
    one, two = payments(2)
    reason = "<StsRsnInf><Rsn><Cd>AC06</Cd></Rsn></StsRsnInf>"
    file = took(report(tx(one, "ACSC", currency="USD") + tx(two, "RJCT", day="2026-11-09T20:00:00Z", more=reason)))
    assert counts(file) == (0, 1, 0, 0, 0, 1)
    assert "币种为 USD" in file.rejected[0][1]
    result = PaymentResult.objects.get(batch_id=two.batch_id, benefit_id=two.benefit_id)
    assert (result.reason, result.booked_on) == ("AC06 账户已冻结或止付", dt.date(2026, 11, 10))


def test_a_result_without_a_day_of_its_own_has_that_of_the_report_and_else_is_said_to_have_none() -> None:
    one, two = payments(2)
    assert took(report(tx(one, "ACSC", day=""), made="2026-11-09T08:00:00")).undated_count == 0
    assert PaymentResult.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id).booked_on == dt.date(2026, 11, 9)
    assert took(report(tx(two, "ACSC", day=""), made="")).undated_count == 1


def test_payment_numbers_are_known_in_small_letters_full_width_and_with_blanks() -> None:
    one, two, three = payments(3)
    file = text(
        line(one, "成功").lower(),
        " " + line(two, "成功").replace("|", " |", 1),
        "\t" + line(three, "成功").replace("P", "Ｐ").replace("-", "－", 1),
    )
    assert counts(file) == (3, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("version", ["03", "09", "12"])
def test_all_versions_of_the_report_and_any_encoding_are_read(version: str) -> None:
    (one,) = payments(1)
    plain = report(tx(one, "RJCT", more="<StsRsnInf><Rsn><Prtry>户名不符</Prtry></Rsn></StsRsnInf>")).decode()
    plain = plain.replace("pain.002.001.10", f"pain.002.001.{version}")
    assert counts(took(b"\xef\xbb\xbf" + plain.encode())) == (0, 1, 0, 0, 0, 0)
    assert PaymentResult.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id).reason == "户名不符"


def test_a_notice_of_the_paying_account_gives_back_what_it_says_was_returned() -> None:
    one, two = payments(2)

    def entry(p: Payment, side: str, status: str, more: str = "") -> str:
        return (
            f'<Ntry><Amt Ccy="CNY">{plain_fen(p.amount_fen)}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
            f"<BookgDt><Dt>2026-11-10</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{number(p)}</EndToEndId></Refs>{more}"
            "</TxDtls></NtryDtls></Ntry>"
        )

    returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>已销户</AddtlInf></RtrInf>"
    body = entry(one, "CRDT", "BOOK", returned) + entry(two, "DBIT", "BOOK") + entry(two, "CRDT", "PDNG", returned)
    content = (
        f"<Document><BkToCstmrDbtCdtNtfctn><Ntfctn><Id>{next(_message)}</Id>{body}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )
    assert counts(took(content.encode())) == (0, 1, 0, 2, 0, 0)
    assert (state(one), state(two)) == ("returned", "")
    assert PaymentResult.objects.get(batch_id=one.batch_id, benefit_id=one.benefit_id).reason == "AC04 已销户"


def test_a_file_against_what_is_final_waits_for_a_person_who_says_what_is_right() -> None:
    one, two = payments(2)
    file = text(line(one, "退票", DAYS[2]), line(two, "成功", DAYS[1]))
    before = suspense()
    odd = text(line(one, "成功", DAYS[0]), line(two, "退票", DAYS[3]))
    assert counts(odd) == (0, 0, 0, 0, 2, 0)
    assert suspense() == before
    arrival, back = odd.waiting.order_by("row_no")
    assert "两者矛盾" in signed_in("cashier").get("/finance/results/").content.decode()
    with pytest.raises(ResultRefused, match="核实依据"):
        decide_waiting(waiting_id=back.pk, verdict="adopted", words=" ", today=TODAY, user=user("cashier"))
    with pytest.raises(Moved, match="接收人以外"):
        decide_waiting(waiting_id=back.pk, verdict="adopted", words="银行电话确认", today=TODAY, user=user("director"))
    decide_waiting(waiting_id=back.pk, verdict="adopted", words="11-10 对账单", today=TODAY, user=user("cashier"))
    assert (state(two), suspense() - before) == ("returned", two.amount_fen)
    own = ResultFile.objects.get(pk=ResultDecision.objects.get(pk=back.pk).file_id)
    assert (counts(own), is_confirmed(own), own.user_id) == ((0, 1, 0, 0, 0, 0), False, user("cashier").pk)
    with pytest.raises(Moved, match="接收人以外"):
        confirm_results(file_id=own.pk, statement="2026-11-10 对账单", user=user("cashier"))
    assert is_confirmed(confirm_results(file_id=own.pk, statement="2026-11-10 对账单", user=user("accountant")))
    decide_waiting(waiting_id=arrival.pk, verdict="adopted", words="银行更正函", today=TODAY, user=user("accountant"))
    assert (state(one), suspense() - before) == ("paid", two.amount_fen - one.amount_fen)
    with pytest.raises(ResultRefused, match="已核实"):
        decide_waiting(waiting_id=arrival.pk, verdict="kept", words="银行更正函", today=TODAY, user=user("accountant"))
    assert file.returned_count == 1
    page = signed_in("cashier").get(f"/finance/results/{odd.pk}/").content.decode()
    assert "以本行为准" in page
    assert "银行更正函" in page


def test_what_is_on_record_may_be_found_right() -> None:
    (one,) = payments(1)
    text(line(one, "退票", DAYS[2]))
    odd = text(line(one, "成功", DAYS[0]))
    waiting = odd.waiting.get()
    decide_waiting(waiting_id=waiting.pk, verdict="kept", words="银行电话确认退票属实", today=TODAY, user=user("cashier"))
    assert state(one) == "returned"


def test_two_files_for_one_payment_at_the_same_moment_are_both_answered() -> None:
    one, two = payments(2)
    ready = threading.Barrier(2)
    done: list[Any] = []

    def take(content: bytes) -> None:
        try:
            ready.wait(timeout=20)
            done.append(counts(import_results(content=content, file_name="r.txt", today=TODAY, user=city.program("bank"))))
        except Exception as error:
            done.append(error)
        finally:
            connection.close()

    lines = [line(one, "成功"), line(two, "成功")]
    files = ["\r\n".join([HEAD, *lines, ""]).encode("gb18030"), "\r\n".join([HEAD, *reversed(lines), ""]).encode("gb18030")]
    threads = [threading.Thread(target=take, args=[content]) for content in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert sorted(done) == [(0, 0, 2, 0, 0, 0), (2, 0, 0, 0, 0, 0)]


def test_a_file_cut_anywhere_is_refused_or_accounted_for() -> None:
    rows = payments(3)
    whole = "\r\n".join([HEAD, *(line(p, "成功") for p in rows), ""]).encode("gb18030")
    xml = report("".join(tx(p, "ACSC") for p in rows))
    for content, name in ((whole, "r.txt"), (xml, "r.xml")):
        taken, refused = [], 0
        for end in range(7, len(content), 23):
            with transaction.atomic():
                try:
                    taken.append(counts(took(content[:end], name)))
                except ResultRefused:
                    refused += 1
                transaction.set_rollback(True)
        # Of what was cut off no more is taken than there were lines.
        assert refused, name
        assert all(sum(count) <= len(rows) for count in taken), name


def test_a_line_taken_away_by_hand_is_named() -> None:
    (one,) = payments(1)
    file = text(line(one, "成功"))
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM benefits_result WHERE file_id = %s", [file.pk])
        faults = list(result_faults("super"))
        transaction.set_rollback(True, using="super")
    assert faults == [f"发放结果回执 {file.pk} 号：记有已到账 1 笔，现有 0 笔。"]
    with pytest.raises(Error) as error, transaction.atomic(), connection.cursor() as cursor:
        act_as(city.program("bank"))
        cursor.execute(
            "INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on) "
            "VALUES (repeat('9', 64), 'x', 3, 1, 1, '[]', '2026-11-10')"
        )
    assert "result_file_adds_up" in str(error.value)


def test_a_result_taken_away_by_hand_is_named_by_the_reconciliation() -> None:
    (one,) = payments(1)
    file = text(line(one, "成功"))
    period = file.received_on.year * 100 + file.received_on.month

    def named() -> list[str]:
        found = reconcile_all(areas=["511102"], period=period)
        lost = [todo.text for todo in found.todos if todo.kind == LOST and todo.result_id == file.pk]
        assert not (lost and found.agrees)
        return lost

    assert named() == []
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM benefits_result WHERE file_id = %s RETURNING *", [file.pk])
        (row,) = cursor.fetchall()
    lost = named()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"INSERT INTO benefits_result VALUES ({', '.join(['%s'] * len(row))})", list(row))
    assert lost == [f"发放结果回执 {file.pk} 号 {file.file_name}：记有已到账 1 笔，现有 0 笔"]


def test_the_page_of_a_file_shows_every_rejected_row() -> None:
    file = text(*(f"X{n}|成功||1.00|2026-11-10" for n in range(250)))
    first = signed_in("cashier").get(f"/finance/results/{file.pk}/").content.decode()
    second = signed_in("cashier").get(f"/finance/results/{file.pk}/?page=2").content.decode()
    assert "“X0”" in first
    assert "“X249”" in second
    assert signed_in("cashier").get("/finance/results/999999/").status_code == 404
    assert WaitingResult.objects.filter(file=file).count() == 0
    assert Entry.objects.filter(voucher__source_id=file.pk, voucher__source_kind="result_file").count() == 0


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("AC04", "AC04 账户已销户"), ("BE01；AC06", "BE01 户名与账号不符；AC06 账户已冻结或止付"), ("AC04 账户已销户", "AC04 账户已销户"),
        ("AC06 付款账户冻结", "AC06 付款账户冻结"), ("ZZ99", "ZZ99"), ("", ""), ("ACCOUNT CLOSED AC04X", "ACCOUNT CLOSED AC04X"),
    ],
)  # fmt: skip
def test_a_code_of_the_bank_has_its_words_beside_it(said: str, shown: str) -> None:
    assert reason_in_words(said) == shown


def test_the_reason_of_a_report_is_in_words_whatever_it_came_in() -> None:
    (row,) = read_results(f"{HEAD}\nP1-1|失败|AC04|1.00|2026-11-05\n".encode(), "结果.txt").rows
    assert row.reason == "AC04 账户已销户"


def test_the_batches_of_a_file_are_those_of_its_lines_however_many_there_are() -> None:
    text(*(line(one, "成功") for one in payments(3)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.id, ARRAY(SELECT b FROM benefits_batches_of_file_v1(f.id) AS b ORDER BY b), ARRAY("
            "SELECT batch_id FROM benefits_result WHERE file_id = f.id UNION SELECT batch_id FROM benefits_later_result WHERE file_id = f.id "
            "UNION SELECT batch_id FROM benefits_refund_result WHERE file_id = f.id UNION SELECT batch_id FROM benefits_later_refund_result "
            "WHERE file_id = f.id UNION SELECT batch_id FROM benefits_result_waiting WHERE file_id = f.id ORDER BY 1) FROM benefits_result_file f"
        )
        rows = cursor.fetchall()
        assert len(rows) > 3
        assert [file for file, found, told in rows if found != told] == []
