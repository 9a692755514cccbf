"""Bounds signed for a month already levied, in the browser: proposed, tried, examined, signed; the supplement charges the difference and says why."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from tests import money
from tests.city import user
from tests.journeys.conftest import shot, signing_in, type_code, width_of
from yigui.common.cache import forget_kept
from yigui.levy.models import Bill
from yigui.levy.supplement_run import SUPPLEMENT
from yigui.parameters.models import ParameterChange, Trial
from yigui.parameters.trial import try_change
from yigui.runs.models import Batch
from yigui.runs.staged import prepare
from yigui.tasks.models import Task

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]
AREA, MONTH = "511102", 202607


@pytest.fixture
def nothing_signed_afterwards() -> Iterator[None]:
    """The next test begins with the parameters of the files."""
    yield
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name in ("parameters_trial_line", "parameters_row", "parameters_trial", "parameters_change"):
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("SET session_replication_role = origin")
    forget_kept()


@pytest.mark.usefixtures("nothing_signed_afterwards")
def test_bounds_signed_for_a_levied_month_are_charged_by_a_supplement(sign_in: SignIn, browser: Browser, site: str) -> None:
    money.levied(MONTH, AREA)
    head, auditor, director = sign_in("head"), sign_in("auditor"), sign_in("director")
    head.goto("/parameters/propose/contribution/base_bounds/?area=510000")
    head.select_option("[name=area]", "510000")
    head.fill("[name=valid_from]", "2026-07-01")
    head.fill("[name=valid_to]", "2026-07-31")
    head.fill("[name=source]", "川人社发〔2026〕31号")
    head.fill("[name=published_on]", "2026-11-09")
    head.fill("[name=reason]", "省里公布 2026 年上下限")
    head.fill("[name=late_reason]", "文件规定自 2026 年起执行，差额补收")
    head.fill("[name=column_floor]", "6000")
    head.fill("[name=column_ceiling]", "1e5")
    head.click("main button.btn-primary")
    # What is no plain number is said beside its cell, and what was typed stays.
    expect(head.locator("main")).to_contain_text("不用科学计数法")
    expect(head.locator("[name=column_floor]")).to_have_value("6000")
    shot(head, "parameter-cell")
    head.fill("[name=column_ceiling]", "22938")
    head.click("main button.btn-primary")
    head.wait_for_url(re.compile("/parameters/changes/"))
    change = ParameterChange.objects.get(status="proposed")
    head.get_by_role("button", name="试算", exact=True).click()
    head.wait_for_load_state()
    try_change(Trial.objects.get(change=change).pk)
    page = f"/parameters/changes/{change.pk}/"
    auditor.goto(page)
    expect(auditor.locator("#trial")).to_contain_text("已征月份的差额")
    expect(auditor.locator("#trial")).to_contain_text("2026-07")
    shot(auditor, "parameter-trial")
    type_code(auditor.locator("main"))
    auditor.get_by_role("button", name="审核通过").click()
    director.goto(page)
    type_code(director.locator("main"))
    director.get_by_role("button", name="已看试算，签署生效").click()
    expect(director.locator("main")).to_contain_text("已签署")
    assert "征缴补收" in Task.objects.get(kind="parameter_touched", origin_id=change.pk).note

    batch = prepare(SUPPLEMENT, area_code=AREA, period=MONTH, user=user("head"))
    director.goto(f"/finance/batches/{batch.pk}/")
    moved = director.locator(".card", has_text="费率与上下限的变更（签署内容）")
    for said in ("缴费基数下限", "4,588.00", "6,000.00", "川人社发〔2026〕31号"):
        expect(moved).to_contain_text(said)
    shot(director, "supplement-of-bounds")
    with signing_in(browser, site, width=390) as narrow:
        small = narrow("director")
        small.goto(f"/finance/batches/{batch.pk}/")
        shot(small, "supplement-of-bounds-390")
        assert width_of(small) <= 390
        small.goto(page)
        shot(small, "parameter-trial-390")
        assert width_of(small) <= 390
    assert Batch.objects.get(pk=batch.pk).total_fen > 0
    assert not Bill.objects.filter(source_id=batch.pk).exists(), "nobody has signed it yet"
