"""Money out: from the award through the pay run to the bank's word and the books; nothing twice, nothing lost."""

import datetime as dt
from xml.etree.ElementTree import fromstring

import pytest
from django.db import Error, connections, transaction

from tests import city
from tests.city import TODAY, application, user
from tests.entitlement.people import (
    RETIREMENT_MATERIALS,
    awarded,
    carry,
    decided,
    done,
    next_month,
    next_retiring,
    paid,
    paid_though_overdue,
    pensioner,
    planned,
    released,
    retirement_form,
    tell,
)
from tests.money import answers
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.common.errors import Forbidden
from yigui.common.money import plain_fen
from yigui.common.months import add_months, format_period
from yigui.db.presence import Moved
from yigui.entitlement.models import Amount, Benefit, Recovery
from yigui.entitlement.queries import certified_until, death_of
from yigui.exchange.import_records import DEATHS, import_records
from yigui.ledger.models import Entry, Voucher
from yigui.payment.bank_files import NAMESPACE, delimited_file, files_of, pain001, payment_no
from yigui.payment.bank_results import confirm_results, import_results, standing
from yigui.payment.errors import PayRefused, ResultRefused
from yigui.payment.models import HeldLine, PayLine, Payment, PaymentResult, Reissue, ResultCheck
from yigui.payment.queries import is_confirmed
from yigui.registry.models import Coverage, Person
from yigui.runs.batches import BatchRefused, approve_batch, check_batch
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch
from yigui.runs.staged import execute, void


def lines_of(benefit: Benefit) -> list[tuple[int, int, int]]:
    return list(
        PayLine.objects.filter(benefit_id=benefit.pk)
        .order_by("pay_period", "version")
        .values_list("pay_period", "version", "amount_fen")
    )


def test_an_award_opens_everything_and_pays_nothing_before_its_first_payment() -> None:
    person, benefit = awarded()
    award = benefit.awards.get()
    assert (benefit.status, award.version) == ("pending", 1)
    assert award.total_fen == sum(line[3] for line in award.lines) == Amount.objects.get(benefit=benefit).total_fen
    assert award.is_provisional == (award.inputs["retired_on"][:4] == "2026")
    person.refresh_from_db()
    assert person.retired_on is not None
    assert not Coverage.objects.filter(
        person=person, insurance="employee_pension", end_period=None, start_period__lt=benefit.start_period
    ).exists()
    assert certified_until(person.pk) == 202711
    batch = paid()
    assert not PayLine.objects.filter(benefit_id=benefit.pk).exists()
    assert Payment.objects.filter(batch_id=batch.pk).exists()


def test_no_award_goes_round_the_class_1_route() -> None:
    person, benefit = awarded()
    for statement, code in (
        ("INSERT INTO benefits_benefit (person_id, kind, insurance, area_id, start_period, status, status_reason, contribution_months, "
         f"payee_name, payee_number, bank_code, account_name, account_no, warrant_id) VALUES ({person.pk}, 3, 170, '511102', 202611, "
         "'active', '', 0, 'x', 'x', '', 'x', 'x', 1)", "YG001"),
        (f"UPDATE benefits_benefit SET status = 'active' WHERE id = {benefit.pk}", "YG001"),
        (f"UPDATE benefits_amount SET total_fen = 1 WHERE benefit_id = {benefit.pk}", "42501"),
        (f"INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, "
         f"total_fen, source, source_id) VALUES (1, {benefit.pk}, 202611, 1, 0, 0, 0, 0, 1, 'award', 1)", "YG001"),
        ("INSERT INTO benefits_line SELECT * FROM benefits_line LIMIT 1", "42501"),
        ("SELECT benefits_execute_v2(1)", "YG001"),
    ):  # fmt: skip
        with pytest.raises(Error) as error, transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(statement)
        assert error.value.__cause__.sqlstate == code, statement  # type: ignore[union-attr]


def test_a_released_pension_is_paid_from_its_start_and_posted() -> None:
    _, benefit = released()
    while next_month() < benefit.start_period:
        paid()
    month = next_month()
    batch = paid()
    total = Amount.objects.get(benefit=benefit).total_fen
    expected, period = [], benefit.start_period
    while period <= month:
        expected.append((period, 0, total))
        period = add_months(period, 1)
    assert lines_of(benefit) == expected
    assert Payment.objects.get(batch_id=batch.pk, benefit_id=benefit.pk).amount_fen == total * len(expected)
    vouchers = Voucher.objects.filter(source_kind="batch", source_id=batch.pk, event="benefit_payment")
    paid_out = sum(Entry.objects.filter(voucher__in=vouchers, account_id="1004", side="C").values_list("amount_fen", flat=True))
    assert paid_out == batch.total_fen == sum(Payment.objects.filter(batch_id=batch.pk).values_list("amount_fen", flat=True))
    # Again: nothing changes, and the month cannot be prepared again.
    assert execute(batch_id=batch.pk).status == "executed"
    assert lines_of(benefit) == expected
    with pytest.raises(BatchRefused):
        planned(month)


def test_three_people_decide_a_run() -> None:
    batch = planned()
    with pytest.raises(BatchRefused, match="尚未复核"):
        approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    with pytest.raises(Forbidden, match="生成人自己复核"):
        check_batch(batch_id=batch.pk, user=user("head"), answers=answers(batch))
    with pytest.raises(Forbidden):
        check_batch(batch_id=batch.pk, user=user("teller"), answers=answers(batch))
    check_batch(batch_id=batch.pk, user=user("accountant"), answers=answers(batch))
    with pytest.raises(BatchRefused, match="不在待复核"):
        check_batch(batch_id=batch.pk, user=user("accountant"), answers=answers(batch))
    with pytest.raises(Error) as error, transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute(
            "UPDATE runs_batch SET status = 'approved', approved_by_id = checked_by_id, approved_at = now() WHERE id = %s",
            [batch.pk],
        )
    assert error.value.__cause__.sqlstate == "YG004"  # type: ignore[union-attr]
    approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ %s", [f"^benefits_(stage|payment)_{batch.pk}(_[0-9]+)?$"])
        assert cursor.fetchone() == (0,)


def test_a_staged_run_that_was_touched_is_not_executed() -> None:
    batch = decided(planned())
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute(f"UPDATE benefits_payment_{batch.pk} SET account_no = '1' WHERE seq = 1")
    with pytest.raises(ContentChanged, match="与审批时不一致"):
        execute(batch_id=batch.pk)
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")


def test_the_dead_and_the_uncertified_are_held_and_the_rest_follows_with_certification() -> None:
    dead = pensioner()
    sender = city.partner("civil_affairs", "民政")
    number = dead.person.id_number
    content = f"证件号码,姓名,死亡日期\n{number},{dead.person.name},2026-03-05\n110101,某,2026-01-01\n".encode()
    receipt = import_records(DEATHS, content=content, file_name="d.csv", partner=sender, user=city.user("head"), today=TODAY)
    assert (receipt.accepted_count, len(receipt.rejected)) == (1, 1)
    month = next_month()
    for person in paid_though_overdue(month)[:2]:
        tell(person)
    batch = paid()
    held = {h.benefit_id: h.hold for h in HeldLine.objects.filter(batch_id=batch.pk)}
    assert held[dead.pk] == 1
    late = Benefit.objects.get(pk=next(k for k, hold in held.items() if hold == 2))
    assert not PayLine.objects.filter(benefit_id__in=held, period=month).exists()
    # Certified at the counter: the months that were held follow with the next run.
    form = {"id_number": late.person.id_number, "person_name": late.person.name, "survival_status": "01", "certify_way": "05",
            "apply_date": TODAY.isoformat()}  # fmt: skip
    case = accept_case(application("CRT-001", form, materials=["id_card"]))
    assert (case.status, case.effect_error) == ("finished", "")
    following = paid()
    assert {m for m, _, _ in lines_of(late)} >= {month, following.period}
    # An assisted task keeps an uncertified pensioner in payment.
    helped = Benefit.objects.get(pk=[k for k, hold in held.items() if hold == 2][1])
    task = {"id_number": helped.person.id_number, "person_name": helped.person.name, "group_kind": "01", "assist_way": "01",
            "address": "某村", "contact_name": "李某", "phone": "13812345678", "apply_date": TODAY.isoformat()}  # fmt: skip
    refused = examine(application("CRT-002", task, materials=["id_card"])).findings
    assert {f.check for f in refused} == {"group_fits"}
    done("CRT-002", task, ("id_card", "diagnosis_certificate"), username="teller")
    paid()
    assert {m for m, _, _ in lines_of(helped)} >= {month, following.period}


def test_the_bank_gets_files_and_its_word_is_final() -> None:
    batch = Batch.objects.filter(kind="pay", status="executed").order_by("-id").first() or paid()
    head = files_of(batch)[0]
    xml = "".join(pain001(batch, 1))
    assert xml == "".join(pain001(batch, 1))
    root = fromstring(xml)
    n = {"p": NAMESPACE}
    amounts = [e.text for e in root.findall(".//p:InstdAmt", n)]
    assert len(amounts) == head.count == int(root.find(".//p:GrpHdr/p:NbOfTxs", n).text)  # type: ignore[union-attr, arg-type]
    assert sum(int(a.replace(".", "")) for a in amounts) == head.amount_fen  # type: ignore[union-attr]
    text = "".join(delimited_file(batch, 1))
    assert text.count("\r\n") == head.count + 1
    with pytest.raises(PayRefused, match="没有第 9 个"):
        list(pain001(batch, 9))

    paid_rows = Payment.objects.filter(batch_id=batch.pk).order_by("seq")
    people = Person.objects.in_bulk([p.person_id for p in paid_rows])
    alive = (p for p in paid_rows if people[p.person_id].life_status == "01" and death_of(people[p.person_id]) is None)
    first, second, third = next(alive), next(alive), next(alive)

    def pain002(*rows: tuple[str, str, str]) -> bytes:
        body = "".join(
            f"<TxInfAndSts><OrgnlEndToEndId>{number}</OrgnlEndToEndId><TxSts>{status}</TxSts><StsRsnInf><AddtlInf>{reason}</AddtlInf>"
            "</StsRsnInf></TxInfAndSts>" for number, status, reason in rows
        )  # fmt: skip
        return f"<Document><CstmrPmtStsRpt><OrgnlPmtInfAndSts>{body}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>".encode()

    content = pain002(
        (payment_no(batch.pk, first.benefit_id), "ACSC", ""), (payment_no(batch.pk, second.benefit_id), "RJCT", "账户已销户"),
        (payment_no(batch.pk, 999_999_999), "ACSC", ""), ("X1", "ACSC", ""), (payment_no(batch.pk, third.benefit_id), "PDNG", ""),
        (payment_no(batch.pk, first.benefit_id), "ACSC", ""),
    )  # fmt: skip
    file = import_results(content=content, file_name="r.xml", today=TODAY, user=city.program("bank"))
    assert (file.paid_count, file.returned_count) == (1, 1)
    assert [sentence for _, sentence in file.rejected] == [
        f"没有支付编号为 {payment_no(batch.pk, 999_999_999)} 的支付", "支付编号“X1”不是本系统的编号",
    ]  # fmt: skip
    assert (file.row_count, file.pending_count, file.known_count, file.undated_count) == (6, 1, 1, 2)
    returned_file = file
    voucher = Voucher.objects.get(source_kind="result_file", source_id=file.pk)
    assert {(e.account_id, e.side, e.amount_fen) for e in voucher.entries.all()} == {
        ("1004", "D", second.amount_fen), ("2001.05", "C", second.amount_fen),
    }  # fmt: skip
    with pytest.raises(ResultRefused, match="已于"):
        import_results(content=content, file_name="r.xml", today=TODAY, user=city.program("bank"))
    # What is on record stands against an older day; of another amount nothing is believed.
    again = (
        "支付编号|处理结果|原因|金额|记账日期\r\n"
        f"{payment_no(batch.pk, first.benefit_id)}|失败|改|{plain_fen(first.amount_fen)}|{TODAY - dt.timedelta(days=1)}\r\n"
        f"{payment_no(batch.pk, third.benefit_id)}|成功||1.00|2026-11-10\r\n"
    )
    file = import_results(content=again.encode("gb18030"), file_name="r.txt", today=TODAY, user=city.program("bank"))
    assert (file.paid_count + file.returned_count, file.waiting_count, len(file.rejected)) == (0, 1, 1)
    assert "接收为“已到账”，本行为" in file.waiting.get().sentence
    sums = standing(batch.pk)
    assert sums["sent"][1] == batch.total_fen == sums["paid"][1] + sums["returned"][1] + sums["open"][1]
    assert sums["returned"] == (1, second.amount_fen)

    # Sent again to a new account, with the next run's files; a second time is refused.
    benefit = Benefit.objects.get(pk=second.benefit_id)
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "batch_no": payment_no(batch.pk, benefit.pk),
        "amount": plain_fen(second.amount_fen), "return_reason": "04", "bank_code": "103100000026",
        "account_name": benefit.person.name, "account_no": "6228480099999999999",
    }  # fmt: skip
    # Not before another has found it on the bank's statement, by word of the item and of the database.
    early = examine(application("FND-002", form, username="special", materials=["bank_return_notice"])).findings
    assert "尚未由第二人与银行对账单核对" in early[0].message
    said = "2026-11-10 支出户对账单"
    with pytest.raises(ResultRefused, match="哪份银行对账单"):
        confirm_results(file_id=returned_file.pk, statement=" ", user=user("accountant"))
    confirm_results(file_id=returned_file.pk, statement=said, user=user("accountant"))
    # A program brought it in: one person alone is not two.
    assert not is_confirmed(returned_file)
    with pytest.raises(Moved, match="接收人以外"):
        confirm_results(file_id=returned_file.pk, statement=said, user=user("accountant"))
    confirm_results(file_id=returned_file.pk, statement=said, user=user("cashier"))
    assert is_confirmed(returned_file)
    assert {c.statement for c in ResultCheck.objects.filter(file=returned_file)} == {said}
    with pytest.raises(ResultRefused, match="没有待核对的退票"):
        confirm_results(file_id=returned_file.pk, statement=said, user=user("head"))
    # To the account it came back from it goes only with a reason.
    back = form | {"account_no": Payment.objects.get(batch_id=batch.pk, benefit_id=benefit.pk).account_no}
    asked = examine(application("FND-002", back, username="special", materials=["bank_return_notice"])).reminders
    assert [f.key for f in asked if f.needs_reason] == ["returned_found.account_no"]
    done("FND-002", form, ("bank_return_notice", "bank_card"))
    refused = examine(application("FND-002", form, username="special", materials=["bank_return_notice"])).findings
    assert {f.check for f in refused} == {"not_reissued"}
    assert "第 2 次支付将随下一批次发出" in refused[0].detail
    later = paid()
    reissue = Reissue.objects.get(batch_id=batch.pk, benefit=benefit)
    assert reissue.sent_batch == later.pk
    files = files_of(later)
    assert files[-1].count == 1
    assert payment_no(batch.pk, benefit.pk, 2) in "".join(pain001(later, len(files)))
    assert Entry.objects.filter(
        voucher__source_id=later.pk, voucher__event="benefit_reissued", account_id="2001.05", side="D"
    ).exists()
    done_file = import_results(
        content=pain002((payment_no(batch.pk, benefit.pk, 2), "ACCC", "")),
        file_name="s.xml",
        today=TODAY,
        user=city.program("bank"),
    )
    assert done_file.paid_count == 1
    assert PaymentResult.objects.get(batch_id=batch.pk, benefit_id=benefit.pk, attempt=2).status == "paid"
    # Both runs pay the new account from now on.
    assert Payment.objects.get(batch_id=later.pk, benefit_id=benefit.pk).account_no == "6228480099999999999"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<Document><CstmrPmtStsRpt>", "不是完整的 XML"),
        (b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;">]><b>&c;</b>', "不允许的 XML 结构"),
        (b"<Document/>", "没有支付结果"),
        ("编号|结果\r\n1|2".encode(), "缺少列"),
        (b"\xff\xfe\x00\x81", "缺少列"),
    ],
)
def test_bad_result_files_change_nothing(content: bytes, says: str) -> None:
    with pytest.raises(ResultRefused, match=says):
        import_results(content=content, file_name="x", today=TODAY, user=city.program("bank"))


def test_suspended_resumed_and_recovered() -> None:
    benefit = pensioner()
    person = benefit.person
    month = next_month()
    form = {"id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "change_reason": "06",
            "start_month": format_period(month), "note": "核实中"}  # fmt: skip
    done("PEN-006", form, ("id_card",), confirmed=("reason_listed",))
    paid()
    assert not PayLine.objects.filter(benefit_id=benefit.pk, pay_period=month).exists()
    back = {"id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "change_reason": "04",
            "start_month": format_period(month)}  # fmt: skip
    done("PEN-007", back, ("id_card",))
    paid()
    assert PayLine.objects.filter(benefit_id=benefit.pk, pay_period=month, version=0).exists()


def test_a_death_ends_the_pension_and_sets_off_what_was_paid_after_it() -> None:
    benefit = pensioner()
    person = benefit.person
    while next_month() <= 202502:
        paid()
    executed = Batch.objects.filter(kind="pay", status="executed", period__gte=202502).order_by("period")[0]
    after = PayLine.objects.filter(benefit_id=benefit.pk, pay_period__gte=executed.period)
    died = dt.date(executed.period // 100, executed.period % 100, 3) - dt.timedelta(days=20)
    overpaid = sum(after.values_list("amount_fen", flat=True))
    form = {
        "id_number": person.id_number, "person_name": person.name, "death_date": died.isoformat(), "payee_name": "王小明",
        "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明", "account_no": "6228480012345678901",
        "mobile": "13812345678",
    }  # fmt: skip
    materials = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")
    done("PEN-005", form, materials)
    benefit.refresh_from_db()
    assert (benefit.status, Person.objects.get(pk=person.pk).life_status) == ("ended", "02")
    survivor = Benefit.objects.get(person=person, kind=12)
    recovery = Recovery.objects.get(benefit=survivor)
    assert recovery.amount_fen == overpaid > 0
    refused = examine(application("PEN-005", form, username="special", materials=materials)).findings
    assert "no_duplicate_benefit" in {f.check for f in refused}


def test_what_the_checks_refuse() -> None:
    person, month = next_retiring()

    def refused(materials: tuple[str, ...] = RETIREMENT_MATERIALS, **changed: str) -> set[str]:
        form = retirement_form(person, month) | changed
        return {
            f.check for f in examine(application("PEN-002", form, username="special", materials=materials)).findings if f.is_refusal
        }

    assert refused() == set()
    # The dossier was made for another kind of retirement, too.
    assert refused(retire_type="05") == {"age_reached", "min_years"}
    # The dossier was made for another day.
    assert refused(retire_date="2026-12-20") == {"age_reached", "min_years"}
    assert refused(benefit_start="2026-11" if month != 202610 else "2026-10") == {"age_reached"}
    assert refused(actual_months="12") == {"min_years"}
    assert refused(deemed_months="700") == {"min_years"}
    assert refused(account_name="别人") == {"bank_match"}
    assert refused(("retirement_form", "id_card", "bank_card"), deemed_months="12") == {"materials_complete", "min_years"}


def test_a_pre_review_is_kept_and_quoted() -> None:
    person, _ = next_retiring()
    employment = person.employments.get(end_period=None)
    form = {
        "unit_no": employment.employer.unit_no, "id_number": person.id_number, "person_name": person.name,
        "birth_date": person.born_on.isoformat(), "work_start_date": person.work_started_on.isoformat(), "retire_type": "06",
        "retire_date": "2026-12-20", "retirement_group": "F50", "deemed_months": "0", "benefit_titles": ["none"],
    }  # fmt: skip
    case = carry(accept_case(application("PEN-001", form, materials=("personnel_file", "id_card"))))
    assert (case.status, case.effect_error) == ("finished", "")
    assert person.pre_reviews.get().group == "F50"
    late = form | {"retire_date": "2028-01-20"}
    refused = examine(application("PEN-001", late, materials=("personnel_file", "id_card"))).findings
    assert {f.check for f in refused} >= {"near_age"}
