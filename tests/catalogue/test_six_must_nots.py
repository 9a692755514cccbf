"""六个不得 over all items (R289): nobody is sent online alone, refused cash or paper, or made to use a face, a phone or an app.

The row's own words: no item only online, no refusal of cash, proof or paper, no forced face, phone or app; a way without phone and face.
"""

import pytest

from tests.conftest import TODAY
from yigui.catalogue.declarations import Item, declared
from yigui.items.room import ROOM as ITEMS

assert ITEMS.name == "items"
TABLES = declared().on(TODAY)
ALL = [versions[-1] for _, versions in sorted(declared().versions.items())]
#: For whom a person comes: by themselves, or for an employer. Outlets, banks and agencies work with a program.
OF_PEOPLE = [item for item in ALL if {item.applicant, *item.also_applicant} & {"person", "employer", "institution"}]
#: A list of many people as a file, which a window does not type out; the machine in the hall gives it, and ENQ-002 the same on paper at the window.
AT_THE_MACHINE = {"ENQ-004"}
#: Items of persons that still want a number of a telephone before they take an application (a fault of ours: R289). None may join them; whoever mends one
#: takes it out.
PHONE_WANTED = {
    "CHG-008", "CRT-002", "MAT-001", "MED-001", "MED-002", "MED-004", "PEN-005", "PEN-008", "REG-007", "REG-009", "REG-010", "REG-011", "REG-014",
    "TRF-001", "TRF-005", "UNE-001",
}  # fmt: skip


def ids(item: Item) -> str:
    return item.code


def staffed(item: Item) -> set[str]:
    """The channels of an item where somebody of flesh and blood takes it."""
    return {channel for channel in item.channels if channel not in TABLES.self_service}


@pytest.mark.parametrize("item", OF_PEOPLE, ids=ids)
def test_no_item_is_only_online(item: Item) -> None:
    assert set(item.channels) - {"online", "mobile"}, "only on the net"
    if item.code not in AT_THE_MACHINE:
        assert staffed(item) - {"phone"}, "nobody takes it at a window"


def test_what_only_the_machine_gives_stands_at_the_window_in_another_item() -> None:
    items = {item.code: item for item in ALL}
    for code in AT_THE_MACHINE:
        assert "kiosk" in items[code].channels
    assert "counter" in items["ENQ-002"].channels


@pytest.mark.parametrize("item", OF_PEOPLE, ids=ids)
def test_no_item_forces_a_face_or_an_app(item: Item) -> None:
    forced = [
        m.code
        for m in item.materials
        if not m.when and any(word in TABLES.materials[m.code].name for word in ("人脸", "刷脸", "截图"))
    ]
    assert forced == []
    assert [f.label for f in item.fields if f.required and any(word in f.label for word in ("人脸", "刷脸", "小程序", "APP"))] == []


@pytest.mark.parametrize("item", OF_PEOPLE, ids=ids)
def test_no_item_of_a_person_forces_a_phone_beyond_those_known(item: Item) -> None:
    wants = any(field.type == "phone" and field.required for field in item.fields)
    assert wants == (item.code in PHONE_WANTED) or item.applicant != "person"


@pytest.mark.parametrize("item", OF_PEOPLE, ids=ids)
def test_no_item_forces_an_address_of_mail(item: Item) -> None:
    assert [field.label for field in item.fields if field.type == "email" and field.required] == []


def test_money_can_be_paid_at_a_bank_where_cash_is_taken_and_at_the_window() -> None:
    asked = {item.code: field for item in ALL for field in item.fields if field.options == "pay_channel"}
    assert set(asked) >= {"LVY-005", "LVY-007", "LVY-008", "REG-007"}
    ways = TABLES.enums["pay_channel"]
    assert ways["01"] == "银行网点"
    assert ways["06"] == "柜台刷卡"


@pytest.mark.parametrize("item", OF_PEOPLE, ids=ids)
def test_no_guide_says_that_the_net_or_the_phone_is_the_only_way(item: Item) -> None:
    for words in ("只能网上", "仅限网上", "仅可网上", "只能通过手机", "仅限手机", "须刷脸", "必须刷脸", "须下载"):
        assert words not in item.guide
