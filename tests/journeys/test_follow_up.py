"""One promise from the case that makes it to the task that keeps it, by keyboard; the inbox empty, filled and overdue."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import city
from tests.conftest import TODAY
from tests.entitlement.people import awarded, carry
from tests.journeys.conftest import shot, width_of
from tests.journeys.test_money_out import papers
from tests.journeys.test_three_classes import settle, submit
from tests.tasks.work import again, new_task
from yigui.casework.models import Case
from yigui.tasks.enums import TaskState
from yigui.tasks.keep_up import escalate_overdue
from yigui.tasks.models import Task

SIZES = ((1366, 768), (1024, 768))
pytestmark = pytest.mark.browser


def pictures(page: Page, name: str) -> None:
    """The page as it fits the two screens the house has; nothing but the panels scrolls at the wide one."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wide = width_of(page)
        assert wide <= width, f"{name} is {wide} px wide at {width}"
        shot(page, f"{name}-{width}")


def test_an_award_is_followed_to_its_first_payment(sign_in: Callable[[str], Page]) -> None:
    person, benefit = awarded()
    task = Task.objects.get(kind="first_payment", person=person)
    page = sign_in("special")
    page.goto("/inbox/?kind=task")
    row = page.locator(f"#row-task-{task.pk}")
    # By keyboard: down the list to the row, which shows beside it, and open it.
    for _ in range(page.locator("[data-row]").count()):
        if "at" in (row.get_attribute("class") or "").split():
            break
        page.keyboard.press("j")
    expect(row).to_have_class(re.compile(r"\bat\b"))
    expect(page.locator("#inbox-shown")).to_contain_text("首次拨付")
    expect(page.locator("#inbox-shown")).to_contain_text(f"任务 {task.pk} 号")
    page.keyboard.press("Alt+g")
    page.wait_for_selector("#finish")
    assert again(task).owner == city.user("special")
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("button", name="办理 PEN-010").click()
    page.wait_for_url(re.compile("/counter/drafts/"))
    # What the house knows stands in the form.
    expect(page.locator("[name=id_number]")).to_have_value(person.id_number)
    expect(page.locator("[name=account_no]")).to_have_value(benefit.account_no)
    papers(page, "id_card", "bank_card")
    settle(page)
    case_no = submit(page)
    case = Case.objects.get(case_no=case_no)
    page.goto(f"/tasks/{task.pk}/")
    expect(page.locator(".task-page")).to_contain_text("办结后本任务自动办结")
    carry(case)
    page.reload()
    expect(page.locator(".task-page")).to_contain_text("已首次拨付")
    expect(page.locator(".task-page")).to_contain_text(case.case_no)
    assert (again(task).state, again(task).case_no) == (TaskState.DONE, case.case_no)
    shot(page, "task-done")


def test_an_inbox_empty_filled_and_overdue(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("logadmin")
    page.goto("/inbox/")
    expect(page.locator("#inbox-list")).to_contain_text("没有待办，辛苦了")
    pictures(page, "inbox-empty")
    for days, kind in (
        (-6, "recovery"),
        (-1, "returned_payment"),
        (0, "survivor_follow_up"),
        (0, "first_payment"),
        (9, "repayment"),
    ):
        new_task(kind, due_on=TODAY + dt.timedelta(days=days), amount_fen=2_415_311_83)
    for _ in range(3):
        city.accept_class1()
        city.accept_class2()
    page = sign_in("teller")
    page.goto("/inbox/")
    expect(page.locator("#inbox-list [data-row]").first).to_be_visible()
    expect(page.locator(".sidebar .count")).to_have_text(re.compile(r"\d+"))
    pictures(page, "inbox-filled")
    reviewer = sign_in("reviewer")
    reviewer.goto("/inbox/?kind=step")
    expect(reviewer.locator("#inbox-list [data-row]").first).to_be_visible()
    pictures(reviewer, "inbox-reviewer")
    escalate_overdue(TODAY)
    head = sign_in("head2")
    head.goto("/inbox/?urgency=overdue")
    expect(head.locator("#inbox-list .urgency.bad").first).to_be_visible()
    expect(head.locator("#inbox-shown")).to_contain_text("已上报科室负责人")
    pictures(head, "inbox-overdue")
