"""Lights and words about being overdue know that the clock stands still while a case is with its applicant (R043)."""

import datetime as dt

import pytest
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import text_of
from yigui.casework.jobs import note_overdue
from yigui.casework.models import Case
from yigui.casework.progress import progress_of
from yigui.casework.queries import is_overdue, light_of, overdue_cases, overdue_words
from yigui.casework.query_code import query_code
from yigui.casework.resubmit_case import resubmit_case
from yigui.tasks.models import Task


def returned() -> Case:
    case = city.accept_class1()
    city.decide(case, "reviewer", "returned", "请更正", today=TODAY)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("days", [1, 10, 40])
def test_a_returned_case_is_late_for_nobody_and_nobody_is_said_to_urge(days: int) -> None:
    case, day = returned(), TODAY + dt.timedelta(days=days)
    assert (light_of(case, day), is_overdue(case, day), overdue_words(case, day)) == ("none", False, "")
    assert not overdue_cases(day).filter(pk=case.pk).exists()
    row = progress_of(case, day)
    assert (row.is_overdue, row.due) == (False, f"{case.due_on}（补正期间暂停计时）")


def test_the_public_page_says_of_a_returned_case_that_the_clock_stands_still() -> None:
    case = city.past_the_guards(returned(), due_on=TODAY - dt.timedelta(days=3))
    text = text_of(Client().post("/progress/", {"case_no": case.case_no, "code": query_code(case.case_no)}))
    assert "补正期间暂停计时" in text
    assert "催办" not in text
    assert "超时" not in text


def test_the_light_counts_our_days_and_not_the_applicants() -> None:
    case, back = returned(), TODAY + dt.timedelta(days=30)
    again = city.application("CHG-004", case.form, username="special", materials=city.KEY_MATERIALS, case_id=case.pk, today=back)
    case = resubmit_case(case=case, application=again)
    # One of five days was used; four are left, and the light is amber when less than one of the five is.
    assert light_of(case, back) == "green"
    lights = [light_of(case, back + dt.timedelta(days=n)) for n in range((case.due_on - back).days + 2)]
    assert lights[-1] == "red"
    assert lights[-2] == "amber"
    assert lights == sorted(lights, key=["green", "amber", "red"].index)
    assert lights.count("green") > 2


def test_it_is_said_to_be_urged_on_once_its_head_has_it_and_not_before() -> None:
    case = city.accept_class1()
    late = case.due_on + dt.timedelta(days=1)
    assert progress_of(case, late).due == f"{case.due_on}（已超时）"
    note_overdue(late)
    case = Case.objects.get(pk=case.pk)
    assert Task.objects.filter(kind="overdue_case", origin_id=case.pk).exists()
    assert progress_of(case, late).due == f"{case.due_on}（已超时，正在催办）"
    # Returned and handed in again, a new day is promised; when it passes the head is told again.
    city.decide(case, "reviewer", "returned", "请更正", today=late)
    back = late + dt.timedelta(days=7)
    again = city.application("CHG-004", case.form, username="special", materials=city.KEY_MATERIALS, case_id=case.pk, today=back)
    city.past_the_guards(case, due_on=late)
    case = resubmit_case(case=Case.objects.get(pk=case.pk), application=again)
    assert (case.due_on >= back, case.overdue_noted_on, overdue_words(case, back)) == (True, None, "")
    later = case.due_on + dt.timedelta(days=1)
    assert overdue_words(case, later) == "已超时"
    note_overdue(later)
    assert overdue_words(Case.objects.get(pk=case.pk), later) == "已超时，正在催办"
