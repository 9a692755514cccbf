"""Whoever has two records merged into one reads the months of both on the phone, and nobody else's: what the counter shows."""

import datetime as dt
import io

import openpyxl

from tests.items.change.test_merge import enrolled, merge, renamed_as, stopped_employee
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in
from yigui.entitlement.record_page import PENSION, record_page, rows_of_workbook
from yigui.levy.models import ContributionYear
from yigui.levy.record import record_of
from yigui.registry.models import Person


def on_paper(rows: list[tuple[object, ...]]) -> list[tuple[str, ...]]:
    """Rows as text, an amount of a workbook like one of ours."""
    return [tuple("" if cell is None else f"{float(cell):.4f}" if _is_number(cell) else str(cell) for cell in row) for row in rows]


def _is_number(cell: object) -> bool:
    return str(cell).replace(".", "", 1).isdigit()


def test_the_phone_shows_the_months_of_both_numbers_as_the_counter_does() -> None:
    doubled = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    renamed_as(kept, doubled)
    before = record_of(Person.objects.get(pk=doubled.pk), PENSION).months
    assert before > 12
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    kept = Person.objects.get(pk=kept.pk)
    client = on_the_phone(kept)
    months = record_page(Person.objects.get(pk=kept.pk), PENSION).total
    assert months >= before
    assert f'累计缴费 <strong class="num fs-2">{months}</strong>' in page_of(client.get("/m/record/")).replace("\n", " ")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/m/record.xlsx").content)).active
    assert sheet is not None
    shown = on_paper([tuple(row) for row in list(sheet.values)[2:]])
    assert shown == on_paper(rows_of_workbook(Person.objects.get(pk=kept.pk)))
    years = ContributionYear.objects.filter(person_id=doubled.pk, insurance=110).values_list("year", flat=True)
    assert {str(float(year)) + "000" for year in years} <= {row[1] for row in shown}
    # And the counter.
    assert str(months) in page_of(signed_in("teller").get(f"/persons/{kept.person_no}/record/"))


def test_nobody_reads_the_months_of_a_record_that_was_merged_into_somebody_elses() -> None:
    doubled = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    stranger, _ = enrolled(dt.date(2026, 11, 10))
    renamed_as(kept, doubled)
    assert merge(kept, doubled).status == "finished"
    sheet = openpyxl.load_workbook(io.BytesIO(on_the_phone(stranger).get("/m/record.xlsx").content)).active
    assert sheet is not None
    assert on_paper([tuple(row) for row in list(sheet.values)[2:]]) == on_paper(
        rows_of_workbook(Person.objects.get(pk=stranger.pk))
    )
