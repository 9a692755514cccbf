"""Forty years of a person on one page, month by month: for officers, and as a workbook by the rules of exports."""

import datetime as dt
import io
import time
from decimal import Decimal

import openpyxl
import pytest

from tests import city
from tests.entitlement.people import done, next_retiring, pensioner, prereview_form, released
from tests.entitlement.sheet_people import opened
from tests.entitlement.test_dossier import PAPERS, day_of
from tests.law.sheets import Sheet, base_of
from tests.law.test_needs import facts_of
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in, text_of
from yigui.entitlement.assess_person import PENSION
from yigui.entitlement.dossier import dossier_of
from yigui.entitlement.models import Award
from yigui.entitlement.record_page import CONVERTED, DEEMED, HEAD, NOT_BY_MONTH, insurances_of, record_page, rows_of_workbook
from yigui.levy.record import record_of
from yigui.registry.queries import coverages_of
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import DataExport, FullView
from yigui.tasks.exports import ROWS_FREE, ask_export, take_export
from yigui.tasks.models import Task

REASON = "核对退休档案，与原始账册比对"


def test_the_months_by_kind_are_those_of_the_dossier_and_of_the_award() -> None:
    person, _ = released()
    person.refresh_from_db()
    award = Award.objects.get(benefit__person=person)
    page = record_page(person, PENSION)
    assert page.total == Decimal(award.inputs["total_months"])
    assert page.total == sum(months for kind, months in page.sums if kind != CONVERTED)
    assert (page.until, page.unpaid) == (int(f"{person.retired_on:%Y%m}"), len(record_of(person, PENSION, until=page.until).unpaid))
    # The index of each year is the one the award was made with.
    of_award = {year: Decimal(index) for year, _, _, _, index in award.inputs["years"]}
    assert of_award
    assert {y.year: y.index for y in page.years if y.counted} == of_award


def test_deemed_months_stand_apart_and_count_and_converted_ones_do_not() -> None:
    person, month = next_retiring()
    before = record_page(person, PENSION).total
    # People of the generated city may have paid before their work began: what is deemed is then asked about.
    reasons = {"dossier_complete.deemed_months": "下乡插队，档案第 3 页"}
    form = prereview_form(person, day_of(month), deemed_months="24.5")
    done("PEN-001", form, PAPERS, username="teller", confirmed=("dossier_complete",), reasons=reasons)
    page, dossier = record_page(person, PENSION), dossier_of(person)
    assert dossier is not None
    assert dict(page.sums)[DEEMED] == dossier.answers.deemed_months == Decimal("24.5")
    assert page.total == before + Decimal("24.5")
    shown = page_of(signed_in("reviewer").get(f"/persons/{person.person_no}/record/"))
    assert f'累计缴费 <strong class="num fs-2">{page.total}</strong> 个月' in shown
    assert "视同缴费" in shown


def test_an_officer_reads_forty_years_on_one_page_in_good_time() -> None:
    facts = facts_of("511100", dt.date(2025, 3, 15), total_months=480, deemed_months=0, pre_account_months=120)
    person = opened(Sheet("511100", facts, base_of(2025, Decimal(8000)), {}))
    client = signed_in("teller")
    begun = time.perf_counter()
    shown = page_of(client.get(f"/persons/{person.person_no}/record/"))
    taken = time.perf_counter() - begun
    page = record_page(person, PENSION)
    assert page.total == 480
    assert len(page.years) >= 40
    assert [shown.count(f'<th class="num">{year.year}</th>') for year in page.years] == [1] * len(page.years)
    assert person.id_number not in shown
    assert taken < 3, f"{taken:.2f} s"
    # A right is asked at the door.
    assert "导出全部险种" not in shown
    refused = client.post(f"/persons/{person.person_no}/record/export/", {"reason": REASON})
    assert (refused.status_code, "ENQ-003" in text_of(refused)) == (403, True)


def test_every_insurance_has_its_own_record_and_no_other_ones() -> None:
    person = city.next_employee().person
    codes = insurances_of(person, coverages_of(person))
    assert len(codes) >= 5
    client = signed_in("reviewer")
    for code in codes:
        shown = page_of(client.get(f"/persons/{person.person_no}/record/?insurance={code}"))
        assert f"{record_page(person, code).label}累计缴费" in shown
    assert "企业职工基本养老保险累计缴费" in page_of(client.get(f"/persons/{person.person_no}/record/?insurance=nothing"))


def test_the_workbook_leaves_the_house_by_the_rules_of_exports() -> None:
    facts = facts_of("511100", dt.date(2025, 3, 15), total_months=360, deemed_months=0, pre_account_months=0)
    person = opened(Sheet("511100", facts, base_of(2025, Decimal(8000)), {}))
    url = f"/persons/{person.person_no}/record/"
    client = signed_in("reviewer")
    assert client.post(f"{url}export/", {"reason": "查"}).status_code == 422
    assert client.post(f"{url}export/", {"reason": REASON})["Location"] == "/exports/"
    made = DataExport.objects.latest("id")
    assert made.rows > ROWS_FREE
    # A long one waits for a head, and the person finds who took it.
    assert Task.objects.get(kind="export_approval", origin_id=made.pk).agency_id == city.user("reviewer").agency_id
    assert client.post(f"/exports/{made.pk}/").status_code == 403
    assert FullView.objects.filter(subject_id=person.pk, user=city.user("reviewer"), reason__startswith="导出逐月缴费记录").exists()
    with pytest.raises(NotAuthorised, match="ENQ-003"):
        ask_export(user=city.user("teller"), kind="person_record", parameters={"person_no": person.person_no}, reason=REASON)


def test_a_short_workbook_bears_its_number_and_adds_up() -> None:
    facts = facts_of("511100", dt.date(2025, 3, 15), total_months=126, deemed_months=0, pre_account_months=0)
    person = opened(Sheet("511100", facts, base_of(2025, Decimal(8000)), {}))
    client = signed_in("auditor")
    assert client.post(f"/persons/{person.person_no}/record/export/", {"reason": REASON}).status_code == 302
    made = DataExport.objects.latest("id")
    sheet = openpyxl.load_workbook(io.BytesIO(take_export(user=city.user("auditor"), number=made.pk)[1])).active
    assert sheet is not None
    found = list(sheet.values)
    assert str(made.pk) in str(found[0][0])
    assert found[1] == ("个人编号", "姓名", *HEAD)
    pension = [row for row in found[2:] if row[2] == record_page(person, PENSION).label and row[6] != "应缴未到账"]
    assert sum(int(row[5]) for row in pension) == 126  # type: ignore[arg-type]
    # Amounts and indices are numbers, to be summed.
    paid = [row for row in pension if row[8] is not None]
    assert paid
    assert {type(value) for row in paid for value in row[8:10] if value is not None} <= {int, float}
    legend = page_of(client.get(f"/persons/{person.person_no}/record/")).split('id="legend"')[1].split("</div>")[0]
    assert "<strong>历</strong> 历年结转或转入；" in legend
    assert "<strong>·</strong> 该月没有记录" in legend


def test_whoever_draws_a_pension_is_told_how_many_months_its_award_counted() -> None:
    benefit = pensioner()
    person, counted = benefit.person, benefit.contribution_months
    assert counted > 0
    page = record_page(person, PENSION)
    assert (page.total, page.years, page.drawn) == (0, (), benefit)
    said = f'计入缴费 <strong class="num fs-2">{counted}</strong> 个月'
    for shown in (on_the_phone(person).get("/m/record/"), signed_in("teller").get(f"/persons/{person.person_no}/record/")):
        assert said in page_of(shown)
        assert "此前的月份本系统没有逐月记录" in page_of(shown)
        assert "没有缴费记录" not in page_of(shown)
        assert "0</strong> 个月：" not in page_of(shown)
    (row,) = [row for row in rows_of_workbook(person) if row[0] == page.label]
    assert (row[3], row[4]) == (counted, NOT_BY_MONTH)


def test_a_record_that_is_all_here_says_nothing_of_awards() -> None:
    facts = facts_of("511100", dt.date(2025, 3, 15), total_months=186, deemed_months=0, pre_account_months=0)
    person = opened(Sheet("511100", facts, base_of(2025, Decimal(8000)), {}))
    assert record_page(person, PENSION).drawn is None
    assert (
        "核定"
        not in page_of(signed_in("teller").get(f"/persons/{person.person_no}/record/"))
        .split('id="record-sums"')[1]
        .split("</div>")[0]
    )
