"""A standard that holds from a month on reaches benefits in payment: residents' pensions and unemployment benefits, by a batch of three people."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connections

from tests.city import TODAY, user
from tests.entitlement.people import CITY, decided, done, next_month, paid
from tests.items import situations
from tests.payment.test_reemployed import claimant
from yigui.common.months import add_months, first_day, period_of
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.entitlement.models import BackDue, Benefit
from yigui.entitlement.queries import amount_at
from yigui.law import signed_rows
from yigui.law.resident_pension import resident_basic
from yigui.law.signed_rows import Signed, SignedRow
from yigui.law.unemployment import monthly_amount
from yigui.payment.difference import _document
from yigui.payment.errors import PayRefused
from yigui.payment.models import PayLine, Raised
from yigui.payment.raise_run import RAISE, _steps, months_to_ask
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void

NOW = period_of(TODAY)
AREA = "511102"


def row(table: str, since: int, columns: dict[str, str], keys: tuple[str, ...] = ()) -> SignedRow:
    values = {name: Decimal(value) for name, value in columns.items()}
    return SignedRow(
        7, table, keys, "510000", first_day(since), dt.date.max, values, "川人社发〔2026〕某号", "verified", dt.date(2026, 11, 1)
    )


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[SignedRow]:
    """Rows that have been signed: put one in, and the law reads it."""
    rows: list[SignedRow] = []

    def source() -> Signed:
        by_table: dict[str, tuple[SignedRow, ...]] = {}
        for one in rows:
            by_table[one.table] = (one, *by_table.get(one.table, ()))
        return Signed(len(rows), by_table)

    kept: dict[int, Signed] = {}
    monkeypatch.setattr(signed_rows, "_source", [lambda: kept.setdefault(len(rows), source())])
    return rows


def basic(since: int, yuan: str) -> SignedRow:
    return row("resident/basic", since, {"value": yuan, "extra_from_years": "15", "extra_per_year": "2"})


def planned(period: int, area: str = CITY) -> Batch:
    return prepare(RAISE, area_code=area, period=period, user=user("head"))


def raised(period: int) -> Batch:
    batch = planned(period)
    assert batch.is_sound, batch.checks
    return execute(batch_id=decided(batch).pk)


def drawing_resident() -> Benefit:
    claim, person = situations.resident()
    done("RES-001", claim, ("id_card", "bank_card"))
    return Benefit.objects.get(person=person)


def fen(benefit: Benefit, month: int) -> int:
    found = amount_at(benefit, month)
    assert found is not None
    return found.total_fen


def test_a_raise_of_the_residents_basic_part_reaches_who_draws_already(signed: list[SignedRow]) -> None:
    benefit = drawing_resident()
    with pytest.raises(PayRefused, match="没有低于"):
        planned(NOW, "511102")
    awarded = benefit.amounts.get()
    signed.append(basic(NOW, "200"))
    # By itself, on the morning after.
    assert NOW in RAISE.arrivals(area_code=CITY, today=TODAY)
    since = max(NOW, benefit.start_period)
    years = benefit.contribution_months // 12
    age = benefit.awards.get().inputs["age"]
    now = sum(part.amount_fen for part in resident_basic(AREA, first_day(since), years, age=age)) + awarded.account_fen
    assert now > awarded.total_fen
    batch = raised(NOW)
    amount = amount_at(benefit, since)
    assert amount is not None
    assert (amount.total_fen, amount.account_fen, amount.basic_fen) == (now, awarded.account_fen, awarded.basic_fen)
    assert (amount.adjusted_fen, amount.source, amount.source_id) == (now - awarded.total_fen, AmountSource.RAISE, batch.pk)
    assert BackDue.objects.filter(benefit_id=benefit.pk, from_period=since, done_batch=None).exists()
    assert "川人社发〔2026〕某号" in _document(benefit, amount)
    # It has come once, and to nobody again.
    assert NOW not in RAISE.arrivals(area_code=CITY, today=TODAY)
    # A later one comes on top of what stands; what was awarded stays what it was.
    signed.append(basic(add_months(NOW, 1), "220"))
    raised(add_months(NOW, 1))
    assert fen(benefit, add_months(since, 1)) == now + 20_00
    assert benefit.awards.count() == 1


def test_two_batches_that_come_to_one_month_raise_nobody_twice(signed: list[SignedRow]) -> None:
    benefit = drawing_resident()
    signed.append(basic(add_months(NOW, -1), "300"))
    first, second = decided(planned(add_months(NOW, -1))), decided(planned(NOW))
    execute(batch_id=first.pk)
    stands = fen(benefit, add_months(NOW, 1))
    after = execute(batch_id=second.pk)
    assert fen(benefit, add_months(NOW, 1)) == stands
    assert Raised.objects.filter(batch_id=second.pk, benefit_id=benefit.pk).exists()
    assert not benefit.amounts.filter(source_id=second.pk, source=AmountSource.RAISE).exists()
    assert after.status == "executed"


def test_a_claimant_gets_a_new_standard_from_its_month_on_and_the_next_run_pays_it(signed: list[SignedRow]) -> None:
    paid()
    month = next_month()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yigui.payment.raise_run._first_runs", lambda areas: dict.fromkeys(areas, month))
        benefit = claimant(add_months(month, -2))
        signed.append(row("unemployment/amount", month, {"value": "2000"}, ("1", "0")))
        assert monthly_amount(AREA, first_day(month), 1, paid_months=120) == 2000_00
        raised(month)
    assert [fen(benefit, add_months(month, n)) for n in (-1, 0, 21)] == [1864_00, 2000_00, 2000_00]
    run = paid()
    assert run.period == month
    lines = PayLine.objects.filter(benefit_id=benefit.pk, pay_period=month)
    assert sum(line.amount_fen for line in lines) == 2000_00


def test_what_was_taken_over_is_raised_by_what_the_standard_rose_and_not_before_our_first_run(
    signed: list[SignedRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    benefit = claimant(202506, BenefitKind.RESIDENT)
    signed.append(basic(NOW, "183"))
    monkeypatch.setattr("yigui.payment.raise_run._first_runs", lambda areas: dict.fromkeys(areas, add_months(NOW, 1)))
    if RAISE.arrivals(area_code="511102", today=TODAY):
        kept = next(row for row in planned(NOW, "511102").checks if row["id"] == "before_us")
        assert not kept["passed"]
    assert not Raised.objects.filter(benefit_id=benefit.pk).exists()
    monkeypatch.setattr("yigui.payment.raise_run._first_runs", lambda areas: dict.fromkeys(areas, 202412))
    raised(NOW)
    # From 163 to 183; whatever the opening amount was made of.
    assert fen(benefit, NOW) == 1864_00 + 20_00
    assert fen(benefit, add_months(NOW, -1)) == 1864_00
    again = [one for one in RAISE.arrivals(area_code=CITY, today=TODAY) if one == NOW]
    assert not again


def test_a_month_whose_standard_falls_back_is_written_too() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "yigui.payment.raise_run.standard_in",
            lambda area, period, month, *, paid_months, today: 2000_00 if month <= 12 else 1500_00,
        )
        found = list(_steps(AREA, 202601, 202712, 120, 0, [[202601, 1500_00]], 202603, TODAY))
        assert [step[:3] for step in found] == [(202603, 1500_00, 2000_00), (202701, 1500_00, 1500_00)]
        # Rows that begin later say what they say unless the standard is more.
        found = list(_steps(AREA, 202601, 202712, 120, 0, [[202601, 1800_00], [202701, 1400_00]], 202601, TODAY))
        assert [step[:3] for step in found] == [(202601, 1800_00, 2000_00), (202701, 1400_00, 1500_00)]


def test_months_are_asked_for_from_where_a_standard_begins(signed: list[SignedRow]) -> None:
    before = months_to_ask([AREA], TODAY)
    signed.append(basic(add_months(NOW, -3), "200"))
    signed.append(basic(add_months(NOW, 3), "210"))
    assert set(months_to_ask([AREA], TODAY)) - set(before) == {add_months(NOW, -3)}
    with pytest.raises(PayRefused, match="尚早"):
        planned(add_months(NOW, 2))


def test_who_signs_reads_what_it_rests_on_and_whom_it_leaves_out(signed: list[SignedRow]) -> None:
    drawing_resident()
    signed.append(basic(NOW, "400"))
    batch = planned(NOW)
    month, words, people, more = batch.summary["grounds"][0]
    assert month >= NOW
    assert "川人社发〔2026〕某号" in words
    assert people * more > 0
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM benefits_amount WHERE source = 'raise' AND source_id = %s", [batch.pk])
        assert cursor.fetchone() == (0,)
