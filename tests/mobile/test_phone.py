"""A person on the phone: signed in by a code, sees themselves only, applies, pays, certifies."""

import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client

from tests import city
from tests.entitlement import people
from tests.entitlement.sheet_people import opened
from tests.items import money_forms
from tests.law.sheets import Sheet, base_of
from tests.law.test_needs import facts_of
from tests.pages import page_of, submitted, text_of
from tests.pdf import pdf
from tests.texts import texts
from yigui.accounts.queries import balance_of
from yigui.applying.pages import items_of_persons
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import FormInvalid
from yigui.casework.models import Case
from yigui.charges.models import PaymentOrder
from yigui.common.money import format_fen
from yigui.common.months import add_months
from yigui.documents.store import keep_paper
from yigui.entitlement.queries import certified_until
from yigui.entitlement.record_page import HEAD, PENSION, record_page
from yigui.payment.models import PayLine
from yigui.registry.models import Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import record_full_view

PAGES = ("", "months/", "dues/", "account/", "benefits/", "retirement/", "cases/", "views/", "apply/")
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def sent_code(client: Client, person: Person) -> str:
    answer = client.post("/m/sign-in/", {"id_number": person.id_number, "name": person.name})
    assert answer.status_code == 200, text_of(answer)
    last = texts()[-1]
    assert last["phone"] == person.mobile
    found = re.search(r"验证码 (\d{6})", last["text"])
    assert found is not None
    return found[1]


def on_the_phone(person: Person) -> Client:
    client = Client()
    form = {"id_number": person.id_number, "name": person.name, "code": sent_code(client, person)}
    assert client.post("/m/sign-in/code/", form).status_code == 302
    return client


def begin(client: Client, item: str) -> str:
    return str(client.post("/m/apply/drafts/", {"item": item}).headers["Location"])


def test_every_page_opens_and_shows_oneself() -> None:
    employment = city.next_employee()
    client = on_the_phone(employment.person)
    for page in PAGES:
        answer = client.get(f"/m/{page}")
        assert answer.status_code == 200, page
        assert answer["Cache-Control"] == "no-store"
    assert employment.person.name in text_of(client.get("/m/"))


def test_whoever_draws_a_pension_is_asked_for_nothing_that_is_over() -> None:
    person = people.pensioner().person
    client = on_the_phone(person)
    page = text_of(client.get("/m/retirement/"))
    assert "按月领取待遇" in page
    assert "尚无退休档案" not in page
    assert "视同缴费月数" not in page
    months = text_of(client.get("/m/months/"))
    assert ("退休前的缴费年限已计入待遇" in months) == ("累计缴费" not in months)
    dues = text_of(client.get("/m/dues/"))
    assert "灵活就业缴费" not in dues


def test_who_pays_for_themselves_is_offered_to_pay_and_nobody_else() -> None:
    assert "灵活就业缴费" in text_of(on_the_phone(money_forms.new_flexible()).get("/m/dues/"))
    employed = text_of(on_the_phone(city.next_employee().person).get("/m/dues/"))
    assert "灵活就业缴费" not in employed
    assert "不用自己缴费" in employed


def test_a_pensioner_sees_amount_and_lines() -> None:
    person, benefit = people.released()
    person.refresh_from_db()
    client = on_the_phone(person)
    page = text_of(client.get("/m/benefits/"))
    assert format_fen(benefit.awards.get().total_fen) in page
    assert "基础养老金" in page
    standing = balance_of(person.pk, 110)
    account = text_of(client.get("/m/account/"))
    assert format_fen(standing) in account
    assert "随养老金发给您" not in account
    while people.next_month() <= add_months(benefit.start_period, 1):
        people.paid()
    drawn = 2 * benefit.amounts.get().account_fen
    account = text_of(client.get("/m/account/"))
    assert f"""已有 <span class="num">{format_fen(drawn)}</span> 元随养老金发给您""" in account
    assert format_fen(standing - drawn) in account


def test_name_and_number_must_agree_and_a_wrong_code_opens_nothing() -> None:
    person = city.next_employee().person
    client = Client()
    before = len(texts())
    wrong = client.post("/m/sign-in/", {"id_number": person.id_number, "name": "某某"})
    assert (wrong.status_code, "没有收到的，请核对号码和姓名" in text_of(wrong)) == (200, True)
    assert len(texts()) == before
    code = sent_code(client, person)
    bad = {"id_number": person.id_number, "name": person.name, "code": f"{(int(code) + 1) % 10**6:06d}"}
    assert client.post("/m/sign-in/code/", bad).status_code == 422
    assert client.get("/m/")["Location"] == "/m/sign-in/"
    assert client.post("/m/sign-in/code/", bad | {"code": code}).status_code == 302
    again = Client()
    assert again.post("/m/sign-in/code/", bad | {"code": code}).status_code == 422


def test_somebody_elses_case_is_not_there_and_a_session_stolen_after_sign_out_opens_nothing() -> None:
    mine, other = city.next_person(), city.next_person()
    foreign = accept_case(city.application("CHG-003", city.basic_change_form(other), materials=["id_card"]))
    own = accept_case(city.application("CHG-003", city.basic_change_form(mine), materials=["id_card"]))
    mine.refresh_from_db()
    client = on_the_phone(mine)
    assert client.get(f"/m/cases/{foreign.case_no}/").status_code == 404
    assert client.get(f"/m/cases/{own.case_no}/").status_code == 200
    stolen = Client()
    stolen.cookies = client.cookies.copy()
    client.post("/m/sign-out/")
    for page in PAGES:
        assert stolen.get(f"/m/{page}")["Location"] == "/m/sign-in/"


def test_a_unit_session_opens_no_phone_page() -> None:
    person = city.next_employee().person
    client = on_the_phone(person)
    assert client.get("/unit/")["Location"] == "/unit/sign-in/"
    assert client.get("/counter/").status_code == 302


def test_one_applies_for_oneself_only() -> None:
    mine, other = city.next_person(), city.next_person()
    with pytest.raises(FormInvalid) as refused:
        accept_case(
            city.application("CHG-003", city.basic_change_form(other), username="channel-mobile", channel="mobile", applicant=mine)
        )
    assert refused.value.fields == {"id_number": ["只能办理本人的业务；替家人办理请使用家人的登录，或到窗口办理。"]}
    with pytest.raises(NotAuthorised, match="由用人单位申请"):
        accept_case(city.application("REG-006", {}, username="channel-mobile", channel="mobile", applicant=mine))
    client = on_the_phone(mine)
    url = begin(client, "CHG-003")
    answer = text_of(client.post(f"{url}live/", city.basic_change_form(other)))
    assert "只能办理本人的业务" in answer
    assert other.mobile not in answer
    assert client.post("/m/apply/drafts/", {"item": "REG-006"}).status_code == 403


def test_every_item_of_the_phone_opens_its_form() -> None:
    client = on_the_phone(city.next_person())
    codes = [item.code for item in items_of_persons("mobile")]
    assert {"CHG-003", "LVY-007", "REG-007", "CRT-001", "PEN-008", "ENQ-003"} <= set(codes)
    for code in codes:
        assert client.get(begin(client, code)).status_code == 200, code


def test_a_flexible_worker_pays_and_sees_it_in_the_account() -> None:
    person = money_forms.new_flexible()
    client = on_the_phone(person)
    url = begin(client, "LVY-007")
    assert "核查通过" in text_of(client.post(f"{url}live/", money_forms.pay_form(person)))
    done = submitted(client, url)
    case = Case.objects.get(person=person, item_code="LVY-007")
    assert done.headers["Location"] == f"/m/cases/{case.case_no}/"
    order = PaymentOrder.objects.get(case_id=case.pk)
    assert f"/pay/{order.code}" in text_of(client.get(f"/m/cases/{case.case_no}/"))
    assert client.post(f"/pay/{order.code}/demo").status_code == 302
    assert balance_of(person.pk, 110) == 400_00
    assert "400.00" in text_of(client.get("/m/account/"))


@pytest.mark.parametrize("is_told", [True, False])
def test_who_is_overdue_certifies_on_the_phone_whether_held_or_not(is_told: bool) -> None:
    """What the certification sets free is worked out with the person's own eyes."""
    overdue = (p for p in people.overdue(202612) if p.life_status == "01" and p.mobile)
    person = next(p for p in overdue if not Case.objects.filter(person=p).exists())
    if is_told:
        people.tell(person)
    client = on_the_phone(person)
    shown = text_of(client.get("/m/benefits/"))
    assert ("本人接听" in shown) == is_told
    assert "和上期比" in shown or not PayLine.objects.filter(person_id=person.pk).exists()
    url = begin(client, "CRT-001")
    client.post(f"{url}materials/", {"code": "photo", "source": "scanned", "file": SimpleUploadedFile("a.jpg", PHOTO)})
    form = {
        "id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "02",
        "apply_date": "2026-11-10", "mobile": person.mobile,
    }  # fmt: skip
    client.post(f"{url}live/", form)
    assert submitted(client, url).status_code == 302
    case = Case.objects.get(person=person, item_code="CRT-001")
    assert (case.amount_fen is not None) == is_told


def test_a_pensioner_certifies_with_a_picture_that_two_people_compare() -> None:
    person, _ = people.released(since=1)
    person.refresh_from_db()
    client = on_the_phone(person)
    url = begin(client, "CRT-001")
    form = {
        "id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "02",
        "apply_date": "2026-11-10", "mobile": person.mobile,
    }  # fmt: skip
    assert "现场拍摄" in text_of(client.post(f"{url}live/", form))
    assert "不是系统生成的材料" in text_of(client.post(f"{url}materials/", {"code": "photo", "source": "generated"}))
    assert "现场拍摄" in text_of(client.post(f"{url}live/", form))
    client.post(f"{url}materials/", {"code": "photo", "source": "scanned", "file": SimpleUploadedFile("a.jpg", PHOTO)})
    before = certified_until(person.pk)
    reminders = re.findall(r'name="confirmed" value="(\w+)"', text_of(client.get(f"{url}answers/")))
    assert submitted(client, url, confirmed=reminders).status_code == 302
    case = Case.objects.get(person=person, item_code="CRT-001")
    assert (case.risk_class, case.status, case.applicant) == (2, "open", person)
    assert certified_until(person.pk) == before
    city.decide(case, "reviewer")
    case = city.decide(case, "rechecker")
    assert case.status == "finished"
    assert certified_until(person.pk) >= 202711
    assert case.outcome["summary"] in text_of(client.get("/m/"))


def test_who_looked_at_my_record() -> None:
    person = city.next_person()
    record_full_view(user=city.user("teller"), subject=person, reason="核对证件")
    accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"]))
    person.refresh_from_db()
    page = text_of(on_the_phone(person).get("/m/views/"))
    assert "核对证件" in page
    assert "林晓燕" in page
    assert "13912340000" in page


def test_large_type_stays_on_this_phone() -> None:
    client = Client()
    assert 'class="phone"' in text_of(client.get("/m/sign-in/"))
    client.post("/m/elder/", {"next": "/m/sign-in/"})
    assert 'class="phone elder"' in text_of(client.get("/m/sign-in/"))
    client.post("/m/elder/", {"next": "https://example.com/"})
    assert 'class="phone"' in text_of(client.get("/m/sign-in/"))


def test_the_page_can_be_installed() -> None:
    manifest = Client().get("/m/manifest.webmanifest")
    assert (manifest.status_code, manifest.json()["start_url"]) == (200, "/m/")
    worker = Client().get("/m/sw.js")
    assert worker["Service-Worker-Allowed"] == "/m/"
    assert "text/javascript" in worker["Content-Type"]


def test_the_record_of_rights_is_asked_for_and_opened_on_the_phone() -> None:
    person, other = city.next_employee().person, city.next_person()
    client = on_the_phone(person)
    url = begin(client, "ENQ-003")
    answer = submitted(client, url)
    assert answer.status_code == 302, text_of(answer)
    case = Case.objects.get(person=person, item_code="ENQ-003")
    receipt = client.get(f"/m/cases/{case.case_no}/receipt.pdf")
    assert receipt.content[:5] == b"%PDF-", text_of(receipt)
    assert "打印结果文书" in text_of(client.get(f"/m/cases/{case.case_no}/"))
    assert on_the_phone(other).get(f"/m/cases/{case.case_no}/receipt.pdf").status_code == 404


def test_a_paper_under_nobodys_name_cannot_be_taken_on_the_phone() -> None:
    paper = keep_paper(
        pdf(b"of somebody not registered"),
        "他人材料.pdf",
        material_code="id_card",
        taken_by=city.user("teller"),
        taken_on=city.TODAY,
    )
    client = on_the_phone(city.next_person())
    answer = page_of(
        client.post(f"{begin(client, 'CHG-003')}materials/", {"code": "id_card", "source": "on_file", "paper": paper.pk})
    )
    assert "没有可沿用的该份在档材料" in answer
    assert "他人材料" not in answer


def test_a_returned_case_is_corrected_on_the_phone_by_its_applicant_only() -> None:
    person, _ = people.released(since=2)
    person.refresh_from_db()
    client = on_the_phone(person)
    url = begin(client, "CRT-001")
    client.post(f"{url}materials/", {"code": "photo", "source": "scanned", "file": SimpleUploadedFile("me.jpg", PHOTO)})
    answer = submitted(client, url, confirmed=["face_match", "due_window"])
    assert answer.status_code == 302, text_of(answer)
    case = Case.objects.get(person=person, item_code="CRT-001")
    city.decide(case, "reviewer", "returned", "照片不清楚，请重拍")
    page = text_of(client.get(f"/m/cases/{case.case_no}/"))
    assert "照片不清楚，请重拍" in page
    assert "补正并重新提交" in page
    assert "可在自助服务区、手机应用补正后重新提交，也可到窗口办理" in page
    assert on_the_phone(city.next_person()).post(f"/m/cases/{case.case_no}/correct/").status_code == 404
    form = client.post(f"/m/cases/{case.case_no}/correct/")["Location"]
    assert client.get(form).status_code == 200
    answer = submitted(client, form, confirmed=["face_match", "due_window"])
    assert (answer.status_code, "原样重新提交可能再次被退回" in text_of(answer)) == (422, True)
    answer = submitted(client, form, confirmed=["face_match", "due_window", "unchanged"])
    assert answer.status_code == 302, text_of(answer)
    case.refresh_from_db()
    assert "需要补正" not in page_of(client.get(f"/m/cases/{case.case_no}/"))
    assert "需要补正" not in page_of(client.get("/m/"))
    assert (case.status, case.round) == ("open", 2)
    assert client.post(f"/m/cases/{case.case_no}/correct/").status_code == 409


def test_forty_years_stand_on_one_page_and_the_phone_takes_them_along() -> None:
    facts = facts_of("511100", dt.date(2025, 3, 15), total_months=480, deemed_months=0, pre_account_months=120)
    person = opened(Sheet("511100", facts, base_of(2025, Decimal(8000)), {}))
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Person.objects.using("super").filter(pk=person.pk).update(mobile="13800001111")
    client = on_the_phone(Person.objects.get(pk=person.pk))
    page = page_of(client.get("/m/record/"))
    years = record_page(person, PENSION).years
    assert len(years) >= 40
    assert [page.count(f'<strong class="num">{year.year} 年</strong>') for year in years] == [1] * len(years)
    # The record does not tell years carried over from years brought in from elsewhere, and the page does not either.
    assert ("历年结转或转入" in page, "不区分两者" in page) == (True, True)
    assert "请选择" not in page
    assert "累计缴费 <strong" in page_of(client.get("/m/record/?insurance=nothing"))
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/m/record.xlsx").content)).active
    assert sheet is not None
    found = list(sheet.values)
    assert person.name in str(found[0][0])
    assert found[1] == HEAD
    assert sum(int(str(row[3])) for row in found[2:] if row[0] == record_page(person, PENSION).label) == 480
