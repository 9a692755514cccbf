"""How a batch ends: by whom, when and why; and what somebody has signed is not taken away silently."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction

from tests import city, money
from tests.pages import signed_in, text_of
from tests.runs.test_kinds import Parcels
from yigui.runs.batches import approve_batch, batch_of, check_batch
from yigui.runs.errors import BatchRefused
from yigui.runs.jobs import prepare_for
from yigui.runs.kinds import forget_kind, register_kinds
from yigui.runs.models import Batch
from yigui.runs.staged import execute, void

AREA = "511133"


@pytest.fixture
def parcels() -> Iterator[Parcels]:
    kind = Parcels()
    register_kinds(kind)
    yield kind
    for batch in Batch.objects.filter(kind="parcels").exclude(status__in=("void", "executed")):
        void(batch_id=batch.pk, user=city.user("head"), reason="试验结束，不再需要")
    forget_kind("parcels")


def prepared(period: int) -> int:
    return prepare_for("parcels", AREA, period, city.user("head").pk)


def test_what_somebody_has_checked_is_not_replaced_silently(parcels: Parcels) -> None:
    number = prepared(202512)
    check_batch(batch_id=number, user=city.user("accountant"))
    for _ in range(2):
        with pytest.raises(BatchRefused, match=f"第 {number} 号批次.*{city.user('accountant').full_name} 签署"):
            prepared(202512)
        assert batch_of(number).status == "prepared"
        if batch_of(number).approved_by is None:
            break
    approve_batch(batch_id=number, user=city.user("director"))
    with pytest.raises(BatchRefused, match=city.user("director").full_name):
        prepared(202512)
    assert batch_of(number).status == "approved"
    void(batch_id=number, user=city.user("accountant"), reason="名单有误，退回重做")
    again = batch_of(prepared(202512))
    assert again.replaces is None
    assert batch_of(number).void_reason == "名单有误，退回重做"


def test_one_nobody_has_signed_is_replaced_and_says_by_which(parcels: Parcels) -> None:
    first = prepared(202511)
    second = prepared(202511)
    old = batch_of(first)
    assert (old.status, old.voided_by) == ("void", city.user("head"))
    assert old.voided_at is not None
    assert batch_of(second).replaces == old
    page = text_of(signed_in("head").get(f"/finance/batches/{first}/"))
    assert f"作废：{city.user('head').full_name}" in page
    assert f"第 {second} 号批次</a> 替代" in page
    assert f'替代 <a href="/finance/batches/{first}/">' in text_of(signed_in("head").get(f"/finance/batches/{second}/"))
    assert f"（第 {second} 号替代）" in text_of(signed_in("head").get("/finance/batches/"))


@pytest.mark.parametrize("reason", ["", "     ", "不要了", "好" * 201])
def test_voiding_asks_for_a_reason(parcels: Parcels, reason: str) -> None:
    number = prepared(202510)
    answer = signed_in("head").post(f"/finance/batches/{number}/void/", {"reason": reason}, follow=True)
    assert "作废的原因（4 至 200 个字）" in text_of(answer)
    assert batch_of(number).status == "prepared"


def test_who_voided_when_and_why_stands_on_the_page_and_in_the_list(parcels: Parcels) -> None:
    number = prepared(202510)
    page = text_of(signed_in("accountant").get(f"/finance/batches/{number}/"))
    assert f"作废第 {number} 号批次" in page
    signed_in("accountant").post(f"/finance/batches/{number}/void/", {"reason": "数据有误，重新核对"})
    voided = batch_of(number)
    assert (voided.status, voided.voided_by, voided.void_reason) == ("void", city.user("accountant"), "数据有误，重新核对")
    for address in (f"/finance/batches/{number}/", "/finance/batches/"):
        page = text_of(signed_in("director").get(address))
        assert "数据有误，重新核对" in page
        assert city.user("accountant").full_name in page


def test_who_executed_stands_on_its_page() -> None:
    plan = money.plan(202509, "511102")
    number = plan.pk
    approve_batch(batch_id=number, user=city.user("director"), answers=money.answers(plan))
    signed_in("head2").post(f"/finance/batches/{number}/execute/")
    done = batch_of(number)
    assert (done.status, done.executed_by) == ("executed", city.user("head2"))
    assert f"执行：{city.user('head2').full_name}" in text_of(signed_in("director").get(f"/finance/batches/{number}/"))
    assert execute(batch_id=number).executed_by == city.user("head2")


@pytest.mark.parametrize(
    "changed",
    [
        {"executed_by_id": 1},
        {"voided_by_id": 1},
        {"void_reason": "随便写一个原因"},
        {"replaces_id": 1},
        {"status": "void", "voided_by_id": 1},
    ],
)
def test_the_database_keeps_how_a_batch_ends_for_its_end(parcels: Parcels, changed: dict[str, object]) -> None:
    number = prepared(202508)
    some = {"executed_by_id": city.user("head").pk, "voided_by_id": city.user("head").pk, "replaces_id": number}
    values = {name: some.get(name, value) for name, value in changed.items()}
    with pytest.raises(DatabaseError, match=r"只能在执行、作废时写入|须写明原因"), transaction.atomic():
        Batch.objects.filter(pk=number).update(**values)
