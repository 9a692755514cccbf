"""The list of a base declaration in a draft: merged or replaced when asked, averages rounded, rows back with their reasons, bounds awaited."""

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from tests import city
from tests.items.money_forms import employer_with_staff
from tests.pages import text_of
from tests.portal.test_applying import begin, login_of
from tests.portal.test_signing_in import signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.casework.models import Draft
from yigui.levy.declare import judge, missing_staff, read_wage_list, template_workbook
from yigui.registry.models import Employer, Employment

HEAD = ["社会保障号码", "姓名", "申报工资"]


def book(*rows: list[Any], head: list[str] | None = None, above: tuple[list[Any], ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    for row in (*above, head or HEAD, *rows):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def staff(least: int = 3) -> tuple[Employer, list[Employment]]:
    while True:
        unit = employer_with_staff()
        rows = list(Employment.objects.filter(employer=unit, end_period=None).select_related("person"))
        if len(rows) >= least:
            return unit, rows


def begun() -> tuple[Client, str, list[Employment]]:
    unit, rows = staff()
    client = signed_in(login_of(unit))
    return client, begin(client, "LVY-001"), rows


def sent(client: Client, url: str, content: bytes, **more: str) -> str:
    file = SimpleUploadedFile("名册.xlsx", content)
    return text_of(client.post(f"{url}list/", {"file": file, **more}))


def kept(url: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1]).form.get("base_rows", [])
    return rows


def came_back(client: Client, page: str) -> Any:
    """The workbook of the rows that came back, as the page's link gives it."""
    found = re.search(r'href="([^"]+returned\.xlsx)"', page)
    assert found is not None
    return openpyxl.load_workbook(io.BytesIO(client.get(found[1]).content))


def test_a_second_list_is_asked_about_and_merged_or_put_in_its_place() -> None:
    client, url, rows = begun()
    one, two, three = (e.person for e in rows[:3])
    page = sent(client, url, book([one.id_number, one.name, 6000], [two.id_number, f"{two.name}x", 6000]))
    assert "退回 <strong>1</strong>" in page
    mended = book([two.id_number, two.name, 7000], [one.id_number, one.name, 6500])
    assert "请选择“并入已有名册”或“替换已有名册”" in sent(client, url, mended)
    assert [row["declared_wage"] for row in kept(url)] == ["6000.00"]
    sent(client, url, mended, how="merge")
    assert {row["id_number"]: row["declared_wage"] for row in kept(url)} == {one.id_number: "6500.00", two.id_number: "7000.00"}
    sent(client, url, book([three.id_number, three.name, 8000]), how="merge")
    assert len(kept(url)) == 3
    sent(client, url, book([three.id_number, three.name, 8000]), how="replace")
    assert [row["id_number"] for row in kept(url)] == [three.id_number]


def test_rows_that_came_back_can_be_downloaded_mended_and_sent_again() -> None:
    client, url, rows = begun()
    one, two = (e.person for e in rows[:2])
    page = client.post(
        f"{url}list/",
        {"file": SimpleUploadedFile("a.xlsx", book([one.id_number, one.name, 6000], [two.id_number, two.name, "六千"]))},
    )
    back = came_back(client, text_of(page))
    sheet = back.worksheets[0]
    assert [cell.value for cell in sheet[2]][:3] == [two.id_number, two.name, "六千"]
    assert "不是金额" in str(sheet.cell(2, 4).value)
    sheet.cell(2, 3).value = "6000"
    out = io.BytesIO()
    back.save(out)
    sent(client, url, out.getvalue(), how="merge")
    assert {row["id_number"] for row in kept(url)} == {one.id_number, two.id_number}


AVERAGES: dict[str, Callable[[Any], list[Any]]] = {
    "a twelfth": lambda p: [p.id_number, p.name, 61999 / 12], "dust": lambda p: [p.id_number, p.name, 5166.5800000001],
    "text": lambda p: [p.id_number, p.name, "5166.583333"], "with blanks": lambda p: [p.id_number, " ".join(p.name), 5166.58],
}  # fmt: skip


@pytest.mark.parametrize("how", AVERAGES)
def test_an_average_is_rounded_to_fen_and_said(how: str) -> None:
    unit, rows = staff()
    (verdict,) = judge(rows=read_wage_list(book(AVERAGES[how](rows[0].person)), "a.xlsx"), employer=unit, year=2026)
    assert (verdict.state, verdict.declared_fen) == ("good", 5166_58)
    assert ("四舍五入" in verdict.sentence) == (how in ("a twelfth", "text"))


@pytest.mark.parametrize(
    ("head", "above"),
    [
        (["身份证号", "姓 名", "月平均工资（元）"], ()), (HEAD, (["2026年度缴费基数申报表"],)), (["*社会保障号码", "姓名*", "上年度月平均工资"], ()),
    ],
)  # fmt: skip
def test_lists_as_offices_keep_them_are_read(head: list[str], above: tuple[list[Any], ...]) -> None:
    unit, rows = staff()
    person = rows[0].person
    (verdict,) = judge(
        rows=read_wage_list(book([person.id_number, person.name, 6000], head=head, above=above), "a.xlsx"), employer=unit, year=2026
    )
    assert (verdict.state, verdict.declared_fen) == ("good", 6000_00)


def test_a_number_kept_as_a_number_has_one_sentence() -> None:
    unit, rows = staff()
    person = next(e.person for e in rows if e.person.id_number.isdecimal())
    (verdict,) = judge(rows=read_wage_list(book([int(person.id_number), person.name, 6000]), "a.xlsx"), employer=unit, year=2026)
    assert verdict.state == "bad"
    assert "存成了数值" in verdict.sentence


def test_wages_are_taken_before_the_bounds_are_published() -> None:
    unit, rows = staff()
    person = rows[0].person
    row = {"id_number": person.id_number, "person_name": person.name, "declared_wage": "6000"}
    (verdict,) = judge(rows=[row], employer=unit, year=2027)
    assert (verdict.state, verdict.is_good, verdict.declared_fen) == ("waiting", True, 6000_00)
    assert "尚未公布" in verdict.sentence
    form = {
        "unit_no": unit.unit_no, "year": "2027", "base_rows": [verdict.as_row()], "contact_name": "李晓春", "phone": "13900001111",
    }  # fmt: skip
    found = examine(city.application("LVY-001", form, today=dt.date(2027, 5, 10)))
    assert "bounds_awaited" in {f.check for f in found.reminders}


def test_the_example_of_the_template_is_no_data() -> None:
    filled = openpyxl.load_workbook(io.BytesIO(template_workbook()))
    unit, rows = staff()
    filled.worksheets[0].append([rows[0].person.id_number, rows[0].person.name, "6000"])
    out = io.BytesIO()
    filled.save(out)
    assert [v.state for v in judge(rows=read_wage_list(out.getvalue(), "a.xlsx"), employer=unit, year=2026)] == ["aside", "good"]


def test_the_page_and_the_checks_count_whom_the_list_leaves_out_alike() -> None:
    client, url, rows = begun()
    one, *others = (e.person for e in rows)
    page = sent(client, url, book([one.id_number, one.name, 6000], *([p.id_number, f"{p.name}x", 6000] for p in others)))
    unit = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1]).employer
    assert unit is not None
    found = missing_staff(judge(rows=kept(url), employer=unit, year=2026), employer=unit, year=2026)
    assert {e.person.id_number for e in found} >= {p.id_number for p in others}
    assert f"在职未列入 {len(found)} 人（其中 {len(others)} 人的行被退回）" in " ".join(page.split())
    form = {"unit_no": unit.unit_no, "year": "2026", "base_rows": kept(url), "contact_name": "李晓春", "phone": "13900001111"}
    said = examine(city.application("LVY-001", form, today=dt.date(2026, 5, 11)))
    assert any(f"有 {len(found)} 人本年度尚未申报，也不在本次名册内" in f.message + f.detail for f in said.reminders)


def test_what_came_back_and_what_was_taken_stand_there_when_the_page_is_opened_again() -> None:
    client, url, rows = begun()
    one, two = (e.person for e in rows[:2])
    sent(client, url, book([one.id_number, one.name, 6000.125], [two.id_number, two.name, "六千"]))
    page = " ".join(text_of(client.get(url)).split())
    for wanted in ("退回的 1 行", "第 3 行", "不是金额", "download=", "已列入的 1 人", one.name, "四舍五入"):
        assert wanted in page
    sent(client, url, book([two.id_number, two.name, 6000]), how="merge")
    page = " ".join(text_of(client.get(url)).split())
    assert "已列入的 2 人" in page
    assert "退回的" not in page


def test_that_averages_were_rounded_is_said_on_the_page_and_in_the_workbook_of_what_came_back() -> None:
    client, url, rows = begun()
    one, two, three = (e.person for e in rows[:3])
    averages = ([p.id_number, p.name, 61999 / 12] for p in (one, two))
    sent(client, url, book(*averages, [three.id_number, three.name, 61999 / 12], [three.id_number, three.name, 61999 / 12]))
    page = " ".join(text_of(client.get(url)).split())
    assert "其中 3 人的申报工资已四舍五入到分" in page
    assert "申报工资四舍五入到分的 3 人" in page
    sheet = came_back(client, page).worksheets[0]
    assert sheet.max_row == 2
    assert re.search("为同一人.*四舍五入", str(sheet.cell(2, 4).value))
    sent(client, url, book([one.id_number, one.name, 6000]), how="replace")
    assert "四舍五入到分" not in text_of(client.get(url))


def test_a_row_is_called_by_its_place_in_its_own_file() -> None:
    unit, rows = staff()
    above = ([["2026 年度缴费基数申报表"]] * 10)[:10]
    read = read_wage_list(book([rows[0].person.id_number, rows[0].person.name, 100], above=tuple(above)), "上半册.xlsx")
    (verdict,) = judge(rows=read, employer=unit, year=2026)
    (again,) = judge(rows=[verdict.as_row()], employer=unit, year=2026)
    assert (verdict.row_no, again.row_no, again.file) == (12, 12, "上半册.xlsx")
    form = {
        "unit_no": unit.unit_no, "year": "2026", "base_rows": [verdict.as_row()], "contact_name": "李晓春", "phone": "13900001111",
    }  # fmt: skip
    said = examine(city.application("LVY-001", form, today=dt.date(2026, 5, 11)))
    assert any(f"第 12 行 {rows[0].person.name}" in f.message + f.detail for f in said.reminders if f.check == "base_capped")


def test_every_field_a_check_speaks_of_has_its_place_on_the_page() -> None:
    client, url, rows = begun()
    sent(client, url, book([rows[0].person.id_number, rows[0].person.name, 6000]))
    page = text_of(client.get(url))
    live = text_of(client.post(f"{url}live/", {"year": "2026"}))
    swapped = set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', live))
    assert "id_base_rows_hint" in swapped
    assert [name for name in swapped if f'id="{name}"' not in page] == []


def test_many_rows_that_came_back_are_cut_on_the_page_and_whole_in_the_workbook() -> None:
    client, url, rows = begun()
    one = rows[0].person
    page = sent(client, url, book([one.id_number, one.name, 6000], *([one.id_number, one.name, 6000] for _ in range(150))))
    assert "退回的 150 行，列示前 100 行" in " ".join(page.split())
    assert page.count("为同一人") == 100
    assert came_back(client, page).worksheets[0].max_row == 151


def test_a_list_is_judged_when_it_comes_in_and_not_when_its_page_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    client, url, rows = begun()
    one, two = (e.person for e in rows[:2])
    sent(client, url, book([one.id_number, one.name, 6000], [two.id_number, two.name, "六千"]))
    for name in ("judge", "missing_staff", "returned_workbook"):
        monkeypatch.setattr(f"yigui.applying.base_lists.{name}", _not_now)
    page = " ".join(text_of(client.get(url)).split())
    assert "按 2026 年度核对" in page
    assert "退回的 1 行" in page
    assert one.name in page
    assert "现在填的年度是 2027" not in page
    client.post(f"{url}live/", {"year": "2027"})
    assert "现在填的年度是 2027" in text_of(client.get(url))


def _not_now(*_: object, **__: object) -> None:
    raise AssertionError("judged again")


def test_nobody_else_reads_what_came_back() -> None:
    client, url, rows = begun()
    sent(client, url, book([rows[0].person.id_number, rows[0].person.name, "六千"]))
    assert client.get(f"{url}list/returned.xlsx").status_code == 200
    other = signed_in(login_of(staff()[0]))
    assert other.get(f"{url}list/returned.xlsx").status_code == 404
    sent(client, url, book([rows[0].person.id_number, rows[0].person.name, 6000]))
    assert client.get(f"{url}list/returned.xlsx").status_code == 404


def test_of_two_rows_of_one_person_that_differ_both_come_back() -> None:
    client, url, rows = begun()
    one, two = (e.person for e in rows[:2])
    page = sent(
        client, url, book([one.id_number, one.name, 7000], [one.id_number, one.name, 7100], [two.id_number, two.name, 6000])
    )
    assert "与第 3 行为同一人而内容不同，请只保留正确的一行" in page
    assert "与第 2 行为同一人而内容不同，请只保留正确的一行" in page
    assert [row["id_number"] for row in kept(url)] == [two.id_number]
    # The same said twice is taken once.
    sent(client, url, book([one.id_number, one.name, 7000], [one.id_number, one.name, 7000]), how="replace")
    assert [row["declared_wage"] for row in kept(url)] == ["7000.00"]


def test_what_came_back_of_the_first_file_is_still_said_after_a_second_is_merged() -> None:
    client, url, rows = begun()
    one, two, three = (e.person for e in rows[:3])
    sent(
        client, url, book([one.id_number, one.name, 6000], [two.id_number, two.name, "六千"], [three.id_number, three.name, "很多"])
    )
    page = sent(client, url, book([two.id_number, two.name, 6500]), how="merge")
    assert "退回的 1 行" in " ".join(page.split())
    assert three.name in page
    sheet = came_back(client, page).worksheets[0]
    assert (sheet.max_row, sheet.cell(2, 1).value) == (2, three.id_number)
    draft = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1])
    assert (draft.lines_in, len(kept(url)), draft.seen["replaced"]) == (4, 2, 1)


def test_no_row_of_a_draft_that_was_read_goes_lost() -> None:
    client, url, rows = begun()
    one, two = (e.person for e in rows[:2])
    sent(client, url, book([one.id_number, one.name, 6000], [two.id_number, two.name, 6500]))
    draft = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1])
    draft.form = draft.form | {"base_rows": draft.form["base_rows"][:1]}
    with pytest.raises(DatabaseError, match="名册的行数与读入的行数不符"), transaction.atomic():
        draft.save(update_fields=["form"])


def declared(unit: Employer, rows: list[Employment], wages: dict[int, int]) -> None:
    """The employer has declared these wages (yuan) for the year."""
    of = {e.person_id: e.person for e in rows}
    listed = [
        {
            "id_number": of[pk].id_number,
            "person_name": of[pk].name,
            "declared_wage": f"{yuan}.00",
            "contribution_base": f"{yuan}.00",
        }
        for pk, yuan in wages.items()
    ]
    form = {"unit_no": unit.unit_no, "year": "2026", "base_rows": listed, "contact_name": "李晓春", "phone": "13900001111"}
    confirmed = ("all_staff_listed", "declared_before", "base_capped", "wage_unusual", "bounds_awaited")
    case = accept_case(
        city.application("LVY-001", form, today=dt.date(2026, 5, 11), materials=["base_declaration_form"], confirmed=confirmed)
    )
    assert (case.status, case.effect_error) == ("finished", "")


def test_who_was_declared_before_is_named_with_both_wages_and_is_not_left_out() -> None:
    client, url, rows = begun()
    unit = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1]).employer
    assert unit is not None
    one, two, three = rows[:3]
    declared(unit, rows, {one.person_id: 8000, two.person_id: 6000})
    page = sent(client, url, book([one.person.id_number, one.person.name, 7500], [two.person.id_number, two.person.name, 6000]))
    form = {"unit_no": unit.unit_no, "year": "2026", "base_rows": kept(url), "contact_name": "李晓春", "phone": "13900001111"}
    found = examine(city.application("LVY-001", form, today=dt.date(2026, 5, 11)))
    (asked,) = [f for f in found.reminders if f.check == "declared_before"]
    assert (
        asked.message == f"名册中有 1 人本年度已申报过，本次申报将取代以前的申报工资：{one.person.name} 8,000.00 元 → 7,500.00 元。"
    )
    shown = {line.label: (line.before, line.after) for line in handler_of(found.facts.item).preview(found.facts)}
    assert shown[one.person.name][0] == "已申报 8,000.00 元"
    assert shown[one.person.name][1].startswith("申报工资 7,500.00 元，缴费基数 ")
    assert shown[two.person.name][0] == ""
    # Whoever was declared a minute ago is not missing from the next list; the employer reads the names of its own people.
    page = sent(client, url, book([three.person.id_number, three.person.name, 7500]), how="replace")
    left = len(rows) - 3
    assert (f"在职未列入 {left} 人" in " ".join(page.split())) == (left > 0)
    if left:
        assert rows[3].person.name in page


def test_what_was_declared_stands_on_the_roster_of_the_platform() -> None:
    client, _, rows = begun()
    declared(rows[0].employer, rows, {rows[0].person_id: 9000})
    page = " ".join(text_of(client.get("/unit/staff/", {"q": rows[0].person.id_number})).split())
    assert "9,000.00" in page
    assert "年度申报工资" in page


def test_columns_that_were_not_read_a_legend_and_two_wages_are_said() -> None:
    client, url, rows = begun()
    one, two, three = (e.person for e in rows[:3])
    head = [*HEAD, "月平均工资", "增减类型", "备注"]
    legend = ["必填", "必填", "必填，单位元", "选填", "选填", "选填"]
    page = sent(
        client, url, book(legend, [one.id_number, one.name, 6000, 6000, "增员", ""], [two.id_number, two.name, 6000, 6600, "增员", ""], head=head)
    )  # fmt: skip
    assert "未读取的列：增减类型、备注" in page
    assert "申报工资“6000.00”与“月平均工资”“6600.00”不同，请只保留申报的一列" in page
    assert "退回 <strong>1</strong>" in page
    assert "第 2 行是填写说明行（必填、选填），没有作为数据读取" in page
    assert [row["id_number"] for row in kept(url)] == [one.id_number]
    # It stands there when the page is opened again, and beside the columns of a file that was merged into it.
    assert "未读取的列：增减类型、备注" in text_of(client.get(url))
    page = sent(client, url, book([three.id_number, three.name, 8000, "甲班"], head=[*HEAD, "班组"]), how="merge")
    assert "未读取的列：增减类型、备注" in page
    assert "未读取的列：班组" in page
    page = sent(client, url, book([three.id_number, three.name, 8000]), how="replace")
    assert "未读取的列" not in page
    assert two.id_number not in {row["id_number"] for row in kept(url)}


def test_a_row_of_a_template_that_says_what_must_be_filled_in_is_set_aside() -> None:
    text = "姓名（必填）,身份证号码,申报工资\n*必填,必填，18位,选填\n张三,110101199003071938,5000\n必小明,110101199003071946,5000\n"
    read = read_wage_list(text.encode(), "名册.csv")
    assert [(row["is_aside"], row["problem"]) for row in read] == [
        (True, "填写说明行（必填、选填），没有作为数据读取"),
        (False, ""),
        (False, ""),
    ]
    assert read.unread == []
