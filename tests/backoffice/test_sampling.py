"""Rules of random sampling on their page: refused, made, ended."""

import pytest

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from yigui.casework.models import SamplingRule
from yigui.casework.sampling import sampled_class
from yigui.common.cache import forget_kept


def sampling_form(**changed: str) -> dict[str, str]:
    values = {
        "item_group": "CHG-003", "share": "1", "to_class": "2", "reason": "季度抽查", "valid_from": str(TODAY), "valid_to": "2026-12-31",
    }  # fmt: skip
    return values | changed


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"item_group": "CHG-999"}, "没有事项或事项类别“CHG-999”"),
        ({"item_group": "养老"}, "没有事项或事项类别“养老”"),
        ({"valid_from": "2026-12-31", "valid_to": "2026-12-01"}, "早于生效日期"),
        ({"valid_from": "2026-01-01", "valid_to": "2026-02-01"}, "早于今天"),
    ],
)
def test_a_rule_that_could_never_draw_a_case_is_refused(changed: dict[str, str], words: str) -> None:
    before = SamplingRule.objects.count()
    answer = signed_in("auditor").post("/sampling/", sampling_form(**changed))
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert SamplingRule.objects.count() == before


def test_a_rule_is_ended_by_a_person_and_draws_nothing_any_more() -> None:
    client = signed_in("auditor")
    assert client.post("/sampling/", sampling_form()).status_code == 302
    rule = SamplingRule.objects.latest("id")
    forget_kept()
    assert sampled_class("CHG-003", TODAY) == (2, ["随机抽查：季度抽查"])
    assert "停用" in text_of(client.get("/sampling/"))
    assert client.post("/sampling/", {"end": str(rule.pk)}).status_code == 302
    rule.refresh_from_db()
    assert (rule.ended_by, rule.ended_at is not None) == (city.user("auditor"), True)
    forget_kept()
    assert sampled_class("CHG-003", TODAY) == (3, [])
    page = text_of(client.post("/sampling/", {"end": str(rule.pk)}, follow=True))
    assert "不必再停用" in page
    assert city.user("auditor").full_name in page
