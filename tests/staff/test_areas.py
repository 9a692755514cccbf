"""Authority is for an area: every county's reviewer with every county's case, page and deed."""

import pytest
from django.test import Client

from tests import city
from tests.conftest import TODAY
from yigui.backoffice.urls import urlpatterns
from yigui.casework.accept_case import accept_case
from yigui.casework.decide_step import claim_step
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.queues import my_queue
from yigui.staff.errors import NotAuthorised
from yigui.synthetic.demo_staff import PASSWORD
from yigui.synthetic.words import AREAS

CODES = [code for code, _, _ in AREAS]
#: What is done to a case by its address, and the answer to a stranger while it stands at its review: refused, or (409) it is not the time.
DEEDS = {
    "claim": 403, "release": 409, "decide": 403, "withdraw": 403, "correct": 403, "finish": 409, "take-up": 403, "return": 403,
    "decline": 403, "meeting": 403,
}  # fmt: skip


def test_what_may_only_be_posted_to_a_case_is_tried_below() -> None:
    client = Client()
    client.post("/sign-in/", {"username": "reviewer", "password": PASSWORD})
    pages = [str(p.pattern).removeprefix("cases/<str:case_no>/") for p in urlpatterns if "<str:case_no>/" in str(p.pattern)]
    posted = {p.strip("/") for p in pages if "<" not in p and client.get(f"/cases/0/{p}").status_code == 405}
    # Seeing in full needs a reason, not a right to the case; it is recorded (tests/backoffice/test_seeing_in_full.py).
    assert posted - {"full"} == set(DEEDS)


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    """A class-2 case of each county, accepted in its own hall, at its review."""
    made = {}
    for number, code in enumerate(CODES):
        form = city.unit_form(7000 + number, region=code)
        made[code] = accept_case(city.application("REG-001", form, username=f"teller-{code}", materials=city.UNIT_MATERIALS))
        assert made[code].area_id == code
    return made


@pytest.mark.parametrize("code", CODES)
def test_a_countys_reviewer_sees_and_does_the_countys_cases_only(code: str, cases: dict[str, Case]) -> None:
    client = Client()
    client.post("/sign-in/", {"username": f"reviewer-{code}", "password": PASSWORD})
    # Deeds by address are tried on the next in a ring, so that each county's case is tried by two strangers.
    neighbours = [CODES[(CODES.index(code) + far) % len(CODES)] for far in (1, 5)]
    page = client.get("/queue/", follow=True).content.decode()
    assert "按到期先后" in page
    for area, case in cases.items():
        # The inbox shows the most urgent first; of the others none is there.
        assert area == code or case.case_no not in page, area
        reviewer = city.user(f"reviewer-{code}")
        queue = {found.case_id for found in my_queue(reviewer, TODAY, limit=100_000)}
        assert (case.pk in queue) == (area == code), area
        shown = client.get(f"/cases/{case.case_no}/")
        assert (shown.status_code == 200 and 'id="claim"' in shown.content.decode()) == (area == code), area
        step = current_step(case)
        assert step is not None
        if area == code:
            assert claim_step(case_id=case.pk, step_id=step.pk, actor=city.user(f"reviewer-{code}")).claimed_by is not None
        else:
            with pytest.raises(NotAuthorised):
                claim_step(case_id=case.pk, step_id=step.pk, actor=city.user(f"reviewer-{code}"))
            if area not in neighbours:
                continue
            before = case.events.count()
            answers = {}
            for deed in DEEDS:
                answer = client.post(f"/cases/{case.case_no}/{deed}/", {"step": step.pk, "verdict": "passed", "opinion": "同意"})
                answers[deed] = answer.status_code
            assert answers == DEEDS, area
            assert (case.events.count(), current_step(case)) == (before, step), area
