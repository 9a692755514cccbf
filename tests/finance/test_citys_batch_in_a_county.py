"""A county reads of its city's batch what the batch holds of its own people, and does nothing to it (市级批次中的本地区部分)."""

import pytest
from django.db import connection

from tests import city, money
from tests.entitlement.people import paid
from tests.items.situations import last_paid
from tests.pages import signed_in, text_of
from yigui.common.money import format_fen
from yigui.runs.models import Batch
from yigui.staff.models import User

COUNTY, AREA = "51110201", "511102"


def accountant() -> User:
    return city.of_city("a county's accountant", lambda: city.new_user("accountant", agency=COUNTY))


def _sum(statement: str, batch: Batch) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [batch.pk, AREA])
        return cursor.fetchone()  # type: ignore[no-any-return]


def levy() -> Batch:
    return money.levied()


def pay() -> Batch:
    paid()
    return last_paid()


BILLS = "SELECT count(*), sum(total_fen)::bigint FROM contributions_bill WHERE source_id = %s AND area = %s"
PAYMENTS = (
    "SELECT count(*), sum(p.amount_fen)::bigint FROM benefits_payment p JOIN benefits_benefit b ON b.id = p.benefit_id "
    "WHERE p.batch_id = %s AND b.area_id = %s"
)


@pytest.mark.parametrize(("make", "own"), [(levy, BILLS), (pay, PAYMENTS)], ids=["levy", "pay"])
def test_a_county_reads_its_own_part_of_the_citys_batch(make: object, own: str) -> None:
    batch: Batch = make()  # type: ignore[operator]
    assert batch.area_code != AREA
    client = signed_in(accountant().username)
    listed = text_of(client.get("/finance/batches/"))
    assert f"第 {batch.pk} 号" in listed
    assert "（含本地区）" in listed
    page = text_of(client.get(f"/finance/batches/{batch.pk}/"))
    count, fen = _sum(own, batch)
    rows = kind_rows(batch)
    assert (sum(n for _, n, _ in rows), sum(f for _, _, f in rows)) == (count, fen)
    for label, n, f in rows:
        assert label in page
        assert str(n) in page
        assert format_fen(f) in page
    assert "只供查看" in page
    for verb in ("void", "execute", "approve"):
        client.post(f"/finance/batches/{batch.pk}/{verb}/", {"reason": "本地区有误"}, follow=True)
    assert Batch.objects.get(pk=batch.pk).status == "executed"
    assert client.get(f"/finance/batches/{batch.pk}/differences/held/").status_code in (403, 404)
    assert client.post(f"/finance/batches/{batch.pk}/files/1/txt").status_code in (403, 404)


def kind_rows(batch: Batch) -> list[tuple[str, int, int]]:
    from yigui.runs.kinds import kind_of

    return kind_of(batch.kind).of_areas(batch, [AREA])


def test_an_open_batch_and_one_without_its_people_are_not_shown() -> None:
    other = city.of_city("an accountant elsewhere", lambda: city.new_user("accountant", agency=COUNTY))
    client = signed_in(other.username)
    none = Batch.objects.exclude(areas__overlap=[AREA]).exclude(area_code=AREA).order_by("-id").first()
    for batch in (b for b in (none, Batch.objects.exclude(status="executed").exclude(area_code=AREA).first()) if b is not None):
        assert client.get(f"/finance/batches/{batch.pk}/").status_code == 403
