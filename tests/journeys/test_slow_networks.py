"""On the phone's network: a large picture becomes a small one before it is sent, and a net that is gone is said while nothing is lost."""

import base64

import pytest
from playwright.sync_api import Browser, expect

from tests.entitlement import people
from tests.journeys.conftest import width_of
from tests.journeys.test_phone import phone
from yigui.documents.models import StoredFile

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: A picture of noise, which no format makes small: as large as a camera's.
NOISE = """() => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 3000, height: 2000});
    const paper = canvas.getContext("2d");
    const grains = paper.createImageData(3000, 2000);
    for (let at = 0; at < grains.data.length; at += 4) {
        for (let of = 0; of < 3; of += 1) grains.data[at + of] = Math.random() * 256;
        grains.data[at + 3] = 255;
    }
    paper.putImageData(grains, 0, 0);
    return canvas.toDataURL("image/png").split(",")[1];
}"""


def test_a_large_picture_is_sent_small_and_a_net_that_is_gone_is_said(browser: Browser, site: str) -> None:
    person, _ = people.released(since=2)
    person.refresh_from_db()
    page = phone(browser, site, person)
    large = base64.b64decode(page.evaluate(NOISE))
    assert len(large) > 10_000_000
    page.goto("/m/apply/")
    page.locator("button[data-item='CRT-001']").click()
    page.wait_for_url(lambda url: "/drafts/" in url)
    with page.expect_response(lambda answer: "/materials/" in answer.url) as sent:
        page.set_input_files("input[data-upload='photo']", {"name": "me.png", "mimeType": "image/png", "buffer": large})
    assert sent.value.status == 200
    kept = StoredFile.objects.latest("stored_at")
    assert (kept.media_type, kept.size < len(large) / 2) == ("image/jpeg", True)
    page.goto("/m/apply/")
    page.locator("button[data-item='CHG-003']").click()
    page.wait_for_url(lambda url: "/drafts/" in url)
    page.context.set_offline(True)
    field = page.locator("[name=new_value]")
    field.fill("13912345678")
    field.blur()
    expect(page.locator("#live-error")).to_contain_text("网络已断开")
    expect(field).to_have_value("13912345678")
    page.context.set_offline(False)
    expect(page.locator("#live-error")).to_contain_text("网络已恢复")
    assert width_of(page) <= 360
