"""The list of a base declaration in a draft: merged or replaced when asked, averages rounded, rows back with their reasons, bounds awaited."""

import base64
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tests.items.money_forms import employer_with_staff
from tests.pages import text_of
from tests.portal.test_applying import begin, login_of
from tests.portal.test_signing_in import signed_in
from yigui.casework.application import examine
from yigui.casework.models import Draft
from yigui.levy.declare import judge, read_wage_list, template_workbook
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
    found = re.search(r'href="data:[^;"]*;base64,([^"]+)"', page.content.decode())
    assert found is not None
    back = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found[1])))
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
