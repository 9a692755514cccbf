"""Whoever only looks (稽核) is refused at the door, not at the end of a deed."""

import pytest

from tests.pages import signed_in, text_of
from yigui.staff.models import Refusal


@pytest.mark.parametrize(
    "address",
    [
        "/finance/batches/1/approve/", "/finance/batches/1/execute/", "/finance/batches/1/void/", "/finance/batches/planned/1/dismiss/",
        "/partners/messages/1/resend/", "/partners/messages/1/drop/",
    ],
)  # fmt: skip
def test_an_auditors_deed_is_refused_and_recorded(address: str) -> None:
    before = Refusal.objects.count()
    answer = signed_in("auditor").post(address, {"reason": "试"})
    assert (answer.status_code, "权限" in text_of(answer)) == (403, True)
    assert Refusal.objects.count() == before + 1


@pytest.mark.parametrize("address", ["/finance/batches/", "/partners/"])
def test_and_still_looks(address: str) -> None:
    page = text_of(signed_in("auditor").get(address))
    assert "重新发送" not in page
