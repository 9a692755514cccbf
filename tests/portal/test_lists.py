"""A list of people for one item: good rows go on, bad rows come back with sentences, twice changes nothing."""

import datetime as dt
import io
import zipfile
from collections import Counter
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.items.money_forms import missed_month
from tests.pages import page_of, text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in
from yigui.applying.lists import ROWS_MAX, accept_list, columns_of, read_list, template_of
from yigui.casework.accept_case import accept_case
from yigui.casework.models import ApplicationList, Case
from yigui.casework.queries import current_step
from yigui.catalogue.declarations import Item, catalogue, declared
from yigui.common.errors import YiguiError
from yigui.documents.errors import FileRefused
from yigui.exchange.models import EmploymentRegistration
from yigui.identity.models import UnitLogin
from yigui.portal.applying import door_at
from yigui.registry.models import Employer, Employment

SCAN = b"%PDF-1.7 a scan\n%%EOF"
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
    book = openpyxl.load_workbook(io.BytesIO(template_of(item, TODAY)))
    sheet = book.worksheets[0]
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


def judged(login: UnitLogin, content: bytes, today: dt.date = TODAY) -> ApplicationList:
    return read_list(
        door_at("portal", login), item=ITEM, employer=login.employer, content=content, file_name="名单.xlsx", today=today
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
    assert "缺：劳动合同" in str(without.rows[0]["sentences"])
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
    out = io.BytesIO(template_of(ITEM, TODAY))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><script>alert(1)</script></html>", "缺少列"),
        (b"PK\x03\x04 not a workbook", "不是可读取的"),
        (b"\x00\x01\x02", "不是文本文件"),
        (b"", "缺少列"),
        ("姓名\n张三\n".encode(), "缺少列"),
        (template_of(ITEM, TODAY), "没有数据行"),
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
    monkeypatch.setattr("yigui.portal.lists.AT_A_TIME", 2)
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
