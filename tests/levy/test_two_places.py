"""Somebody who moves between two plans of one month is charged for it once: by the place whose plan was executed first, until that gives it back."""

from contextlib import suppress

import pytest
from django.db import connections, transaction

from tests import money
from tests.city import user
from yigui.levy.errors import PlanRefused
from yigui.levy.levy_run import LEVY
from yigui.levy.models import LevyLine
from yigui.levy.supplement_run import CREDIT, SUPPLEMENT, SupplementKind
from yigui.registry.models import Coverage
from yigui.runs.batches import approve_batch
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import RunKind
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare

HERE, THERE = "511102", "511181"


def planned(kind: RunKind | SupplementKind, area: str, month: int) -> Batch:
    batch = prepare(kind, area_code=area, period=month, user=user("head"))
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


def somebody(month: int) -> int:
    """An employee who has been insured here all along; beside them lives somebody who has always been there, so that the other plan is none of nobody."""
    rows = Coverage.objects.filter(area_id=HERE, insurance="employee_pension", end_period=None, start_period__lt=month)
    moved = LevyLine.objects.filter(area=int(THERE)).values("person_id")
    person, other = list(
        rows.exclude(employer=None).exclude(person_id__in=moved).order_by("-person_id").values_list("person_id", flat=True)[:2]
    )
    move(other)
    return int(person)


def move(person: int) -> None:
    """The relation is another county's from now on, as by a case that was just finished."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE registry_coverage SET area_id = %s, warrant_id = (SELECT max(id) FROM warrants_warrant) WHERE person_id = %s",
            [THERE, person],
        )


def of_a_case(person: int, month: int, area: str, sign: int) -> None:
    """What a case of an area charges somebody for a month (1), or gives back of what they were charged (-1), of the insurances of their employment."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO contributions_line (source_id, person_id, employer_id, area, period, owed_period, base_fen, employer_fen, person_fen, account_fen, "
            "insurance, warrant_id) SELECT (SELECT least(min(source_id), 0) - 1 FROM contributions_line_case), person_id, employer_id, %(area)s, period, %(month)s, "
            "%(sign)s * base_fen, %(sign)s * employer_fen, %(sign)s * person_fen, %(sign)s * account_fen, insurance, (SELECT max(id) FROM warrants_warrant) "
            "FROM (SELECT DISTINCT ON (insurance) * FROM contributions_line WHERE person_id = %(person)s AND base_fen > 0 ORDER BY insurance, owed_period DESC) l",
            {"person": person, "month": month, "area": int(area), "sign": sign},
        )
        assert cursor.rowcount > 0


def held_elsewhere(batch: Batch) -> set[int]:
    """Whom a plan has left out because another place has charged them."""
    return {who for row in batch.summary["left_out"] if row["reason"] == "elsewhere" for who, _ in row["samples"]}


def charged(person: int, month: int) -> dict[int, int]:
    """By area the pension base a person was charged on, all sources together."""
    found: dict[int, int] = {}
    for line in LevyLine.objects.filter(person_id=person, owed_period=month, insurance=110):
        found[line.area] = found.get(line.area, 0) + line.base_fen
    return {area: base for area, base in found.items() if base}


def test_the_place_that_was_first_keeps_the_month_until_it_gives_it_back() -> None:
    month, person = 202603, somebody(202603)
    execute(batch_id=planned(LEVY, HERE, month).pk)
    (base,) = charged(person, month).values()
    move(person)
    there = planned(LEVY, THERE, month)
    (held,) = (row for row in there.summary["left_out"] if row["reason"] == "elsewhere")
    assert person in [who for who, _ in held["samples"]]
    assert "已由其他地区征缴" in held["label"]
    execute(batch_id=there.pk)
    assert charged(person, month) == {int(HERE): base}
    execute(batch_id=planned(CREDIT, HERE, month).pk)
    assert charged(person, month) == {}
    execute(batch_id=planned(SUPPLEMENT, THERE, month).pk)
    assert charged(person, month) == {int(THERE): base}


def test_of_two_plans_made_beside_each_other_the_second_is_refused() -> None:
    month, person = 202602, somebody(202602)
    first = planned(LEVY, HERE, month)
    move(person)
    second = planned(LEVY, THERE, month)
    execute(batch_id=first.pk)
    with pytest.raises(ContentChanged, match="同一月份不能征缴两次"):
        execute(batch_id=second.pk)
    assert list(charged(person, month)) == [int(HERE)]


def test_what_a_case_gave_back_can_be_charged_by_the_other_place_even_after_its_plan() -> None:
    month, person = 202604, somebody(202604)
    execute(batch_id=planned(LEVY, HERE, month).pk)
    (base,) = charged(person, month).values()
    move(person)
    there = planned(LEVY, THERE, month)
    assert person in held_elsewhere(there)
    execute(batch_id=there.pk)
    of_a_case(person, month, HERE, -1)
    assert charged(person, month) == {}
    # The credit of the old place has nothing more to give back: it is the case that frees the month.
    execute(batch_id=planned(SUPPLEMENT, THERE, month).pk)
    assert charged(person, month) == {int(THERE): base}


def test_what_a_case_charged_or_a_merged_record_was_charged_is_not_charged_again() -> None:
    month, person = 202605, somebody(202605)
    of_a_case(person, month, HERE, 1)
    (base,) = charged(person, month).values()
    move(person)
    merged, kept = list(
        Coverage.objects.filter(area_id=HERE, insurance="employee_pension", end_period=None, start_period__lt=month)
        .exclude(employer=None).exclude(person_id=person).order_by("person_id").values_list("person_id", flat=True)[:2]
    )  # fmt: skip
    of_a_case(merged, month, HERE, 1)
    move(kept)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registry_person SET merged_into_id = %s WHERE id = %s", [kept, merged])
    there = planned(LEVY, THERE, month)
    assert {person, kept} <= held_elsewhere(there)
    execute(batch_id=there.pk)
    assert charged(person, month) == {int(HERE): base}
    assert charged(kept, month) == {}


def test_of_a_month_charged_twice_the_place_that_has_the_relation_gives_nothing_back() -> None:
    month, person = 202606, somebody(202606)
    execute(batch_id=planned(LEVY, HERE, month).pk)
    (base,) = charged(person, month).values()
    move(person)
    execute(batch_id=planned(LEVY, THERE, month).pk)
    # As before a month was charged by one place at a time.
    of_a_case(person, month, THERE, 1)
    move(person)
    assert charged(person, month) == {int(HERE): base, int(THERE): base}
    with suppress(PlanRefused):
        execute(batch_id=planned(CREDIT, THERE, month).pk)
    execute(batch_id=planned(CREDIT, HERE, month).pk)
    assert charged(person, month) == {int(THERE): base}
