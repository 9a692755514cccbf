"""Lines that were set aside: decided by a person, undone by three, named when they vanish."""

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests import city, money
from tests.city import user
from tests.items.money_forms import employer_with_staff
from tests.pages import signed_in
from tests.receipts.test_statements import take
from tests.statements import camt, entry, statement
from yigui.accounts.models import AccountEntry
from yigui.common.money import plain_fen
from yigui.receipts.errors import ClaimRefused, LineRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.inbox_sources import UNDOS
from yigui.receipts.models import ClaimUndo, Receipt, ReceiptLine
from yigui.receipts.queries import left_of, surplus_of
from yigui.receipts.recognise import recognise, undo_claim
from yigui.receipts.reconcile import LOST, reconcile
from yigui.receipts.reversal_run import plan_receipt_reversal
from yigui.receipts.verify import lines_of_files
from yigui.receipts.waiting_lines import decide_line
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.staged import execute


def test_a_line_with_a_used_reference_is_booked_once_somebody_has_looked() -> None:
    ref = money.reference()
    take(camt(statement(entry("8.00", ref=ref))))
    done = take(camt(statement(entry("9.00", ref=ref))))
    line = ReceiptLine.objects.get(file=done.file)
    with pytest.raises(LineRefused, match="请写明依据"):
        decide_line(line_id=line.pk, is_booked=True, reason="", user=user("cashier"), today=city.TODAY)
    booked = decide_line(line_id=line.pk, is_booked=True, reason="已与银行核实为另一笔", user=user("cashier"), today=city.TODAY)
    assert booked is not None
    assert booked.new_rows == 1
    with pytest.raises(LineRefused, match="已处理"):
        decide_line(line_id=line.pk, is_booked=False, reason="已与银行核实", user=user("cashier"), today=city.TODAY)
    money.assert_agree()


def test_money_that_two_channels_report_waits_for_a_person() -> None:
    unit = employer_with_staff()
    money.receive(money.row(123_45, AAB001=unit.unit_no))
    done = money.receive(money.row(123_45, AAB001=unit.unit_no), partner="bank")
    assert (done.new_rows, len(done.waiting)) == (0, 1)
    assert "另一渠道" in done.waiting[0][1]
    other = money.receive(money.row(123_46, AAB001=unit.unit_no), partner="bank")
    assert other.new_rows == 1


def test_a_receipt_the_bank_takes_back_is_undone_by_three_people() -> None:
    money.levied()
    unit = employer_with_staff()
    state = next(b for b in money.bills(unit) if b.left_fen > 0 and b.bill.account_fen > 0)
    ref, fen = money.reference(), state.left_fen
    before = money.assert_agree()
    entries = AccountEntry.objects.filter(source_id=state.bill.id).count()
    take(camt(statement(entry(plain_fen(fen + 500), ref=f"{ref}a", e2e=state.bill.id, name="甲"))))
    assert AccountEntry.objects.filter(source_id=state.bill.id).count() > entries
    back = take(
        camt(statement(entry(plain_fen(fen + 500), ref=f"{ref}b", way="DBIT", reversal=True, name="甲", text=f"冲正 {ref}a")))
    )
    line = ReceiptLine.objects.get(file=back.file)
    receipt = Receipt.objects.get(reference=f"{ref}a")
    assert line.receipt_id == receipt.pk
    batch = plan_receipt_reversal(line_id=line.pk, user=user("accountant"))
    assert batch.is_sound
    check_batch(batch_id=batch.pk, user=user("head"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
    after = money.assert_agree()
    assert after["allocated"] == before["allocated"]
    assert after["credited"] == before["credited"]
    assert left_of([receipt]) == {receipt.pk: 0}
    assert next(b for b in money.bills(unit) if b.bill.id == state.bill.id).left_fen == fen
    with pytest.raises(LineRefused):
        plan_receipt_reversal(line_id=line.pk, user=user("accountant"))
    # Paid again, it is credited again.
    take(camt(statement(entry(plain_fen(fen), ref=f"{ref}c", e2e=state.bill.id, name="甲"))))
    again = money.assert_agree()
    assert again["credited"] > before["credited"]


def test_a_line_taken_away_by_hand_is_named() -> None:
    done = take(camt(statement(entry("1.10", ref=money.reference()), entry("-1.00", ref=money.reference()))))
    assert done.file is not None
    assert not [s for s in lines_of_files("default") if f"id={done.file.pk}：" in s]
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM contributions_receipt_line WHERE file_id = %s RETURNING *", [done.file.pk])
        (row,) = cursor.fetchall()
        said = [s for s in lines_of_files("default") if f"id={done.file.pk}：" in s]
        found = reconcile(areas=["511102"], period=202611)
        cursor.execute(f"INSERT INTO contributions_receipt_line VALUES ({', '.join(['%s'] * len(row))})", list(row))
        cursor.execute("SET session_replication_role = origin")
    assert "缺 第 2 行" in said[0]
    assert not found.agrees
    assert any(f"第 {done.file.pk} 号到账文件" in t.text and "缺第 2 行" in t.text for t in found.todos)


def test_damaged_files_of_others_do_not_hide_ours() -> None:
    two = lambda: camt(statement(entry("1.10", ref=money.reference()), entry("-1.00", ref=money.reference())))  # noqa: E731
    others = [take(two(), area="511123") for _ in range(20)]
    ours = take(two())
    assert ours.file is not None
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        files = [done.file.pk for done in [*others, ours] if done.file]
        cursor.execute("DELETE FROM contributions_receipt_line WHERE file_id = ANY (%s) RETURNING *", [files])
        rows = cursor.fetchall()
    found = reconcile(areas=["511102"], period=202611)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for row in rows:
            cursor.execute(f"INSERT INTO contributions_receipt_line VALUES ({', '.join(['%s'] * len(row))})", list(row))
    lost = [t for t in found.todos if t.kind == LOST]
    assert any(t.file_id == ours.file.pk and "缺第 2 行" in t.text for t in lost)
    assert not [t for t in lost if t.file_id in {done.file.pk for done in others if done.file}]


def test_suspense_is_claimed_for_a_person_and_undone_by_two() -> None:
    person = city.next_person()
    done = take(camt(statement(entry("2.20", ref=money.reference(), name="某人"))))
    receipt = Receipt.objects.get(file=done.file)
    with pytest.raises(ClaimRefused, match="一项"):
        recognise(
            receipt_id=receipt.pk,
            unit_no="1",
            id_number="2",
            reason="本人出示的汇款凭证",
            ground="付款人为其代缴，已核对委托书",
            user=user("cashier"),
        )
    claim = recognise(
        receipt_id=receipt.pk,
        id_number=person.id_number,
        reason="本人出示的汇款凭证",
        ground="付款人为其代缴，已核对委托书",
        user=user("cashier"),
    )
    assert surplus_of(person=person) == [(receipt, 220)]
    undo_claim(claim_id=claim.pk, reason="凭证不是本人的", user=user("cashier"))
    with pytest.raises(ClaimRefused, match="另一人"):
        undo_claim(claim_id=claim.pk, reason="", user=user("cashier"))
    assert surplus_of(person=person) == [(receipt, 220)]
    undo = ClaimUndo.objects.get(claim=claim)
    listed = {name: [row.key for row in UNDOS.rows(user(name), city.TODAY, 500)] for name in ("cashier", "accountant")}
    assert str(undo.pk) in listed["accountant"]
    assert str(undo.pk) not in listed["cashier"]
    assert UNDOS.lines(user("accountant"), city.TODAY, str(undo.pk))
    assert "凭证不是本人的" in signed_in("accountant").get("/inbox/?kind=claim_undos").content.decode()
    confirm = f"/finance/suspense/claims/{claim.pk}/undo/"
    pages = {name: signed_in(name).get("/finance/suspense/?area=511102").content.decode() for name in ("cashier", "accountant")}
    assert (confirm in pages["accountant"], confirm in pages["cashier"]) == (True, False)
    assert "撤销认领待另一人确认；原因：凭证不是本人的" in pages["cashier"]
    undo_claim(claim_id=claim.pk, reason="", user=user("accountant"))
    assert surplus_of(person=person) == []
    assert UNDOS.lines(user("accountant"), city.TODAY, str(undo.pk)) is None
    recognise(
        receipt_id=receipt.pk,
        id_number=person.id_number,
        reason="重新核实的汇款凭证",
        ground="付款人为其代缴，已核对委托书",
        user=user("accountant"),
    )
    assert surplus_of(person=person) == [(receipt, 220)]


def test_numbers_that_contradict_each_other_leave_the_money_in_suspense_with_the_reason() -> None:
    money.levied()
    one, two = employer_with_staff(), employer_with_staff()
    bill = money.bills(one)[0].bill
    person = city.next_person()
    done = money.receive(
        money.row(1_00, AAZ288=bill.id, AAB001=two.unit_no), money.row(2_00, AAC002=person.id_number, AAB004="不是本人"),
        money.row(3_00, AAC002=person.id_number, AAB004=person.name),
    )  # fmt: skip
    found = {r.amount_fen: r for r in Receipt.objects.filter(file=done.file)}
    assert (found[100].employer_id, found[200].person_id, found[300].person_id) == (None, None, person.pk)
    assert "不同的缴费人" in found[100].doubt
    assert "姓名不符" in found[200].doubt
    assert found[300].doubt == ""


@pytest.mark.parametrize("partner", ["bank", "tax"])
def test_a_number_of_one_unit_with_the_name_of_another_leaves_the_money_in_suspense(partner: str) -> None:
    money.levied()
    one, two = employer_with_staff(), employer_with_staff()
    before = [bill.left_fen for bill in money.bills(one)]
    head = {"bank": "交易流水号,交易日期,交易金额,付款户名,单位编号", "tax": "税票号码,入库日期,实缴金额,缴费人名称,单位编号"}[
        partner
    ]
    names = [two.name, f" {two.name.replace('（', '(').replace('）', ')')} ", one.name, "某某支付有限公司", "张三"]
    rows = [f"{money.reference()},{city.TODAY},{k}.00,{name},{one.unit_no}" for k, name in enumerate(names, start=1)]
    done = import_receipts(
        content="\n".join([head, *rows, ""]).encode(), file_name="a.csv", partner=partner, area_code="511102", user=user("cashier"), today=city.TODAY
    )  # fmt: skip
    found = list(Receipt.objects.filter(file=done.file).order_by("amount_fen"))
    assert [receipt.employer_id for receipt in found] == [None, None, one.pk, one.pk, one.pk]
    assert all(two.name in receipt.doubt and one.name in receipt.doubt for receipt in found[:2])
    assert sum(before) - sum(bill.left_fen for bill in money.bills(one)) == 12_00


def test_the_pages_show_every_line_and_decide_it() -> None:
    ref = money.reference()
    done = take(
        camt(
            statement(
                entry("6.60", ref=ref),
                entry("-6.00", ref=f"{ref}x"),
                entry("6.61", ref=f"{ref}y", way="DBIT", e2e="P1-1", reversal=True),
            )
        )
    )
    assert done.file is not None
    cashier = signed_in("cashier")
    page = cashier.get(f"/finance/receipts/{done.file.pk}/").content.decode()
    assert "来文 3 行" in page
    lines = cashier.get(f"/finance/receipts/{done.file.pk}/lines/").content.decode()
    assert "应为大于零" in lines
    assert "没有找到唯一的原到账" in lines
    line = ReceiptLine.objects.get(file=done.file, fate="waiting")
    answer = cashier.post(
        f"/finance/receipts/{done.file.pk}/lines/{line.pk}/decide/", {"outcome": "booked", "reason": "请入账试试"}, follow=True
    )
    assert "不能按到账入账" in answer.content.decode()
    assert cashier.post(f"/finance/receipts/{done.file.pk}/lines/export/")["Location"] == "/exports/"
    assert signed_in("auditor").post(f"/finance/receipts/{done.file.pk}/lines/export/").status_code == 403
    assert line.sentence in signed_in("accountant").get("/finance/reconciliation/?area=511102&period=2026-11").content.decode()


def test_the_page_of_a_file_shows_what_the_bank_took_back_and_what_went_out() -> None:
    ref = money.reference()
    done = take(camt(statement(
        entry("6.60", ref=f"{ref}a", name="甲"), entry("6.60", ref=f"{ref}b", way="DBIT", reversal=True, name="甲", text=f"冲正 {ref}a"),
        entry("7.70", ref=f"{ref}c", way="DBIT", name="乙"),
    )))  # fmt: skip
    assert done.file is not None
    page = " ".join(signed_in("cashier").get(f"/finance/receipts/{done.file.pk}/").content.decode().split())
    assert "支出 1 + 文件内冲正相抵 2" in page
    for wanted in (f"{ref}a", f"{ref}b", f"{ref}c", "-7.70", "两笔相抵"):
        assert wanted in page


def test_the_file_of_a_line_that_was_booked_says_where_it_came_from_and_why() -> None:
    ref, why = money.reference(), "已与银行核实为另一笔，" * 10
    take(camt(statement(entry("8.00", ref=ref))))
    line = ReceiptLine.objects.get(file=take(camt(statement(entry("9.00", ref=ref)))).file)
    booked = decide_line(line_id=line.pk, is_booked=True, reason=why, user=user("cashier"), today=city.TODAY)
    assert booked is not None
    assert booked.file is not None
    assert booked.file.file_name == f"第 {line.file_id} 号到账文件第 {line.row_no} 行"
    page = signed_in("cashier").get(f"/finance/receipts/{booked.file.pk}/").content.decode()
    assert f"依据：{why}" in page


def test_what_the_bank_takes_back_is_below_zero_wherever_it_waits() -> None:
    done = take(camt(statement(entry("78.78", ref=money.reference(), way="DBIT", reversal=True, text="冲正"))))
    assert done.file is not None
    accountant = signed_in("accountant")
    for url in (
        f"/finance/receipts/{done.file.pk}/lines/",
        "/finance/reconciliation/?area=511102&period=2026-11",
        "/inbox/?kind=receipt_lines",
    ):
        page = accountant.get(url).content.decode()
        assert "-78.78" in page, url
        assert page.replace("-78.78", "").count("78.78") == 0, url


def test_a_row_of_a_table_is_called_by_its_number_once() -> None:
    ref = money.reference()
    text = f"交易流水号,交易日期,借贷标志,交易金额,附言\r\n{ref}a,2026-11-09,借,5.00,冲正\r\n"
    done = import_receipts(
        content=text.encode(), file_name="a.csv", partner="bank", area_code="511102", user=city.user("cashier"), today=city.TODAY
    )
    ((number, sentence),) = done.waiting
    assert number == 2
    assert sentence.startswith("本行冲正以前的一笔到账")
    assert "第 2 行" not in sentence


def test_the_page_of_lines_asks_as_often_for_many_lines_as_for_few() -> None:
    cashier, asked = signed_in("cashier"), []
    for many in (2, 6):
        ref = money.reference()
        waiting = [entry("6.61", ref=f"{ref}{k}", e2e="P1-1", back="AC01") for k in range(many)]
        taken_back = [entry("6.62", ref=f"{ref}{k}r", way="DBIT", reversal=True) for k in range(many)]
        done = take(camt(statement(*waiting, *taken_back)))
        assert done.file is not None
        assert len(done.waiting) == 2 * many
        url = f"/finance/receipts/{done.file.pk}/lines/"
        assert cashier.get(url).status_code == 200
        with CaptureQueriesContext(connection) as sent:
            assert cashier.get(url).status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("name", ["way", "columns"])
def test_debits_of_a_table_are_lines_of_the_account(name: str) -> None:
    ref = money.reference()
    if name == "way":
        text = f"交易流水号,交易日期,借贷标志,交易金额\r\n{ref}a,2026-11-09,借,5.00\r\n{ref}b,2026/11/9,贷,6.00\r\n{ref}c,2026-11-09,,7.00\r\n"
    else:
        text = f"账号：9558800000000001\r\n交易流水号\t交易日期\t借方发生额\t贷方发生额\r\n{ref}a\t2026-11-09\t5.00\t\r\n"
        text += f"{ref}b\t2026-11-09\t\t6.00\r\n{ref}c\t2026-11-09\t7.00\t7.00\r\n"
    done = take(text.encode("gb18030"))
    assert (done.lines_in, done.new_rows, done.debits, len(done.rejected)) == (3, 1, 1, 1)


def test_a_table_that_was_cut_off_is_refused() -> None:
    from yigui.documents.errors import FileRefused

    whole = f"交易流水号,交易日期,交易金额\r\n{money.reference()},2026-11-09,1234.56\r\n"
    with pytest.raises(FileRefused, match="没有换行"):
        take(whole[:-3].encode())
    with pytest.raises(FileRefused, match="两者不符"):
        take((whole + "合计,,1234.57\r\n").encode())
    assert take((whole + "合计,,1234.56\r\n").encode()).new_rows == 1
