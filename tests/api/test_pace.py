"""A partner's program that calls too fast, and who tries tokens out, are slowed."""

import pytest

from tests.api.test_api import call
from yigui.api import auth
from yigui.common.pace import Pace


def test_a_token_has_a_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "_CALLS", Pace(most=3, seconds=3600))
    answers = [call("GET", "/items") for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].json()["code"] == "api.too_fast"


def test_wrong_tokens_of_one_address_are_counted_and_the_right_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "_WRONG", Pace(most=3, seconds=3600))
    assert [call("GET", "/items", token=f"guess-{k}").status_code for k in range(5)] == [401, 401, 401, 429, 429]
    assert call("GET", "/items").status_code == 200
