"""Merging a double record (重复档案合并): one person with two numbers."""

import datetime as dt

from tests import city
from tests.casework.test_routes_and_decisions import meet
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.registry.models import Coverage, Employment, Person

MATERIALS = ("application_form", "id_card")


def merge(kept: Person, doubled: Person) -> Case:
    """Carry a merge to the leader's approval."""
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    case = accept_case(city.application("CHG-004", form, username="special", materials=MATERIALS))
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    return city.decide(case, "director")


def enrolled(today: dt.date, **more: object) -> tuple[Person, str]:
    seeker = city.next_seeker()
    case = accept_case(
        city.application(
            "REG-004", city.enrolment_form(seeker, **more), today=today, channel="online", confirmed=["period_assigned"]
        )
    )
    assert case.status == "finished", case.effect_error
    return Person.objects.get(id_number=seeker.id_number), city.unit(seeker.credit_code).unit_no


def test_months_that_do_not_overlap_move_to_the_record_that_is_kept() -> None:
    doubled, unit_no = enrolled(dt.date(2026, 11, 10))
    stop = {
        "unit_no": unit_no, "id_number": doubled.id_number, "person_name": doubled.name, "insurances": city.FIVE,
        "change_reason": "01", "change_date": "2026-12-02", "settle_period": "2026-12",
    }  # fmt: skip
    stopped = accept_case(city.application("REG-006", stop, today=dt.date(2026, 12, 2), materials=["termination_proof"]))
    assert stopped.status == "finished", stopped.effect_error
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    assert Coverage.objects.filter(person=kept).count() == 10
    assert Employment.objects.filter(person=kept).count() == 2
    assert not Coverage.objects.filter(person=doubled).exists()
    doubled.refresh_from_db()
    assert doubled.merged_into == kept
    assert set(doubled.accounts.values_list("status", flat=True)) == {"sealed"}


def test_records_that_overlap_are_not_merged_and_the_case_says_why() -> None:
    first, _ = enrolled(dt.date(2026, 11, 10))
    second, _ = enrolled(dt.date(2026, 11, 10))
    left = merge(first, second)
    assert left.status == "approved"
    assert "有重叠的参保月份，请先清理重复缴费再合并" in left.effect_error
    assert Coverage.objects.filter(person=second).count() == 5
