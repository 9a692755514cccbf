"""An order for a preparation in the background stands for one batch of its kind, area and period."""

from collections.abc import Iterator

import pytest

from tests import city
from tests.runs.test_kinds import Parcels, lay_out, of_run
from yigui.common.errors import Forbidden
from yigui.db.presence import NotSeen, with_proof
from yigui.runs.batches import batch_of, discard_draft, open_batch
from yigui.runs.errors import BatchRefused
from yigui.runs.jobs import order_for, prepare_for
from yigui.runs.kinds import Opening, forget_kind, register_kinds
from yigui.runs.models import Order

AREA = "511133"


@pytest.fixture(scope="module")
def parcels() -> Iterator[Parcels]:
    kind = Parcels()
    register_kinds(kind)
    lay_out("super", [of_run(kind)])
    yield kind
    forget_kind("parcels")


def ordered(period: int) -> int:
    return order_for(city.user("head"), "parcels", AREA, period)


def prepared(order: int, period: int) -> int:
    return prepare_for("parcels", AREA, period, city.user("head").pk, order)


def test_an_order_makes_its_batch_in_the_name_of_whoever_gave_it(parcels: Parcels) -> None:
    order = ordered(202501)
    batch = batch_of(prepared(order, 202501))
    assert (batch.prepared_by, batch.order_id, Order.objects.get(pk=order).period) == (city.user("head"), order, 202501)


def test_an_order_makes_no_second_batch_and_none_of_another_month(parcels: Parcels) -> None:
    order = ordered(202502)
    with pytest.raises(NotSeen, match="没有有效的生成申请"):
        prepared(order, 202503)
    prepared(order, 202502)
    with pytest.raises(NotSeen, match="没有有效的生成申请"):
        open_batch(parcels, Opening(AREA, 202502, (AREA,), "another"), user=with_proof(city.user("head"), f"order:{order}"))


def test_a_preparation_whose_program_died_is_made_again_under_its_order_three_times_at_most(parcels: Parcels) -> None:
    user = with_proof(city.user("head"), f"order:{ordered(202504)}")
    for _ in range(3):
        # As the job of every minute does with what a dead program left.
        assert discard_draft(open_batch(parcels, Opening(AREA, 202504, (AREA,)), user=user).pk)
    with pytest.raises(NotSeen, match="没有有效的生成申请"):
        open_batch(parcels, Opening(AREA, 202504, (AREA,)), user=user)


def test_the_draft_that_a_dead_program_left_is_replaced_under_the_same_order(parcels: Parcels) -> None:
    order = ordered(202505)
    left = open_batch(parcels, Opening(AREA, 202505, (AREA,)), user=with_proof(city.user("head"), f"order:{order}"))
    batch = batch_of(prepared(order, 202505))
    assert (batch_of(left.pk).status, batch.status, batch.order_id) == ("void", "prepared", order)


def test_what_is_no_month_is_not_ordered(parcels: Parcels) -> None:
    with pytest.raises(BatchRefused, match="不是年月"):
        ordered(202513)
    with pytest.raises(Forbidden):
        prepare_for("parcels", AREA, 202506, city.user("teller").pk, ordered(202506))
