"""Looks at people in full: a reason from the list in words of one's own, so many a day without a case, and the log is read."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from tests import city
from tests.pages import signed_in, text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.decide_step import decide_step
from yigui.casework.errors import CaseRefused, OwnKin
from yigui.casework.queries import current_step
from yigui.common.errors import YiguiError
from yigui.entitlement.kin import kinship
from yigui.entitlement.models import Benefit
from yigui.levy.models import ContributionYear
from yigui.registry.models import Person
from yigui.staff.enums import ViewGround
from yigui.staff.full_views import GROUNDS, record_full_view, stated
from yigui.staff.models import DataExport, FullView, User
from yigui.synthetic.demo_staff import PASSWORD
from yigui.tasks.end_task import finish
from yigui.tasks.errors import TaskRefused
from yigui.tasks.look_watch import MANY_FREE, watch_looks
from yigui.tasks.looks import LOOKS_A_DAY, look
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

SAID = {"ground": "call", "reason": "王先生来电查询缴费"}
_names = iter(range(1000))


def officer(role: str = "teller") -> User:
    return city.new_user(role, username=f"look-{next(_names)}", password=PASSWORD, full_name="李查询")


def page_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="yigui.identity.staff_backend.StaffBackend")
    return client


def people(count: int) -> list[Person]:
    return list(Person.objects.order_by("id")[:count])


def see(client: Client, person: Person, **said: str) -> Any:
    return client.post(f"/persons/{person.person_no}/full/", SAID | said)


@pytest.mark.parametrize(
    "said",
    [
        {"ground": ""}, {"ground": "work"}, {"ground": "nonsense"}, {"reason": ""}, {"reason": "   "}, {"reason": "查一下"}, {"reason": "。。。。。。"},
    ],
    ids=str,
)  # fmt: skip
def test_without_a_ground_of_the_list_and_words_nothing_is_shown(said: dict[str, str]) -> None:
    person = city.next_person()
    before = FullView.objects.count()
    answer = see(signed_in(), person, **said)
    assert answer.status_code == 422
    assert person.id_number not in text_of(answer)
    assert FullView.objects.count() == before


def test_ground_and_words_stand_in_the_log_and_before_the_person() -> None:
    person = city.next_person()
    page = text_of(see(signed_in(), person))
    assert person.id_number in page
    seen = FullView.objects.get(subject="person", subject_id=person.pk)
    assert (seen.ground, seen.reason) == ("call", "接听来电、接待来访：王先生来电查询缴费")


def test_every_ground_of_the_list_can_be_chosen_and_stands_on_the_page() -> None:
    page = text_of(signed_in().get(f"/persons/{city.next_person().person_no}/"))
    for code, words in GROUNDS:
        assert f'<option value="{code}">{words}</option>' in page
        assert stated(code, "写明的情况")[1].startswith(words)
    with pytest.raises(YiguiError):
        stated(ViewGround.WORK, "写明的情况")


def spend_all(user: User, client: Client) -> None:
    for person in people(LOOKS_A_DAY):
        assert see(client, person).status_code == 200


def test_the_thirty_first_look_without_a_case_asks_the_head() -> None:
    user = officer()
    client = page_of(user)
    spend_all(user, client)
    one_more = people(LOOKS_A_DAY + 1)[-1]
    refused = see(client, one_more)
    assert refused.status_code == 403
    assert "科室负责人核准" in text_of(refused)
    assert one_more.id_number not in text_of(refused)
    # Whom one has seen already may be seen again.
    assert see(client, people(1)[0]).status_code == 200
    task = Task.objects.get(kind="look_quota", origin_id=user.pk)
    assert "李查询" in task.note
    assert see(client, one_more).status_code == 403
    assert Task.objects.filter(kind="look_quota", origin_id=user.pk).count() == 1, "asked once"
    head = city.user("head")
    take(task_id=task.pk, actor=head)
    finish(task_id=task.pk, actor=head, outcome="allowed", note="集中整改，情况属实", today=city.TODAY)
    assert see(client, one_more).status_code == 200


def test_taking_a_record_out_counts_as_a_look() -> None:
    user = officer("reviewer")
    client = page_of(user)
    with_a_record = ContributionYear.objects.filter(months__gt=0).values("person_id")
    covered = list(Person.objects.filter(pk__in=with_a_record).order_by("id")[: LOOKS_A_DAY + 1])

    def export(person: Person) -> Any:
        return client.post(f"/persons/{person.person_no}/record/export/", {"reason": "核对视同缴费年限"})

    for person in covered[:-1]:
        assert export(person).status_code == 302
    refused = export(covered[-1])
    assert (refused.status_code, "须科室负责人核准" in text_of(refused)) == (422, True)
    assert DataExport.objects.filter(user=user).count() == LOOKS_A_DAY
    assert not FullView.objects.filter(user=user, subject_id=covered[-1].pk).exists()
    assert Task.objects.filter(kind="look_quota", origin_id=user.pk).count() == 1
    # Whoever was looked at today may be taken out again, and looks and records are counted together.
    assert export(covered[0]).status_code == 302
    assert see(client, covered[-1]).status_code == 403


def test_what_the_head_refuses_stays_refused() -> None:
    user = officer()
    client = page_of(user)
    spend_all(user, client)
    one_more = people(LOOKS_A_DAY + 1)[-1]
    assert see(client, one_more).status_code == 403
    task, head = Task.objects.get(kind="look_quota", origin_id=user.pk), city.user("head")
    take(task_id=task.pk, actor=head)
    finish(task_id=task.pk, actor=head, outcome="refused", note="不属工作需要", today=city.TODAY)
    assert see(client, one_more).status_code == 403


def test_a_head_does_not_grant_themselves_more() -> None:
    head = officer("section_head")
    client = page_of(head)
    spend_all(head, client)
    assert see(client, people(LOOKS_A_DAY + 1)[-1]).status_code == 403
    task = Task.objects.get(kind="look_quota", origin_id=head.pk)
    take(task_id=task.pk, actor=head)
    with pytest.raises(TaskRefused, match="不能核准自己"):
        finish(task_id=task.pk, actor=head, outcome="allowed", note="自己同意", today=city.TODAY)


def test_looks_for_the_work_in_hand_do_not_count() -> None:
    user = officer()
    for person in people(LOOKS_A_DAY + 5):
        record_full_view(user=user, subject=person, reason="受理 CHG-003", case_no="")
    look(user=user, subject=people(1)[0], ground="call", words="接听来电：王先生")
    assert FullView.objects.filter(user=user).count() == LOOKS_A_DAY + 6


def at(view: FullView, hour: int) -> None:
    """Move a look to an hour of today, Chinese time; as superuser, since nobody else may."""
    zone = dt.timezone(dt.timedelta(hours=8))
    moment = dt.datetime.now(tz=zone).replace(hour=hour, minute=30)
    if moment > dt.datetime.now(tz=zone):
        moment -= dt.timedelta(days=1)
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE staff_full_view SET viewed_at = %s WHERE id = %s", [moment, view.pk])
        cursor.execute("SET session_replication_role = origin")


def unusual(user: User) -> set[str]:
    return set(Task.objects.filter(kind="unusual_looks", origin_id=user.pk).values_list("part", flat=True))


def test_who_looks_at_many_without_a_case_is_noticed_once() -> None:
    user = officer()
    for person in people(MANY_FREE):
        at(record_full_view(user=user, subject=person, reason="数据核对", ground="data"), 12)
    watch_looks()
    watch_looks()
    assert unusual(user) == {"many"}
    task = Task.objects.get(kind="unusual_looks", origin_id=user.pk)
    assert (task.posts, f"{MANY_FREE} 人" in task.note) == (["auditor"], True)


def test_fewer_and_those_with_a_case_are_not() -> None:
    user = officer()
    for person in people(MANY_FREE - 1):
        at(record_full_view(user=user, subject=person, reason="数据核对", ground="data"), 12)
    for person in people(60):
        at(record_full_view(user=user, subject=person, reason="办理", case_no="1"), 12)
    watch_looks()
    assert unusual(user) == set()


@pytest.mark.parametrize(("hour", "is_night"), [(23, True), (2, True), (5, True), (6, False), (12, False), (20, False), (21, True)])
def test_looks_by_night_are_noticed(hour: int, is_night: bool) -> None:
    user = officer()
    at(record_full_view(user=user, subject=people(1)[0], reason="其他", ground="other"), hour)
    watch_looks()
    assert unusual(user) == ({"night"} if is_night else set())


def test_night_work_on_a_case_is_none() -> None:
    user = officer()
    at(record_full_view(user=user, subject=people(1)[0], reason="办理", case_no="5"), 23)
    at(record_full_view(user=user, subject=people(2)[1], reason="受理 CHG-003"), 23)
    watch_looks()
    assert unusual(user) == set()


def test_looking_at_a_colleague_or_at_oneself_is_noticed_also_with_a_case() -> None:
    user, colleague = officer(), officer()
    # Nobody at whom another test of this file looks: they stay colleagues.
    one, two = Person.objects.order_by("-id")[:2]
    User.objects.using("super").filter(pk=colleague.pk).update(id_number=one.id_number)
    User.objects.using("super").filter(pk=user.pk).update(id_number=two.id_number)
    for person in (one, two):
        at(record_full_view(user=user, subject=person, reason="办理", case_no="7"), 12)
    watch_looks()
    watch_looks()
    assert unusual(user) == {f"colleague-{colleague.pk}", f"colleague-{user.pk}"}
    notes = Task.objects.filter(kind="unusual_looks", origin_id=user.pk).values_list("note", flat=True)
    assert any("查看本人的完整信息" in note for note in notes)


def test_nobody_accepts_their_own_business() -> None:
    person = city.next_person()
    application = city.application("CHG-003", city.basic_change_form(person), materials=["id_card"])
    teller = application.operator
    teller.id_number = person.id_number
    with pytest.raises(CaseRefused, match="回避"):
        accept_case(application)


# A form shows somebody in full, so it opens for who may accept it.


def test_a_teller_without_authority_opens_no_form_on_anybody() -> None:
    user = officer()
    person, employment = city.next_person(), city.next_employee()
    client = page_of(user)
    for item, form in (
        ("REG-006", {"person_no": employment.person.person_no, "unit_no": employment.employer.unit_no}), ("CHG-004", {"person_no": person.person_no}),
        ("CHG-003", {"person_no": person.person_no}), ("REG-001", {}),
    ):  # fmt: skip
        answer = client.post("/counter/drafts/", {"item": item} | form)
        assert answer.status_code == 403, item
        assert person.name not in text_of(answer)
    assert not FullView.objects.filter(user=user).exists(), "nothing was shown, nothing is recorded"


def test_with_authority_the_form_opens_and_is_recorded() -> None:
    person = city.next_person()
    answer = signed_in().post("/counter/drafts/", {"item": "CHG-003", "person_no": person.person_no})
    assert answer.status_code == 302
    assert FullView.objects.filter(user=city.user("teller"), subject_id=person.pk, ground="work").exists()


_households = ((Person.objects.order_by("-id")[n], Person.objects.order_by("-id")[n + 1]) for n in range(10, 100, 2))


@pytest.fixture
def household() -> tuple[User, Person, Person]:
    """An officer, their own record, and that of somebody of the same registered household."""
    # Nobody at whom another test of this file looks.
    user, (own, kin) = officer(), next(_households)
    User.objects.using("super").filter(pk=user.pk).update(id_number=own.id_number)
    registered(own, kin, place="市中区人民路8号3单元501室")
    user.refresh_from_db()
    return user, own, kin


def registered(*people: Person, place: str) -> None:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registry_person SET household_place = %s WHERE id = ANY (%s)", [place, [p.pk for p in people]])


def numbered(user: User, number: str) -> None:
    """An officer with another number, past the guards, which let nobody take one away."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = %s", [number, user.pk])


def test_nobody_accepts_the_business_of_somebody_of_their_household(household: tuple[User, Person, Person]) -> None:
    user, _, kin = household
    application = city.application("CHG-003", city.basic_change_form(kin), materials=["id_card"])
    application.operator.id_number = user.id_number
    with pytest.raises(CaseRefused, match="不能受理户口所在地为同一户的亲属的业务"):
        accept_case(application)


def test_somebody_of_the_same_town_is_no_kin(household: tuple[User, Person, Person]) -> None:
    user, own, kin = household
    registered(own, kin, place="四川省乐山市市中区")
    assert kinship(user, kin) == ""
    assert kinship(user, own) == "本人"
    user.id_number = ""
    assert kinship(user, own) == ""


def test_whoever_draws_somebodys_benefit_is_kin_both_ways(household: tuple[User, Person, Person]) -> None:
    user, own, _ = household
    benefit = Benefit.objects.exclude(person=own).filter(status="active").order_by("id")[0]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE benefits_benefit SET payee_number = %s WHERE id = %s", [own.id_number, benefit.pk])
    assert kinship(user, benefit.person) == "互为待遇领取人的亲属"
    user.id_number = benefit.person.id_number
    assert kinship(user, own) == "互为待遇领取人的亲属"


def test_a_look_at_kin_is_noticed_also_with_a_case(household: tuple[User, Person, Person]) -> None:
    user, _, kin = household
    at(record_full_view(user=user, subject=kin, reason="办理", case_no="7"), 12)
    watch_looks()
    watch_looks()
    assert unusual(user) == {f"kin-{kin.pk}"}
    (note,) = Task.objects.filter(kind="unusual_looks", origin_id=user.pk).values_list("note", flat=True)
    assert f"查看亲属（个人编号 {kin.person_no}）的完整信息 1 次" in note


def test_nobody_decides_about_their_kin() -> None:
    case = city.accept_class1()
    step = current_step(case)
    assert step is not None
    assert case.person is not None
    reviewer = city.user("reviewer")
    own = city.next_person()
    registered(own, case.person, place="市中区人民路9号1单元101室")
    known = reviewer.id_number
    numbered(reviewer, own.id_number)
    try:
        with pytest.raises(OwnKin, match="须回避"):
            decide_step(case_id=case.pk, step_id=step.pk, actor=reviewer, verdict="passed", opinion="同意", today=city.TODAY)
    finally:
        numbered(reviewer, known)
