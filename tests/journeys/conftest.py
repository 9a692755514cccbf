"""A real headless Chromium, from the system's packages."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

#: How long a page may take on a machine that does other things besides: what does not come by then does not come.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
#: What the driver leaves out of Chromium: of two such lists the last one counts.
LEFT_OUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay",
    "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
)  # fmt: skip
#: Lists below the address box, which nobody sees here. They are pages of their own, drawn by a process of their own for each window: more
#: than half of what it takes to open one.
OF_THE_ADDRESS_BOX = ("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup")
#: The same engine without windows of its own first: a page costs it two thirds.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: Where screenshots of the journeys go when `YIGUI_SHOTS` names a folder.
SHOTS = os.environ.get("YIGUI_SHOTS", "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "没有 Chromium：请安装系统软件包 chromium（./check 会在允许时自动安装）。"
    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--disable-features={','.join((*LEFT_OUT, *OF_THE_ADDRESS_BOX))}",
        ]
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def sign_in(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """Opens a window of its own for a person and signs in; page errors fail the test."""
    with signing_in(browser, site) as open_page:
        yield open_page


def type_code(place: Page | Locator) -> None:
    """Type the one-time code the page shows a demonstration account, where one is asked for."""
    field = place.locator("[name='one_time_code']")
    if field.count():
        field.fill(place.locator(".form-hint code").inner_text())


def sure(page: Page, button: str) -> None:
    """Answer the question before a deed that cannot be undone, by keyboard."""
    dialog = page.locator("dialog.sure")
    expect(dialog.get_by_role("button")).to_contain_text(button)
    page.keyboard.press("Control+Enter")


#: Cookies of who has signed in at a site by its page, for the next window of the same person: whoever is not known there any more signs in again.
_cookies: dict[tuple[str, str], Any] = {}


@contextmanager
def signing_in(browser: Browser, site: str, *, width: int = 1366) -> Iterator[Callable[[str], Page]]:
    """As the fixture, on any site. The first window of a person signs in by the page; a further one goes on with that sign-in while it lasts."""
    from yigui.synthetic.demo_staff import PASSWORD

    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(username: str) -> Page:
        cookies = _cookies.get((site, username))
        context = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": width, "height": 900})
        contexts.append(context)
        if cookies:
            context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/" if cookies else "/sign-in/")
        if "sign-in" in page.url:
            page.fill("#username", username)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url(lambda url: "sign-in" not in url)
            _cookies[site, username] = context.cookies()
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
    assert faults == []


def confirm_all(page: Page) -> None:
    """Confirm what the answers ask to confirm: also that a partner has not answered in time, which no journey can foresee."""
    expect(page.locator("#submit-case")).to_be_visible()
    for box in page.locator("[name=confirmed]").all():
        box.check()
    for reason in page.locator("[name^='reason.']").all():
        reason.fill("按养老保险手册原件所载")


def width_of(page: Page) -> int:
    """How wide the page has become, in px: measured once it has come whole, never while it is on its way."""
    came = page.wait_for_function("document.readyState === 'complete' && document.documentElement.scrollWidth")
    return int(came.json_value())


def shot(page: Page, name: str) -> None:
    """Keep a picture when asked to."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
