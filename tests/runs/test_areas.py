"""A batch is prepared, signed, executed and voided by people whose agency answers for its area (R047 of batches): pages, deeds, database."""

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city, money
from tests.pages import signed_in, text_of
from yigui.common.errors import Forbidden
from yigui.ledger.transfer import TRANSFER
from yigui.runs.batches import approve_batch
from yigui.runs.inbox import waiting_for
from yigui.runs.models import Batch
from yigui.runs.signing import Deed, answers_for, why_not
from yigui.runs.staged import prepare, void
from yigui.staff.models import User

COUNTY, OTHER = "511111", "511112"


def of_county(role: str) -> User:
    name = f"{role} of the county"
    return city.user(city.of_city(name, lambda: city.new_user(role, agency=f"{COUNTY}01", password="Ein-Passwort-9").username))


def test_a_city_answers_for_its_counties_and_a_county_for_itself() -> None:
    head, county = city.user("head"), of_county("section_head")
    assert [answers_for(head, area) for area in (money.CITY, COUNTY, OTHER)] == [True, True, True]
    assert [answers_for(county, area) for area in (money.CITY, COUNTY, OTHER)] == [False, True, False]


def test_nobody_of_a_county_prepares_or_signs_the_citys_batch() -> None:
    head, director = of_county("section_head"), of_county("director")
    with pytest.raises(Forbidden, match="其他地区"):
        prepare(TRANSFER, area_code=money.CITY, period=202611, user=head)
    batch = prepare(TRANSFER, area_code=money.CITY, period=202611, user=city.user("head"))
    for deed in Deed:
        refused = why_not(batch, director if deed is Deed.APPROVE else head, deed)
        assert isinstance(refused, Forbidden)
    assert not [w for w in waiting_for(director) if w.batch_id == batch.pk]
    with pytest.raises(Forbidden, match="其他地区"):
        approve_batch(batch_id=batch.pk, user=director, answers=money.answers(batch))
    browser = signed_in(director.username)
    for answer in (browser.get(f"/finance/batches/{batch.pk}/"), browser.post(f"/finance/batches/{batch.pk}/approve/")):
        assert answer.status_code == 403
        assert f"第 {batch.pk} 号批次属于乐山市，由该地区或其市级经办机构的人员查看和办理" in text_of(answer)
    assert Batch.objects.get(pk=batch.pk).status == "prepared"
    void(batch_id=batch.pk, user=city.user("head"), reason="试验完毕，不再需要")


@pytest.mark.parametrize("column", ["checked_by_id", "approved_by_id", "voided_by_id"])
def test_the_table_itself_takes_no_name_of_another_area(column: str) -> None:
    director = of_county("director")
    batch = prepare(TRANSFER, area_code=money.CITY, period=202611, user=city.user("head"))
    try:
        with (
            pytest.raises(DatabaseError) as refused, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(f"UPDATE runs_batch SET {column} = %s WHERE id = %s", [director.pk, batch.pk])
        assert refused.value.__cause__.sqlstate in ("YG004", "YG006")  # type: ignore[union-attr]
        if column != "voided_by_id":
            assert refused.value.__cause__.sqlstate == "YG004"  # type: ignore[union-attr]
    finally:
        void(batch_id=batch.pk, user=city.user("head"), reason="试验完毕，不再需要")
