"""The page of the parameters: what holds in an area on a day, whose it is, what lacks, and the history of each; for those who may see it."""

import datetime as dt

import pytest

from tests.pages import page_of, signed_in, text_of
from yigui.law.gaps import gaps
from yigui.law.parameter_kinds import parameter_kinds

DAY = dt.date(2026, 11, 10)


def test_the_page_shows_what_holds_with_document_and_whose_it_is() -> None:
    page = page_of(signed_in("head").get("/parameters/?words=缴费基数上下限"))
    assert "下限 4588" in page.replace('</span> <span class="num">', " ").replace('<span class="muted">', "")
    assert "川人社办发〔2025〕39号" in page
    assert "四川（510000）" in page
    assert "上级设定" in page
    assert "暂按上年" in page
    assert "共 1 行" in page


def test_another_day_shows_the_value_of_that_day() -> None:
    client = signed_in("auditor")
    rate = "缴费比例 企业职工基本养老保险、单位缴费"
    assert '<span class="num">16</span>' in page_of(client.get("/parameters/", {"words": rate}))
    page = page_of(client.get("/parameters/", {"words": rate, "day": "2018-05-01"}))
    assert '<span class="num">19</span>' in page
    assert "2016-05-01" in page


def test_all_tables_stand_there_page_by_page() -> None:
    client = signed_in("head")
    page, seen = 1, ""
    while True:
        shown = page_of(client.get("/parameters/", {"page": page}))
        seen += shown
        assert shown.count("/parameters/table/") <= 60
        if "下一页" not in shown:
            break
        page += 1
    for kind in parameter_kinds().values():
        assert (f"/parameters/table/{kind.name}/" in seen) == bool(kind.in_force("511100", DAY)), kind.name


def test_what_lacks_is_what_the_command_says() -> None:
    page = page_of(signed_in("head").get("/parameters/"))
    found = list(gaps("511100", DAY, as_of=DAY))
    assert any(gap.is_missing for gap in found)
    for gap in found:
        assert gap.text in page


def test_the_history_of_one_value_names_the_one_in_use() -> None:
    page = page_of(signed_in("reviewer").get("/parameters/table/contribution/rates/", {"keys": "employee_pension|employer"}))
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
    assert len(rows) == 3
    in_use = [row for row in rows if "在用" in row]
    assert len(in_use) == 1
    assert "国办发〔2019〕13号" in in_use[0]


@pytest.mark.parametrize(("url", "says"), [
    ("/parameters/?area=310000", "没有可查看的地区"), ("/parameters/?day=2026-02-31", "无法识别"), ("/parameters/table/pension/none/", "没有参数表"),
])  # fmt: skip
def test_what_is_not_there_is_refused_in_words(url: str, says: str) -> None:
    answer = signed_in("head").get(url)
    assert answer.status_code == 404
    assert says in text_of(answer)


def test_a_guide_does_not_see_them_and_a_county_sees_those_above() -> None:
    assert signed_in("guide").get("/parameters/").status_code == 403
    page = page_of(signed_in("teller-511102").get("/parameters/?words=缴费基数上下限"))
    assert "上级设定" in page
