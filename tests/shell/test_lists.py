"""Every declared list: each condition and order answers, pages hold each row once, what is exported is what is filtered, views are one's own."""

import datetime as dt
import io
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.urls import get_resolver, reverse

from tests import city, money
from tests.archive import papers
from tests.audit.samples import leads
from tests.backoffice.test_jobs_page import failed_job
from tests.casework.test_returned_cases import Point, send_back
from tests.conftest import TODAY
from tests.pages import PART, element, inner, page_of, signed_in, text_of, tree_of
from yigui.archive.file_cases import file_due
from yigui.casework.drafts import open_draft
from yigui.casework.models import Case
from yigui.common.rooms import page_rights
from yigui.common.tables import is_formula
from yigui.db import presence
from yigui.receipts.files import import_receipts
from yigui.shell.list_pages import Shown, count_words
from yigui.shell.lists import _LISTINGS, ALL, As, Choice, Day, Listing, Text, exported, listing_of, narrowed, said_in
from yigui.staff.full_views import record_full_view
from yigui.staff.models import SavedView, User
from yigui.staff.saved_views import NAME_MAX, VIEWS_MAX, save_view
from yigui.tasks.exports import ask_export, take_export
from yigui.tasks.list_exports import export_code

CODES = (
    "cases", "overdue", "mine", "drafts", "batches", "receipt-files", "vouchers", "accounts", "jobs", "sent-messages", "volumes", "archive-due",
    "satisfaction", "audit-cases", "audit-samples", "audit-leads", "audit-rules", "views",
)  # fmt: skip


def _reader(listing: Listing) -> User:
    """Somebody whose post opens the list."""
    role = {
        "mine": "teller",
        "drafts": "teller",
        "accounts": "sysadmin",
        "jobs": "sysadmin",
        "audit-leads": "auditor",
        "audit-rules": "auditor",
        "views": "auditor",
    }.get(listing.code, "head")
    return city.user(role)


@pytest.fixture(scope="module", autouse=True)
def _rows(fresh_city: None) -> None:
    """More rows of each than a page holds, or all that a city has; the doors declare their lists with their addresses."""
    assert get_resolver().url_patterns
    city.accept_class3(username="teller-511102")
    for _ in range(24):
        city.accept_class3()
    city.accept_class2()
    for number in range(2):
        papers.lost(papers.with_paper(f"listed {number}"))
    file_due()
    money.levied(202610)
    money.levied(202611)
    money.receive(money.row(11_00, AAE086="列表到账一"), partner="bank")
    money.receive(money.row(12_00, AAE086="列表到账"), partner="bank")
    for person in (city.next_person(), city.next_person()):
        open_draft(user=city.user("teller"), item_code="CHG-003", form={}, person=person)
    for case in (city.accept_class2(), city.accept_class2()):
        send_back(case, Point("wrong", field="address", note="与证照不符"))
        failed_job()
    presence.asked("SELECT rating_close_months_v1(%s)", dt.date(2026, 12, 1))
    presence.asked("SELECT audit_draw_v1(%s)", dt.date(2026, 12, 1))
    leads()
    for person in (city.next_person(), city.next_person()):
        for ground in ("complaint", "judicial"):
            record_full_view(user=city.user("teller"), subject=person, reason=f"第 {person.pk} 号 {ground}", ground=ground)


def test_every_list_is_tried_here() -> None:
    assert _LISTINGS.keys() == set(CODES)
    for listing in _LISTINGS.values():
        assert listing.right in page_rights()
        assert len({c.key for c in listing.columns}) == len(listing.columns)


def _all(listing: Listing) -> dict[str, str]:
    """What asks for every row, also of a list that begins with some."""
    return {listing.chips.key: ALL} if listing.chips and listing.begins else {}


def _of(code: str) -> Listing:
    found = listing_of(code)
    assert found is not None
    return found


def _values(listing: Listing, user: User) -> list[dict[str, str]]:
    """One address for each condition with each of its first values, and for each order."""
    asked: list[dict[str, str]] = [{}]
    for condition in listing.conditions:
        if isinstance(condition, Choice):
            asked += [{condition.key: value} for value, _ in list(condition.choices(user))[:3]]
            asked += [{condition.key: "没有这一项"}]
        elif isinstance(condition, Day):
            asked += [{condition.key: TODAY.isoformat()}, {condition.key: "2026.11"}]
        elif isinstance(condition, Text):
            asked += [{condition.key: "王"}, {condition.key: "%_'\\"}, {condition.key: "2026-11"}]
    if listing.chips:
        asked += [{listing.chips.key: value} for value in listing.chips.words()] + [{listing.chips.key: "x"}]
    if listing.find:
        asked += [{listing.find.key: value} for value in ("0", "p510000000001.u5100000001", "c5111", "c", "p", "..", "x")]
    for column in listing.columns:
        asked += [{"sort": column.key}, {"sort": f"-{column.key}"}]
    return [*asked, {"page": "0"}, {"page": "99999"}, {"page": "x"}, {"size": "7"}, {"size": "100"}, {"sort": "nothing"}]


@pytest.mark.parametrize("code", CODES)
def test_every_condition_and_order_answers(code: str) -> None:
    listing = _of(code)
    user = _reader(listing)
    client, page = signed_in(user.username), reverse(listing.page)
    for asked in _values(listing, user):
        answer = client.get(f"{page}?{urlencode(asked)}")
        assert answer.status_code == 200, (asked, text_of(answer)[-300:])


@pytest.mark.parametrize("code", CODES)
def test_a_list_that_asks_for_itself_gets_what_its_page_shows(code: str) -> None:
    listing = _of(code)
    client, page = signed_in(_reader(listing).username), reverse(listing.page)
    part = tree_of(client.get(page, headers={**PART, "HX-Target": "listing"}))
    whole = tree_of(client.get(page))
    assert inner(element(part, "listing")) == inner(element(whole, "listing")) != []
    assert "sidebar" not in str(part)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sorted_by", range(12))
def test_the_pages_hold_every_row_once(code: str, sorted_by: int, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = _of(code)
    user = _reader(listing)
    orders = ["", *(f"{sign}{c.key}" for c in listing.columns if c.sort for sign in ("", "-"))]
    if sorted_by >= len(orders):
        pytest.skip("no further order")
    monkeypatch.setattr("yigui.shell.list_pages.SIZES", (3, 50, 100))
    seen: list[str] = []
    page, pages = 1, 1
    while page <= pages:
        shown = Shown(listing, user, _all(listing) | {"page": str(page), "sort": orders[sorted_by]}, "/")
        pages = shown.pages
        seen += ["|".join(cell.text for cell in row) for row in shown.cells]
        page += 1
    numbers = [line.partition("|")[0] for line in seen]
    rows = listing.rows(user).count()
    assert len(numbers) == len(set(numbers)) == rows == shown.total
    assert rows > 1 or code == "overdue"


@pytest.mark.parametrize("code", [code for code in CODES if code != "drafts"])
def test_the_counts_of_the_chips_are_those_of_their_lists(code: str) -> None:
    listing = _of(code)
    user = _reader(listing)
    shown = Shown(listing, user, _all(listing), "/")
    assert listing.chips is not None
    for value in listing.chips.words():
        narrowed_to = Shown(listing, user, {listing.chips.key: value}, "/")
        assert narrowed_to.total == shown.counts.get(value, 0) == narrowed(listing, user, {listing.chips.key: value}).count()
    assert shown.total == listing.rows(user).count()


@pytest.mark.parametrize("code", [code for code in CODES if code != "drafts"])
def test_of_more_than_are_counted_each_chip_says_what_its_list_says(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.shell.list_pages.COUNT_MAX", 1)
    listing = _of(code)
    user = _reader(listing)
    shown = Shown(listing, user, _all(listing), "/")
    assert listing.chips is not None
    assert shown.total == min(2, listing.rows(user).count())
    for value in listing.chips.words():
        narrowed_to = Shown(listing, user, {listing.chips.key: value}, "/")
        rows = min(2, narrowed(listing, user, {listing.chips.key: value}).count())
        assert narrowed_to.total == shown.counts.get(value, 0) == rows
        assert all(chip.count == count_words(rows) for chip in narrowed_to.chips if chip.is_on)


@pytest.mark.parametrize("code", [code for code in CODES if code not in ("mine", "drafts", "accounts", "overdue", "jobs")])
def test_an_export_is_the_filtered_rows_in_their_order_and_no_cell_is_a_formula(code: str) -> None:
    listing = _of(code)
    user = _reader(listing)
    assert listing.chips is not None
    value = max(Shown(listing, user, _all(listing), "/").counts.items(), key=lambda pair: pair[1])[0]
    asked = {listing.chips.key: value, "sort": f"-{next(c.key for c in listing.columns if c.sort)}"}
    client = signed_in(user.username)
    answer = client.post(
        reverse("backoffice:export_list", args=[listing.code]), {"query": urlencode(asked), "reason": "核对清单内容"}, follow=True
    )
    assert "已登记导出编号" in text_of(answer)
    made = user.exports.order_by("-id")[0]
    rows = exported(listing, user, asked, 500)
    assert made.rows == len(rows) == narrowed(listing, user, asked).count() > 0
    taken = client.post(reverse("backoffice:export_take", args=[made.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(taken.content)).worksheets[0]
    found = [tuple(cell for cell in row) for row in sheet.iter_rows(min_row=3)]
    assert [c.value for c in next(sheet.iter_rows(min_row=2, max_row=2))] == [c.label for c in listing.columns]
    assert len(found) == len(rows)
    for cells, row in zip(found, rows, strict=True):
        assert all(cell.data_type != "f" for cell in cells)
        assert [str(cell.value or "").removesuffix(" 00:00:00") for cell in cells] == [
            str(v) if v != "" else "" for v in map(_plain, row)
        ]


def _plain(value: Any) -> Any:
    """Nought is a value; an amount is written without the noughts behind it."""
    if isinstance(value, str):
        return value
    number = getattr(value, "normalize", None)
    return ("" if not value else format(value.normalize(), "f")) if number else ("" if value == 0 else value)


def test_a_name_that_looks_like_a_formula_is_text_in_an_export() -> None:
    content = money.csv_file([money.row(13_00)])
    import_receipts(
        content=content,
        file_name="=cmd|' /C calc'!A0.csv",
        partner="bank",
        area_code="511102",
        user=city.user("cashier"),
        today=TODAY,
    )
    listing, user = _of("receipt-files"), city.user("head")
    rows = exported(listing, user, {}, 500)
    assert any(isinstance(v, str) and is_formula(v) for row in rows for v in row)
    made = ask_export(user=city.user("head"), kind=export_code(listing), parameters={}, reason="核对到账文件")
    _, content = take_export(user=city.user("head"), number=made.pk)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_names_a_person_never_stands_in_the_address() -> None:
    case = Case.objects.exclude(person=None).order_by("-id")[0]
    assert case.person is not None
    client = signed_in("head")
    for text in (case.person.name, case.person.id_number, case.person.name[1:]):
        answer = client.post("/cases/", {"find": text})
        assert answer.status_code == 302
        assert text not in answer.headers["Location"]
        assert case.person.person_no in answer.headers["Location"]
        page = page_of(client.get(answer.headers["Location"]))
        assert case.case_no in page
        assert case.person.name not in page


def test_a_whole_case_number_opens_the_case_also_with_blanks() -> None:
    case = Case.objects.order_by("-id")[0]
    n = case.case_no
    for text in (n, f"{n[:6]} {n[6:14]} {n[14:]}"):
        assert signed_in("head").post("/cases/", {"find": text}).headers["Location"] == f"/cases/{n}/"


def test_whom_nobody_knows_gives_an_empty_list_that_says_so() -> None:
    answer = signed_in("head").post("/cases/", {"find": "查无此人氏"}, follow=True)
    assert "没有找到这样的个人、单位或办件" in page_of(answer)
    assert "没有符合条件的记录" in page_of(answer)


def test_a_name_of_many_says_that_only_the_first_are_looked_for() -> None:
    page = page_of(signed_in("head").post("/cases/", {"find": "王"}, follow=True))
    assert "只按前 10 个查找，其余请用号码" in page


def test_a_condition_that_says_nothing_is_named_and_the_list_stands() -> None:
    page = page_of(signed_in("head").get("/cases/?from=gestern&item=XXX-1"))
    assert "“受理自”应为日期" in page
    assert "“事项”没有“XXX-1”这一项" in page


def test_a_view_is_kept_and_forgotten_by_its_owner_alone() -> None:
    client = signed_in("head")
    kept = client.post("/lists/cases/views/", {"name": "本月办结", "query": "status=finished"}, follow=True)
    assert "已存为视图“本月办结”" in page_of(kept)
    assert "本月办结" in page_of(client.get("/cases/"))
    assert "本月办结" not in page_of(signed_in("reviewer").get("/cases/"))
    number = SavedView.objects.get(name="本月办结").pk
    assert signed_in("reviewer").post(f"/lists/cases/views/{number}/").status_code == 404
    assert "已删除" in page_of(client.post(f"/lists/cases/views/{number}/", follow=True))
    assert not SavedView.objects.filter(pk=number).exists()


def test_views_have_a_name_and_an_end() -> None:
    user = city.user("auditor")
    client = signed_in("auditor")
    for name in ("", "字" * (NAME_MAX + 1)):
        assert "请给视图起一个" in page_of(client.post("/lists/cases/views/", {"name": name, "query": ""}, follow=True))
    for n in range(VIEWS_MAX):
        save_view(user=user, listing="cases", name=f"视图{n}", query="")
    save_view(user=user, listing="cases", name="视图0", query="status=open")
    assert f"最多存 {VIEWS_MAX} 个" in page_of(client.post("/lists/cases/views/", {"name": "再一个", "query": ""}, follow=True))


def test_a_list_of_another_post_is_neither_kept_nor_exported() -> None:
    assert signed_in("teller").post("/lists/accounts/views/", {"name": "x", "query": ""}).status_code == 403
    assert signed_in("head").post("/lists/accounts/export/", {"query": "", "reason": "看看有谁"}).status_code == 403
    assert signed_in("teller").post("/lists/mine/export/", {"query": "", "reason": "留存一份"}).status_code == 403
    assert signed_in("head").post("/lists/nothing/export/", {"query": "", "reason": "留存一份"}).status_code == 404


def test_an_export_asked_for_is_refused_to_who_lost_the_page() -> None:
    with pytest.raises(Exception, match="页面权限"):
        ask_export(user=city.user("head"), kind="list-accounts", parameters={}, reason="核对账号清单")


def test_an_address_keeps_what_was_asked_and_nothing_else() -> None:
    listing = _of("cases")
    assert said_in(listing, {"status": "open", "evil": "1", "sort": "-due", "page": "3"}) == {"status": "open", "sort": "-due"}
    shown = Shown(listing, city.user("head"), {"status": "open", "sort": "-due", "size": "50", "page": "2"}, "/cases/")
    assert shown.query() == "status=open&sort=-due&size=50"
    assert [h.sorted for h in shown.heads if h.column.key == "due"] == ["descending"]


def test_sums_are_numbers_and_days_are_days() -> None:
    listing = _of("batches")
    kinds = {c.key: c.shown for c in listing.columns}
    assert kinds["amount"] is As.MONEY
    row = exported(listing, city.user("head"), {}, 1)[0]
    assert not isinstance(row[[c.key for c in listing.columns].index("amount")], str)
