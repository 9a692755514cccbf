"""Who decides a case about somebody of another county looks at what it is about, from the claim to the decision, and at nobody else."""

import datetime as dt

import pytest
from django.db import connections, transaction
from django.urls import reverse

from tests import city
from tests.pages import page_of, signed_in, text_of
from yigui.casework.decide_step import claim_step
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.registry.models import Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.models import Authority, FullView, User

#: What is known of a person, as pages that are read.
READ = (
    "counter:person",
    "counter:person_benefits",
    "counter:account",
    "counter:person_record",
    "counter:person_dues",
    "counter:retirement",
)


def signer(role: str, step: str) -> User:
    """Somebody of a county who has been given a step of the cases of another one, 511102."""

    def made() -> User:
        user = city.new_user(role, agency="51118101")
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
            Authority.objects.using("owner").create(
                user_id=user.pk, step=step, area_code="511102", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2030, 1, 1)
            )
        return user

    return city.of_city(f"{role} of another county with a step", made)


def before(step: str) -> Case:
    """A case of class 1 about somebody of 511102 that stands at a step."""
    case = city.accept_class1()
    assert case.area_id == "511102"
    names = {"review": "reviewer", "recheck": "rechecker", "request": "head"}
    while (ready := current_step(case)) is not None and ready.code != step:
        if ready.code == "meeting":
            city.meet(case)
        else:
            city.decide(case, names[ready.code], opinion="档案最早记载一致，建议变更。")
        case = Case.objects.get(pk=case.pk)
    return case


def opened(user: User, person: Person) -> set[int]:
    client = signed_in(user.username)
    return {client.get(reverse(name, args=[person.person_no])).status_code for name in READ}


@pytest.mark.parametrize(("role", "step"), [("section_head", "request"), ("director", "approve")])
def test_a_claimed_step_opens_the_records_of_whom_the_case_is_about_until_it_is_decided(role: str, step: str) -> None:
    user, case = signer(role, step), before(step)
    person = case.person
    assert person is not None
    assert opened(user, person) == {403}
    ready = current_step(case)
    assert ready is not None
    client = signed_in(user.username)
    answer = client.post(f"/cases/{case.case_no}/claim/", {"step": ready.pk})
    assert answer.status_code == 302, (ready.code, text_of(answer)[-900:])
    assert FullView.objects.filter(user=user, case_no=case.case_no, subject="person", subject_id=person.pk).exists()
    assert opened(user, person) == {200}
    assert person.person_no in page_of(client.get(reverse("counter:person", args=[person.person_no])))
    # Nobody else of that county, no list to take away, and nobody is told in its name.
    assert opened(user, city.next_person()) == {403}
    export = reverse("counter:person_record_export", args=[person.person_no])
    assert export not in page_of(client.get(reverse("counter:person_record", args=[person.person_no])))
    for name in ("counter:person_record_export", "counter:tell"):
        assert (
            client.post(
                reverse(name, args=[person.person_no]), {"reason": "带回核对", "way": "phone", "result": "已告知"}
            ).status_code
            == 403
        )
    city.decide(case, user.username, opinion="档案最早记载一致，建议变更。")
    assert opened(user, person) == {403}


def test_a_step_that_was_claimed_without_a_trace_or_by_a_colleague_opens_nothing() -> None:
    user, case = signer("section_head", "request"), before("request")
    ready, person = current_step(case), case.person
    assert ready is not None
    assert person is not None
    claim_step(case_id=case.pk, step_id=ready.pk, actor=user)
    assert opened(user, person) == {403}
    client = signed_in(user.username)
    client.post(f"/cases/{case.case_no}/release/", {"step": ready.pk, "note": "请同事办理"})
    claim_step(case_id=case.pk, step_id=ready.pk, actor=city.user("head"))
    assert client.post(f"/cases/{case.case_no}/full/", {"ground": "other", "reason": "来电核对其办件情况"}).status_code in (
        200,
        302,
    )
    assert FullView.objects.filter(user=user, case_no=case.case_no).exists()
    assert opened(user, person) == {403}
