"""How things stand today: each figure is the count of the list it opens, and no more is read where there are more cases."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city, money
from tests.pages import page_of, signed_in

_FIGURE = re.compile(r'<a class="figure[^"]*" href="([^"]+)"> ?<b>([0-9,]+)</b> ?([^<]+?) ?</a>')
_MONEY = re.compile(r'<a class="figure[^"]*" href="([^"]+)"> ?<b>([0-9,.]+) 元</b> ?([^<]+?) ([0-9,]+) 个 ?</a>')


def test_each_figure_opens_the_list_that_it_counts() -> None:
    city.accept_class3()
    city.accept_class2()
    money.levied()
    money.plan(202611)
    client = signed_in("director")
    page = page_of(client.get("/overview/"))
    figures = _FIGURE.findall(page)
    assert len(figures) == 9
    for url, number, label in figures:
        there = page_of(client.get(url.replace("&amp;", "&")))
        if url.startswith("/inbox/"):
            continue
        assert f"共 {number} 条" in there, (label, url)
    sums = _MONEY.findall(page)
    assert [label for _, _, label, _ in sums] == ["批次待确认、复核、审批", "批次待执行", "本月到账文件"]
    for url, _, label, number in sums:
        assert f"共 {number} 条" in page_of(client.get(url.replace("&amp;", "&"))), label
    assert sums[0][1] != "0.00"


def test_shares_of_the_classes_come_to_the_whole() -> None:
    city.accept_class3()
    page = page_of(signed_in("head").get("/overview/"))
    shares = [float(x) for x in re.findall(r"([0-9.]+)%</td>", page)]
    assert len(shares) == 3
    assert abs(sum(shares) - 100) < 0.2


def test_the_figures_are_of_those_who_lead_and_audit() -> None:
    assert signed_in("teller").get("/overview/").status_code == 403
    assert signed_in("auditor").get("/overview/").status_code == 200


def test_statements_do_not_grow_with_the_cases() -> None:
    client = signed_in("head")
    client.get("/overview/")
    with CaptureQueriesContext(connection) as before:
        client.get("/overview/")
    for _ in range(3):
        city.accept_class3()
    with CaptureQueriesContext(connection) as after:
        client.get("/overview/")
    assert len(after) == len(before)
