"""Whoever waits for money is told why, since when and what to do next; what was paid since is not held any more."""

import datetime as dt
import html
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import money
from tests.city import TODAY, application
from tests.entitlement.people import awarded, decided, next_month, paid, planned
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in
from tests.payment.test_bank_results import DAYS, line, payments, text
from tests.payment.test_look_again import in_payment, reported_dead
from tests.payment.test_reissues_in_doubt import said_arrived, settled
from tests.payment.test_sentences import before, found_free, sentenced
from tests.payment.test_supplement_run import corrected, nothing_open, supplement
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.models import Case
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, first_day, format_period
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at
from yigui.payment.held_lines import held_of, waiting_of
from yigui.payment.queries import paid_after, paid_before_us, still_due
from yigui.registry.models import Person
from yigui.runs.models import Batch
from yigui.runs.staged import execute
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference

__all__ = ["nothing_open"]


def phone_of(benefit: Benefit) -> str:
    """What the payee reads, tags left out."""
    return plain(page_of(on_the_phone(benefit.person).get("/m/benefits/")))


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def batch_page(batch: Batch) -> str:
    return plain(page_of(signed_in("auditor").get(f"/finance/batches/{batch.pk}/")))


def amount_check(batch: Batch) -> str:
    return str(next(check["detail"] for check in batch.checks if check["id"] == "amount"))


def test_signers_are_told_what_came_in_since_and_payees_why_they_wait() -> None:
    paid()
    month = next_month()
    batch = planned()
    dead, sentence, fine = in_payment(batch, 3)
    assert "本批次生成后又有新的情况" not in batch_page(batch)
    reported_dead(dead, first_day(month) - dt.timedelta(days=40))
    sentenced(sentence, before(month))
    page = batch_page(batch)
    assert "本批次生成后又有新的情况，执行时将剔除： 有死亡信息 1 人；服刑信息待核实 1 人。" in page
    assert "有变化 没有部门报送服刑、尚未核实的领取人" in page
    assert "生成后又有报送 1 人，执行时剔除" in page
    executed = execute(batch_id=decided(batch).pk)
    page = batch_page(executed)
    assert "本批次生成后又有新的情况" not in page
    assert "生成后又有报送，执行时剔除 1 人" in page
    shown = phone_of(dead)
    assert "暂缓发放" in shown
    assert "正常发放" not in shown
    assert "已登记死亡" not in shown
    assert (
        f"{format_period(month)}的待遇暂未发放：有部门报送了领取人的死亡信息，正在核实。领取人在世的，请本人持身份证到窗口说明"
        in shown
    )
    shown = phone_of(sentence)
    assert "有部门报送了服刑信息，正在核实。" in shown
    assert "正常发放" in phone_of(fine)
    # What the supplement has paid is held no more, at the counter with the batch that paid it.
    found_free(sentence)
    between = execute(batch_id=decided(supplement()).pk)
    assert [one.paid_by for one in held_of(sentence)] == [between.pk]
    shown = phone_of(sentence)
    assert "暂未发放" not in shown
    assert "正常发放" in shown
    teller = signed_in("teller")
    assert f"已随第 {between.pk} 号批次发放" in plain(page_of(teller.get(f"/persons/{sentence.person.person_no}/benefits/")))


def test_a_returned_payment_says_why_it_came_back_and_what_to_do_next() -> None:
    (one,) = payments(1)
    benefit = Benefit.objects.select_related("person").get(pk=one.benefit_id)
    money.confirmed(text(line(one, "退票", DAYS[1], reason="AC06")))
    shown = phone_of(benefit)
    assert "银行退回的原因：AC06 账户已冻结或止付。" in shown
    assert "申请“待遇支付退票重发”后重新发放" in shown


def test_a_returned_payment_held_as_contradictory_waits_until_it_is_sent() -> None:
    if next_month() == 202412:
        paid()
    (again,) = corrected(1)
    benefit = Benefit.objects.select_related("person").get(pk=again.benefit_id)
    batch = decided(supplement())
    odd = said_arrived(again.batch_id, again.benefit_id)
    assert "银行结果矛盾、待核实 1 人" in batch_page(batch)
    execute(batch_id=batch.pk)
    (waiting,) = waiting_of(benefit, held_of(benefit))
    assert "前后不一致" in waiting.words
    settled(odd)
    following = execute(batch_id=decided(supplement()).pk)
    assert waiting_of(benefit, held_of(benefit)) == []
    # What another test has held of the same person is paid by another run.
    assert following.pk in [one.paid_by for one in held_of(benefit)]


def test_a_run_of_returned_payments_only_says_its_sums() -> None:
    if next_month() == 202412:
        paid()
    again = corrected(1)
    batch = supplement()
    fen = sum(r.amount_fen for r in again)
    assert f"重发退票 {batch.summary['reissues']['count']} 笔" in amount_check(batch)
    assert batch.summary["reissues"]["fen"] >= fen
    assert f"合计支付 {format_fen(batch.total_fen)} 元" in amount_check(batch)


def review(person: Person, benefit: Benefit) -> Task:
    return open_task(
        kind="benefit_review", origin=Reference("lowered", benefit.pk), note="出生日期变更，请核对待遇。", part="x",
        agency=agency_of_area(person.area_id), area_code=person.area_id, today=TODAY, person=person,
    )  # fmt: skip


def test_the_first_payment_of_an_award_under_review_is_asked_about_and_named_to_who_signs() -> None:
    person, benefit = awarded()
    form = {
        "id_number": person.id_number, "person_name": person.name, "benefit_start": format_period(benefit.start_period),
        "account_name": person.name, "account_no": benefit.account_no, "amount": plain_fen(benefit.awards.get().total_fen),
        "pay_method": "01",
    }  # fmt: skip
    materials = ("id_card", "bank_card")
    asked = examine(application("PEN-010", form, username="special", materials=materials))
    assert "calculation_approved" not in {f.check for f in [*asked.reminders, *asked.refusals]}
    case = accept_case(application("PEN-010", form, username="special", materials=materials))
    special = signed_in("special")
    assert "待遇正在复核" not in plain(page_of(special.get(f"/cases/{case.case_no}/")))
    review(person, benefit)
    assert "请审核人员注意：待遇正在复核" in plain(page_of(special.get(f"/cases/{case.case_no}/")))
    again = examine(application("PEN-010", form, username="special", materials=materials))
    (question,) = [f for f in again.reminders if f.needs_reason and f.check == "calculation_approved"]
    assert "出生日期变更，请核对待遇。" in question.message
    assert Case.objects.get(pk=case.pk).status == "open"


def test_months_are_looked_at_together() -> None:
    paid()
    benefit = Benefit.objects.filter(awards=None, status="active", kind=1).order_by("id")[0]
    last = add_months(next_month(), 60)
    with CaptureQueriesContext(connection) as queries:
        due = still_due(benefit, benefit.start_period, last, run=next_month())
        paid_before_us(benefit, benefit.start_period)
    assert len(queries) <= 7
    amount = amount_at(benefit, last)
    assert amount is not None
    assert due >= amount.total_fen * 60
    assert paid_after(benefit, 0)


def test_an_award_that_waits_for_its_first_payment_is_not_said_to_be_drawn() -> None:
    person, benefit = awarded()
    since = format_period(benefit.start_period)
    page = phone_of(benefit)
    assert f"待遇已核定，自 {since} 起计发；须先办理首次拨付" in page
    client = on_the_phone(person)
    for path in ("/m/months/", "/m/record/", "/m/retirement/"):
        said = plain(page_of(client.get(path)))
        assert "起按月领取" not in said, path
    assert f"待遇已核定，自 {since} 起计发，须先办理首次拨付" in plain(page_of(client.get("/m/retirement/")))
