"""Kin that officers declare: by themselves or for them with a reason, ended by somebody else; steps about them are refused by the database too."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.pages import signed_in, text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.decide_step import decide_step
from yigui.casework.enums import Verb
from yigui.casework.errors import CaseRefused, OwnKin
from yigui.casework.models import Case, Step
from yigui.casework.queries import current_step
from yigui.casework.who_may import why_not
from yigui.common.errors import NotFound
from yigui.db.presence import act_as
from yigui.registry.models import Person
from yigui.staff.errors import AccountRefused, NotAuthorised
from yigui.staff.kin import DeclaredKin, declare_kin, declared_to, end_kin
from yigui.staff.models import User


def declared(user: User, person: Person, actor: User | None = None, reason: str = "") -> DeclaredKin:
    return declare_kin(
        actor=actor or user, user=user, id_number=person.id_number, full_name=person.name, relation="in_law", reason=reason
    )


@pytest.fixture
def case() -> Iterator[tuple[Case, Person]]:
    made = city.accept_class1()
    assert made.person is not None
    yield made, made.person
    for row in DeclaredKin.objects.filter(id_number=made.person.id_number, ended_at=None):
        end_kin(actor=city.user("director"), kin_id=row.pk, reason="测试结束，解除")


def step_of(case: Case) -> Step:
    step = current_step(case)
    assert step is not None
    return step


def test_nobody_decides_about_whom_they_have_declared_and_does_again_once_it_is_ended(case: tuple[Case, Person]) -> None:
    made, person = case
    reviewer = city.user("reviewer")
    row = declared(reviewer, person)
    reason = why_not(reviewer, step_of(made), Verb.PASS, city.TODAY)
    assert reason is not None
    assert reason.code == "kin"
    with pytest.raises(OwnKin, match="亲属"):
        decide_step(case_id=made.pk, step_id=step_of(made).pk, actor=reviewer, verdict="passed", opinion="同意", today=city.TODAY)
    end_kin(actor=city.user("head"), kin_id=row.pk, reason="已解除婚姻关系")
    assert city.decide(made, "reviewer").steps.get(seq=2, round=1).decided_by_id == reviewer.pk


def test_what_was_signed_before_the_declaration_still_counts(case: tuple[Case, Person]) -> None:
    made, person = case
    city.decide(made, "reviewer")
    declared(city.user("reviewer"), person)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT casework_unfit_at_v1(case_id, seq, code, site, false, decided_by_id, decided_on, decided_at), "
            "casework_unfit_at_v1(case_id, seq, code, site, false, decided_by_id, decided_on, NULL) FROM casework_step "
            "WHERE case_id = %s AND seq = 2",
            [made.pk],
        )
        assert cursor.fetchone() == (None, "kin")


def test_nobody_accepts_the_business_of_whom_they_have_declared() -> None:
    person = city.next_person()
    row = declared(city.user("teller"), person)
    try:
        with pytest.raises(CaseRefused, match="已申报回避的亲属"):
            accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"]))
    finally:
        end_kin(actor=city.user("head"), kin_id=row.pk, reason="测试结束，解除")


def test_the_officer_declares_alone_and_ends_nothing() -> None:
    user, person = city.user("rechecker"), city.next_person()
    row = declared(user, person)
    with pytest.raises(AccountRefused, match="不必重复申报"):
        declared(user, person)
    with pytest.raises(NotAuthorised, match="本人不能解除"):
        end_kin(actor=user, kin_id=row.pk, reason="不想回避了")
    with pytest.raises(AccountRefused, match="解除"):
        end_kin(actor=city.user("head"), kin_id=row.pk, reason="无")
    assert end_kin(actor=city.user("auditor"), kin_id=row.pk, reason="核实并非亲属").ended_by == city.user("auditor")
    with pytest.raises(NotFound):
        end_kin(actor=city.user("auditor"), kin_id=row.pk, reason="核实并非亲属")


def test_for_a_colleague_it_takes_a_post_and_a_reason() -> None:
    user, person = city.user("rechecker"), city.next_person()
    for actor, reason, error in (
        (city.user("teller"), "听说是亲戚", NotAuthorised), (city.user("head"), "", AccountRefused),
        (city.new_user("section_head", agency="51110201"), "听说是亲戚", NotAuthorised),
    ):  # fmt: skip
        with pytest.raises(error):
            declared(user, person, actor, reason)
    row = declared(user, person, city.user("head"), "群众反映为其姐夫")
    assert row in declared_to(user)
    assert row not in declared_to(city.user("teller"))
    end_kin(actor=city.user("director"), kin_id=row.pk, reason="核实并非亲属")


@pytest.mark.parametrize(("number", "said"), [("51110219900101001", "校验不符"), ("", "校验不符")])
def test_a_number_that_is_none_is_refused(number: str, said: str) -> None:
    with pytest.raises(AccountRefused, match=said):
        declare_kin(
            actor=city.user("teller"), user=city.user("teller"), id_number=number, full_name="某人", relation="spouse", reason=""
        )


@pytest.mark.parametrize(
    "change",
    ["ended_by_id = {user}, ended_at = now(), end_reason = '不想回避'", "id_number = 'x'", "ended_at = now(), end_reason = ''"],
)
def test_the_database_keeps_a_declaration(change: str) -> None:
    user, person = city.user("rechecker2"), city.next_person()
    row = declared(user, person)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        act_as(user)
        cursor.execute(f"UPDATE staff_kin SET {change.format(user=user.pk)} WHERE id = %s", [row.pk])
    end_kin(actor=city.user("head"), kin_id=row.pk, reason="测试结束，解除")


def test_on_the_page_one_declares_and_a_head_ends() -> None:
    person = city.next_person()
    own = signed_in("reviewer2")
    said = {"full_name": person.name, "id_number": person.id_number, "relation": "spouse"}
    assert "已登记" in text_of(own.post("/kin/", said, follow=True))
    row = DeclaredKin.objects.latest("id")
    assert "解除原因" not in text_of(own.get("/kin/"))
    assert "不能解除" in text_of(own.post("/kin/", {"end": row.pk, "end_reason": "不想回避了"}, follow=True))
    head = signed_in("head")
    page = text_of(head.get("/kin/"))
    assert "解除原因" in page
    assert person.id_number not in page
    assert "已解除" in text_of(head.post("/kin/", {"end": row.pk, "end_reason": "已解除婚姻关系"}, follow=True))
    assert person.name not in text_of(signed_in("teller").get("/kin/"))
