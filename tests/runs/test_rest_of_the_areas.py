"""A county has executed a run of its own: the city's batch is for the city itself and the other counties, and is prepared, signed and executed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from tests import money
from tests.city import user
from tests.entitlement.people import decided
from tests.pages import page_of, signed_in
from tests.payment.test_runs import plan_of_2025
from yigui.law.pension_adjustment import AdjustmentPlan
from yigui.runs import in_the_way as way
from yigui.runs.batches import approve_batch, batch_of
from yigui.runs.errors import BatchRefused
from yigui.runs.kinds import RunKind, kind_of
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare
from yigui.runs.verify import executed_twice

__all__ = ["plan_of_2025"]

PART, WHOLE = "511102", money.CITY

#: Where a row of a person, a relation or a benefit says of which area it is; the generated city has all of them in one county.
PLACES = ("registry_person", "registry_coverage", "benefits_benefit")


@contextmanager
def every_third_with_the_city_itself() -> Iterator[None]:
    """Meanwhile a third of the people, with all they have, belong to the area of the city itself (市本级)."""
    key = {"registry_person": "id"}

    def move(area: str, to: str) -> None:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in PLACES:
                where = f"area_id = %s AND {key.get(table, 'person_id')} %% 3 = 0"
                cursor.execute(f"UPDATE {table} SET area_id = %s WHERE {where}", [to, area])

    move(PART, WHOLE)
    try:
        yield
    finally:
        move(WHOLE, PART)


#: Kinds whose rest is executed for real, with the period they are asked for, in an order in which each finds what it needs.
EXECUTED = [("levy", 202608), ("pay", 202611), ("close", 202611), ("resident-pension", 2026), ("interest", 2025), ("adjust", 2025)]


def test_what_a_county_has_left_is_prepared_signed_and_executed_for_the_city_itself(plan_of_2025: AdjustmentPlan) -> None:
    with every_third_with_the_city_itself():
        for code, period in EXECUTED:
            _rest_of(kind_of(code), period)
    assert not list(executed_twice("default"))


def _signed(batch: Batch) -> Batch:
    if batch.needs_check:
        return decided(batch)
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


def _rest_of(kind: RunKind, period: int) -> None:
    whole = prepare(kind, area_code=WHOLE, period=period, user=user("head"))
    assert way.EXECUTED_AREAS not in [row["id"] for row in whole.checks]
    part = execute(batch_id=_signed(prepare(kind, area_code=PART, period=period, user=user("head"))).pk)
    # Nobody has signed the one over the whole: the rest is made in its place.
    rest = prepare(kind, area_code=WHOLE, period=period, user=user("head"))
    assert batch_of(whole.pk).status == "void"
    assert set(rest.areas) == set(whole.areas) - {PART}
    assert rest.area_code == WHOLE in rest.areas
    assert 0 < rest.row_count == whole.row_count - part.row_count, (kind.code, whole.row_count, part.row_count, rest.row_count)
    (said,) = [row for row in rest.checks if row["id"] == way.EXECUTED_AREAS]
    assert f"（第 {part.pk} 号批次）" in said["detail"]
    assert said["passed"]
    assert said["detail"] in page_of(signed_in("director").get(f"/finance/batches/{rest.pk}/"))
    assert execute(batch_id=_signed(rest).pk).status == "executed"
    with pytest.raises(BatchRefused, match=f"第 {rest.pk} 号批次.*不能重复生成"):
        prepare(kind, area_code=WHOLE, period=period, user=user("head"))
