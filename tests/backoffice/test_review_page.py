"""What a reviewer sees of a case: papers beside the facts, why it came back at the top and beside its field, rounds told apart, nothing before its time."""

import re
from dataclasses import replace

import pytest

from tests import city
from tests.casework.test_returned_cases import again
from tests.pages import signed_in, text_of
from tests.pdf import pdf
from yigui.casework.accept_case import accept_case
from yigui.casework.application import GivenMaterial
from yigui.casework.decide_step import decide_step
from yigui.casework.enums import MaterialSource
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.resubmit_case import resubmit_case
from yigui.casework.returns import Point
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.field_kinds import masked_words
from yigui.documents.store import keep_paper

_units = iter(range(61_000, 61_100))


def with_papers() -> Case:
    """A class-2 case at its review, each of its materials a scan."""
    application = city.application("REG-001", city.unit_form(next(_units)), materials=city.UNIT_MATERIALS)
    scanned = [
        m if m.code == "application_form" else GivenMaterial(
            m.code, MaterialSource.SCANNED,
            keep_paper(pdf(m.code.encode()), f"{m.code}.pdf", material_code=m.code, taken_by=city.user("teller"), taken_on=city.TODAY),
        )
        for m in application.materials
    ]  # fmt: skip
    return accept_case(replace(application, materials=scanned))


def _claimed(case: Case) -> object:
    step = current_step(case)
    assert step is not None
    client = signed_in("reviewer")
    client.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    return client


def test_papers_stand_beside_the_facts_for_whoever_may_open_them() -> None:
    case = with_papers()
    before = signed_in("reviewer").get(f"/cases/{case.case_no}/")
    assert 'id="viewer"' not in text_of(before)
    assert "frame-src" not in before.headers["Content-Security-Policy"]
    client = _claimed(case)
    page = client.get(f"/cases/{case.case_no}/")  # type: ignore[attr-defined]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    papers = re.findall(r'data-paper="([^"]+)"', text_of(page))
    assert len(papers) == case.materials.exclude(paper=None).count() > 0
    paper = client.get(papers[0])  # type: ignore[attr-defined]
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in paper.headers["Content-Security-Policy"]
    # Nobody else is shown one, in a frame or out of it.
    stranger = signed_in("teller2").get(papers[0])
    assert stranger.status_code in (403, 404)
    assert stranger.headers["X-Frame-Options"] == "DENY"


def test_why_it_came_back_stands_at_the_top_and_beside_its_field_and_rounds_are_told_apart() -> None:
    case = city.accept_class2()
    step = current_step(case)
    assert step is not None
    points = [
        Point("wrong", field="address", note="与执照不符"), Point("unclear", material="business_licence", note="第二页看不清")
    ]  # fmt: skip
    decide_step(
        case_id=case.pk,
        step_id=step.pk,
        actor=city.user("reviewer"),
        verdict="returned",
        opinion="",
        points=points,
        today=city.TODAY,
    )
    case.refresh_from_db()
    page = text_of(signed_in("teller").get(f"/cases/{case.case_no}/"))
    assert page.index('id="points"') < page.index("申请内容")
    assert page.index('id="points"') < page.index('aria-label="环节"')
    assert "与执照不符" in page
    answers = page.partition("申请内容")[2]
    assert "第 1 轮退回：" in answers
    resubmit_case(
        case=case,
        application=again(
            case, case.form | {"address": "乐山市市中区嘉定路 8 号"}, username="teller", materials=city.UNIT_MATERIALS
        ),
    )
    page = text_of(signed_in("teller").get(f"/cases/{case.case_no}/"))
    rows = page.partition("材料</h2>")[2].partition("</table>")[0]
    count = len(city.UNIT_MATERIALS)
    assert rows.count("第 2 轮") == count
    assert rows.count("第 1 轮（以前提交的）") == count
    assert rows.index("第 2 轮") < rows.index("第 1 轮"), "the newest round first"


def test_a_change_is_masked_before_and_after_alike_until_it_is_taken() -> None:
    case = city.accept_class1()
    page = text_of(signed_in("reviewer").get(f"/cases/{case.case_no}/"))
    assert case.form["new_value"] not in page
    assert case.form["old_value"] not in page
    assert case.form["new_value"] in text_of(_claimed(case).get(f"/cases/{case.case_no}/"))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("item", "field", "text", "shown"),
    [
        ("CHG-004", "new_value", "1990-01-01", "（领取后可见）"),
        ("CHG-003", "new_value", "13912345678", "（领取后可见）"),
        ("REG-004", "birth_date", "1991-11-04", "1991-**-**"),
        ("REG-004", "person_name", "王小明", "王*明"),
        ("REG-004", "id_number", "511102199111042768", "511102********2768"),
        ("REG-004", "unit_no", "5100000132", "5100000132"),
        ("REG-004", "declared_wage", "6,000.00", "6,000.00"),
        ("REG-001", "contact_name", "王小明", "王*明"),
        ("REG-001", "legal_rep", "王小明", "王*明"),
    ],
)
def test_data_is_masked_by_what_it_is(item: str, field: str, text: str, shown: str) -> None:
    declared = next(f for f in catalogue().item(item, city.TODAY).input_fields if f.name == field)
    assert masked_words(declared, text) == shown
