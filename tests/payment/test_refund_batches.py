"""Refunds as batches: from the signed decision through three people and the bank to the books; nothing twice, nothing lost."""

import datetime as dt
from xml.etree.ElementTree import fromstring

import pytest
from django.db import Error, connection, connections, transaction

from tests import city, money
from tests.city import TODAY, user
from tests.entitlement.people import done
from tests.items import money_forms as forms
from tests.pages import page_of, signed_in
from yigui.common.money import format_fen, plain_fen
from yigui.exchange.import_records import DEATHS, import_records
from yigui.finance.refunds import refunds_of
from yigui.ledger import posting
from yigui.ledger.declarations import load_rules
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import PostingRule
from yigui.ledger.queries import credited, vouchers_from
from yigui.ledger.reversal import plan_reversal
from yigui.payment import refund_run
from yigui.payment.bank_files import NAMESPACE, paid_on
from yigui.payment.bank_results import import_results
from yigui.payment.enums import RefundHold
from yigui.payment.errors import PayRefused
from yigui.payment.models import LaterRefundResult, RefundPayment, RefundStaged, ResultFile
from yigui.payment.refund_files import refund_no
from yigui.payment.refund_payee_run import plan_payee
from yigui.payment.refund_run import REFUNDS
from yigui.payment.refunds import Standing, standing_of, standings, waiting
from yigui.payment.verify import refund_faults
from yigui.receipts.models import Refund, RefundDue
from yigui.registry.queries import areas_under
from yigui.runs.batches import answers_of, approve_batch, batch_of, check_batch, open_batch, seal_content
from yigui.runs.errors import AnswerMissing, BatchRefused, ContentChanged
from yigui.runs.kinds import Opening, Work
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void
from yigui.tasks.models import Task
from yigui.tasks.watches import end_moved_refunds, look_for_stuck_refunds

MATERIALS = ("application_form", "refund_statement", "payment_receipt", "bank_card")


def refunded() -> Refund:
    """A refund that a class-1 case has just decided, for a self-payer who paid two insurances."""
    person, fen = forms.paid_flexible()
    case = done("LVY-011", forms.refund_form(person, fen), MATERIALS)
    return Refund.objects.select_related("person").get(case_id=case.pk)


def planned(area: str = money.CITY) -> Batch:
    return prepare(REFUNDS, area_code=area, period=202611, user=user("head"))


def decided(batch: Batch) -> Batch:
    check_batch(batch_id=batch.pk, user=user("accountant"), answers=money.answers(batch))
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


def paid() -> Batch:
    return execute(batch_id=decided(planned()).pk)


def standing(refund: Refund) -> list[Standing]:
    """How what is owed of a refund stands, book by book."""
    return standings([d.area_code for d in refund.dues.all()], refund_ids=[refund.pk])


def stands(refund: Refund) -> set[str]:
    return {row.standing for row in standing(refund)}


def due_ids(refund: Refund) -> list[int]:
    return list(refund.dues.order_by("id").values_list("id", flat=True))


def staged(batch: Batch) -> dict[int, int]:
    return dict(RefundStaged.objects.filter(batch_id=batch.pk).values_list("due_id", "amount_fen"))


def in_books() -> int:
    return int(
        money.one(
            "SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0)::bigint FROM ledger_entry WHERE account_id = '2001.04'"
        )
    )


def said(*rows: tuple[str, str, str, str]) -> ResultFile:
    """What the bank says: number, result, reason, amount."""
    lines = ["支付编号|处理结果|原因|金额|记账日期", *("|".join((*row, "2026-11-10")) for row in rows)]
    return money.confirmed(
        import_results(content="\r\n".join(lines).encode("gb18030"), file_name="r.txt", today=TODAY, user=city.program("bank"))
    )


def moved(refund: Refund, account_name: str, account_no: str, number: str = "") -> Batch:
    """The refund goes to another account: asked for by one, checked by a second, approved by a third."""
    assert refund.person is not None
    own = refund.person.id_number if account_name == refund.person.name else "11010519491231002X"
    batch = plan_payee(
        payee_number=number or own,
        refund_id=refund.pk, bank_code="103100000026", account_name=account_name, account_no=account_no, reason="账户已销户，本人提供新卡",
        user=user("accountant"),
    )  # fmt: skip
    check_batch(batch_id=batch.pk, user=user("head"))
    return execute(batch_id=approve_batch(batch_id=batch.pk, user=user("director")).pk)


def reported_dead(refund: Refund) -> None:
    sender = city.partner("civil_affairs", "民政")
    person = refund.person
    assert person is not None
    content = f"证件号码,姓名,死亡日期\n{person.id_number},{person.name},2026-11-08\n".encode()
    import_records(DEATHS, content=content, file_name=f"{refund.pk}.csv", partner=sender, user=city.user("head"), today=TODAY)


def test_a_signed_refund_waits_in_the_books_and_a_batch_of_three_people_pays_it() -> None:
    before = in_books()
    refund = refunded()
    dues = list(refund.dues.order_by("fund"))
    assert [d.fund for d in dues] == ["employee_medical", "employee_pension"]
    assert sum(d.amount_fen for d in dues) == refund.amount_fen == in_books() - before
    assert stands(refund) == {"due"}
    batch = planned()
    lines = staged(batch)
    assert set(due_ids(refund)) <= set(lines)
    assert (batch.row_count, batch.total_fen) == (len(lines), sum(lines.values()))
    # What waits in one batch is not put into another, and nobody pays unsigned.
    assert {row.waiting_batch for row in standing(refund)} == {batch.pk}
    assert (waiting(batch.areas).payable, waiting(batch.areas).in_batches) == (0, batch.row_count)
    with pytest.raises(BatchRefused):
        execute(batch_id=batch.pk)
    with pytest.raises(BatchRefused, match="尚未复核"):
        approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    batch = execute(batch_id=decided(batch).pk)
    assert (batch.status, batch.written_fen, batch.taken_out) == ("executed", batch.total_fen, [])
    # File, batch, books: one sum, one day, whenever it is asked for.
    files = {name: "".join(REFUNDS.file(batch, name).pieces) for name in ("refunds.xml", "refunds.txt")}
    root, n = fromstring(files["refunds.xml"]), {"p": NAMESPACE}
    amounts = [e.text or "" for e in root.findall(".//p:InstdAmt", n)]
    assert len(amounts) == batch.row_count == int(root.findtext(".//p:GrpHdr/p:NbOfTxs", "", n))
    assert sum(int(a.replace(".", "")) for a in amounts) == batch.total_fen
    assert root.findtext(".//p:GrpHdr/p:CtrlSum", "", n) == plain_fen(batch.total_fen)
    assert {e.text for e in root.findall(".//p:ReqdExctnDt/p:Dt", n)} == {paid_on(batch).isoformat()}
    assert all(refund_no(batch.pk, d.pk) in text for d in dues for text in files.values())
    assert files["refunds.txt"].count("\r\n") == batch.row_count + 1
    vouchers = vouchers_from("batch", batch.pk)
    assert {(v.event, v.posted_on) for v in vouchers} == {("refund_paid", TODAY)}
    assert credited([v.pk for v in vouchers], "1004") == batch.total_fen
    assert stands(refund) == {"sent"}
    with pytest.raises(PayRefused, match="没有待支付的退费"):
        planned()
    # What was paid is not taken back by a voucher alone.
    with pytest.raises(WrongPosting, match="账随业务走"):
        plan_reversal(voucher_id=vouchers[0].pk, reason="试图单独冲销", user=user("accountant"))
    page = signed_in("auditor").get(f"/finance/batches/{batch.pk}/").content.decode()
    assert "银行文件 pain.001" in page
    assert "账务支出与送银行金额不符" not in page
    assert refund.account_no not in page
    answer = signed_in("cashier").post(f"/finance/batches/{batch.pk}/files/refunds.txt")
    assert b"".join(answer.streaming_content).decode("gb18030") == files["refunds.txt"]  # type: ignore[attr-defined]
    assert list(refund_faults("default")) == []
    money.assert_agree()


def row_of(page: str, number: str) -> str:
    """The last row of a table of a page that names a payment."""
    *_, row = (row for row in page.split("<tr>") if f">{number}<" in row)
    return row.split("</tr>")[0]


def test_the_bank_says_of_every_line_and_what_it_gives_back_is_owed_again_and_somebodys_work() -> None:
    first, second = refunded(), refunded()
    batch = paid()
    before = in_books()
    numbers = {due: refund_no(batch.pk, due) for due in (*due_ids(first), *due_ids(second))}
    fen = staged(batch)
    good, (bad, other) = due_ids(first), due_ids(second)
    file = said(
        *((numbers[due], "成功", "", plain_fen(fen[due])) for due in good), (numbers[bad], "失败", "账户已销户", plain_fen(fen[bad])),
        (numbers[bad], "失败", "账户已销户", ""), (numbers[other], "成功", "", "一百元"), (numbers[other], "成功", "", "0.01"),
        (refund_no(batch.pk, 10**12), "成功", "", "1.00"), ("R1", "成功", "", "1.00"),
    )  # fmt: skip
    assert (file.paid_count, file.returned_count) == (len(good), 1)
    assert file.row_count == file.paid_count + file.returned_count + file.known_count + len(file.rejected)
    assert [sentence for _, sentence in file.rejected] == [
        f"{numbers[other]} 的金额“一百元”不是金额，应以元为单位、最多两位小数，逗号只能每三位一个，如 1234.56",
        f"{numbers[other]} 金额 0.01 与支付金额 {format_fen(fen[other])} 不符",
        f"没有支付编号为 {refund_no(batch.pk, 10**12)} 的支付", "支付编号“R1”不是本系统的编号",
    ]  # fmt: skip
    assert (stands(first), in_books() - before) == ({"paid"}, fen[bad])
    assert {row.due_id: row.standing for row in standing(second)} == {bad: "returned", other: "sent"}
    sums = standing_of(batch.pk)
    assert sums["sent"][1] == batch.total_fen == sums["paid"][1] + sums["returned"][1] + sums["open"][1]
    assert sums["returned"] == (1, fen[bad])
    # Final is final.
    assert "两者矛盾" in said((numbers[bad], "成功", "", plain_fen(fen[bad]))).waiting.get().sentence
    assert list(refund_faults("default")) == []
    results = signed_in("cashier").get("/finance/results/").content.decode()
    assert numbers[bad] in results
    assert f"/finance/refunds/{second.pk}/payee/" in results
    assert "银行退回，待支付（账户已销户）" in row_of(results, numbers[bad])
    # Somebody's work, once.
    look_for_stuck_refunds(TODAY)
    task = Task.objects.get(kind="refund_stuck", origin_id=bad)
    assert (task.amount_fen, task.person_id, task.posts) == (fen[bad], second.person_id, ["accountant"])
    assert "账户已销户" in task.note
    look_for_stuck_refunds(TODAY)
    assert Task.objects.filter(kind="refund_stuck", origin_id=bad).count() == 1
    # Sent there again without a word it is not: whoever signs has to answer for it.
    again = planned()
    assert bad in staged(again)
    assert "returned" in {row["id"] for row in again.warnings}
    with pytest.raises(AnswerMissing, match="账户未更正"):
        check_batch(
            batch_id=again.pk, user=user("accountant"), answers={k: v for k, v in money.answers(again).items() if k != "returned"}
        )
    checked = check_batch(batch_id=again.pk, user=user("accountant"), answers=money.answers(again))
    assert "returned" in {a.check_id for a in answers_of(checked)}
    void(batch_id=again.pk, user=user("head"), reason="待改付后重新生成")
    # Another account, by three people, from its page; then the next batch pays there and the task is over.
    client = signed_in("accountant")
    url = f"/finance/refunds/{second.pk}/payee/"
    assert "账户已销户" in client.get(url).content.decode()
    form = {"bank_code": "103100000026", "account_name": second.account_name, "account_no": "6228480088888888888", "reason": ""}
    assert "账户持有人的证件号码" in client.post(url, form | {"reason": "原账户已销户，本人提供新卡"}).content.decode()
    form["payee_number"] = second.person.id_number if second.account_name == second.person.name else "11010519491231002X"  # type: ignore[union-attr]
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "请写明改付的依据" in refused.content.decode()
    assert "银行账号“12”格式有误" in client.post(url, form | {"account_no": "12"}).content.decode()
    assert "请填写新账户的户名" in client.post(url, form | {"account_name": " "}).content.decode()
    asked = client.post(url, form | {"reason": "原账户已销户，本人提供新卡"})
    assert asked.status_code == 302
    change = batch_of(int(asked["Location"].rstrip("/").rsplit("/", 1)[-1]))
    assert "0-00" not in page_of(client.get(asked["Location"]))
    assert f"第 {change.pk} 号批次</a>申请改付，尚未执行" in page_of(client.get(url))
    with pytest.raises(BatchRefused, match="待复核"):
        execute(batch_id=change.pk)
    for name, verb in (("head", "check"), ("director", "approve")):
        assert signed_in(name).post(f"/finance/batches/{change.pk}/{verb}/", {}).status_code == 302
    execute(batch_id=change.pk)
    end_moved_refunds(TODAY)
    assert Task.objects.get(pk=task.pk).outcome == "moved"
    assert "申请改付，尚未执行" not in page_of(client.get(url))
    last = planned()
    assert last.subject.startswith("第")
    assert "returned" not in {row["id"] for row in last.warnings}
    last = execute(batch_id=decided(last).pk)
    sent = RefundPayment.objects.get(batch_id=last.pk, due_id=bad)
    assert (sent.attempt, sent.account_no, sent.hold) == (2, "6228480088888888888", 0)
    said((refund_no(last.pk, bad), "成功", "", plain_fen(fen[bad])))
    assert {row.due_id: row.standing for row in standing(second)}[bad] == "paid"
    # What came back once is not work for ever: its row says what has become of it.
    later = row_of(signed_in("cashier").get("/finance/results/").content.decode(), numbers[bad])
    assert "已到账" in later
    assert "待支付" not in later
    assert list(refund_faults("default")) == []
    with pytest.raises(PayRefused, match="没有待支付的款项"):
        moved(first, "某人", "6228480088888888888")
    money.assert_agree()


def test_the_second_look_takes_out_the_dead_changed_accounts_and_what_another_batch_has_paid() -> None:
    dead, changed, doubled, plain = refunded(), refunded(), refunded(), refunded()
    # A county's batch that was made in the very moment in which the city's was: neither saw the other's lines.
    area = doubled.dues.first().area_code  # type: ignore[union-attr]
    rival = open_batch(REFUNDS, Opening(area, 202611, (area,), "同时"), user=user("accountant"))
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_refund_staged (batch_id, due_id, amount_fen, bank_code, account_name, account_no) "
            "SELECT %s, due_id, amount_fen, bank_code, account_name, account_no FROM benefits_refunds_v1(ARRAY[%s]) WHERE refund_id = %s",
            [rival.pk, area, doubled.pk],
        )
        batch = planned()
    work = Work(batch=rival, opening=Opening(area, 202611, (area,)), today=TODAY, step=lambda: None)
    rival = seal_content(rival, REFUNDS.content(work, []))
    check_batch(batch_id=rival.pk, user=user("head"), answers=money.answers(rival))
    approve_batch(batch_id=rival.pk, user=user("director"), answers=money.answers(rival))
    batch = decided(batch)
    lines = staged(batch)
    execute(batch_id=rival.pk)
    reported_dead(dead)
    moved(changed, changed.account_name, "6228480011111111111")
    done_batch = execute(batch_id=batch.pk)
    wanted = {RefundHold.DEAD: due_ids(dead), RefundHold.NOT_DUE: due_ids(doubled), RefundHold.ACCOUNT_CHANGED: due_ids(changed)}
    out = {due: hold for hold, dues in wanted.items() for due in dues}
    rows = RefundPayment.objects.filter(batch_id=batch.pk)
    assert dict(rows.exclude(hold=0).values_list("due_id", "hold")) == out
    # Every staged line is paid or taken out; the total only shrinks, and books and file say what was really paid.
    assert dict(rows.values_list("due_id", "amount_fen")) == lines
    gone = sum(lines[due] for due in out)
    assert (done_batch.total_fen, done_batch.executed_fen) == (batch.total_fen, batch.total_fen - gone)
    assert {(t["reason"], t["rows"]) for t in done_batch.taken_out} == {
        (f"taken-{hold.value}", len(dues)) for hold, dues in wanted.items()
    }
    vouchers = [v.pk for v in vouchers_from("batch", batch.pk)]
    assert credited(vouchers, "1004") == done_batch.executed_fen
    text = "".join(REFUNDS.file(done_batch, "refunds.txt").pieces)
    assert not [due for due in out if refund_no(batch.pk, due) in text]
    assert stands(plain) == {"sent"}
    page = signed_in("auditor").get(f"/finance/batches/{batch.pk}/").content.decode()
    assert "执行时再次核对，剔除" in page
    listed = signed_in("auditor").get(f"/finance/batches/{batch.pk}/differences/taken-5/").content.decode()
    assert "收款账户已变更" in listed
    assert list(refund_faults("default")) == []
    # The dead payee's refund waits for whoever inherits; that is somebody's work, and has an end.
    look_for_stuck_refunds(TODAY)
    tasks = Task.objects.filter(kind="refund_stuck", origin_id__in=due_ids(dead))
    assert {t.part for t in tasks} == {"dead"}
    following = planned()
    assert set(due_ids(changed)) <= set(staged(following))
    assert not set(due_ids(dead)) & set(staged(following))
    assert following.summary["held"][0] >= len(due_ids(dead))
    execute(batch_id=decided(following).pk)
    # It may move more than once.
    moved(dead, "继承人", "6228480033333333333")
    moved(dead, "继承人", "6228480022222222222")
    end_moved_refunds(TODAY)
    assert {t.outcome for t in tasks.all()} == {"moved"}
    last = paid()
    assert set(due_ids(dead)) <= set(staged(last))
    assert {p.account_name for p in RefundPayment.objects.filter(batch_id=last.pk, due_id__in=due_ids(dead))} == {"继承人"}
    assert list(refund_faults("default")) == []


def test_an_heir_of_the_same_name_is_known_by_the_number_and_marks_no_card() -> None:
    refund, card = refunded(), "6228480055555555555"
    person = refund.person
    assert person is not None
    reported_dead(refund)
    assert all(row.is_dead for row in standing(refund))
    for number, words in (("", "请填写新账户持有人的证件号码"), ("123", "校验未通过")):
        with pytest.raises(PayRefused, match=words):
            plan_payee(
                refund_id=refund.pk, bank_code="103100000026", account_name=person.name, account_no=card, reason="继承人提供新卡，已核对",
                payee_number=number, user=user("accountant"),
            )  # fmt: skip
    with pytest.raises(PayRefused, match="在参保登记中不是"):
        moved(refund, "继承人", card, person.id_number)
    moved(refund, person.name, card, "11010519491231002X")
    assert not any(row.is_dead for row in standing(refund))
    batch = paid()
    assert set(due_ids(refund)) <= set(staged(batch))
    assert set(RefundPayment.objects.filter(batch_id=batch.pk, due_id__in=due_ids(refund)).values_list("hold", flat=True)) == {0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefits_account_on_record_v1(%s, %s)", [person.pk, card])
        assert cursor.fetchone() == (False,)


def test_nothing_is_paid_but_what_was_approved_and_nobody_writes_past_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    refund = refunded()
    batch = planned()
    due = due_ids(refund)[0]
    row = "(batch_id, due_id, amount_fen, bank_code, account_name, account_no) VALUES (%s, %s, 1, '', 'x', '1')"
    for statement, state in (
        (f"INSERT INTO benefits_refund_staged {row}", "YG006"),
        ("UPDATE benefits_refund_staged SET account_no = '1' WHERE batch_id = %s AND due_id = %s", "42501"),
        (f"INSERT INTO benefits_refund_payment (warrant_id, attempt, hold, {row[1:].replace('VALUES (', 'VALUES (1, 1, 0, ')}", "42501"),
        ("INSERT INTO contributions_refund_due (warrant_id, refund_id, area_code, fund, amount_fen) VALUES (0, %s, '511102', 'injury', %s)", "YG001"),
    ):  # fmt: skip
        with pytest.raises(Error) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(statement, [batch.pk, due + 1_000_000 if "INSERT" in statement else due])
        assert refused.value.__cause__.sqlstate == state, statement  # type: ignore[union-attr]
    approved = decided(batch)
    # What is decided meanwhile goes into a batch of its own, beside the signed one.
    other = refunded()
    beside = planned()
    assert set(staged(beside)) == set(due_ids(other))
    assert batch_of(approved.pk).status == "approved"
    void(batch_id=beside.pk, user=user("head"), reason="并入下一批次办理")
    with connections["super"].cursor() as cursor, transaction.atomic("super"):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE benefits_refund_staged SET account_no = '999999999' WHERE batch_id = %s AND due_id = %s", [batch.pk, due]
        )
    with pytest.raises(ContentChanged, match="与审批时不一致"):
        execute(batch_id=approved.pk)
    assert stands(refund) == {"due"}
    void(batch_id=approved.pk, user=user("head"), reason="账户被改动，作废重来")
    # What fails on the way leaves nothing behind, and executed again it changes nothing.
    last = decided(planned())

    def full(**_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr(refund_run, "post", full)
        execute(batch_id=last.pk)
    assert not RefundPayment.objects.filter(batch_id=last.pk).exists()
    assert (batch_of(last.pk).status, stands(refund)) == ("approved", {"due"})
    assert execute(batch_id=last.pk).status == "executed"
    posted = len(vouchers_from("batch", last.pk))
    assert execute(batch_id=last.pk).status == "executed"
    assert len(vouchers_from("batch", last.pk)) == posted > 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE benefits_refund_payment SET amount_fen = amount_fen + 1 WHERE hold = 0 AND due_id = (SELECT max(due_id) FROM paid)",
        "UPDATE benefits_refund_payment SET hold = 4 WHERE due_id = (SELECT max(due_id) FROM paid)",
        "DELETE FROM benefits_refund_payment WHERE due_id = (SELECT max(due_id) FROM paid)",
        "UPDATE benefits_refund_staged SET account_no = '1' WHERE due_id = (SELECT max(due_id) FROM paid)",
        "UPDATE contributions_refund_due SET amount_fen = amount_fen + 1 WHERE id = (SELECT max(due_id) FROM paid)",
    ],
)
def test_verification_names_what_a_superuser_changed(statement: str) -> None:
    if not RefundPayment.objects.filter(hold=0).exists():
        refunded()
        paid()
    assert list(refund_faults("default")) == []
    with connections["super"].cursor() as cursor, pytest.raises(RuntimeError), transaction.atomic("super"):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"WITH paid AS (SELECT due_id FROM benefits_refund_payment WHERE hold = 0) {statement}")
        assert cursor.rowcount >= 1
        assert list(refund_faults("super"))
        raise RuntimeError


def test_a_refund_of_before_there_were_batches_ends_from_the_cashiers_list(monkeypatch: pytest.MonkeyPatch) -> None:
    rule_of = posting.rule_of
    monkeypatch.setattr(posting, "rule_of", lambda event, on: rule_of(event, min(on, dt.date(2026, 10, 31))))
    # The database posts by the rule in force alone.
    PostingRule.objects.using("super").filter(version__gt=dt.date(2026, 10, 31)).delete()
    try:
        refund = refunded()
    finally:
        load_rules()
    monkeypatch.undo()
    assert not RefundDue.objects.filter(refund=refund).exists()
    fresh = refunded()
    page = signed_in("cashier").get("/finance/refunds/?period=2026-11").content.decode()
    assert "按清单付款" in page
    assert "待支付" in page
    listed = {row.refund.pk: row.is_listed for row in refunds_of(areas_under(money.CITY), 202611)}
    assert (listed[refund.pk], listed[fresh.pk]) == (True, False)
    assert list(refund_faults("default")) == []


def test_what_came_back_is_due_again_when_another_person_has_found_it_on_the_statement() -> None:
    refund = refunded()
    batch = paid()
    due = due_ids(refund)[0]
    number, fen = refund_no(batch.pk, due), staged(batch)[due]
    content = f"支付编号|处理结果|原因|金额|记账日期\r\n{number}|失败|账户已销户|{plain_fen(fen)}|2026-11-10".encode("gb18030")
    file = import_results(content=content, file_name="r.txt", today=TODAY, user=user("accountant"))
    by_due = {row.due_id: row for row in standing(refund)}
    assert (by_due[due].standing, by_due[due].state_label) == ("unconfirmed", "银行退回，待核对")
    assert list(refund_faults("default")) == []
    assert "待另一人核对" in signed_in("accountant").get("/finance/results/").content.decode()
    address = f"/finance/results/{file.pk}/confirm/"
    assert "去核对" in signed_in("cashier").get("/finance/results/").content.decode()
    form = signed_in("cashier").get(f"/finance/results/{file.pk}/").content.decode()
    assert address in form
    assert 'name="one_time_code"' in form
    own = signed_in("accountant").post(address, {"statement": "2026-11-10 支出户对账单"}, follow=True)
    assert "接收人以外" in own.content.decode()
    silent = signed_in("cashier").post(address, {"statement": ""}, follow=True)
    assert "哪份银行对账单" in silent.content.decode()
    assert {row.due_id: row.standing for row in standing(refund)}[due] == "unconfirmed"
    page = signed_in("cashier").post(address, {"statement": "2026-11-10 支出户对账单"}, follow=True).content.decode()
    assert f"回执 {file.pk} 号的退票已核对" in page
    assert {row.due_id: row.standing for row in standing(refund)}[due] == "returned"


def test_a_refund_that_comes_back_after_it_has_arrived_is_owed_again_and_paid_once_more() -> None:
    refund = refunded()
    batch = paid()
    due, *others = due_ids(refund)
    number, fen = refund_no(batch.pk, due), staged(batch)[due]
    assert said((number, "成功", "", plain_fen(fen))).paid_count == 1
    before = in_books()
    file = said((number, "退票", "账户已销户", plain_fen(fen)))
    assert (file.paid_count, file.returned_count, file.waiting_count) == (0, 1, 0)
    later = LaterRefundResult.objects.get(batch_id=batch.pk, due_id=due)
    assert (later.status, later.reason, later.amount_fen, in_books() - before) == ("returned", "账户已销户", fen, fen)
    assert {row.due_id: row.standing for row in standing(refund)} == {due: "returned"} | dict.fromkeys(others, "sent")
    moved(refund, "本人新卡", "6228480099999999999")
    again = paid()
    assert staged(again)[due] == fen
    assert said((refund_no(again.pk, due), "成功", "", plain_fen(fen))).paid_count == 1
    assert {row.due_id: row.standing for row in standing(refund)}[due] == "paid"
    assert list(refund_faults("default")) == []
    money.assert_agree()
