"""Whoever may not take a step any more has no claim on it: it goes back to colleagues, whichever way they lost what it needs."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from tests.staff.test_rights import applied, granted
from yigui.casework.decide_step import claim_step
from yigui.casework.enums import Verb
from yigui.casework.lost_claims import release_lost_claims
from yigui.casework.models import Case, Event, Step
from yigui.casework.queries import current_step
from yigui.casework.queues import my_queue
from yigui.casework.who_may import why_not
from yigui.integrity.verify import verify_all
from yigui.staff.edit_account import edit_account
from yigui.staff.edit_desk import give_desk
from yigui.staff.grant_rights import apply_to_withdraw, grant_rights
from yigui.staff.locations import Desk, Location
from yigui.staff.models import Authority, User


def other_hall() -> Location:
    Location.objects.using("owner").get_or_create(agency_id="51110001", kind="hall", name="城东分厅")
    return Location.objects.get(agency_id="51110001", name="城东分厅")


def withdrawn(user: User) -> dt.date:
    ids = list(Authority.objects.filter(user=user).values_list("pk", flat=True))
    request = apply_to_withdraw(applicant=city.user("auditor"), user=user, authority_ids=ids, reason="调整分工", today=TODAY)
    grant_rights(request_id=request.pk, administrator=city.user("secadmin"))
    return TODAY


def edited(user: User, **changed: object) -> dt.date:
    values = {"section": None, "managing_department": None, "location": user.location, "is_trainee": False} | changed
    fresh = User.objects.select_related("agency").get(pk=user.pk)
    edit_account(
        actor=city.user("sysadmin"), user=fresh, full_name=fresh.full_name, id_number="", reason="调整", **values,  # type: ignore[arg-type]
    )  # fmt: skip
    return TODAY


def seated_elsewhere(user: User) -> dt.date:
    hall = other_hall()
    Desk.objects.using("owner").get_or_create(agency_id="51110001", location_id=hall.pk, number="E1", defaults={"kind": "general"})
    desk = Desk.objects.get(agency_id="51110001", location=hall, number="E1")
    give_desk(
        actor=city.user("head2"), person=User.objects.select_related("agency__area").get(pk=user.pk), desk=desk, reason="支援分厅"
    )
    return TODAY


#: Ways of losing what a step of a class-2 case needs, each giving the day on which it is lost.
WAYS: dict[str, Callable[[User], dt.date]] = {
    "the right is withdrawn": withdrawn,
    "the right ends by date": lambda user: dt.date(2026, 11, 21),
    "the hall is edited": lambda user: edited(user, location=other_hall()),
    "a trainee mark is set": lambda user: edited(user, is_trainee=True),
    "seated in another hall": seated_elsewhere,
}


def claimed(**more: object) -> tuple[Case, Step, User]:
    """A class-2 case at its recheck, claimed by somebody new."""
    user = city.new_user("rechecker", location=city.user("teller").desk.location)  # type: ignore[union-attr]
    granted(
        applied(user, steps=("recheck",), item_groups=["*"], **({"valid_to": dt.date(2026, 11, 20), "is_temporary": True} | more))
    )
    case = city.accept_class2()
    city.decide(case, "reviewer")
    step = current_step(case)
    assert step is not None
    claim_step(case_id=case.pk, step_id=step.pk, actor=city.user(user.username))
    return Case.objects.get(pk=case.pk), Step.objects.get(pk=step.pk), city.user(user.username)


@pytest.mark.parametrize("way", WAYS)
def test_a_claim_goes_back_when_its_holder_loses_what_it_needs(way: str) -> None:
    case, step, user = claimed()
    assert release_lost_claims(TODAY, of=user) == 0
    day = WAYS[way](user)
    assert why_not(User.objects.get(pk=user.pk), Step.objects.get(pk=step.pk), Verb.PASS, day) is not None
    assert release_lost_claims(day, of=user) == 1
    step.refresh_from_db()
    assert (step.claimed_by_id, step.claimed_at, step.state) == (None, None, "ready")
    event = Event.objects.filter(case=case).latest("seq")
    assert (event.verb, event.actor_id, "退回待办" in event.note) == ("release", None, True)
    # A colleague sees it again and takes it.
    assert step.pk in {s.pk for s in my_queue(city.user("rechecker"), day, limit=100_000)}
    assert release_lost_claims(day, of=user) == 0
    assert city.decide(case, "rechecker").status == "finished"
    assert [fault for fault in verify_all() if case.case_no in fault] == []


def test_by_the_page_it_goes_back_at_once() -> None:
    _, step, user = claimed()
    ids = list(Authority.objects.filter(user=user).values_list("pk", flat=True))
    request = apply_to_withdraw(applicant=city.user("auditor"), user=user, authority_ids=ids, reason="调整分工", today=TODAY)
    answer = signed_in("secadmin").post(f"/rights/{request.pk}/grant/", follow=True)
    assert answer.status_code == 200
    assert "已办理" in text_of(answer)
    assert Step.objects.get(pk=step.pk).claimed_by_id is None


def test_what_its_holder_may_still_take_is_not_put_back() -> None:
    _, step, user = claimed()
    assert release_lost_claims(TODAY, of=user) == 0
    with pytest.raises(DatabaseError, match="仍可办理"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT casework_release_lost_v1(%s, %s)", [step.pk, TODAY])
    assert Step.objects.get(pk=step.pk).claimed_by_id == user.pk


def test_a_head_takes_a_claimed_step_back_and_nobody_else_does() -> None:
    case, step, user = claimed()
    for name in ("rechecker2", "reviewer", "teller", "auditor", "reviewer-511111"):
        assert why_not(city.user(name), step, Verb.RELEASE, TODAY) is not None, name
    for name in ("head", "director"):
        assert why_not(city.user(name), step, Verb.RELEASE, TODAY) is None, name
    client = signed_in("head")
    assert "收回待办" in text_of(client.get(f"/cases/{case.case_no}/"))
    assert client.post(f"/cases/{case.case_no}/release/", {"step": step.pk}).status_code == 302
    step.refresh_from_db()
    assert step.claimed_by_id is None
    event = Event.objects.filter(case=case).latest("seq")
    assert (event.verb, event.actor_id) == ("release", city.user("head").pk)
    assert user.full_name in event.note
    # Nothing is claimed any more, so nothing is taken back.
    assert "收回待办" not in text_of(client.get(f"/cases/{case.case_no}/"))
    assert why_not(city.user("head"), step, Verb.RELEASE, TODAY) is not None
