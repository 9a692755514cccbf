"""The plan of a month and who comes after it: joiners owe the month, leavers are given it back, and nobody is charged twice."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections, transaction

from tests import city, money
from tests.city import user
from tests.entitlement.people import done
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.charges.case_bills import base_in_force, month_due, record_base
from yigui.levy.errors import PlanRefused
from yigui.levy.levy_run import LEVY
from yigui.levy.models import Bill, LevyLine, OpenBill
from yigui.levy.supplement_run import CREDIT, SUPPLEMENT, SupplementKind
from yigui.levy.verify import differing_plans
from yigui.registry.models import Employer, Employment, Person
from yigui.runs.batches import approve_batch
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void

NOW = 202611


def november() -> Batch:
    """The plan of the present month, executed on the tenth: everybody who comes or goes after it is none of it."""
    return money.levied(NOW)


def supplement(kind: SupplementKind) -> Batch:
    batch = prepare(kind, area_code=money.CITY, period=NOW, user=user("head"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    return execute(batch_id=batch.pk)


def joined(**more: Any) -> tuple[Person, Employer, Case]:
    seeker = city.next_seeker()
    form = city.enrolment_form(seeker, **more)
    case = accept_case(city.application("REG-004", form, channel="online", confirmed=["period_assigned"]))
    assert case.status == "finished", case.effect_error
    return Person.objects.get(id_number=seeker.id_number), city.unit(seeker.credit_code), case


def left() -> tuple[Person, Employer, Case]:
    employment = city.next_employee()
    case = accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))
    assert case.status == "finished", case.effect_error
    return employment.person, employment.employer, case


def net(person: Person, period: int = NOW) -> dict[int, tuple[int, int]]:
    """What a person was charged for a month, all sources together: employer's unit -> base and amount of the pension."""
    found: dict[int, tuple[int, int]] = {}
    for line in LevyLine.objects.filter(person_id=person.pk, owed_period=period, insurance=110):
        base, fen = found.get(line.employer_id, (0, 0))
        found[line.employer_id] = (base + line.base_fen, fen + line.employer_fen + line.person_fen)
    return found


def test_a_joiner_after_the_plan_owes_the_month_by_a_bill_of_the_supplement() -> None:
    november()
    person, employer, case = joined()
    assert case.document is not None
    assert any("征缴补收" in note for note in case.document.content["notes"])
    assert net(person) == {}
    batch = supplement(SUPPLEMENT)
    wage = Employment.objects.get(person=person).declared_wage_fen
    due = month_due(insurance="employee_pension", declared_fen=wage, period=NOW, area=employer.area_id, employer=employer)
    assert net(person) == {employer.pk: (due.base_fen, due.total_fen)}
    bill = Bill.objects.get(source_id=batch.pk, employer_id=employer.pk, insurance=110)
    assert (bill.kind, bill.start_period, bill.total_fen > 0) == (1, NOW, True)
    assert OpenBill.objects.filter(bill_id=bill.id, left_fen=bill.total_fen).exists()
    assert list(differing_plans("default")) == []


def test_a_leaver_after_the_plan_is_given_the_month_back_as_a_credit() -> None:
    november()
    person, employer, case = left()
    assert case.document is not None
    assert any("征缴冲减" in note for note in case.document.content["notes"])
    before = net(person)
    assert before[employer.pk][1] > 0
    batch = supplement(CREDIT)
    assert net(person) == {employer.pk: (0, 0)}
    bill = Bill.objects.get(source_id=batch.pk, employer_id=employer.pk, insurance=110)
    assert bill.total_fen < 0
    assert bill.kind == 3
    assert list(differing_plans("default")) == []


def test_who_leaves_one_unit_and_joins_another_is_charged_once_a_month() -> None:
    november()
    person, old, _ = left()
    seeker = city.next_seeker()
    new = city.unit(seeker.credit_code)
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_employment_registration (id_number, name, credit_code, registered_on, row_no) VALUES (%s, %s, %s, %s, 0)",
            [person.id_number, person.name, new.credit_code, "2026-11-09"],
        )
    form = {
        "unit_no": new.unit_no, "id_number": person.id_number, "person_name": person.name, "insurances": city.FIVE, "declared_wage": "6000",
        "employment_form": "01", "enrol_date": "2026-11-10", "settle_period": "2026-11",
    }  # fmt: skip
    case = accept_case(city.application("REG-005", form, confirmed=["period_assigned"]))
    assert case.status == "finished", case.effect_error
    supplement(SUPPLEMENT)
    supplement(CREDIT)
    charged = net(person)
    assert charged[old.pk] == (0, 0)
    assert charged[new.pk][0] > 0


def test_a_base_that_was_raised_is_charged_by_the_difference() -> None:
    november()
    employment = city.next_employee()
    person, employer = employment.person, employment.employer
    before = net(person)[employer.pk]
    with_base(person, employer, before[0] + 50_000)
    supplement(SUPPLEMENT)
    after = net(person)[employer.pk]
    assert base_in_force(person=person, employer=employer, period=NOW) == before[0] + 50_000
    assert after[0] == before[0] + 50_000
    assert after[1] > before[1]


def with_base(person: Person, employer: Employer, fen: int) -> None:
    """A base declared after the plan."""
    with transaction.atomic():
        money.class_1_warrant()
        record_base(person=person, employer=employer, declared_fen=fen, start=NOW, end=None, reason="declared")


def test_nothing_is_charged_twice_and_nothing_to_do_is_said() -> None:
    november()
    joined()
    left()
    supplement(SUPPLEMENT)
    supplement(CREDIT)
    for kind in (SUPPLEMENT, CREDIT):
        with pytest.raises(PlanRefused, match="没有需要"):
            prepare(kind, area_code=money.CITY, period=NOW, user=user("head"))
    with pytest.raises(PlanRefused, match="尚未执行"):
        prepare(SUPPLEMENT, area_code=money.CITY, period=202504, user=user("head"))


def back_payment(person: Person, employer: Employer) -> Case:
    form = {
        "unit_no": employer.unit_no, "id_number": person.id_number, "person_name": person.name, "insurances": ["employee_pension"],
        "start_month": "2026-11", "end_month": "2026-11", "declared_wage": "6000", "reason": "01",
    }  # fmt: skip
    return done("LVY-003", form, ("employment_registration", "wage_sheet"), username="teller")


def test_back_payment_of_the_month_is_possible_once_the_plan_is_executed_and_counts_as_charged() -> None:
    november()
    person, employer, _ = joined()
    case = back_payment(person, employer)
    assert case.status == "finished", case.effect_error
    charged = net(person)[employer.pk]
    joined()
    supplement(SUPPLEMENT)
    assert net(person)[employer.pk] == charged


def test_what_changes_between_plan_and_execution_stops_it() -> None:
    november()
    joined()
    batch = prepare(SUPPLEMENT, area_code=money.CITY, period=NOW, user=user("head"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    joined()
    with pytest.raises(ContentChanged, match="又有变动"):
        execute(batch_id=batch.pk)
    void(batch_id=batch.pk, user=user("director"), reason="变动后重新生成")
    assert not LevyLine.objects.filter(source_id=batch.pk).exists()


def test_it_follows_by_itself_when_the_month_is_over() -> None:
    november()
    supplement_all()
    december = dt.date(2026, 12, 1)
    assert NOW not in SUPPLEMENT.arrivals(area_code=money.CITY, today=december)
    joined()
    assert NOW not in SUPPLEMENT.arrivals(area_code=money.CITY, today=city.TODAY), "the month is not over"
    assert NOW in SUPPLEMENT.arrivals(area_code=money.CITY, today=december)
    assert NOW not in CREDIT.arrivals(area_code=money.CITY, today=december)
    batch = prepare(SUPPLEMENT, area_code=money.CITY, period=NOW, user=user("head"))
    assert NOW not in SUPPLEMENT.arrivals(area_code=money.CITY, today=december), "one waits for signatures already"
    void(batch_id=batch.pk, user=user("head"), reason="变动后重新生成")


def supplement_all() -> None:
    for kind in (SUPPLEMENT, CREDIT):
        try:
            supplement(kind)
        except PlanRefused:
            continue


def test_the_plan_itself_is_not_made_twice() -> None:
    november()
    with pytest.raises(Exception, match="不能重复生成"):
        prepare(LEVY, area_code=money.CITY, period=NOW, user=user("head"))
