"""Triage: the nearest way that fits, by person, item, papers and day."""

import datetime as dt
import html

from django.test import Client

from tests.conftest import TODAY
from yigui.catalogue.declarations import catalogue, declared
from yigui.catalogue.triage import items_for, ways_of

VISITORS = declared().on(TODAY).visitors


def ways(visitor: str, item: str, day: dt.date = TODAY) -> list[str]:
    return [w.channel for w in ways_of(VISITORS[visitor], catalogue().item(item, day), day)]


def test_a_self_payer_who_comes_for_payment_is_shown_the_phone_and_the_kiosk_first() -> None:
    assert ways("self_payer", "LVY-007")[:2] == ["mobile", "kiosk"]


def test_nobody_is_sent_where_the_item_is_not_taken_and_everybody_has_a_way() -> None:
    for visitor in VISITORS.values():
        for item in items_for(visitor, TODAY):
            shown = ways_of(visitor, item, TODAY)
            assert {w.channel for w in shown} == set(item.channels) & set(visitor.channels)
            assert shown, (visitor.code, item.code)


def test_a_counter_that_is_closed_comes_last_and_says_why() -> None:
    assert ways("employer", "REG-004", dt.date(2026, 11, 15)) == ["online", "kiosk", "bank_outlet", "counter"]
    shown = ways_of(VISITORS["employer"], catalogue().item("REG-004", TODAY), dt.date(2026, 11, 16))
    assert [w.intake.is_open for w in shown] == [True, True, False, False]
    assert shown[-1].intake.rule is not None


def test_what_another_department_shares_need_not_be_brought() -> None:
    shown = {w.channel: w for w in ways_of(VISITORS["family"], catalogue().item("PEN-005", TODAY), TODAY)}
    assert "death_certificate" not in {m.code for m in shown["counter"].papers}
    assert "id_card" in {m.code for m in shown["counter"].papers}
    assert "id_card" not in {m.code for m in shown["online"].papers}


def test_the_page_leads_from_who_and_what_to_a_door() -> None:
    client = Client()
    assert "灵活就业人员" in html.unescape(client.get("/guide/").content.decode())
    page = html.unescape(client.get("/guide/", {"visitor": "self_payer", "item": "LVY-007"}).content.decode())
    assert page.index('data-channel="mobile"') < page.index('data-channel="counter"')
    assert 'href="/m/apply/"' in page
    for query in ({"visitor": "nobody"}, {"visitor": "self_payer", "item": "REG-004"}, {"item": "<script>"}):
        assert client.get("/guide/", query).status_code == 200
