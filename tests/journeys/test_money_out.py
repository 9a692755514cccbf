"""From the pre-review of a retirement to the first payment and the posted voucher, in the browser, by the people who would do it."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from playwright.sync_api import Page, expect

from tests.entitlement.people import CITY, next_month, next_retiring, paid
from tests.journeys.conftest import SHOTS, shot, sure, type_code
from tests.journeys.test_money_in import answer_warnings, prepared, worker  # noqa: F401 the background worker, as `./run` starts it
from tests.journeys.test_three_classes import open_person, receipt_of, settle, start, submit, work
from tests.pdf import pdf
from yigui.casework.models import Case
from yigui.common.money import plain_fen
from yigui.entitlement.models import Benefit
from yigui.ledger.models import Entry
from yigui.payment.models import Payment

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def papers(page: Page, *codes: str) -> None:
    """Scan the papers of a case."""
    for code in codes:
        page.set_input_files(
            f"[data-upload='{code}']",
            {"name": f"{code}.pdf", "mimeType": "application/pdf", "buffer": pdf(code.encode())},
        )
        expect(page.locator(f"#material_{code}")).to_contain_text("扫描或拍照上传")


def class_1(sign_in: SignIn, case_no: str) -> None:
    """Review, recheck, request, meeting with minutes, approval: each by another person."""
    work(sign_in("reviewer"), case_no)
    work(sign_in("rechecker"), case_no)
    work(sign_in("head"), case_no, "经复核，缴费年限、年龄和待遇计算无误，建议核准。")
    director = sign_in("director")
    director.goto("/meetings/")
    case = Case.objects.get(case_no=case_no)
    form = director.locator(f"form:has(#v{case.pk})")
    form.locator(f"#v{case.pk}").select_option("passed")
    form.locator("[data-member='head']").check()
    form.locator("[data-member='auditor']").check()
    form.locator("textarea[name=minutes]").fill("会议听取汇报，核对了缴费记录和核定表，一致同意核准。")
    type_code(form)
    form.locator("button:has-text('登记会议结果')").click()
    expect(director.locator(".alert-success")).to_contain_text("已登记")
    work(director, case_no)


def test_from_the_pre_review_to_the_posted_first_payment(sign_in: SignIn, worker: None) -> None:  # noqa: F811
    person, month = next_retiring()
    desk = sign_in("special")
    open_person(desk, person.id_number)
    desk.click("a:has-text('退休测算')")
    expect(desk.locator("h1")).to_have_text("退休测算")  # the page has come: `count` does not wait
    if desk.locator("#group").count():
        # Of a woman the record does not say which age is hers: it is chosen first.
        desk.select_option("#group", "F50")
        desk.click("button:has-text('测算')")
    expect(desk.locator("#pension-chart canvas")).to_be_visible()
    expect(desk.locator("#main")).to_contain_text("基础养老金")
    shot(desk, "award-desk")

    teller = sign_in("teller")
    open_person(teller, person.id_number)
    start(teller, "PEN-001")
    day = f"{month // 100}-{month % 100:02d}-20"
    teller.select_option("#id_retire_type", "01")
    teller.fill("#id_retire_date", day)
    teller.fill("#id_deemed_months", "0")
    teller.select_option("#id_retirement_group", "F50")
    teller.check("input[name=benefit_titles][value=none]")
    expect(teller.locator("#id_old_method_amount")).to_have_count(0)  # no rule here asks for it
    papers(teller, "personnel_file")
    teller.click("[data-seen='id_card']")
    # What cannot be is refused at its field; what can be and seldom is is asked about, and stands before who reviews it.
    teller.fill("#id_evidence", "养老保险手册 川字 0077 号")
    teller.fill("#id_average_index", "99")
    settle(teller)
    expect(teller.locator("#id_average_index_hint")).to_contain_text("不超过 10")
    teller.fill("#id_average_index", "3.1")
    settle(teller)
    expect(teller.locator("#id_average_index_hint")).to_contain_text("平均工资的 3 倍")
    shot(teller, "prereview-form")
    case_no = submit(teller)
    for username in ("reviewer", "rechecker"):
        who = sign_in(username)
        work(who, case_no)
        who.goto(f"/cases/{case_no}/")
        expect(who.locator("#questions")).to_contain_text("平均工资的 3 倍")
        expect(who.locator("#questions")).to_contain_text("按养老保险手册原件所载")
        shot(who, f"questions-{username}")
    teller.goto(f"/cases/{case_no}/")
    expect(teller.locator("#outcome")).to_contain_text("退休预审已办结")

    open_person(desk, person.id_number)
    start(desk, "PEN-002")
    # The form quotes the dossier.
    expect(desk.locator("#id_retire_date")).to_have_value(day)
    desk.fill("#id_account_no", f"62284811{person.pk:011d}")
    settle(desk)
    hint = desk.locator("#id_actual_months_hint")
    months = re.search(r"应为 (\d+)", hint.inner_text())
    if months:
        desk.fill("#id_actual_months", months[1])
    desk.click("[data-seen='id_card']")
    desk.click("[data-generated='retirement_form']") if desk.locator("[data-generated='retirement_form']").count() else papers(
        desk, "retirement_form"
    )
    papers(desk, "personnel_file", "bank_card")
    settle(desk)
    shot(desk, "retirement-form")
    award_no = submit(desk)
    shot(desk, "retirement-accepted")
    class_1(sign_in, award_no)
    desk.goto(f"/cases/{award_no}/")
    expect(desk.locator("#outcome")).to_contain_text("退休申请已核准")
    shot(desk, "calculation-sheet")
    sheet = receipt_of(desk, award_no)
    assert sheet.startswith(b"%PDF-")
    if SHOTS:
        (Path(SHOTS) / "calculation-sheet.pdf").write_bytes(sheet)
    desk.goto(f"/persons/{person.person_no}/benefits/")
    expect(desk.locator("#main")).to_contain_text("基础养老金")
    expect(desk.locator("#main")).to_contain_text("国发〔2005〕38号")
    expect(desk.locator("#main")).to_contain_text("待首次拨付")
    benefit = Benefit.objects.get(person=person)
    assert benefit.status == "pending"
    # The month it starts with has been paid to the others by then: it comes as back pay.
    while next_month() <= benefit.start_period:
        paid()

    open_person(desk, person.id_number)
    start(desk, "PEN-010")
    desk.click("[data-seen='id_card']")
    papers(desk, "bank_card")
    settle(desk)
    shot(desk, "first-payment-form")
    first_no = submit(desk)
    class_1(sign_in, first_no)
    benefit.refresh_from_db()
    assert benefit.status == "active"

    period = next_month()
    head = sign_in("head")
    head.goto("/finance/batches/")
    head.select_option("#kind", "pay")
    head.select_option("#area", CITY)
    head.fill("#batch_period", f"{period // 100}-{period % 100:02d}")
    head.click("button:has-text('生成')")
    batch = prepared("pay", period)
    head.goto(f"/finance/batches/{batch.pk}/")
    expect(head.locator("#main")).to_contain_text("补发未发月份")
    expect(head.locator("button:has-text('复核通过')")).to_have_count(0)
    shot(head, "pay-prepared")
    director = sign_in("director")
    director.goto(f"/finance/batches/{batch.pk}/")
    expect(director.locator("button:has-text('审批同意')")).to_have_count(0)
    accountant = sign_in("accountant")
    accountant.goto(f"/finance/batches/{batch.pk}/")
    answer_warnings(accountant)
    type_code(accountant)
    accountant.keyboard.press("Alt+c")
    expect(accountant.locator(".alert-success")).to_contain_text("已复核")
    director.reload()
    answer_warnings(director)
    type_code(director)
    director.keyboard.press("Alt+a")
    expect(director.locator(".alert-success")).to_contain_text("已审批")
    head.reload()
    head.keyboard.press("Alt+x")
    sure(head, "确认执行")
    expect(head.locator(".alert-success")).to_contain_text("已执行")
    expect(head.locator("#main")).to_contain_text("pain.001")
    shot(head, "pay-executed")

    payment = Payment.objects.get(batch_id=batch.pk, benefit_id=benefit.pk)
    accountant.goto(f"/finance/batches/{batch.pk}/")
    with accountant.expect_download() as taken:
        accountant.click("button:has-text('pain.001') >> nth=0")
    content = taken.value.path().read_text(encoding="utf-8")
    assert f"P{batch.pk}-{benefit.pk}" in content
    fromstring(content)
    accountant.click("a:has-text('记-') >> nth=0")
    expect(accountant.locator("#main")).to_contain_text("社会保险待遇支出")
    shot(accountant, "pay-voucher")
    out = Entry.objects.filter(voucher__source_id=batch.pk, voucher__event="benefit_payment", account_id="1004", side="C")
    assert sum(out.values_list("amount_fen", flat=True)) == batch.total_fen

    # The bank's word comes in; the pensioner page says it.
    cashier = sign_in("cashier")
    cashier.goto("/finance/results/")
    row = f"支付编号|处理结果|原因|金额|记账日期\r\nP{batch.pk}-{benefit.pk}|成功||{plain_fen(payment.amount_fen)}|2026-11-10\r\n"
    cashier.set_input_files("#file", {"name": "r.txt", "mimeType": "text/plain", "buffer": row.encode("gb18030")})
    cashier.click("button:has-text('接收')")
    expect(cashier.locator(".alert-success")).to_contain_text("到账 1 笔")
    shot(cashier, "results")
    desk.goto(f"/persons/{person.person_no}/benefits/")
    expect(desk.locator("#main")).to_contain_text("已到账")
    expect(desk.locator("#main")).to_contain_text("补发未发月份")
    shot(desk, "pensioner")
