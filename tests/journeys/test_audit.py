"""Audit in the browser: the auditor examines a drawn case and finds an error, the teller objects, the leader decides; every page fits at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import city
from tests.audit.samples import drawn, error_of, leads, taken, waiting
from tests.journeys.conftest import shot, width_of
from tests.journeys.test_hall import serious
from yigui.audit.models import Finding, SampledCase
from yigui.audit.work import examine
from yigui.tasks.models import Task

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _month(fresh_city: None) -> None:
    drawn(16)
    leads()


def one() -> SampledCase:
    return next(s for s in waiting() if s.case.accepted_by.username == "teller")


def test_an_error_is_found_objected_to_and_decided(sign_in: Callable[[str], Page]) -> None:
    sampled = one()
    case, task = sampled.case, Task.objects.get(kind="audit_case", origin_id=sampled.pk)
    page = sign_in("auditor")
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("button", name="领取").click()
    page.locator("#origin").click()
    page.get_by_role("button", name="打开办件（记入查看记录）").click()
    expect(page.locator("body")).to_contain_text(case.subject_name)
    page.goto(f"/audit/cases/{sampled.pk}/")
    page.get_by_label("检查情况").fill("对照申请表和系统登记逐项检查")
    page.get_by_label("有差错（逐项填写）").check()
    page.get_by_label("差错 1 种类").select_option("wrong_key_data")
    page.get_by_label("差错 1 环节和责任人").select_option(f"{case.accepted_by_id}-")
    page.get_by_label("差错 1 情况").fill("手机号码与申请表不符")
    shot(page, "audit-examine")
    page.get_by_role("button", name="登记检查结果").click()
    expect(page.get_by_text("检查结果已登记")).to_be_visible()
    shot(page, "audit-examined")
    teller = sign_in("teller")
    teller.goto("/inbox/")
    teller.get_by_text("差错告知").first.click()
    teller.goto("/audit/mine/")
    teller.get_by_role("link", name=case.case_no).click()
    teller.get_by_role("radio", name="不认可").check()
    teller.get_by_label("说明（不认可的须写明理由）").fill("与申请表一致，见扫描件")
    teller.get_by_role("button", name="提出意见").click()
    expect(teller.get_by_text("申辩处理中")).to_be_visible()
    finding = Finding.objects.get(examination__sampled=sampled)
    objection = Task.objects.get(kind="audit_objection", origin_id=finding.pk)
    leader = sign_in("director")
    leader.goto(f"/tasks/{objection.pk}/")
    leader.get_by_role("button", name="领取").click()
    leader.locator("#origin").click()
    leader.get_by_label("申辩成立，不计差错").check()
    leader.get_by_label("理由", exact=True).fill("扫描件与系统登记一致")
    shot(leader, "audit-decide")
    leader.get_by_role("button", name="登记并办结").click()
    expect(leader.get_by_text("申辩已处理，任务已办结")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1366])
def test_the_pages_of_audit_fit(sign_in: Callable[[str], Page], width: int) -> None:
    examined = one()
    taken(examined)
    made = examine(
        auditor=city.user("auditor"), sampled=examined, words="已检查", findings=[error_of(examined.case)], today=city.TODAY
    )
    waits = one()
    taken(waits)
    page = sign_in("auditor")
    page.set_viewport_size({"width": width, "height": 900})
    for name, path in (
        ("cases", "cases/"), ("samples", "samples/"), ("sample", f"samples/{waits.sample_id}/"), ("case", f"cases/{waits.pk}/"),
        ("examined", f"cases/{examined.pk}/"), ("sheet", f"cases/{examined.pk}/sheet/"), ("finding", f"findings/{made.findings.get().pk}/"),
        ("leads", "leads/"), ("rules", "rules/"),
    ):  # fmt: skip
        page.goto(f"/audit/{path}")
        shot(page, f"audit-{name}-{width}")
        assert width_of(page) <= width, path
        assert serious(page) == [], path
