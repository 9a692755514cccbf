"""Merging a double record (重复档案合并): one person with two numbers."""

import datetime as dt

import pytest
from django.db import connections

from tests import city
from tests.casework.test_routes_and_decisions import meet
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.casework.models import Case
from yigui.entitlement.models import Benefit
from yigui.levy.models import ContributionBase
from yigui.registry.merging import held_by
from yigui.registry.models import Coverage, Employment, Person

MATERIALS = ("application_form", "id_card")


def accepted(kept: Person, doubled: Person) -> Case:
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    return accept_case(city.application("CHG-004", form, username="special", materials=MATERIALS))


def to_the_leader(case: Case) -> Case:
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    return city.decide(case, "director")


def merge(kept: Person, doubled: Person) -> Case:
    """Carry a merge to the leader's approval."""
    return to_the_leader(accepted(kept, doubled))


def enrolled(today: dt.date, **more: object) -> tuple[Person, str]:
    seeker = city.next_seeker()
    case = accept_case(
        city.application(
            "REG-004", city.enrolment_form(seeker, **more), today=today, channel="online", confirmed=["period_assigned"]
        )
    )
    assert case.status == "finished", case.effect_error
    return Person.objects.get(id_number=seeker.id_number), city.unit(seeker.credit_code).unit_no


def stopped_and_enrolled_again() -> tuple[Person, Person, str]:
    """A record whose months have ended, another that begins after them, and the unit of the first."""
    doubled, unit_no = enrolled(dt.date(2026, 11, 10))
    stop = {
        "unit_no": unit_no, "id_number": doubled.id_number, "person_name": doubled.name, "insurances": city.FIVE,
        "change_reason": "01", "change_date": "2026-12-02", "settle_period": "2026-12",
    }  # fmt: skip
    stopped = accept_case(city.application("REG-006", stop, today=dt.date(2026, 12, 2), materials=["termination_proof"]))
    assert stopped.status == "finished", stopped.effect_error
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    return kept, doubled, unit_no


def base_of(person: Person) -> None:
    """A base somebody has declared for the person's months."""
    employment = Employment.objects.filter(person=person).latest("id")
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, reason, warrant_id) "
            "SELECT %s, %s, 520000, %s, 'annual', min(id) FROM warrants_warrant",
            [person.pk, employment.employer_id, employment.start_period],
        )
        cursor.execute("SET session_replication_role = origin")


def test_months_that_do_not_overlap_move_to_the_record_that_is_kept() -> None:
    kept, doubled, _ = stopped_and_enrolled_again()
    base_of(doubled)
    bases = set(ContributionBase.objects.filter(person__in=(kept, doubled)).values_list("pk", flat=True))
    assert bases
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    assert set(ContributionBase.objects.filter(person=kept).values_list("pk", flat=True)) == bases, "the next levy finds the wage"
    assert Coverage.objects.filter(person=kept).count() == 10
    assert Employment.objects.filter(person=kept).count() == 2
    assert not Coverage.objects.filter(person=doubled).exists()
    doubled.refresh_from_db()
    assert doubled.merged_into == kept
    assert set(doubled.accounts.values_list("status", flat=True)) == {"sealed"}


def test_records_that_overlap_are_refused_at_the_counter_and_say_why() -> None:
    first, _ = enrolled(dt.date(2026, 11, 10))
    second, _ = enrolled(dt.date(2026, 11, 10))
    with pytest.raises(CaseRefused, match="有重叠的参保月份，请先清理重复缴费再合并"):
        merge(first, second)
    assert Coverage.objects.filter(person=second).count() == 5


def test_a_month_that_overlaps_since_the_acceptance_stops_the_effects() -> None:
    kept, doubled, unit_no = stopped_and_enrolled_again()
    case = accepted(kept, doubled)
    again = {
        "unit_no": unit_no, "id_number": doubled.id_number, "person_name": doubled.name, "insurances": city.FIVE, "declared_wage": "6000",
        "employment_form": "01", "enrol_date": "2026-12-03", "settle_period": "2026-12",
    }  # fmt: skip
    resumed = accept_case(city.application("REG-005", again, today=dt.date(2026, 12, 3)))
    assert resumed.status == "finished", resumed.effect_error
    left = to_the_leader(case)
    assert left.status == "approved"
    assert "有重叠的参保月份，请先清理重复缴费再合并" in left.effect_error


def test_a_record_that_holds_money_is_not_left_behind() -> None:
    without, _ = enrolled(dt.date(2026, 11, 10))
    assert held_by(without) == []
    holder = Benefit.objects.filter(kind=1, status="active").order_by("id")[3].person
    assert "待遇" in held_by(holder)
    # A record that no month stands against is refused for its money alone.
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM registry_coverage WHERE person_id = %s", [holder.pk])
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(CaseRefused, match="待遇，合并不移转这些记录"):
        merge(without, holder)


def test_a_case_on_its_way_about_the_double_record_stands_against_the_merge() -> None:
    kept, _ = enrolled(dt.date(2026, 11, 10))
    doubled = city.next_person()
    other = accept_case(
        city.application("CHG-004", city.key_change_form(doubled), username="special", materials=city.KEY_MATERIALS)
    )
    assert other.status == "open"
    assert "未办结的办件" in held_by(doubled)
    assert "未办结的办件" not in held_by(kept)


def test_what_came_to_be_held_since_the_acceptance_stops_the_effects() -> None:
    kept, doubled, _ = stopped_and_enrolled_again()
    case = accepted(kept, doubled)
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO contributions_resident_grade (person_id, grade_fen, start_year, subsidy_group, reason, warrant_id) "
            "SELECT %s, 20000, 2026, '', '', min(id) FROM warrants_warrant",
            [doubled.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    left = to_the_leader(case)
    assert left.status == "approved"
    assert "居民养老缴费档次，合并不移转这些记录" in left.effect_error
    assert Coverage.objects.filter(person=doubled).exists()
