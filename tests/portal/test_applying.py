"""An employer's operator applies by themselves: the same items, checks and routes; a channel adds its limits only."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from tests import city
from tests.city import enrolment_form, next_seeker, stop_form
from tests.pages import submitted, text_of
from tests.pdf import pdf
from tests.portal.test_signing_in import signed_in
from tests.seen import set_password
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import FormInvalid, NotConfirmed
from yigui.casework.models import Case, Draft, Event
from yigui.documents.models import Paper
from yigui.documents.store import keep_paper
from yigui.exchange.models import EmploymentRegistration
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import add_operator
from yigui.portal.applying import items_for
from yigui.registry.models import Employer, Employment
from yigui.staff.errors import NotAuthorised
from yigui.synthetic.demo_staff import PASSWORD


def login_of(employer: Employer) -> UnitLogin:
    """The manager's login of an employer, with the password of the demonstration."""
    UnitLogin.objects.using("super").get_or_create(username=employer.unit_no, defaults={"employer": employer})
    login = UnitLogin.objects.select_related("employer").get(username=employer.unit_no)
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM identity_credential WHERE holder = %s", [f"unit:{login.pk}"])
        has_password = cursor.fetchone() is not None
    if not has_password:
        # The owner's replacing of a password that is there is what verification names.
        set_password(login, PASSWORD)
    return login


def seeker_and_login() -> tuple[EmploymentRegistration, UnitLogin]:
    seeker = next_seeker()
    return seeker, login_of(city.unit(seeker.credit_code))


def paper(code: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{code}.pdf", pdf(code.encode()))


def begin(client: Client, item: str, **more: str) -> str:
    return str(client.post("/unit/apply/drafts/", {"item": item, **more}).headers["Location"])


def applied(login: UnitLogin, item: str, form: dict[str, Any], **more: Any) -> Case:
    """Through casework, as the platform's door does."""
    return accept_case(city.application(item, form, username="channel-online", channel="online", login=login, **more))


def test_an_operator_enrols_somebody_and_gets_the_result_at_once() -> None:
    seeker, login = seeker_and_login()
    client = signed_in(login)
    url = begin(client, "REG-004")
    assert "核查通过" in text_of(client.post(f"{url}live/", enrolment_form(seeker)))
    assert text_of(client.get(f"{url}answers/")).count("不能办理") == 0
    done = submitted(client, url)
    case = Case.objects.get(person__id_number=seeker.id_number, item_code="REG-004")
    assert done.headers["Location"] == f"/unit/cases/{case.case_no}/"
    assert (case.channel, case.login, case.accepted_by.username, case.status) == ("online", login, "channel-online", "finished")
    page = text_of(client.get(f"/unit/cases/{case.case_no}/"))
    assert case.outcome["summary"] in page
    assert case.outcome["summary"] in text_of(client.get("/unit/"))
    assert submitted(client, url).headers["Location"] == f"/unit/cases/{case.case_no}/"
    assert Case.objects.filter(person=case.person, item_code="REG-004").count() == 1


@pytest.mark.parametrize(("day", "period"), [(10, 202611), (15, 202611), (16, 202612), (30, 202612)])
def test_from_the_16th_it_counts_for_the_next_month_and_the_operator_agrees_first(day: int, period: int) -> None:
    seeker, login = seeker_and_login()
    today = dt.date(2026, 11, day)
    form = enrolment_form(seeker, enrol_date=today.isoformat(), settle_period=f"{period // 100}-{period % 100:02d}")
    if day >= 16:
        with pytest.raises(NotConfirmed, match="确认"):
            applied(login, "REG-004", form, today=today)
    case = applied(login, "REG-004", form, today=today, confirmed=("period_assigned",))
    employment = Employment.objects.get(person=case.person, employer=login.employer)
    assert employment.start_period == period


def test_no_paper_is_confirmed_that_the_system_does_not_make() -> None:
    seeker, login = seeker_and_login()
    client = signed_in(login)
    url = begin(client, "REG-004")
    client.post(f"{url}live/", enrolment_form(seeker))
    for code in ("employment_registration", "employee_list"):
        row = text_of(client.post(f"{url}materials/", {"code": code, "source": "generated"}))
        assert "不是系统生成的材料" in row
        assert "未提供" in row
    draft = Draft.objects.get(token=url.split("/")[-2])
    assert draft.materials == {}
    # A draft of the time before, which has such a paper, does not become a case.
    draft.materials = {"employment_registration": {"source": "generated"}}
    draft.save(update_fields=["materials"])
    refused = submitted(client, url)
    assert (refused.status_code, "没有文件可查" in text_of(refused)) == (422, True)
    assert not Case.objects.filter(person__id_number=seeker.id_number, item_code="REG-004").exists()


def test_what_was_changed_in_another_tab_after_the_answers_were_shown_is_shown_before_it_is_written() -> None:
    employment = city.next_employee()
    login = login_of(employment.employer)
    client = signed_in(login)
    url = begin(client, "REG-006", person_no=employment.person.person_no)
    form = stop_form(employment, change_reason="06")
    client.post(f"{url}live/", form)
    client.post(f"{url}materials/", {"code": "termination_proof", "source": "scanned", "file": paper("termination_proof")})
    seen = re.search(r'name="shown" value="(\w+)"', text_of(client.get(f"{url}answers/")))
    assert seen is not None
    client.post(f"{url}live/", form | {"change_date": "2026-11-02"})
    answer = client.post(f"{url}submit/", {"shown": seen[1]})
    assert answer.status_code == 409
    assert "核对之后填报内容或材料又有改动" in text_of(answer)
    assert "2026-11-02" in text_of(answer)
    assert client.post(f"{url}submit/").status_code == 409, "an answers page nobody looked at is not confirmed either"
    assert not Case.objects.filter(person=employment.person, item_code="REG-006").exists()
    assert submitted(client, url).status_code == 302
    assert Case.objects.get(person=employment.person, item_code="REG-006").form["change_date"] == "2026-11-02"


def test_a_material_changed_in_another_tab_is_shown_too() -> None:
    employment = city.next_employee()
    client = signed_in(login_of(employment.employer))
    url = begin(client, "REG-006", person_no=employment.person.person_no)
    client.post(f"{url}live/", stop_form(employment, change_reason="06"))
    client.post(f"{url}materials/", {"code": "termination_proof", "source": "scanned", "file": paper("termination_proof")})
    seen = re.search(r'name="shown" value="(\w+)"', text_of(client.get(f"{url}answers/")))
    assert seen is not None
    client.post(f"{url}materials/", {"code": "termination_proof", "source": "scanned", "file": paper("another")})
    assert client.post(f"{url}submit/", {"shown": seen[1]}).status_code == 409


def _two_of_one_employer() -> tuple[Employment, Employment]:
    one = city.next_employee()
    while True:
        other = city.next_employee()
        if other.person_id == one.person_id:
            continue
        if other.employer_id == one.employer_id:
            return one, other
        found = (
            Employment.objects.select_related("person", "employer")
            .filter(employer=one.employer, end_period=None).exclude(person=one.person).exclude(person__cases__isnull=False).first()
        )  # fmt: skip
        if found is not None:
            return one, found
        one = other


def _stopping(client: Client, employment: Employment) -> str:
    """REG-006 begun at the employer, who is to leave typed in."""
    url = begin(client, "REG-006")
    client.post(f"{url}live/", stop_form(employment, change_reason="06"))
    return url


def test_an_employees_paper_serves_nobody_else_of_the_employer() -> None:
    one, other = _two_of_one_employer()
    client = signed_in(login_of(one.employer))
    url = _stopping(client, one)
    code = "termination_proof"
    client.post(f"{url}materials/", {"code": code, "source": "scanned", "file": paper(code)})
    draft = Draft.objects.get(token=url.split("/")[-2])
    kept = Paper.objects.get(pk=draft.materials[code]["paper"])
    assert (kept.person_id, kept.employer_id) == (one.person_id, None)
    foreign = _stopping(client, other)
    assert "在档" not in text_of(client.get(foreign))
    answer = text_of(client.post(f"{foreign}materials/", {"code": code, "source": "on_file", "paper": kept.pk}))
    assert "没有可沿用的该份在档材料" in answer
    # Of the same person it serves again, and is said to be theirs.
    again = _stopping(client, one)
    assert f"沿用{one.person.name} {city.TODAY.isoformat()} 在档" in text_of(client.get(again))
    client.post(f"{again}materials/", {"code": code, "source": "on_file", "paper": kept.pk})
    # Taken for one, and the number typed over: refused where the form is stored.
    client.post(f"{again}live/", stop_form(other, change_reason="06"))
    refused = submitted(client, again)
    assert (refused.status_code, "不是本次办理对象的材料" in text_of(refused)) == (422, True)
    assert not Case.objects.filter(person=other.person, item_code="REG-006").exists()
    assert submitted(client, url).status_code == 302


@pytest.mark.parametrize("kept_under", ["employer", "nobody"])
def test_a_paper_kept_without_a_name_serves_one_person_only(kept_under: str) -> None:
    """As papers of employees were kept before, under the employer; and as partners hand them in."""
    one, other = _two_of_one_employer()
    login = login_of(one.employer)
    client, code = signed_in(login), "termination_proof"
    kept = keep_paper(
        pdf(b"of one"), "证明.pdf", material_code=code, taken_by=city.user("channel-online"), taken_on=city.TODAY,
        employer=one.employer if kept_under == "employer" else None, handed_in_by=login,
    )  # fmt: skip
    for employment, status in ((one, 302), (other, 422)):
        url = _stopping(client, employment)
        answer = text_of(client.post(f"{url}materials/", {"code": code, "source": "on_file", "paper": kept.pk}))
        assert "没有可沿用的该份在档材料" in answer
        draft = Draft.objects.get(token=url.split("/")[-2])
        draft.materials = {code: {"source": "scanned", "paper": kept.pk}}
        draft.save(update_fields=["materials"])
        assert submitted(client, url).status_code == status
    assert not Case.objects.filter(person=other.person, item_code="REG-006").exists()


def test_another_units_number_stops_before_anything_is_looked_at() -> None:
    seeker, login = seeker_and_login()
    other = Employer.objects.exclude(pk=login.employer_id).filter(status="active").first()
    assert other is not None
    client = signed_in(login)
    url = begin(client, "REG-004")
    answer = text_of(client.post(f"{url}live/", enrolment_form(seeker, unit_no=other.unit_no)))
    assert f"本单位编号为 {login.employer.unit_no}" in answer
    assert other.name not in answer
    assert client.get(f"{url}answers/").status_code == 422
    assert submitted(client, url).status_code == 422
    assert not Case.objects.filter(person__id_number=seeker.id_number).exists()


def test_nobody_elses_staff_is_stopped() -> None:
    mine = city.next_employee()
    other = city.next_employee()
    while other.employer_id == mine.employer_id or mine.employer.employments.filter(person=other.person).exists():
        other = city.next_employee()
    login = login_of(mine.employer)
    form = stop_form(other, unit_no=mine.employer.unit_no)
    with pytest.raises(FormInvalid) as refused:
        applied(login, "REG-006", form)
    assert refused.value.fields == {"id_number": ["本单位没有这名职工，请核对证件号码。"]}
    client = signed_in(login)
    assert client.post("/unit/apply/drafts/", {"item": "REG-006", "person_no": other.person.person_no}).status_code == 404
    own = begin(client, "REG-006", person_no=mine.person.person_no)
    assert mine.person.id_number in text_of(client.get(own))


def test_items_of_persons_and_items_not_given_are_refused() -> None:
    seeker, login = seeker_and_login()
    with pytest.raises(NotAuthorised, match="由本人申请"):
        applied(login, "CHG-003", {})
    operator = add_operator(manager=login, full_name="李经办", phone="13800000002", items=["CHG"])
    with pytest.raises(NotAuthorised, match="没有办理"):
        applied(operator, "REG-004", enrolment_form(seeker))
    client = signed_in(login)
    assert client.post("/unit/apply/drafts/", {"item": "CHG-003"}).status_code == 403
    assert client.post("/unit/apply/drafts/", {"item": "REG-001"}).status_code == 403


def test_a_draft_belongs_to_its_operator() -> None:
    _, login = seeker_and_login()
    other = login_of(Employer.objects.exclude(pk=login.employer_id).filter(status="active").first())  # type: ignore[arg-type]
    url = begin(signed_in(login), "REG-004")
    client = signed_in(other)
    for step in ("", "answers/"):
        assert client.get(f"{url}{step}").status_code == 404
    for step in ("live/", "materials/", "submit/", "drop/"):
        assert client.post(f"{url}{step}", {"code": "id_card", "source": "generated"}).status_code == 404
    teller = Client()
    teller.post("/sign-in/", {"username": "teller", "password": "Yigui-2026"})
    assert teller.get(url.replace("/unit/apply/", "/counter/")).status_code == 404
    assert Draft.objects.filter(login=login).exists()


def test_originals_are_seen_at_the_counter_only() -> None:
    _, login = seeker_and_login()
    client = signed_in(login)
    url = begin(client, "REG-004")
    client.post(f"{url}materials/", {"code": "employment_registration", "source": "seen"})
    draft = Draft.objects.filter(login=login).latest("id")
    assert draft.materials == {}
    page = text_of(client.get(url))
    assert "已核验原件" not in page


def test_the_chain_names_the_operator() -> None:
    seeker, login = seeker_and_login()
    case = applied(login, "REG-004", enrolment_form(seeker))
    event = Event.objects.filter(case=case).order_by("seq").first()
    assert event is not None
    assert event.payload["login"] == login.username


def test_every_item_of_the_platform_opens_its_form_and_the_declaration_takes_a_list() -> None:
    _, login = seeker_and_login()
    client = signed_in(login)
    codes = [item.code for item in items_for(login, "online")]
    assert {"REG-004", "REG-005", "REG-006", "LVY-001", "CHG-001", "PEN-001", "ENQ-004"} <= set(codes)
    for code in codes:
        assert client.get(begin(client, code)).status_code == 200, code
    assert client.get("/unit/apply/drafts/base-list.xlsx").content[:2] == b"PK"
    url = begin(client, "LVY-001")
    assert "请先选择名册文件" in text_of(client.post(f"{url}list/"))


def test_the_operator_prints_the_result_and_takes_the_export_of_the_own_employer_only() -> None:
    seeker, login = seeker_and_login()
    case = applied(login, "REG-004", enrolment_form(seeker))
    export = applied(
        login,
        "ENQ-004",
        {"unit_no": login.employer.unit_no, "start_month": "2026-01", "end_month": "2026-11", "print_format": "03"},
    )
    client, stranger = (
        signed_in(login),
        signed_in(login_of(Employer.objects.filter(status="active").exclude(pk=login.employer_id).order_by("id")[0])),
    )
    paper = client.get(f"/unit/cases/{case.case_no}/receipt.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(f"/unit/cases/{case.case_no}/slip.pdf").content[:5] == b"%PDF-"
    assert client.get(f"/unit/cases/{case.case_no}/form.pdf").content[:5] == b"%PDF-"
    assert client.get(f"/unit/cases/{case.case_no}/export/").status_code == 404
    file = client.get(f"/unit/cases/{export.case_no}/export/")
    assert "attachment" in file["Content-Disposition"]
    assert "AAC002" in file.content.decode("utf-8-sig")
    for page in ("receipt.pdf", "slip.pdf", "form.pdf", "export/"):
        assert stranger.get(f"/unit/cases/{export.case_no}/{page}").status_code == 404
        assert stranger.get(f"/unit/cases/{case.case_no}/{page}").status_code == 404
