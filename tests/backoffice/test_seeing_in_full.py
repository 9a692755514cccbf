"""What a case says about people is shown to who works on it, or has stated a reason that is recorded; so are its papers."""

import pytest

from tests import city
from tests.pages import signed_in, text_of
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.shell.list_pages import SIZES
from yigui.staff.full_views import record_full_view
from yigui.staff.models import FullView

PAPERS = ("receipt.pdf", "slip.pdf", "form.pdf")


def finished() -> Case:
    case = city.accept_class3()
    assert case.person is not None
    return case


def views(username: str, case: Case) -> int:
    return FullView.objects.filter(user=city.user(username), case_no=case.case_no).count()


@pytest.mark.parametrize("username", ["teller-511111", "cashier", "reviewer-511102", "auditor"])
def test_a_stranger_gets_no_paper_and_no_name(username: str) -> None:
    case = finished()
    client = signed_in(username)
    for paper in PAPERS:
        assert client.get(f"/cases/{case.case_no}/{paper}").status_code == 403, paper
    page = text_of(client.get(f"/cases/{case.case_no}/"))
    assert case.subject_name not in page
    assert case.outcome["summary"] not in page
    assert "登记并查看" in page
    assert views(username, case) == 0


def test_a_stated_reason_opens_the_case_for_the_day_and_is_recorded() -> None:
    case = finished()
    client = signed_in("auditor")
    assert client.post(f"/cases/{case.case_no}/full/", {"ground": "audit", "reason": " "}).status_code == 422
    assert views("auditor", case) == 0
    assert client.post(f"/cases/{case.case_no}/full/", {"ground": "audit", "reason": "稽核抽查"}).status_code == 302
    assert views("auditor", case) == 1
    page = text_of(client.get(f"/cases/{case.case_no}/"))
    assert case.subject_name in page
    assert case.outcome["summary"] in page
    for paper in PAPERS:
        answer = client.get(f"/cases/{case.case_no}/{paper}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), paper
    assert client.get(f"/cases/{finished().case_no}/receipt.pdf").status_code == 403


def test_a_case_about_nobody_registered_yet_is_recorded_by_itself() -> None:
    case = city.accept_class2()
    signed_in("auditor").post(f"/cases/{case.case_no}/full/", {"ground": "audit", "reason": "稽核抽查"})
    seen = FullView.objects.get(user=city.user("auditor"), case_no=case.case_no)
    assert (seen.subject, seen.subject_id) == ("case", case.pk)


def test_who_accepted_or_claimed_it_opens_its_papers() -> None:
    case = city.accept_class2()
    assert signed_in("teller").get(f"/cases/{case.case_no}/slip.pdf").status_code == 200
    reviewer = signed_in("reviewer")
    assert reviewer.get(f"/cases/{case.case_no}/slip.pdf").status_code == 403
    step = current_step(case)
    assert step is not None
    reviewer.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    assert reviewer.get(f"/cases/{case.case_no}/slip.pdf").status_code == 200


# The log itself


def test_the_log_says_who_looked_at_whom_and_leads_there() -> None:
    person = city.next_person()
    signed_in().post(f"/persons/{person.person_no}/full/", {"ground": "call", "reason": "王先生来电查询"})
    client = signed_in("auditor")
    page = text_of(client.get("/view-log/", {"about": person.person_no}))
    assert "接听来电、接待来访：王先生来电查询" in page
    assert f'href="/persons/{person.person_no}/"' in page
    assert person.name not in page, "the log is read about officers, not about the people"
    assert person.name[-1] in page


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ({"officer": "teller"}, True), ({"officer": "nobody"}, False), ({"ground": "judicial"}, True), ({"ground": "audit"}, False),
        ({"kind": "free"}, True), ({"from": "2020-01-01", "until": "2020-02-01"}, False), ({"from": "x"}, True),
    ],
    ids=str,
)  # fmt: skip
def test_the_log_is_asked_by_officer_ground_kind_and_day(asked: dict[str, str], is_there: bool) -> None:
    person = city.next_person()
    signed_in().post(f"/persons/{person.person_no}/full/", {"ground": "judicial", "reason": "法院协助查询函 12 号"})
    page = text_of(signed_in("auditor").get("/view-log/", {"about": person.person_no} | asked))
    assert ("法院协助查询函" in page) == is_there


def test_the_log_goes_on_page_by_page() -> None:
    user, person = city.user("teller"), city.next_person()
    for k in range(SIZES[0] + 5):
        record_full_view(user=user, subject=person, reason=f"第 {k} 次")
    client = signed_in("auditor")
    first = text_of(client.get("/view-log/", {"about": person.person_no}))
    assert f"共 {SIZES[0] + 5} 条" in first
    second = text_of(client.get("/view-log/", {"about": person.person_no, "page": "2"}))
    assert "第 0 次" in second
    assert "第 0 次" not in first


@pytest.mark.parametrize("username", ["teller", "reviewer", "head", "sysadmin"])
def test_nobody_else_reads_the_log(username: str) -> None:
    assert signed_in(username).get("/view-log/").status_code == 403
