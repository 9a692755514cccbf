"""What a person has typed stands again after a refusal or a lost session, in the very boxes they typed it in."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city, money
from tests.journeys.conftest import shot, width_of
from tests.portal.test_applying import login_of
from tests.seen import set_password
from yigui.casework.drafts import open_draft
from yigui.casework.models import Case
from yigui.receipts.models import Receipt
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def lose_session(page: Page, name: str = "sessionid") -> None:
    page.context.clear_cookies(name=name)


def sign_in_again(page: Page, username: str) -> None:
    page.wait_for_url(re.compile("/sign-in/"))
    expect(page.locator("main")).to_contain_text("登录已失效，请重新登录")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_boxes_and_lists_of_a_form_beside_another_come_back_each_in_its_place(sign_in: SignIn) -> None:
    page = sign_in("head")
    page.goto("/rights/")
    page.get_by_text("逐项申请权限").click()
    form = page.locator("form:has([name=steps])")
    form.locator("[name=user]").select_option(index=2)
    who = form.locator("[name=user]").input_value()
    form.locator("[name=steps]").nth(1).check()
    form.locator("[name=steps]").nth(3).check()
    form.locator("[name=item_groups]").select_option(["CHG", "REG"])
    form.locator("[name=area_code]").select_option("*")
    form.locator("[name=valid_to]").fill("2027-03-31")
    form.locator("[name=is_temporary]").check()
    form.locator("[name=reason]").fill("顶岗三个月")
    lose_session(page)
    form.get_by_role("button", name="提交申请").click()
    sign_in_again(page, "head")
    page.wait_for_url(re.compile("/rights/"))
    form = page.locator("form:has([name=steps])")
    expect(form.locator("[name=reason]")).to_have_value("顶岗三个月")
    expect(form.locator("[name=reason]")).to_be_visible()
    expect(form.locator("[name=user]")).to_have_value(who)
    expect(form.locator("[name=item_groups]")).to_have_values(["CHG", "REG"])
    shot(page, "rights-restored")
    ticked = [box.is_checked() for box in form.locator("[name=steps]").all()]
    assert [at for at, is_ticked in enumerate(ticked) if is_ticked] == [1, 3]
    expect(form.locator("[name=is_temporary]")).to_be_checked()
    expect(page.locator("form:has([name=people]) [name=why]")).to_have_value("")
    # Once only: after that the page is empty again.
    page.goto("/rights/")
    expect(page.locator("form:has([name=steps]) [name=reason]")).to_have_value("")


def test_a_claim_refused_by_way_of_another_page_keeps_its_words(sign_in: SignIn) -> None:
    money.receive(money.row(12_345))
    receipt = Receipt.objects.order_by("-id")[0]
    page = sign_in("cashier")
    page.goto("/finance/suspense/")
    page.fill(f"#unit{receipt.pk}", "999999999999")
    page.fill(f"#why{receipt.pk}", "对方来函说明")
    page.locator(f"form:has(#unit{receipt.pk})").get_by_role("button", name="认领").click()
    expect(page.locator(".alert-danger:visible")).to_be_visible()
    expect(page.locator(f"#unit{receipt.pk}")).to_have_value("999999999999")
    expect(page.locator(f"#why{receipt.pk}")).to_have_value("对方来函说明")


def test_a_second_opinion_at_a_case_survives_a_wrong_code_and_a_lost_session(sign_in: SignIn) -> None:
    case = city.accept_class1()
    page = sign_in("reviewer")
    page.goto(f"/cases/{case.case_no}/")
    page.keyboard.press("Alt+g")
    page.wait_for_selector("#opinion")
    page.fill("#opinion", "第一次意见")
    page.fill("[name=one_time_code]", "000000")
    page.click("#pass")
    expect(page.locator("[role=alert]:visible").first).to_be_visible()
    # The page stays the page of the case, with its address and its menu.
    assert page.url.endswith(f"/cases/{case.case_no}/")
    expect(page.locator("nav.sidebar")).to_be_visible()
    shot(page, "case-wrong-code")
    expect(page.locator("#opinion")).to_have_value("第一次意见")
    page.fill("#opinion", "第二次意见")
    lose_session(page)
    page.fill("[name=one_time_code]", "000000")
    page.click("#pass")
    sign_in_again(page, "reviewer")
    page.wait_for_url(re.compile(f"/cases/{case.case_no}/$"))
    expect(page.locator("#opinion")).to_have_value("第二次意见")


@pytest.mark.parametrize("lost", ["sessionid", ""])
def test_a_form_checked_while_typing_says_that_the_session_is_lost_and_keeps_the_field(
    lost: str, sign_in: SignIn, site: str
) -> None:
    page = sign_in("teller")
    token = page.context.request.get(f"{site}/counter/").text()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', token)
    assert csrf is not None
    person = city.next_person()
    made = page.context.request.post(
        f"{site}/counter/drafts/", form={"item": "CHG-003", "person_no": person.person_no, "csrfmiddlewaretoken": csrf[1]},
        headers={"Referer": f"{site}/counter/"},
    )  # fmt: skip
    page.goto(made.url)
    page.wait_for_load_state("networkidle")
    if lost:
        lose_session(page, lost)
    else:
        page.context.clear_cookies()
    page.fill("#id_new_value", "13987654321")
    page.locator("#id_new_value").blur()
    sign_in_again(page, "teller")
    page.wait_for_url(re.compile("/counter/drafts/"))
    expect(page.locator("#id_new_value")).to_have_value("13987654321")


def test_a_question_before_a_refusal_keeps_what_was_typed_and_is_answered_by_keys(sign_in: SignIn) -> None:
    case, page = city.accept_class2(), sign_in("reviewer")
    page.goto(f"/cases/{case.case_no}/")
    page.keyboard.press("Alt+g")
    page.fill("#opinion", "证照“已注销”")
    page.keyboard.press("Alt+x")
    question = page.locator("dialog.sure")
    expect(question).to_contain_text(case.subject_name)
    expect(question).to_contain_text("证照“已注销”")
    expect(question.locator("[data-not-sure]")).to_be_focused()
    shot(page, "sure-1366")
    # Nothing behind it is pressed, and Escape takes it back.
    page.keyboard.press("Alt+t")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(page.locator("#decline")).to_be_focused()
    expect(page.locator("#opinion")).to_have_value("证照“已注销”")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#decline").click()
    expect(question).to_be_visible()
    assert width_of(page) <= 390
    shot(page, "sure-390")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert-success")).to_contain_text("不予办理")
    assert Case.objects.get(pk=case.pk).status == "declined"


def test_what_was_typed_just_before_the_form_was_left_is_kept(sign_in: SignIn) -> None:
    page, person = sign_in("teller"), city.next_person()
    draft = open_draft(user=city.user("teller"), item_code="CHG-003", form={"change_item": "01"}, person=person)
    page.goto(f"/counter/drafts/{draft.token}/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_new_value").press_sequentially("1391234")
    page.locator(".sidebar a[href='/counter/cases/']").click()
    page.wait_for_url(re.compile("/counter/cases/"))
    page.goto(f"/counter/drafts/{draft.token}/")
    expect(page.locator("#id_new_value")).to_have_value("1391234")
    page.wait_for_load_state("networkidle")
    page.locator("#id_new_value").press("End")
    page.locator("#id_new_value").press_sequentially("5678")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(re.compile("/sign-in/"))
    draft.refresh_from_db()
    assert draft.form["new_value"] == "13912345678"


def test_a_unit_that_has_lost_its_session_at_the_last_button_comes_back_to_its_draft(browser: Browser, site: str) -> None:
    employment = city.next_employee()
    login = login_of(employment.employer)
    set_password(login, PASSWORD)
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()

    def sign_in_unit() -> None:
        page.get_by_label("用户名").fill(login.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()

    page.goto(f"{site}/unit/sign-in/")
    sign_in_unit()
    page.goto(f"{site}/unit/apply/")
    page.locator("[data-item='ENQ-002']").click()
    page.wait_for_url(re.compile("/drafts/"))
    at = page.url
    page.wait_for_load_state("networkidle")
    lose_session(page)
    page.click("#to-answers")
    page.wait_for_url(re.compile("/sign-in/"))
    expect(page.locator("main")).to_contain_text("登录已失效，请重新登录")
    sign_in_unit()
    page.wait_for_url(at)


def test_the_page_of_a_batch_fits_a_narrow_screen_and_breaks_no_amount(sign_in: SignIn) -> None:
    batch = money.levied()
    page = sign_in("accountant")
    for width in (1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in (f"/finance/batches/{batch.pk}/", "/finance/batches/", "/finance/vouchers/"):
            page.goto(path)
            shot(page, f"finance{path.replace('/', '-')}{width}")
            assert width_of(page) <= max(width, 1024), path
    page.goto(f"/finance/batches/{batch.pk}/")
    broken = page.evaluate(
        """[...document.querySelectorAll(".card-table td.num.text-end")].filter((c) => {
          const range = document.createRange();
          range.selectNodeContents(c);
          return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1;
        }).length"""
    )
    assert broken == 0


def test_what_was_found_stands_again_when_one_comes_back_to_it(sign_in: SignIn) -> None:
    person = city.next_person()
    page = sign_in("teller")
    page.goto("/search/")
    page.locator("main #q").press_sequentially(person.name, delay=5)
    expect(page.locator("#found a").first).to_be_visible()
    found = page.locator("#found tbody tr").count()
    page.locator("#found a").first.click()
    page.wait_for_url(re.compile("/persons/"))
    page.go_back()
    expect(page.locator("main #q")).to_have_value(person.name)
    expect(page.locator("#found tbody tr")).to_have_count(found)
    # The next who signs in at this window finds nothing of it.
    lose_session(page)
    page.goto("/sign-in/")
    page.fill("#username", "teller2")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    while not page.url.endswith("/search/"):
        assert page.go_back() is not None, "the search stands no longer in the history"
    expect(page.locator("main #q")).to_have_value("")
