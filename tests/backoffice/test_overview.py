"""How things stand today: each figure and each bar is the count of the list it opens, of one's own areas, for every post that begins its day there."""

import datetime as dt
import re

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import city, money
from tests.casework.test_returned_cases import Point, send_back
from tests.conftest import TODAY
from tests.pages import page_of, signed_in
from yigui.backoffice import overview
from yigui.casework.models import Step
from yigui.common.inbox import Tally
from yigui.common.money import format_fen
from yigui.common.rooms import page_rights
from yigui.finance.lists import BATCHES
from yigui.shell import list_pages
from yigui.shell.inbox import OVERDUE, sources_for
from yigui.shell.lists import narrowed
from yigui.shell.menu import home_of
from yigui.staff.enums import Role
from yigui.staff.models import User

_FIGURE = re.compile(
    r'<a class="figure[^"]*" href="([^"]+)"> ?<b>([^<]+)</b> ?([^<]+?) ?(?:<span class="nowrap">([0-9,.-]+) 元</span>)? ?</a>'
)
_BAR = re.compile(r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th> <td>.*?width="([0-9.]+)%".*?</td> <td>([^<]+)')
ROLES = sorted(page_rights()["overview"])
COUNTY = "51118101"


@pytest.fixture(scope="module", autouse=True)
def _day(fresh_city: None) -> None:
    """Something of everything: cases of each class and state, one late, one back with the applicant and late, batches, money that came."""
    for _ in range(2):
        city.accept_class3()
    city.accept_class2()
    city.accept_class1()
    late = city.accept_class2()
    city.past_the_guards(late, due_on=TODAY - dt.timedelta(days=1), accepted_on=TODAY - dt.timedelta(days=6))
    returned = city.accept_class2()
    send_back(returned, Point("wrong", field="address", note="与证照不符"))
    city.past_the_guards(returned, due_on=TODAY - dt.timedelta(days=1))
    money.levied()
    money.plan(202611)
    money.receive(money.row(11_00, AAE086="概况到账"), partner="bank")


def _user(role: str, agency: str = "51110001") -> User:
    return city.of_city(f"{role} of {agency}", lambda: city.new_user(role, agency=agency, password="Ein-Passwort-9"))


def _opened(client: Client, url: str) -> str:
    return page_of(client.get(url.replace("&amp;", "&")))


def _rows_of_inbox(client: Client, url: str) -> int:
    """Rows of an inbox as it is filtered, over all its pages."""
    found, page = 0, 1
    while True:
        shown = _opened(client, f"{url}{'&' if '?' in url else '?'}page={page}")
        found += len(re.findall(r'class="inbox-row[ "]', shown))
        if "下一页" not in shown:
            return found
        page += 1


def _count_behind(client: Client, url: str) -> str:
    """What the page behind a number says of itself."""
    if url.startswith("/inbox/"):
        return str(_rows_of_inbox(client, url))
    found = re.search(r"共 ([0-9,]+(?: 以上)?) 条", _opened(client, url))
    assert found is not None, url
    return found[1]


@pytest.mark.parametrize("agency", ["51110001", COUNTY])
@pytest.mark.parametrize("role", ROLES)
def test_each_figure_and_each_bar_is_the_count_of_the_list_it_opens(role: str, agency: str) -> None:
    client = signed_in(_user(role, agency).username)
    page = page_of(client.get("/overview/"))
    figures, bars = _FIGURE.findall(page), _BAR.findall(page)
    assert len(figures) >= 3
    for url, number, label in [f[:3] for f in figures] + [(url, number.strip("，"), label) for url, label, _, number in bars]:
        assert _count_behind(client, url) == number.strip(), (label, url)


@pytest.mark.parametrize("role", ROLES)
def test_the_day_of_a_post_begins_with_it_and_a_tellers_leads_to_it(role: str) -> None:
    client = signed_in(_user(role).username)
    begun = client.get("/", follow=True)
    assert 'href="/overview/"' in page_of(begun)
    assert begun.redirect_chain[-1][0] == ("/counter/" if role == Role.TELLER else "/overview/")
    assert home_of(_user(Role.GUIDE)) != "backoffice:overview"
    assert signed_in(_user(Role.GUIDE).username).get("/overview/").status_code == 403


def test_what_is_late_stands_out_and_what_is_with_the_applicant_is_not_late() -> None:
    page = page_of(signed_in("head").get("/overview/"))
    bars = {label: number for _, label, _, number in _BAR.findall(page)}
    assert bars["已超期"] == "1"
    assert re.search(r'<rect class="urgent" width="[0-9.]+%"', page)
    assert {label: number for _, number, label, _ in _FIGURE.findall(page)}["退回补正"] == "1"


def test_money_is_what_the_batches_of_the_list_come_to() -> None:
    user = city.user("accountant")
    sums = {label: amount for _, _, label, amount in _FIGURE.findall(page_of(signed_in("accountant").get("/overview/"))) if amount}
    assert set(sums) == {"待确认、复核、审批的批次", "待执行的批次", "本月到账文件"}
    waiting = sum(b.done_fen for b in narrowed(BATCHES, user, {"status": "prepared"}))
    assert sums["待确认、复核、审批的批次"] == format_fen(waiting) != "0.00"
    assert sums["本月到账文件"] == "11.00"


def test_a_countys_figures_hold_nothing_of_another() -> None:
    page = page_of(signed_in(_user(Role.SECTION_HEAD, COUNTY).username).get("/overview/"))
    numbers = {label: number for _, number, label, _ in _FIGURE.findall(page)}
    assert numbers["本月受理"] == numbers["办理中"] == numbers["待确认、复核、审批的批次"] == "0"
    city_wide = {label: number for _, number, label, _ in _FIGURE.findall(page_of(signed_in("head").get("/overview/")))}
    assert "0" not in (city_wide["本月受理"], city_wide["办理中"], city_wide["待确认、复核、审批的批次"])


def test_shares_of_the_classes_come_to_the_whole() -> None:
    shares = [float(x) for x in re.findall(r"，([0-9.]+)%</span>", page_of(signed_in("head").get("/overview/")))]
    assert len(shares) == 3
    assert abs(sum(shares) - 100) < 0.2


def test_of_more_than_are_counted_the_list_and_the_figure_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (overview, list_pages):
        monkeypatch.setattr(module, "COUNT_MAX", 2)
    client = signed_in("head")
    page = page_of(client.get("/overview/"))
    url, number = next((url, number) for url, number, label, _ in _FIGURE.findall(page) if label == "本月受理")
    assert number == _count_behind(client, url) == "2 以上"
    assert "占比按最新受理的 2 件计" in page


def test_statements_do_not_grow_with_the_cases() -> None:
    client = signed_in("head")
    client.get("/overview/")
    with CaptureQueriesContext(connection) as before:
        client.get("/overview/")
    for _ in range(3):
        city.accept_class3()
        city.accept_class2()
    with CaptureQueriesContext(connection) as after:
        client.get("/overview/")
    assert len(after) == len(before)


def test_the_bars_of_the_inbox_lead_to_their_kind() -> None:
    client = signed_in("reviewer")
    page = page_of(client.get("/overview/"))
    assert re.search(r'<a href="/inbox/\?kind=step&own=1">', page)
    assert f'href="{reverse("backoffice:inbox")}?urgency={OVERDUE}&own=1"' in page
    assert 'action="/inbox/next/"' in page


def test_what_is_a_colleagues_turn_is_in_neither_the_figure_nor_its_list() -> None:
    case = city.accept_class2()
    client = signed_in("reviewer2")
    for name in ("reviewer", "reviewer2"):
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            Step.objects.using("super").filter(case=case, state="ready").update(suggested_to=city.user(name).pk)
        page = page_of(client.get("/overview/"))
        url, number = next((url, number) for url, number, label, _ in _FIGURE.findall(page) if label == "待我办理")
        assert _count_behind(client, url) == number
        bar = next((url, number) for url, label, _, number in _BAR.findall(page) if "kind=step" in url)
        assert _count_behind(client, bar[0]) == bar[1].strip().rstrip("，")
        assert (case.case_no in _opened(client, bar[0])) == (name == "reviewer2")
        assert case.case_no in _opened(client, "/inbox/?kind=step")


def test_where_more_waits_than_is_counted_no_figure_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = dict.fromkeys((s.code for s in sources_for(city.user("reviewer"))), Tally()) | {"step": Tally(2, 0, 498, is_cut=True)}
    monkeypatch.setattr(overview, "tallies", lambda user, today: counts)
    figures = {label: number for _, number, label, _ in _FIGURE.findall(page_of(signed_in("reviewer").get("/overview/")))}
    assert [figures[label] for label in ("待我办理", "其中已超期", "其中今日到期")] == ["500+", "2+", "0+"]
