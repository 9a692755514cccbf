"""What a case says about people is shown to who works on it, or has stated a reason that is recorded; so are its papers."""

import pytest

from tests import city
from tests.pages import signed_in, text_of
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.staff.models import FullView

PAPERS = ("receipt.pdf", "slip.pdf")


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
        assert client.get(f"/cases/{case.case_no}/{paper}").status_code == 404, paper
    page = text_of(client.get(f"/cases/{case.case_no}/"))
    assert case.subject_name not in page
    assert case.outcome["summary"] not in page
    assert "登记并查看" in page
    assert views(username, case) == 0


def test_a_stated_reason_opens_the_case_for_the_day_and_is_recorded() -> None:
    case = finished()
    client = signed_in("auditor")
    assert client.post(f"/cases/{case.case_no}/full/", {"reason": " "}).status_code == 422
    assert views("auditor", case) == 0
    assert client.post(f"/cases/{case.case_no}/full/", {"reason": "稽核抽查"}).status_code == 302
    assert views("auditor", case) == 1
    page = text_of(client.get(f"/cases/{case.case_no}/"))
    assert case.subject_name in page
    assert case.outcome["summary"] in page
    for paper in PAPERS:
        answer = client.get(f"/cases/{case.case_no}/{paper}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), paper
    assert client.get(f"/cases/{finished().case_no}/receipt.pdf").status_code == 404


def test_a_case_about_nobody_registered_yet_is_recorded_by_itself() -> None:
    case = city.accept_class2()
    signed_in("auditor").post(f"/cases/{case.case_no}/full/", {"reason": "稽核抽查"})
    seen = FullView.objects.get(user=city.user("auditor"), case_no=case.case_no)
    assert (seen.subject, seen.subject_id) == ("case", case.pk)


def test_who_accepted_or_claimed_it_opens_its_papers() -> None:
    case = city.accept_class2()
    assert signed_in("teller").get(f"/cases/{case.case_no}/slip.pdf").status_code == 200
    reviewer = signed_in("reviewer")
    assert reviewer.get(f"/cases/{case.case_no}/slip.pdf").status_code == 404
    step = current_step(case)
    assert step is not None
    reviewer.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    assert reviewer.get(f"/cases/{case.case_no}/slip.pdf").status_code == 200
