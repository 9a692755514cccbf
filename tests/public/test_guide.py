"""The guide leads nobody to a page that does not take what they came for: what a way does not take yet is said there, and stands last."""

import re

import pytest
from django.test import Client

from tests.city import TODAY
from tests.pages import text_of
from yigui.applying.pages import items_of_persons
from yigui.casework.handlers import reaches
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.triage import items_for

NOT_YET = "这种办法暂未开通本事项"
_WAY = re.compile(r'<li class="way.*?</li>', re.S)


def ways(visitor: str, item: str) -> list[tuple[str, str]]:
    """Channel and text of each way the guide names, in its order."""
    page = text_of(Client().get("/guide/", {"visitor": visitor, "item": item}))
    return [(re.search(r'data-channel="(\w+)"', part).group(1), part) for part in _WAY.findall(page)]  # type: ignore[union-attr]


@pytest.mark.parametrize("visitor", ["pensioner", "family"])
def test_every_link_leads_to_a_page_that_takes_the_item(visitor: str, fresh_city: None) -> None:
    found = catalogue().on(TODAY).visitors
    visitor = visitor if visitor in found else next(iter(found))
    on_the_phone = {item.code for item in items_of_persons("mobile")}
    linked = 0
    for item in items_for(found[visitor], TODAY):
        rows = ways(visitor, item.code)
        assert [NOT_YET in part for _, part in rows] == sorted(NOT_YET in part for _, part in rows)
        for channel, part in rows:
            if "去办理" in part and "/m/" in part:
                assert item.code in on_the_phone, (item.code, channel)
                linked += 1
            assert not ("去办理" in part and NOT_YET in part)
    assert linked > 0


def test_what_is_taken_online_by_no_page_of_ours_says_so() -> None:
    found = catalogue().on(TODAY).visitors.values()
    asked = {
        (v.code, item.code) for v in found for item in items_for(v, TODAY)
        if "online" in item.channels and "online" in v.channels and v.applicant == "person" and not reaches(item, "mobile")
    }  # fmt: skip
    assert any(code == "PEN-005" for _, code in asked)
    for visitor, code in sorted(asked):
        online = dict(ways(visitor, code))["online"]
        assert NOT_YET in online
        assert "去办理" not in online
    # A new employer has no login yet: it begins at the counter or an outlet.
    for visitor in (v for v in found if "REG-001" in {item.code for item in items_for(v, TODAY)}):
        rows = dict(ways(visitor.code, "REG-001"))
        assert "去办理" not in rows.get("online", "")
        assert NOT_YET not in rows["counter"]
