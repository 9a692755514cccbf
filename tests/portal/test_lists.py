"""A list of people for one item: good rows go on, bad rows come back with sentences, twice changes nothing."""

import datetime as dt
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.conftest import TODAY
from tests.items.money_forms import missed_month
from tests.pages import page_of, text_of
from tests.pdf import pdf
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in
from yigui.applying import list_pages
from yigui.applying.list_tables import columns_of, returned_of, template_of
from yigui.applying.lists import ROWS_MAX, accept_list, lacking, read_list
from yigui.casework.accept_case import accept_case
from yigui.casework.handlers import Place
from yigui.casework.models import ApplicationList, Case
from yigui.casework.queries import current_step
from yigui.casework.slip import acceptance_slip
from yigui.catalogue.declarations import Item, catalogue, declared
from yigui.common.errors import YiguiError
from yigui.common.identifiers import read_citizen_number
from yigui.documents.errors import FileRefused
from yigui.exchange.models import EmploymentRegistration
from yigui.identity.models import UnitLogin
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.law.conditions import condition
from yigui.portal.applying import door_at
from yigui.registry.models import Coverage, Employer, Employment, Person

#: Where the units of these lists are.
LESHAN = Place("511100", TODAY)
SCAN = pdf(b"a scan")
ITEM = declared().item("REG-004", TODAY)
LABELS = {f.name: f.label for f in columns_of(ITEM)}


def company(count: int) -> tuple[UnitLogin, list[EmploymentRegistration]]:
    """An employer with so many people registered as employed and not yet insured."""
    waiting: dict[str, list[EmploymentRegistration]] = {}
    while True:
        seeker = city.next_seeker()
        rows = waiting.setdefault(seeker.credit_code, [])
        rows.append(seeker)
        if len(rows) == count:
            return login_of(city.unit(seeker.credit_code)), rows


def workbook(rows: list[dict[str, Any]], item: Item = ITEM) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template_of(item, LESHAN)))
    sheet = book.worksheets[0]
    sheet.delete_rows(2)  # the example
    for row in rows:
        sheet.append([row.get(f.name, "") for f in columns_of(item)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(seeker: EmploymentRegistration, **changed: Any) -> dict[str, Any]:
    form = city.enrolment_form(seeker, **changed)
    words = catalogue().enums["gender"][form["gender"]] if "gender" in catalogue().enums else form["gender"]
    kept = {name: form[name] for name in LABELS if name in form and not isinstance(form[name], list)}
    return kept | {"gender": words} if "gender" in kept else kept


def judged(login: UnitLogin, content: bytes, today: dt.date = TODAY, *, how: str = "replace") -> ApplicationList:
    return read_list(
        door_at("portal", login), item=ITEM, employer=login.employer, content=content, file_name="名单.xlsx", today=today, how=how
    )


def states(kept: ApplicationList) -> Counter[str]:
    return Counter(row["state"] for row in kept.rows)


def test_good_rows_become_cases_and_bad_ones_come_back() -> None:
    login, seekers = company(4)
    good, twice, no_wage, unknown = seekers
    stranger = city.next_employee().person
    rows = [
        row_of(good), row_of(twice), row_of(twice), row_of(no_wage, declared_wage="很多"),
        row_of(unknown, id_number=stranger.id_number, person_name=stranger.name), row_of(unknown, declared_wage="=1+1"),
    ]  # fmt: skip
    kept = judged(login, workbook(rows))
    assert [row["state"] for row in kept.rows] == ["good", "good", "bad", "bad", "bad", "bad"]
    assert kept.rows[2]["sentences"] == ["与第 3 行是同一人，请删除一行。"]
    assert all(row["sentences"] for row in kept.rows if row["state"] == "bad")
    kept = accept_list(door_at("portal", login), kept, confirmed=(), today=TODAY)
    assert states(kept) == {"done": 2, "bad": 4}
    for seeker in (good, twice):
        case = Case.objects.get(person__id_number=seeker.id_number, item_code="REG-004")
        assert (case.status, case.login) == ("finished", login)
    assert not Employment.objects.filter(employer=login.employer, person__id_number=no_wage.id_number).exists()


def test_a_list_handed_in_twice_accepts_nobody_twice() -> None:
    login, seekers = company(3)
    kept = judged(login, workbook([row_of(s) for s in seekers]))
    again = ApplicationList.objects.get(pk=kept.pk)
    accept_list(door_at("portal", login), kept, confirmed=(), today=TODAY)
    accept_list(door_at("portal", login), again, confirmed=(), today=TODAY)
    assert [row["case_no"] for row in again.rows] == [row["case_no"] for row in kept.rows]
    third = judged(login, workbook([row_of(s) for s in seekers]))
    assert states(third) == {"bad": 3}
    assert Case.objects.filter(person__id_number__in=[s.id_number for s in seekers], item_code="REG-004").count() == 3


def test_from_the_16th_the_whole_list_is_agreed_to_once() -> None:
    login, seekers = company(3)
    today = dt.date(2026, 11, 16)
    rows = [row_of(s, enrol_date=today.isoformat()) for s in seekers]
    kept = judged(login, workbook(rows), today)
    assert states(kept) == {"good": 3}
    with pytest.raises(YiguiError, match="请先确认"):
        accept_list(door_at("portal", login), kept, confirmed=(), today=today)
    assert not Case.objects.filter(person__id_number=seekers[0].id_number).exists()
    kept = accept_list(door_at("portal", login), kept, confirmed=("period_assigned",), today=today)
    assert states(kept) == {"done": 3}
    employments = Employment.objects.filter(employer=login.employer, person__id_number__in=[s.id_number for s in seekers])
    assert set(employments.values_list("start_period", flat=True)) == {202612}


def test_another_units_person_in_a_list_to_stop_is_not_there() -> None:
    mine = city.next_employee()
    other = city.next_employee()
    while other.employer_id == mine.employer_id or mine.employer.employments.filter(person=other.person).exists():
        other = city.next_employee()
    login = login_of(mine.employer)
    item = catalogue().item("REG-006", TODAY)
    heads = {f.name: f.label for f in columns_of(item)}
    lines = [",".join(heads[n] for n in ("id_number", "person_name", "change_reason", "change_date"))]
    lines += [f"{e.person.id_number},{e.person.name},01,2026-11-10" for e in (mine, other)]
    kept = read_list(
        door_at("portal", login), item=item, employer=mine.employer, content="\n".join(lines).encode("gb18030"), file_name="a.csv",
        today=TODAY, papers={"termination_proof": ("证明.pdf", SCAN)},
    )  # fmt: skip
    assert [row["state"] for row in kept.rows] == ["good", "bad"], kept.rows
    assert kept.rows[1]["sentences"] == ["本单位没有这名职工，请核对证件号码。"]
    assert other.employer.name not in str(kept.rows[1])


def handed_in(form: dict[str, Any], code: str, papers: dict[str, tuple[str, bytes]]) -> ApplicationList:
    """A list of one person for an item, judged and its good rows handed in."""
    item, login = catalogue().item(code, TODAY), login_of(Employer.objects.get(unit_no=form["unit_no"]))
    row = form | {"insurances": ""}
    kept = read_list(
        door_at("portal", login), item=item, employer=login.employer, content=workbook([row], item), file_name="名单.xlsx", today=TODAY,
        papers=papers,
    )  # fmt: skip
    return accept_list(door_at("portal", login), kept, confirmed=("period_assigned",), today=TODAY)


def test_a_paper_for_the_whole_list_goes_with_every_case_and_none_is_made_up() -> None:
    form = city.transfer_form()
    without = handed_in(form, "CHG-006", {})
    assert [row["state"] for row in without.rows] == ["bad"]
    assert lacking(without) == {"employment_contract": 1}
    kept = handed_in(form, "CHG-006", {"employment_contract": ("合同.pdf", SCAN), "id_card": ("无关.pdf", SCAN)})
    case = Case.objects.get(case_no=kept.rows[0]["case_no"])
    assert (case.status, case.risk_class) == ("open", 2)
    assert not kept.rows[0]["is_finished"]
    found = {m.material_code: (m.source, m.paper.file_name if m.paper else "") for m in case.materials.select_related("paper")}
    assert found.pop("employment_registration")[0] == "shared"
    assert found == {"employment_contract": ("scanned", "合同.pdf"), "employee_list": ("generated", "")}
    # Whoever reviews one of them is told that the paper is everybody's.
    reviewer, step = Client(), current_step(case)
    assert step is not None
    reviewer.force_login(city.user("reviewer"), backend="yigui.identity.staff_backend.StaffBackend")
    assert "随名单一并提交" not in page_of(reviewer.get(f"/cases/{case.case_no}/"))
    page = text_of(reviewer.post(f"/cases/{case.case_no}/claim/", {"step": step.pk}, follow=True))
    assert "随名单一并提交" in page


def test_missed_months_are_paid_back_by_a_list() -> None:
    form = missed_month()
    person = EmploymentRegistration.objects.filter(id_number=form["id_number"]).latest("id")
    assert accept_case(city.application("REG-005", city.resume_form(person))).status == "finished"
    kept = handed_in(form, "LVY-003", {"wage_sheet": ("工资表.pdf", SCAN)})
    case = Case.objects.get(case_no=kept.rows[0]["case_no"])
    assert (case.item_code, case.status, case.employer_id) == ("LVY-003", "open", kept.employer_id)
    assert case.amount_fen


def test_a_paper_that_is_none_is_refused_with_the_list() -> None:
    with pytest.raises(FileRefused, match="不是 PDF"):
        handed_in(city.transfer_form(), "CHG-006", {"employment_contract": ("合同.docx", b"PK\x03\x04")})


def macro() -> bytes:
    out = io.BytesIO(template_of(ITEM, LESHAN))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><script>alert(1)</script></html>", "网页"),
        (b"PK\x03\x04 not a workbook", "不是可读取的"),
        (b"\x00\x01\x02", "不是 Excel 工作簿"),
        (b"", "空文件（0 字节）"),
        ("姓名\n张三\n".encode(), "缺少列"),
        (template_of(ITEM, LESHAN), "没有数据行"),
        (macro(), "含有宏"),
    ],
)
def test_files_that_are_no_lists_say_so(content: bytes, sentence: str) -> None:
    login, _ = company(1)
    with pytest.raises(FileRefused, match=sentence):
        judged(login, content)


def test_ten_thousand_rows_are_too_many() -> None:
    login, (seeker,) = company(1)
    with pytest.raises(FileRefused, match=f"超过 {ROWS_MAX} 行"):
        judged(login, workbook([row_of(seeker)] * 10_000))


def test_the_pages_of_a_list() -> None:
    login, seekers = company(2)
    client = signed_in(login)
    assert client.get("/unit/apply/lists/REG-004/").status_code == 200
    assert client.get("/unit/apply/lists/REG-004/template.xlsx").content[:2] == b"PK"
    assert client.get("/unit/apply/lists/LVY-002/").status_code == 404
    assert client.post("/unit/apply/lists/REG-004/").status_code == 422
    file = SimpleUploadedFile("名单.xlsx", workbook([row_of(seekers[0]), row_of(seekers[1], declared_wage="")]))
    url = client.post("/unit/apply/lists/REG-004/", {"file": file}).headers["Location"]
    page = text_of(client.get(url))
    assert "待提交 <strong>1</strong> 人" in page
    assert "退回 <strong>1</strong> 行" in page
    assert client.post(f"{url}accept/").status_code == 302
    assert "已办结 <strong>1</strong> 人" in text_of(client.get(url))
    other = signed_in(company(1)[0])
    assert other.get(url).status_code == 404
    assert other.post(f"{url}accept/").status_code == 404


def test_a_long_list_is_handed_in_some_at_a_time_and_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.applying.list_pages.AT_A_TIME", 2)
    login, seekers = company(5)
    kept = judged(login, workbook([row_of(s) for s in seekers]))
    client = signed_in(login)
    url = f"/unit/apply/list/{kept.token}/accept/"
    said = []
    for _ in range(3):
        page = text_of(client.post(url, headers={"HX-Request": "true"}))
        said.append(page)
        kept.refresh_from_db()
    assert "已完成 2 人，还有 3 人" in said[0]
    assert "已完成 4 人，还有 1 人" in said[1]
    assert "已办结" in said[2]
    assert states(kept) == {"done": 5}


def test_a_template_keeps_numbers_offers_words_and_its_example_is_no_data() -> None:
    login, (seeker,) = company(1)
    book = openpyxl.load_workbook(io.BytesIO(template_of(ITEM, LESHAN)))
    sheet, head = book.worksheets[0], [c.value for c in book.worksheets[0][1]]
    assert {sheet.column_dimensions[openpyxl.utils.get_column_letter(k + 1)].number_format for k in range(len(head))} == {"@"}
    assert sheet.cell(2, head.index("社会保障号码") + 1).number_format == "@"
    offered = {str(rule.sqref).rstrip("0123456789")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered[openpyxl.utils.get_column_letter(head.index("性别") + 1)].startswith("=选项!")
    assert book["选项"].sheet_state == "hidden"
    # Filled under the example, which stays where it is.
    sheet.append([row_of(seeker).get(f.name, "") for f in columns_of(ITEM)])
    out = io.BytesIO()
    book.save(out)
    kept = judged(login, out.getvalue())
    assert [(row["state"], row["row_no"]) for row in kept.rows] == [("aside", 2), ("good", 3)]
    assert states(accept_list(door_at("portal", login), kept, confirmed=(), today=TODAY)) == {"aside": 1, "done": 1}


def sheet_of(head: list[str], *rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_NAMES = [f.name for f in columns_of(ITEM)]


def _serial(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1899, 12, 30)).days


DIRTY: dict[str, Any] = {
    "nothing": lambda v: v,
    "zero width": lambda v: v | {"id_number": f"\u200b{v['id_number']}", "mobile": f"\ufeff{v['mobile']}"},
    "full width": lambda v: {
        k: t.translate({48 + n: 0xFF10 + n for n in range(10)}) if k in ("id_number", "mobile") else t for k, t in v.items()
    },
    "blanks": lambda v: (
        v | {"person_name": "　".join(v["person_name"]), "id_number": f"\t{v['id_number'][:6]} {v['id_number'][6:]}"}
    ),
    "days with points": lambda v: (
        v | {"birth_date": v["birth_date"].replace("-", "."), "enrol_date": v["enrol_date"].replace("-", "/")}
    ),
    "no birth and gender": lambda v: v | {"birth_date": "", "gender": ""},
    "wage with commas": lambda v: v | {"declared_wage": "5，200.00元"},
}


@pytest.mark.parametrize("how", DIRTY)
def test_every_door_takes_the_same_for_the_same(how: str) -> None:
    """What is typed in a form and what stands in a list is made plain by one rule, and stored alike."""
    login, (seeker, other) = company(2)
    clean = {"declared_wage": "5200.00", "enrol_date": "2026-11-10"}
    row = DIRTY[how](row_of(seeker, **clean))
    heads = [LABELS[name] for name in _NAMES]
    kept = judged(login, sheet_of(heads, [row.get(name, "") for name in _NAMES]))
    assert [r["state"] for r in kept.rows] == ["good"], kept.rows
    accept_list(door_at("portal", login), kept, confirmed=(), today=TODAY)
    form = city.enrolment_form(other, **clean)
    dirty = DIRTY[how]({k: v for k, v in form.items() if isinstance(v, str)})
    case = accept_case(city.application("REG-004", form | dirty))
    assert case.status == "finished", case.effect_error
    for registered in (seeker, other):
        person = Person.objects.get(id_number=registered.id_number)
        wage = Employment.objects.get(employer=login.employer, person=person).declared_wage_fen
        assert (person.name, person.mobile.isascii(), wage) == (registered.name, True, 5200_00)
        assert (person.born_on, person.gender) == (
            read_citizen_number(person.id_number).born_on,
            read_citizen_number(person.id_number).gender,
        )  # type: ignore[union-attr]


def test_serial_days_titles_and_usual_words_are_read() -> None:
    login, (seeker,) = company(1)
    row = row_of(seeker)
    row |= {"birth_date": _serial(row["birth_date"]), "enrol_date": dt.datetime(2026, 11, 10, 8, 30), "mobile": int(row["mobile"])}  # noqa: DTZ001
    heads = [f"*{LABELS[name]}（必填）" for name in _NAMES]
    heads[_NAMES.index("id_number")], heads[_NAMES.index("mobile")] = "身份证号码", "手机号"
    kept = judged(login, sheet_of(["某公司增员名单"], [], heads, [row.get(name, "") for name in _NAMES]))
    assert [(r["state"], r["row_no"]) for r in kept.rows] == [("good", 4)], kept.rows


def test_a_number_kept_as_a_number_is_said_and_nothing_that_follows() -> None:
    login, seekers = company(2)
    rows = [row_of(s) for s in seekers]
    heads = [LABELS[name] for name in _NAMES]
    cells = [[float(r[n]) if n == "id_number" and r[n].isdecimal() else r.get(n, "") for n in _NAMES] for r in rows]
    kept = judged(login, sheet_of(heads, *[c for c in cells if isinstance(c[_NAMES.index("id_number")], float)]))
    assert {len(r["sentences"]) for r in kept.rows} <= {1}
    assert all("存成了数值" in r["sentences"][0] and "就业" not in str(r["sentences"]) for r in kept.rows)


def test_a_name_that_the_employment_registration_does_not_know_is_refused() -> None:
    login, (seeker,) = company(1)
    kept = judged(login, workbook([row_of(seeker, person_name="王大锤")]))
    assert states(kept) == {"bad": 1}
    assert "就业备案登记的" in str(kept.rows[0]["sentences"]) or "公安" in str(kept.rows[0]["sentences"])
    written = judged(login, workbook([row_of(seeker, person_name=f"{seeker.name}（新）")]))
    assert "不是姓名" in str(written.rows[0]["sentences"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enrol_date": "1926-11-10"}, "早于出生日期"), ({"enrol_date": "2027-11-10"}, "晚于今天"), ({"enrol_date": "2026-12-10"}, "和业务期 2026-11"),
        ({"declared_wage": "9999999999.99"}, "不可能属实"), ({"migrant_flag": "农民工"}, "请填“是”或“否”"), ({"declared_wage": "12,34"}, "不是金额"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_of_an_enrolment_is_refused(changed: dict[str, Any], words: str) -> None:
    login, (seeker,) = company(1)
    kept = judged(login, workbook([row_of(seeker) | changed]))
    assert words in str(kept.rows[0]["sentences"]), kept.rows


def test_a_number_that_cannot_be_one_has_one_sentence() -> None:
    login, seekers = company(3)
    wrong = [f"{s.id_number[:-1]}{'1' if s.id_number[-1] != '1' else '2'}" for s in seekers]
    rows = [
        row_of(seekers[0]) | {"id_number": wrong[0], "birth_date": "", "gender": ""}, row_of(seekers[1]) | {"id_number": wrong[1]},
        row_of(seekers[2]) | {"id_number": wrong[2], "birth_date": ""},
    ]  # fmt: skip
    kept = judged(login, workbook(rows))
    for row, number in zip(kept.rows, wrong, strict=True):
        (sentence,) = row["sentences"]
        assert "社会保障号码" in sentence
        assert "校验未通过" in sentence
        assert number in sentence


def test_a_day_that_has_not_come_is_said_to_lie_after_today_and_no_age_follows() -> None:
    login, (seeker,) = company(1)
    kept = judged(login, workbook([row_of(seeker) | {"birth_date": "2026-12-01"}]))
    said = str(kept.rows[0]["sentences"])
    assert "出生日期 2026-12-01 晚于今天" in said
    assert "年龄" not in said
    kept = judged(login, workbook([row_of(seeker) | {"enrol_date": "2026-12-01"}]))
    assert kept.rows[0]["sentences"] == [
        "个人参保日期 2026-12-01 晚于今天 2026-11-10 和业务期 2026-11。请核对日期；确实以后才开始的，到当月再办理。"
    ]


def test_somebody_not_registered_as_employed_is_told_that_alone() -> None:
    login, (seeker,) = company(1)
    stranger = city.next_employee().person
    row = row_of(seeker, id_number=stranger.id_number, person_name=stranger.name) | {
        "birth_date": stranger.born_on.isoformat(), "gender": "男" if stranger.gender == "1" else "女",
    }  # fmt: skip
    kept = judged(login, workbook([row]))
    said = str(kept.rows[0]["sentences"])
    assert "无此人就业备案信息" in said
    assert "缺：" not in said


def test_an_employer_is_not_told_where_else_somebody_works_and_of_a_wrong_name_nothing() -> None:
    """A list of numbers would else be a directory of who works where."""
    login, (seeker,) = company(1)
    working = Coverage.objects.select_related("person", "employer").exclude(employer=login.employer).filter(
        employer__isnull=False, end_period=None, person__merged_into=None, person__life_status="01"
    ).order_by("id")[0]  # fmt: skip
    person, elsewhere = working.person, working.employer
    assert elsewhere is not None
    row = row_of(seeker) | {"id_number": person.id_number, "birth_date": person.born_on.isoformat()}
    lists = [judged(login, workbook([row | {"person_name": name}])) for name in (person.name, "完全错名")]
    named, misnamed = (str(kept.rows[0]["sentences"]) for kept in lists)
    assert "已在其他地方参加" in named
    assert "参加" not in misnamed
    for said in (named, misnamed):
        assert elsewhere.name not in said
        assert "起在" not in said


def test_a_wage_far_from_the_bounds_is_asked_about() -> None:
    login, (seeker,) = company(1)
    kept = judged(login, workbook([row_of(seeker, declared_wage="0.01")]))
    assert "wage_unusual" in kept.rows[0]["reminders"]
    with pytest.raises(YiguiError, match="远低于"):
        accept_list(door_at("portal", login), kept, confirmed=(), today=TODAY)


def test_a_question_names_whom_it_is_about_and_every_row_shows_what_is_handed_in() -> None:
    login, (odd, usual) = company(2)
    client = signed_in(login)
    rows = workbook([row_of(odd, declared_wage="0.01"), row_of(usual, declared_wage="5500")])
    url = client.post("/unit/apply/lists/REG-004/", {"file": SimpleUploadedFile("名单.xlsx", rows)}).headers["Location"]
    page = text_of(client.get(url))
    (question,) = re.findall(r"[^<>]*远低于[^<>]*", page)
    assert f"涉及 {odd.name}。" in question
    assert usual.name not in question
    label = LABELS["declared_wage"]
    assert (f"{label} 0.01 元" in page, f"{label} 5,500.00 元" in page) == (True, True)
    # What nobody has to compare is not repeated.
    assert "手机" not in "".join(re.findall(r'data-label="填报内容">([^<]*)<', page))


def test_each_person_of_a_list_is_asked_about_with_their_own_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever agrees for the whole list has read the number of every case it is about; equal sentences stand once."""
    unit, (one, other, same, *_) = crew(3)
    open_of = {one.id_number: "20261110MED001", other.id_number: "20261110MED002", same.id_number: "20261110MED001"}
    monkeypatch.setattr(CoverageFacts, "open_benefit_case_no", property(lambda facts: open_of[facts["id_number"]]))
    papers = {"termination_proof": ("证明.pdf", SCAN)}
    kept = stopping(*[(p.id_number, p.name) for p in (one, other, same)], papers=papers, employer=unit)
    page = text_of(signed_in(login_of(unit)).get(f"/unit/apply/list/{kept.token}/"))
    assert f"在办的办件编号：20261110MED001。涉及 {one.name}、{same.name}。" in page
    assert f"在办的办件编号：20261110MED002。涉及 {other.name}。" in page
    with pytest.raises(YiguiError, match="20261110MED002"):
        accept_list(door_at("portal", login_of(unit)), kept, confirmed=(), today=TODAY)


def test_a_question_of_many_shows_the_first_sentences_and_all_of_them_in_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, people = crew(4)
    asked = {p.id_number: f"20261110MED01{k}" for k, p in enumerate(people)}
    monkeypatch.setattr(CoverageFacts, "open_benefit_case_no", property(lambda facts: asked.get(facts["id_number"], "")))
    monkeypatch.setattr(list_pages, "ASKED", 1)
    kept = stopping(*[(p.id_number, p.name) for p in people], papers={"termination_proof": ("证明.pdf", SCAN)}, employer=unit)
    client = signed_in(login_of(unit))
    page = text_of(client.get(f"/unit/apply/list/{kept.token}/"))
    assert f"其余 {len(people) - 1} 人有同类提示" in page
    assert sum(number in page for number in asked.values()) == 1
    answer = client.get(f"/unit/apply/list/{kept.token}/returned.xlsx?of=asked")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert rows[0][-1] == "提示"
    assert [(row[2], asked[row[2]] in row[3]) for row in rows[1:]] == [(p.id_number, True) for p in people]


def test_what_comes_up_after_the_list_was_read_is_not_agreed_to_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, (one, other, *_) = crew(2)
    asked = {one.id_number: "20261110MED003"}
    monkeypatch.setattr(CoverageFacts, "open_benefit_case_no", property(lambda facts: asked.get(facts["id_number"], "")))
    papers = {"termination_proof": ("证明.pdf", SCAN)}
    kept = stopping((one.id_number, one.name), (other.id_number, other.name), papers=papers, employer=unit)
    asked[other.id_number] = "20261110MED004"
    done = accept_list(door_at("portal", login_of(unit)), kept, confirmed=("no_open_benefit",), today=TODAY)
    assert [row["state"] for row in done.rows] == ["done", "bad"]
    assert "20261110MED004" in done.rows[1]["sentences"][1]


def test_another_sentence_of_the_same_question_is_not_agreed_to_with_the_one_that_was_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unit, (one, other, *_) = crew(2)
    asked = {one.id_number: "20261110MED005", other.id_number: "20261110MED006"}
    monkeypatch.setattr(CoverageFacts, "open_benefit_case_no", property(lambda facts: asked.get(facts["id_number"], "")))
    papers = {"termination_proof": ("证明.pdf", SCAN)}
    kept = stopping((one.id_number, one.name), (other.id_number, other.name), papers=papers, employer=unit)
    asked[other.id_number] = "20261110MED007"
    done = accept_list(door_at("portal", login_of(unit)), kept, confirmed=("no_open_benefit",), today=TODAY)
    assert [row["state"] for row in done.rows] == ["done", "bad"]
    assert "名单上传后新出现以下提示" in done.rows[1]["sentences"][0]
    assert "20261110MED007" in done.rows[1]["sentences"][1]


def test_what_is_answered_with_a_reason_is_sent_for_one_person() -> None:
    unit, (one, *_) = crew(1)
    item = catalogue().item("REG-006", TODAY)
    heads = {f.name: f.label for f in columns_of(item)}
    names = ("id_number", "person_name", "insurances", "change_reason", "change_date")
    content = "\n".join([",".join(heads[n] for n in names), f"{one.id_number},{one.name},企业职工基本养老保险,07,2026-11-10"])
    kept = read_list(
        door_at("portal", login_of(unit)), item=item, employer=unit, content=content.encode(), file_name="a.csv", today=TODAY,
        papers={"termination_proof": ("证明.pdf", SCAN)},
    )  # fmt: skip
    (row,) = kept.rows
    assert row["state"] == "bad"
    assert "请写明在职期间停保的依据。名单不能填写理由，请将此人单独申报。" in row["sentences"][0]


def test_rows_that_came_back_are_downloaded_mended_and_sent_again() -> None:
    login, (good, bad) = company(2)
    kept = judged(login, workbook([row_of(good), row_of(bad, declared_wage="很多")]))
    client = signed_in(login)
    answer = client.get(f"/unit/apply/list/{kept.token}/returned.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert (sheet.max_row, head[-1]) == (2, "退回原因")
    assert "不是金额" in sheet.cell(2, len(head)).value
    sheet.cell(2, head.index("申报工资") + 1).value = "5200"
    out = io.BytesIO()
    book.save(out)
    again = judged(login, out.getvalue())
    assert [(row["state"], row["number"]) for row in again.rows] == [("good", bad.id_number)]
    assert signed_in(company(1)[0]).get(f"/unit/apply/list/{kept.token}/returned.xlsx").status_code == 404


def test_a_short_list_is_finished_at_once_and_a_long_one_is_promised_within_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """R042: the number of people that switches is a dated parameter, for all items or for one."""
    asked: list[str] = []

    def told(name: str, *, area: str, day: dt.date) -> int:
        asked.append(name)
        if name == "list_at_once_people.REG-004":
            return 2
        return condition(name, area=area, day=day)

    monkeypatch.setattr("yigui.casework.promised_days.condition", told)
    login, seekers = company(5)
    promised = []
    for some in (seekers[:2], seekers[2:]):
        kept = accept_list(door_at("portal", login), judged(login, workbook([row_of(s) for s in some])), confirmed=(), today=TODAY)
        cases = Case.objects.filter(case_no__in=[row["case_no"] for row in kept.rows])
        promised.append({(case.due_on, dict(acceptance_slip(case)["facts"])["承诺办结"]) for case in cases})
    assert promised[0] == {(TODAY, "即时办结")}
    assert promised[1] == {(dt.date(2026, 11, 17), "2026-11-17（业务量较大，限时办结）")}
    assert "list_limit_working_days" in asked


def stopping(
    *rows: tuple[str, str], papers: dict[str, tuple[str, bytes]] | None = None, employer: Employer, how: str = ""
) -> ApplicationList:
    """A list to stop: numbers and names."""
    item = catalogue().item("REG-006", TODAY)
    heads = {f.name: f.label for f in columns_of(item)}
    lines = [",".join(heads[n] for n in ("id_number", "person_name", "change_reason", "change_date"))]
    lines += [f"{number},{name},01,2026-11-10" for number, name in rows]
    return read_list(
        door_at("portal", login_of(employer)), item=item, employer=employer, content="\n".join(lines).encode(), file_name="a.csv",
        today=TODAY, papers=papers, how=how,
    )  # fmt: skip


def crew(least: int) -> tuple[Employer, list[Person]]:
    """An employer with so many people at work."""
    while True:
        unit = city.next_employee().employer
        people = [e.person for e in Employment.objects.filter(employer=unit, end_period=None).select_related("person")]
        if len(people) >= least:
            return unit, people


def test_a_forgotten_paper_is_said_once_at_the_paper_and_can_be_sent_after_the_list() -> None:
    unit, (one, two, *_) = crew(2)
    kept = stopping((one.id_number, one.name), (two.id_number, f"{two.name}某"), employer=unit)
    client = signed_in(login_of(unit))
    kept.login = ApplicationList.objects.get(pk=kept.pk).login
    url = f"/unit/apply/list/{kept.token}/"
    page = " ".join(text_of(client.get(url)).split())
    assert "名单中 2 人须提供这项材料" in page or "名单中 1 人须提供这项材料" in page
    assert "材料不齐全" not in page
    assert "退回 <strong>1</strong> 行" in page
    assert "下载退回的行" in page
    assert client.post(f"{url}papers/", {}).status_code == 422
    assert (
        client.post(f"{url}papers/", {"paper_termination_proof": SimpleUploadedFile("证明.docx", b"PK\x03\x04")}).status_code == 422
    )
    answer = client.post(f"{url}papers/", {"paper_termination_proof": SimpleUploadedFile("证明.pdf", SCAN)})
    assert answer.status_code == 302
    kept.refresh_from_db()
    assert [row["state"] for row in kept.rows] == ["good", "bad"]
    page = text_of(client.get(url))
    assert "须提供这项材料" not in page
    assert client.post(f"{url}accept/").status_code == 302
    kept.refresh_from_db()
    case = Case.objects.get(case_no=kept.rows[0]["case_no"])
    assert {m.paper.file_name for m in case.materials.select_related("paper") if m.paper} == {"证明.pdf"}


def test_another_name_is_said_to_be_one_and_nothing_untrue_beside_it() -> None:
    unit, (one, *_) = crew(1)
    kept = stopping((one.id_number, f"{one.name}某"), papers={"termination_proof": ("证明.pdf", SCAN)}, employer=unit)
    assert kept.rows[0]["sentences"] == ["姓名与参保登记不一致。请核对姓名和社会保障号码。"]


def test_whoever_has_been_stopped_already_is_told_so_in_one_sentence() -> None:
    unit, (one, *_) = crew(1)
    papers = {"termination_proof": ("证明.pdf", SCAN)}
    first = stopping((one.id_number, one.name), papers=papers, employer=unit)
    accept_list(door_at("portal", login_of(unit)), first, confirmed=("no_open_benefit", "period_assigned"), today=TODAY)
    again = stopping((one.id_number, one.name), papers=papers, employer=unit)
    (row,) = again.rows
    said = "".join(row["sentences"])
    assert row["state"] == "bad"
    assert said.count("名下没有该人员的") == 1
    assert said.count("未查询到该人员有效的参保关系") <= 1
    assert "。；" not in text_of(signed_in(login_of(unit)).get(f"/unit/apply/list/{again.token}/"))


def test_digits_a_sheet_has_lost_come_back_as_lost() -> None:
    unit, (one, *_) = crew(1)
    item = catalogue().item("REG-006", TODAY)
    heads = {f.name: f.label for f in columns_of(item)}
    content = sheet_of(
        [heads[n] for n in ("id_number", "person_name", "change_reason")], [float(one.id_number[:15] + "000"), one.name, "01"]
    )
    login = login_of(unit)
    kept = read_list(
        door_at("portal", login), item=item, employer=unit, content=content, file_name="a.xlsx", today=TODAY,
        papers={"termination_proof": ("证明.pdf", SCAN)},
    )  # fmt: skip
    back = openpyxl.load_workbook(io.BytesIO(returned_of(kept, TODAY))).worksheets[0]
    values = {str(cell.value) for cell in back[2]}
    assert one.id_number[:15] + "***" in values


def test_thousands_of_bad_rows_are_cut_on_the_page_and_whole_in_the_workbook() -> None:
    unit, (one, *_) = crew(1)
    kept = stopping(*[(one.id_number, one.name)] * 400, papers={"termination_proof": ("证明.pdf", SCAN)}, employer=unit)
    client = signed_in(login_of(unit))
    page = text_of(client.get(f"/unit/apply/list/{kept.token}/"))
    assert "退回的 399 行，列示前 100 行" in page
    assert page.count("是同一人") == 100
    book = openpyxl.load_workbook(io.BytesIO(returned_of(kept, TODAY)))
    assert book.worksheets[0].max_row == 400


#: Statements that judging one row more of a list costs at most, by item: what an item asks of each person by itself. One more is N+1 come back.
A_ROW_COSTS = {"REG-004": 0, "REG-006": 4}


def statements_of(judge: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as sent:
        judge()
    return len(sent)


def test_one_row_more_of_a_list_costs_no_more_statements_than_its_item_asks_by_itself() -> None:
    login, seekers = company(5)
    short, long = (workbook([row_of(s) for s in rows]) for rows in (seekers[:2], seekers))
    judged(login, short)
    # A list waits before each of the two.
    few, many = (statements_of(lambda content=content: judged(login, content)) for content in (short, long))
    costs = {"REG-004": (many - few) / 3}
    papers = {"termination_proof": ("证明.pdf", SCAN)}
    unit, people = crew(6)
    rows = [(p.id_number, p.name) for p in people]
    stopping(*rows[:1], papers=papers, employer=unit)
    few, many = (
        statements_of(lambda some=some: stopping(*some, papers=papers, employer=unit, how="replace"))
        for some in (rows[:2], rows[:6])
    )
    costs["REG-006"] = (many - few) / 4
    assert {code: cost for code, cost in costs.items() if cost > A_ROW_COSTS[code]} == {}, costs
