"""One case of each class from the counter to its receipt, in the browser, by the people who would do it."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import city, seen
from tests.journeys.conftest import confirm_all, shot, type_code
from tests.pdf import pdf
from yigui.casework.handlers import open_codes
from yigui.casework.models import Case
from yigui.registry.models import Person
from yigui.staff.models import FullView

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def open_person(page: Page, number: str) -> None:
    page.goto("/counter/")
    page.keyboard.press("/")
    page.fill("#q", number)
    page.click("#found a:has-text('打开') >> nth=0")
    page.wait_for_url(re.compile("/persons/"))


def start(page: Page, item: str) -> None:
    page.click(f"[data-item='{item}']")
    page.wait_for_url(re.compile("/counter/drafts/"))
    settle(page)


#: Asks the form's live check, and is over when the answer to the last question of the form stands in the page: an earlier one does not count.
ASKED_AND_ANSWERED = """() => new Promise((done, fail) => {
  let last = null;
  const asked = (event) => { if (event.target.id === "case-form") last = event.detail.xhr; };
  const answered = (event) => { if (last && event.detail.xhr === last) done(); };
  document.addEventListener("htmx:beforeSend", asked);
  document.addEventListener("htmx:afterSettle", answered);
  window.setTimeout(() => fail(new Error("the live check has not answered")), 30000);
  document.body.dispatchEvent(new CustomEvent("recheck"));
})"""


def settle(page: Page) -> None:
    """Wait until the live check has answered to what was typed last, and the page shows it."""
    page.evaluate(ASKED_AND_ANSWERED)
    expect(page.locator("#live")).not_to_contain_text("正在核查")


def submit(page: Page) -> str:
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/answers/"))
    confirm_all(page)
    page.click("#submit-case")
    page.wait_for_url(re.compile("/cases/"))
    return re.search(r"/cases/(\d+)/", page.url)[1]  # type: ignore[index]


def work(page: Page, case_no: str, opinion: str = "") -> None:
    """Claim the case and pass it, by keyboard."""
    page.goto("/queue/")
    expect(page.locator("#inbox-list [data-row]").first).to_be_visible()
    # The inbox shows the most urgent first; earlier tests leave many behind, so the case is opened by its number.
    page.goto("/cases/")
    page.fill("#find", case_no)
    page.press("#find", "Enter")
    page.wait_for_url(re.compile(f"/cases/{case_no}/"))
    page.wait_for_selector("#claim")
    page.keyboard.press("Alt+g")
    page.wait_for_selector("#opinion")
    if opinion:
        page.fill("#opinion", opinion)
    type_code(page)
    page.keyboard.press("Alt+t")
    expect(page.locator(".alert-success")).to_contain_text("通过")


def receipt_of(page: Page, case_no: str) -> bytes:
    page.goto(f"/cases/{case_no}/")
    expect(page.locator("#case-status")).to_have_text(re.compile("已办结"))
    answer = page.context.request.get(page.locator("#receipt").get_attribute("href") or "")
    assert answer.ok
    return answer.body()


def test_class_3_at_the_window(sign_in: SignIn) -> None:
    person = city.next_person()
    page = sign_in("teller")
    shot(page, "workbench")
    open_person(page, person.id_number)
    expect(page.locator("#main")).not_to_contain_text(person.id_number)
    shot(page, "person")
    page.select_option("#ground", "identity")
    page.fill("#reason", "核对证件原件")
    page.keyboard.press("Alt+o")
    expect(page.locator("#in-full")).to_contain_text(person.id_number)
    assert FullView.objects.filter(subject_id=person.pk, reason="核对证件：核对证件原件", user__username="teller").exists()
    start(page, "CHG-003")
    page.select_option("#id_change_item", "01")
    settle(page)
    expect(page.locator("#id_old_value")).to_have_value(person.mobile)
    page.fill("#id_new_value", "139")
    settle(page)
    expect(page.locator("#id_new_value_hint")).to_contain_text("手机号码格式不正确")
    shot(page, "form-finding")
    page.fill("#id_new_value", "13912345678")
    settle(page)
    expect(page.locator("#live")).to_contain_text("材料不齐全")
    page.click("[data-seen='id_card']")
    expect(page.locator("#material_id_card")).to_contain_text("核验原件")
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/answers/"))
    confirm_all(page)
    shot(page, "answers")
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/cases/"))
    expect(page.locator("#outcome")).to_contain_text("移动电话已变更")
    shot(page, "case-class-3")
    case_no = re.search(r"/cases/(\d+)/", page.url)[1]  # type: ignore[index]
    assert receipt_of(page, case_no).startswith(b"%PDF-")
    assert Person.objects.get(pk=person.pk).mobile == "13912345678"
    document = Case.objects.get(case_no=case_no).document
    assert document is not None
    public = page.context.browser.new_page()  # type: ignore[union-attr]
    public.goto(f"{page.url.split('/cases/')[0]}/v/{document.code}")
    expect(public.locator("h1")).to_have_text("文书真实有效")
    shot(public, "verify")
    expect(public.locator("main")).not_to_contain_text(person.id_number)
    public.close()


def test_class_2_with_two_further_people(sign_in: SignIn) -> None:
    form = city.unit_form(777_001)
    page = sign_in("teller")
    page.goto("/counter/")
    page.click("button:has-text('REG-001')")
    page.wait_for_url(re.compile("/counter/drafts/"))
    for name, value in form.items():
        if name == "insurances":
            continue
        box = page.locator(f"#id_{name}")
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    settle(page)
    page.click("[data-seen='agent_id_card']")
    page.click("[data-generated='application_form']")
    for code in ("business_licence", "unit_bank_account"):
        page.set_input_files(
            f"[data-upload='{code}']",
            {"name": f"{code}.pdf", "mimeType": "application/pdf", "buffer": pdf(code.encode())},
        )
        expect(page.locator(f"#material_{code}")).to_contain_text("扫描或拍照上传")
    settle(page)
    shot(page, "form-unit")
    case_no = submit(page)
    expect(page.locator("#case-status")).to_have_text(re.compile("办理中"))
    reviewer = sign_in("reviewer")
    shot(reviewer, "queue")
    work(reviewer, case_no)
    work(sign_in("rechecker"), case_no)
    page.reload()
    expect(page.locator("#outcome")).to_contain_text("单位编号")
    shot(page, "case-class-2")
    assert receipt_of(page, case_no).startswith(b"%PDF-")
    papers = page.locator("a:has-text('business_licence.pdf')")
    assert page.context.request.get(papers.get_attribute("href") or "").body() == pdf(b"business_licence")


def test_class_1_through_record_request_meeting_and_leader(sign_in: SignIn) -> None:
    person = city.next_person()
    born_on = (person.born_on - dt.timedelta(days=40)).isoformat()
    page = sign_in("teller")
    open_person(page, person.id_number)
    start(page, "CHG-004")
    page.select_option("#id_change_item", "04")
    settle(page)
    page.fill("#id_new_value", born_on)
    page.select_option("#id_change_reason", "03")
    settle(page)
    expect(page.locator("#live")).to_contain_text("特殊业务窗口专人办理")
    shot(page, "redirect-special")
    special = sign_in("special")
    open_person(special, person.id_number)
    start(special, "CHG-004")
    special.select_option("#id_change_item", "04")
    settle(special)
    expect(special.locator("#id_old_value")).to_have_value(person.born_on.isoformat())
    special.fill("#id_new_value", born_on)
    special.select_option("#id_change_reason", "03")
    special.click("[data-seen='id_card']")
    special.click("[data-generated='application_form']")
    for code in ("identity_change_proof", "personnel_file"):
        special.set_input_files(
            f"[data-upload='{code}']",
            {"name": f"{code}.pdf", "mimeType": "application/pdf", "buffer": pdf(code.encode())},
        )
        expect(special.locator(f"#material_{code}")).to_contain_text("扫描或拍照上传")
    settle(special)
    case_no = submit(special)
    work(sign_in("reviewer"), case_no)
    work(sign_in("rechecker"), case_no)
    head = sign_in("head")
    work(head, case_no, f"该员出生日期登记有误，档案最早记载为 {born_on}，建议变更。")
    director = sign_in("director")
    director.goto("/meetings/")
    case = Case.objects.get(case_no=case_no)
    form = director.locator(f"form:has(#v{case.pk})")
    form.locator(f"#v{case.pk}").select_option("passed")
    form.locator("[data-member='head']").check()
    form.locator("textarea[name=minutes]").fill("会议听取汇报并查阅档案，一致同意变更。")
    type_code(form)
    form.locator("button:has-text('登记会议结果')").click()
    expect(director.locator(".alert-danger:visible")).to_contain_text("3 人以上")
    form = director.locator(f"form:has(#v{case.pk})")
    expect(form.locator("textarea[name=minutes]")).to_have_value(re.compile("^会议听取汇报"))
    form.locator(f"#v{case.pk}").select_option("passed")
    form.locator("[data-member='auditor']").check()
    shot(director, "meeting")
    type_code(form)
    form.locator("button:has-text('登记会议结果')").click()
    expect(director.locator(".alert-success")).to_contain_text("已登记")
    work(director, case_no)
    shot(director, "case-class-1")
    assert receipt_of(special, case_no).startswith(b"%PDF-")
    assert Person.objects.get(pk=person.pk).born_on.isoformat() == born_on


def test_returned_and_corrected_in_the_browser(sign_in: SignIn) -> None:
    case = city.accept_class2()
    reviewer = sign_in("reviewer")
    reviewer.goto(f"/cases/{case.case_no}/")
    expect(reviewer.locator("#main")).not_to_contain_text(case.form["account_no"])
    reviewer.keyboard.press("Alt+g")
    reviewer.wait_for_selector("#opinion")
    expect(reviewer.locator("#main")).to_contain_text(case.form["account_no"])
    reviewer.keyboard.press("Alt+r")
    reviewer.select_option("[name='field:address']", index=1)
    reviewer.fill("[name='note:field:address']", "地址与证照不符")
    reviewer.click("#return")
    expect(reviewer.locator("#case-status")).to_have_text(re.compile("退回补正"))
    teller = sign_in("teller")
    teller.goto(f"/cases/{case.case_no}/")
    shot(teller, "returned")
    teller.click("#correct")
    teller.wait_for_url(re.compile("/counter/drafts/"))
    teller.fill("#id_address", "市中区嘉定路 99 号")
    settle(teller)
    submit(teller)
    expect(teller.locator("#case-status")).to_have_text(re.compile("办理中"))
    assert Case.objects.get(pk=case.pk).form["address"] == "市中区嘉定路 99 号"


def test_a_draft_keeps_what_was_typed_when_the_window_is_closed(sign_in: SignIn) -> None:
    person = city.next_person()
    page = sign_in("teller2")
    open_person(page, person.id_number)
    start(page, "CHG-003")
    page.select_option("#id_change_item", "02")
    page.fill("#id_new_value", "夹江县青衣大道 8 号")
    settle(page)
    url = page.url
    page.close()
    again = sign_in("teller2")
    again.goto("/counter/")
    shot(again, "drafts")
    again.goto(url)
    expect(again.locator("#id_new_value")).to_have_value("夹江县青衣大道 8 号")


def test_an_item_is_found_by_code_name_and_pinyin_initials(sign_in: SignIn) -> None:
    page = sign_in("teller")
    page.goto("/counter/")
    entries = page.locator("#items-list > form:visible")
    expect(entries).to_have_count(len(open_codes()))
    for text, code in (("reg006", "REG-006"), ("停保", "REG-006"), ("zgtb", "REG-006"), ("CHG-001", "CHG-001")):
        page.keyboard.press("Alt+i")
        page.fill("#find-item", text)
        expect(entries.first).to_contain_text(code)
        # 停保 is what the counter calls another item too.
        expect(entries).to_have_count(2 if text == "停保" else 1)
    page.press("#find-item", "Enter")
    page.wait_for_url(re.compile("/counter/drafts/"))
    expect(page.locator("h1")).to_contain_text("CHG-001")


def test_pages_of_the_other_roles_open(sign_in: SignIn) -> None:
    for username, path, words in (
        ("head", "/imports/", "收文回执"), ("head", "/overdue/", "超时办件"), ("head", "/rights/", "逐项申请权限"),
        ("auditor", "/view-log/", "事由"), ("sysadmin", "/accounts/", "新建账号"), ("logadmin", "/integrity/", "开始核验"),
        ("guide", "/items/REG-004/", "办事指南"), ("cashier", "/items/", "125"), ("auditor", "/account/", "我持有的业务环节权限"),
    ):  # fmt: skip
        page = sign_in(username)
        page.goto(path)
        expect(page.locator("body")).to_contain_text(words)
        shot(page, f"{username}-{path.strip('/').replace('/', '-')}")
    page.goto("/progress/?case_no=1")
    page.fill("#code", "ABCD-EFGH")
    page.click("button:has-text('查询')")
    expect(page.locator("body")).to_contain_text("没有查到")
    auditor = sign_in("auditor")
    auditor.goto("/integrity/")
    with seen.as_the_program_brings_it():
        auditor.click("button:has-text('开始核验')")
        expect(auditor.locator(".alert-success")).to_contain_text("核验通过")
