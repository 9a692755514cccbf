"""From the declaration to the credited account and the printed receipt, in the browser, by the people who would do it."""

import datetime as dt
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city, money
from tests.conftest import web_server
from tests.items import money_forms as forms
from tests.journeys.conftest import confirm_all, shot, signing_in, sure, type_code
from tests.journeys.test_three_classes import settle, start
from tests.pdf import pdf
from yigui.accounts.models import AccountEntry
from yigui.charges.models import PaymentOrder
from yigui.charges.queries import bills_of_payer
from yigui.documents.models import IssuedDocument
from yigui.receipts.models import ElectronicReceipt
from yigui.registry.models import Employer, Employment
from yigui.runs.models import Batch

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]
PERIOD = 202608
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def worker() -> Iterator[None]:
    """The background worker, as `./run` starts it."""
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"]
    # Plans that make themselves would stand among those the tests make.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "YIGUI_PLANS": "off"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(20)


def prepared(kind: str, period: int, seconds: int = 60) -> Batch:
    """The batch the worker prepares, as soon as it has."""
    until = time.monotonic() + seconds
    while (found := Batch.objects.filter(kind=kind, period=period, status="prepared").first()) is None:
        assert time.monotonic() < until, f"no {kind} of {period} was prepared within {seconds} seconds"
        time.sleep(0.2)
    return found


def answer_warnings(page: Page) -> None:
    """Write an answer to every warning the batch asks whoever signs about."""
    for area in page.locator("textarea[name^=answer-]").all():
        area.fill("已与业务科逐项核实，可以办理")


def workbook(employer: Employer, first: object) -> bytes:
    """A list of the staff: `first` for the first one, a wage below the floor, and 7,000 for everybody else."""
    book = openpyxl.Workbook()
    book.active.append(["社会保障号码", "姓名", "申报工资"])
    staff = list(Employment.objects.filter(employer=employer, end_period=None).select_related("person").order_by("id"))
    for k, e in enumerate(staff):
        book.active.append([e.person.id_number, e.person.name, first if k == 0 else 100 if k == 1 else 7000])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def unit_with_staff() -> Employer:
    while True:
        unit = city.next_employee().employer
        if Employment.objects.filter(employer=unit, end_period=None).count() >= 3:
            return unit


def open_declaration(page: Page, unit: Employer) -> None:
    page.goto(f"/employers/{unit.unit_no}/")
    start(page, "LVY-001")


def upload(page: Page, content: bytes) -> None:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("#id_base_rows", {"name": "名册.xlsx", "mimeType": sheet, "buffer": content})
    page.click("text=上传并核对")


def declare_in_may(browser: Browser, unit: Employer) -> None:
    """In the season the unit's list is taken: a bad row comes back with its sentence, the corrected list is accepted."""
    with web_server(dt.date(2026, 5, 12)) as may, signing_in(browser, may) as sign_in:
        teller = sign_in("teller")
        open_declaration(teller, unit)
        upload(teller, workbook(unit, "=1+1"))
        expect(teller.locator("#base-list")).to_contain_text("单元格是公式")
        expect(teller.locator("#base-list")).to_contain_text("退回 1 行")
        # What is done with the list that stands there already is never guessed.
        upload(teller, workbook(unit, 8000))
        expect(teller.locator("#base-list")).to_contain_text("请选择“并入已有名册”或“替换已有名册”")
        teller.get_by_label("替换已有名册").check()
        upload(teller, workbook(unit, 8000))
        expect(teller.locator("#base-list")).not_to_contain_text("单元格是公式")
        expect(teller.locator("#base-list")).to_contain_text("低于下限")
        scan = {"name": "申报表.pdf", "mimeType": "application/pdf", "buffer": pdf(b"list")}
        teller.set_input_files("[data-upload='base_declaration_form']", scan)
        expect(teller.locator("#material_base_declaration_form")).to_contain_text("申报表.pdf")
        settle(teller)
        shot(teller, "base-declaration")
        teller.keyboard.press("Alt+s")
        teller.wait_for_url(re.compile("/answers/"))
        # The wage below the floor is lifted to it; the unit is asked whether it knows.
        confirm_all(teller)
        teller.click("#submit-case")
        teller.wait_for_url(re.compile("/cases/"))
        expect(teller.locator("#case-status")).to_have_text(re.compile("已办结"))
        shot(teller, "base-declared")


def test_from_the_declared_base_to_the_credited_account(sign_in: SignIn, browser: Browser, worker: None) -> None:
    unit = unit_with_staff()
    declare_in_may(browser, unit)
    teller = sign_in("teller")
    open_declaration(teller, unit)
    upload(teller, workbook(unit, 8000))
    settle(teller)
    # November is outside the season: the sentence says so, and what was uploaded stays.
    expect(teller.locator("#live")).to_contain_text("当前不在年度基数申报期内")
    shot(teller, "base-out-of-season")

    head = sign_in("head")
    head.goto("/finance/batches/")
    head.select_option("#kind", "levy")
    head.select_option("#area", money.CITY)
    head.fill("#batch_period", "2026-08")
    head.click("button:has-text('生成')")
    expect(head.locator("#progress")).to_contain_text("2026-08")
    batch = prepared("levy", PERIOD)
    head.reload()
    shot(head, "batches")
    head.goto(f"/finance/batches/{batch.pk}/")
    expect(head.locator("#main")).to_contain_text("缴费单金额等于明细金额")
    expect(head.locator("button:has-text('审批同意')")).to_have_count(0)
    shot(head, "levy-prepared")
    director = sign_in("director")
    director.goto(f"/finance/batches/{batch.pk}/")
    answer_warnings(director)
    type_code(director)
    director.keyboard.press("Alt+a")
    expect(director.locator(".alert-success")).to_contain_text("已审批")
    head.goto(f"/finance/batches/{batch.pk}/")
    head.keyboard.press("Alt+x")
    sure(head, "确认执行")
    expect(head.locator(".alert-success")).to_contain_text("已执行")
    shot(head, "levy-executed")

    teller.goto(f"/employers/{unit.unit_no}/dues/")
    expect(teller.locator("#dues-chart canvas")).to_be_visible()
    expect(teller.locator("#main")).to_contain_text("2026-08")
    shot(teller, "employer-dues")

    total = sum(s.left_fen for s in bills_of_payer(employer=unit))
    cashier = sign_in("cashier")
    cashier.goto("/finance/receipts/")
    content = money.csv_file(
        [money.row(total, AAB001=unit.unit_no), money.row(88_00, AAB004="不知名商行"), money.row(0)], "gb18030"
    )
    cashier.select_option("#partner", "tax")
    cashier.select_option("#area", unit.area_id)
    cashier.set_input_files("#file", {"name": "税务到账.csv", "mimeType": "text/csv", "buffer": content})
    cashier.click("text=导入并上账")
    expect(cashier.locator(".alert-success")).to_contain_text("入账 2 笔，重复 0 笔，退回 1 笔")
    expect(cashier.locator("#main")).to_contain_text("没有可入账的金额")
    cashier.click("button:has-text('开具') >> nth=0")
    expect(cashier.locator(".alert-success")).to_contain_text("电子票据")
    shot(cashier, "receipt-file")
    ticket = ElectronicReceipt.objects.latest("id")
    printed = cashier.context.request.get(f"/finance/tickets/{ticket.number}.pdf")
    assert printed.body().startswith(b"%PDF-")
    public = cashier.context.browser.new_page()  # type: ignore[union-attr]
    site = re.match(r"https?://[^/]+", cashier.url)[0]  # type: ignore[index]
    public.goto(f"{site}/v/{ticket.document_code}")
    expect(public.locator("h1")).to_have_text("文书真实有效")

    cashier.click("#main a:has-text('记-') >> nth=0")
    expect(cashier.locator("#main")).to_contain_text("借方")
    shot(cashier, "voucher")
    cashier.click("#main a:has-text('到账文件第')")
    cashier.wait_for_url(re.compile("/finance/receipts/"))
    cashier.goto("/finance/suspense/")
    expect(cashier.locator("#main")).to_contain_text("不知名商行")
    shot(cashier, "suspense")
    cashier.click("summary:has-text('作废') >> nth=0") if cashier.locator("summary:has-text('作废')").count() else None
    for path, name in (
        ("ledger/", "balances"),
        ("reconciliation/", "reconciliation"),
        ("settlement/", "settlement"),
        ("vouchers/", "vouchers"),
        ("", "finance"),
    ):
        cashier.goto(f"/finance/{path}")
        expect(cashier.locator("h1").first).to_be_visible()
        shot(cashier, name)
    cashier.goto("/finance/reconciliation/")
    # The row that came back is named, and the sides do not agree, until another than whoever brought it has settled it.
    rejected = cashier.locator("tr", has_text="退回的行").locator("a")
    rejected.first.click()
    expect(cashier.locator("#main")).to_contain_text("由导入该文件以外的另一名出纳或会计决定")
    expect(cashier.get_by_role("button", name="退回的行全部不入账")).to_have_count(0)
    shot(cashier, "rejected-lines")
    accountant = sign_in("accountant")
    accountant.goto("/finance/reconciliation/")
    rejected = accountant.locator("tr", has_text="退回的行").locator("a")
    expect(rejected.first).to_be_visible()
    while rejected.count():
        rejected.first.click()
        accountant.fill("#why-all", "零元行，税务确认无须入账")
        accountant.get_by_role("button", name="退回的行全部不入账").click()
        expect(accountant.locator(".alert-success")).to_contain_text("已按不入账处理")
        accountant.goto("/finance/reconciliation/")
    expect(accountant.locator("#main")).to_contain_text("三方一致")

    employment = Employment.objects.filter(employer=unit, end_period=None).select_related("person").order_by("id").first()
    assert employment is not None
    # 8 % of the declared 8,000.00 are on the account.
    entry = AccountEntry.objects.get(person_id=employment.person_id, owed_period=PERIOD, insurance=110)
    assert (entry.base_fen, entry.amount_fen) == (8000_00, 640_00)
    teller.goto(f"/persons/{employment.person.person_no}/account/")
    expect(teller.locator("#main")).to_contain_text("2026-08")
    shot(teller, "account-statement")

    cashier.goto(f"/finance/receipts/{ticket.receipt.file_id}/")
    cashier.click("summary:has-text('作废')")
    cashier.fill(f"#reason{ticket.pk}", "抬头有误")
    cashier.click("button:has-text('作废')")
    expect(cashier.locator(".alert-success")).to_contain_text("已作废")
    public.reload()
    expect(public.locator("h1")).to_have_text("票据已作废")
    shot(public, "ticket-void")
    public.close()


def test_a_flexible_worker_pays_by_qr_code_and_a_second_tap_changes_nothing(sign_in: SignIn) -> None:
    person = forms.new_flexible()
    page = sign_in("teller")
    page.goto(f"/persons/{person.person_no}/")
    start(page, "LVY-007")
    page.fill("#id_contribution_base", "5000")
    page.select_option("#id_pay_channel", "04")
    page.click("[data-seen='id_card']")
    settle(page)
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/answers/"))
    confirm_all(page)
    shot(page, "flexible-answers")
    page.click("#submit-case")
    page.wait_for_url(re.compile("/cases/"))
    expect(page.locator("#outcome")).to_contain_text("1,435.00")
    order = PaymentOrder.objects.get(person=person)
    notice = IssuedDocument.objects.get(case_no=order.case_no)
    assert notice.content["scan"]["path"] == f"/pay/{order.code}"
    phone = page.context.browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN").new_page()  # type: ignore[union-attr]
    site = re.match(r"https?://[^/]+", page.url)[0]  # type: ignore[index]
    phone.goto(f"{site}/pay/{order.code}")
    expect(phone.locator("main")).to_contain_text("1,435.00")
    expect(phone.locator("main")).not_to_contain_text(person.id_number)
    expect(phone.locator("[aria-label='缴费二维码'] svg")).to_be_visible()
    shot(phone, "pay")
    other = phone.context.new_page()
    other.goto(f"{site}/pay/{order.code}")
    phone.click("text=模拟付款")
    expect(phone.locator("h1")).to_have_text("已缴费")
    other.click("text=模拟付款")
    expect(other.locator("h1")).to_have_text("已缴费")
    shot(phone, "paid")
    phone.context.close()
    assert sum(e.amount_fen for e in AccountEntry.objects.filter(person_id=person.pk)) == 400_00
    money.assert_agree()
