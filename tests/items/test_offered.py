"""Buttons of doors begin an item that says itself what it is offered for; no page names one by its code."""

import re
from pathlib import Path

import pytest

import yigui
from tests import city
from yigui.casework.handlers import Offer, offered_for
from yigui.catalogue.declarations import catalogue

TEMPLATES = sorted(Path(yigui.__file__).parent.rglob("templates/**/*.html"))
#: An item's code where a page would act on it: as a value, in an address.
_ACTED_ON = re.compile(r"""(?:value="|#|\?[^"']*=|/)[A-Z]{3}-\d{3}\b""")


def test_no_page_begins_an_item_by_its_code() -> None:
    assert len(TEMPLATES) > 100
    assert [path.name for path in TEMPLATES if _ACTED_ON.search(path.read_text())] == []


@pytest.mark.parametrize("text", ['<input name="item" value="REG-006">', 'href="/m/apply/#CRT-001"', 'href="/guide/?item=REG-006"'])
def test_a_code_that_a_page_acts_on_would_be_found(text: str) -> None:
    assert _ACTED_ON.search(text)


@pytest.mark.parametrize("offer", Offer)
def test_each_button_has_its_item_at_the_door_it_stands_at(offer: Offer) -> None:
    item = catalogue().item(offered_for(offer), city.TODAY)
    assert ("online" if offer == Offer.LEAVE else "mobile") in item.channels
