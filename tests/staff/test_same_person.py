"""Distinct people are counted by person, not by account: in cases, batches, rights, posts, and changes of items (R054, R055)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.catalogue.test_change_item import applied as item_applied
from tests.catalogue.test_change_item import as_the_files_say, record
from tests.conftest import TODAY
from tests.items.change.test_merge import accepted, enrolled, stopped_employee
from tests.payment.test_money_out import planned
from tests.staff.test_accounts import asked, number
from tests.staff.test_rights import applied, granted
from yigui.casework.accept_case import accept_case
from yigui.casework.enums import Verb
from yigui.casework.errors import SamePerson
from yigui.casework.models import Case, Step
from yigui.casework.queries import current_step
from yigui.casework.queues import my_queue
from yigui.casework.who_may import why_not
from yigui.catalogue.change_item import approve_change, check_change
from yigui.common.errors import Forbidden
from yigui.runs.signing import Deed
from yigui.runs.signing import why_not as why_not_sign
from yigui.staff.account_requests import may_decide
from yigui.staff.errors import NotAuthorised
from yigui.staff.grant_rights import check_rights, may_move
from yigui.staff.inbox_sources import requests_for
from yigui.staff.models import User
from yigui.staff.same_person import accounts_of, is_one_of
from yigui.staff.verify import staff_faults
from yigui.warrants.models import Warrant

__all__ = ["as_the_files_say"]


@contextmanager
def one_person(*names: str, number_of_both: str = "") -> Iterator[None]:
    """Accounts as those of one person: past the guards, for as long as it takes."""
    users = User.objects.filter(username__in=names)
    before = dict(users.values_list("pk", "id_number"))

    def write(values: dict[int, str]) -> None:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for pk, value in values.items():
                cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = %s", [value, pk])

    write(dict.fromkeys(before, number_of_both or number(17077)))
    try:
        yield
    finally:
        write(before)


def two_accounts() -> tuple[User, User]:
    """One person with a post in two agencies: accepts in the one, reviews in the other."""

    def make() -> tuple[str, str]:
        one = city.new_user("teller", full_name="双号人", id_number=number(17001))
        two = city.new_user("rechecker", full_name="双号人", id_number=number(17001))
        granted(applied(one, steps=("accept",), item_groups=["*"]))
        granted(applied(two, steps=("recheck",), item_groups=["*"]))
        return one.username, two.username

    one, two = city.of_city("two accounts", make)
    return city.user(one), city.user(two)


def test_an_account_without_a_number_is_a_person_of_its_own() -> None:
    one, two = two_accounts()
    assert accounts_of(one) == accounts_of(two) == {one.pk, two.pk}
    assert is_one_of(one, [None, two.pk])
    nameless = city.new_user("teller"), city.new_user("teller")
    assert not is_one_of(nameless[0], [nameless[1].pk, None])
    assert not is_one_of(one, [None])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT staff_distinct_v1(%s), staff_distinct_v1(%s), staff_distinct_v1(%s), staff_distinct_v1(%s)",
            [[one.pk, two.pk], [one.pk, None, nameless[0].pk, None], [n.pk for n in nameless], [one.pk, one.pk]],
        )
        assert cursor.fetchone() == (False, True, True, False)


def test_whoever_accepted_a_case_decides_no_step_of_it_from_another_account() -> None:
    one, two = two_accounts()
    case = city.accept_class2(one.username)
    city.decide(case, "reviewer")
    step = current_step(Case.objects.get(pk=case.pk))
    assert step is not None
    reason = why_not(two, step, Verb.PASS, TODAY)
    assert reason is not None
    assert (reason.code, reason.error) == ("same_person", SamePerson)
    assert step.pk not in {s.pk for s in my_queue(two, TODAY, limit=100_000)}
    with pytest.raises(SamePerson):
        city.decide(case, two.username)
    with (
        pytest.raises(DatabaseError, match="不能由同一人办理"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE casework_step SET state = 'passed', decided_by_id = %s, decided_on = %s, decided_at = now() WHERE id = %s",
            [two.pk, TODAY, step.pk],
        )
    # Another person may.
    assert city.decide(case, "rechecker").status == "finished"


def test_no_warrant_is_issued_and_none_stands_that_one_person_signed_twice() -> None:
    case = city.accept_class2()
    city.decide(case, "reviewer")
    case = city.decide(case, "rechecker")
    warrant = Warrant.objects.get(kind="case", subject_id=case.pk)
    assert not any(f"id={warrant.pk}" in fault for fault in staff_faults("default"))
    with one_person("teller", "rechecker"):
        named = [fault for fault in staff_faults("default") if f"warrants_warrant id={warrant.pk}：" in fault]
        assert len(named) == 1
        assert "同一人签署了两个环节" in named[0]
        sql = "SELECT warrants_issue_v1('case', 1, 'X-1', '', 2::smallint, '', NULL, ARRAY['a', 'b'], %s, ARRAY[now(), now()])"
        with (
            pytest.raises(DatabaseError, match="同一人的不同账号视为一人"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(sql, [[city.user("teller").pk, city.user("rechecker").pk]])


def test_whoever_a_case_is_about_takes_no_step_of_it() -> None:
    person = city.next_person()

    def own(role: str, step: str) -> User:
        user = city.new_user(role, full_name=person.name, id_number=person.id_number)
        granted(applied(user, steps=(step,), item_groups=["*"], by="director2" if step == "request" else "head"))
        return city.user(user.username)

    case = accept_case(city.application("CHG-004", city.key_change_form(person), username="special", materials=city.KEY_MATERIALS))
    # One account after the other, for two of them are one person, who may not hold both rights.
    for role, step, before in (("reviewer", "review", "reviewer"), ("rechecker", "recheck", "rechecker")):
        user = own(role, step)
        reason = why_not(user, Case.objects.get(pk=case.pk), Verb.PASS, TODAY)
        assert reason is not None
        assert (reason.code, "回避" in reason.sentence) == ("oneself", True)
        with pytest.raises(NotAuthorised, match="回避"):
            city.decide(case, user.username)
        city.decide(case, before)
    assert list(Step.objects.filter(case=case, state="passed").values_list("code", flat=True)) == ["accept", "review", "recheck"]


def test_a_batch_is_not_checked_or_approved_from_another_account_of_its_preparer() -> None:
    batch = planned()
    with one_person("head", "director"):
        refusal = why_not_sign(batch, city.user("director"), Deed.APPROVE)
        assert isinstance(refusal, Forbidden)
        assert "生成人自己" in str(refusal)
        with (
            pytest.raises(DatabaseError, match="同一人的不同账号视为一人"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE runs_batch SET prepared_by_id = %s, approved_by_id = %s WHERE id = %s",
                [batch.prepared_by_id, city.user("director").pk, batch.pk],
            )


def test_rights_are_not_applied_for_and_examined_by_one_person() -> None:
    request = applied(city.new_user("rechecker"), by="head")
    controller = city.user("auditor")
    assert request.pk in {r.pk for r in requests_for(controller)}
    with one_person("head", "auditor"):
        controller = city.user("auditor")
        assert not may_move(request, controller)
        assert request.pk not in {r.pk for r in requests_for(controller)}
        with pytest.raises(NotAuthorised):
            check_rights(request_id=request.pk, controller=controller)
    check_rights(request_id=request.pk, controller=city.user("auditor"))


def test_nobody_holds_incompatible_rights_from_two_accounts() -> None:
    one = city.new_user("teller", id_number=number(17005))
    two = city.new_user("reviewer", agency="51110201", id_number=number(17005))
    granted(applied(one, steps=("accept",), item_groups=["*"]))
    with pytest.raises(DatabaseError, match="不相容岗位"):
        granted(applied(two, steps=("review",), item_groups=["*"]))


def test_a_post_is_not_asked_for_and_confirmed_by_one_person() -> None:
    request = asked(city.new_user("teller"), "transfer", to_agency=city.user("teller-511111").agency)
    assert may_decide(request, city.user("secadmin"))
    with one_person("sysadmin", "secadmin"):
        assert not may_decide(request, city.user("secadmin"))


def test_a_change_of_an_item_is_not_applied_for_and_approved_by_one_person() -> None:
    change = item_applied("REG-001", record("REG-001", route=("accept", "review", "recheck", "request", "finish")))
    check_change(change_id=change.pk, controller=city.user("auditor"))
    with one_person("head", "director"), pytest.raises(NotAuthorised, match="且未参与其他环节"):
        approve_change(change_id=change.pk, leader=city.user("director"))
    assert approve_change(change_id=change.pk, leader=city.user("director")).status == "approved"


def test_nor_whoever_has_the_double_record_that_it_merges() -> None:
    own = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    case = accepted(kept, own)
    user = city.new_user("reviewer", full_name=own.name, id_number=own.id_number)
    granted(applied(user, steps=("review",), item_groups=["*"]))
    reason = why_not(city.user(user.username), Case.objects.get(pk=case.pk), Verb.PASS, TODAY)
    assert reason is not None
    assert reason.code == "oneself"
    assert why_not(city.user("reviewer"), Case.objects.get(pk=case.pk), Verb.PASS, TODAY) is None
