"""A standard that holds from a month on reaches benefits in payment: residents' pensions and unemployment benefits, by a batch of three people."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from tests.city import TODAY, user
from tests.entitlement.people import CITY, decided, done, next_month, paid
from tests.entitlement.test_resident_interest import credited
from tests.items import situations
from tests.payment.test_reemployed import claimant
from yigui.common.months import add_months, first_day, period_of
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.entitlement.models import BackDue, Benefit
from yigui.entitlement.queries import amount_at
from yigui.law import account_interest, signed_rows
from yigui.law.resident_pension import resident_basic
from yigui.law.signed_rows import Signed, SignedRow
from yigui.law.unemployment import monthly_amount
from yigui.parameters.left_out import ORIGIN, look_for_left_out
from yigui.payment.difference import _document
from yigui.payment.errors import PayRefused
from yigui.payment.models import PayLine, Raised
from yigui.payment.raise_run import RAISE, _Claim, find, months_to_ask
from yigui.payment.recalculate_run import RECALCULATE
from yigui.payment.verify import benefit_faults
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void
from yigui.tasks.models import Task

NOW = period_of(TODAY)
AREA = "511102"


def row(table: str, since: int, columns: dict[str, str], keys: tuple[str, ...] = (), until: int | None = None) -> SignedRow:
    values = {name: Decimal(value) for name, value in columns.items()}
    return SignedRow(
        7,
        table,
        keys,
        "510000",
        first_day(since),
        dt.date.max if until is None else first_day(add_months(until, 1)) - dt.timedelta(days=1),
        values,
        "川人社发〔2026〕某号",
        "verified",
        dt.date(2026, 11, 1),
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


def basic(since: int, yuan: str, until: int | None = None) -> SignedRow:
    return row("resident/basic", since, {"value": yuan, "extra_from_years": "15", "extra_per_year": "2"}, until=until)


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
    # The month before is one of which the standard is on file.
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


def resident_taken_over(fen: int = 163_00, born: dt.date = dt.date(1956, 3, 1)) -> Benefit:
    return claimant(202506, BenefitKind.RESIDENT, fen=fen, born=born)


@pytest.fixture
def first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """This house has paid since January."""
    monkeypatch.setattr("yigui.payment.raise_run._first_runs", lambda areas: dict.fromkeys(areas, 202601))


def arrive() -> None:
    """What is due makes itself, night after night, until nothing is."""
    for _ in range(6):
        months = RAISE.arrivals(area_code=CITY, today=TODAY)
        if not months:
            return
        raised(months[0])
    raise AssertionError(months)


def months_of_it(benefit: Benefit, *months: int) -> list[int]:
    return [fen(benefit, month) // 100 for month in months]


@pytest.mark.usefixtures("first_run")
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_standards_that_wait_at_once_nobody_loses_one(signed: list[SignedRow], order: tuple[int, int]) -> None:
    benefit = resident_taken_over()
    signed += [basic(202609, "175", until=202610), basic(202611, "183")]
    waiting = [decided(planned(202609)), decided(planned(202611))]
    rows = Raised.objects.filter(batch_id=waiting[0].pk)
    assert [row.after_fen for row in rows.filter(benefit_id=benefit.pk).order_by("start_period")] == [175_00, 183_00]
    # Signed is what a month gets more, not the sum over months.
    most: dict[int, int] = {}
    for one in rows:
        most[one.benefit_id] = max(most.get(one.benefit_id, 0), one.after_fen - one.before_fen)
    assert (most[benefit.pk], waiting[0].total_fen) == (20_00, sum(most.values()))
    for n in order:
        execute(batch_id=waiting[n].pk)
    arrive()
    assert months_of_it(benefit, 202608, 202609, 202610, 202611, 202612) == [163, 175, 175, 183, 183]
    assert not list(benefit_faults("default"))


@pytest.mark.usefixtures("first_run")
def test_a_standard_published_late_leaves_later_months_what_they_have(signed: list[SignedRow]) -> None:
    benefit = resident_taken_over()
    signed.append(basic(202611, "183"))
    raised(202611)
    signed.append(basic(202609, "175", until=202610))
    raised(202609)
    assert months_of_it(benefit, 202608, 202609, 202610, 202611) == [163, 175, 175, 183]
    # A correction of the same month gives what is missing to it.
    signed.append(basic(202611, "193"))
    raised(202611)
    assert months_of_it(benefit, 202610, 202611, 202612) == [175, 193, 193]
    arrive()
    assert months_of_it(benefit, 202610, 202611, 202612) == [175, 193, 193]


@pytest.mark.usefixtures("first_run")
@pytest.mark.parametrize("is_age_first", [True, False])
def test_an_age_and_a_standard_of_one_month_both_count_once(signed: list[SignedRow], is_age_first: bool) -> None:
    benefit = resident_taken_over(born=dt.date(1946, 11, 5))
    rows = [row("resident/age_supplement", 202501, {"value": "10"}, ("80",)), basic(202612, "183")]
    first, then = rows if is_age_first else rows[::-1]
    signed.append(first)
    raised(202612)
    assert months_of_it(benefit, 202611, 202612) == [163, 173 if is_age_first else 183]
    signed.append(then)
    raised(202612)
    assert months_of_it(benefit, 202611, 202612) == [163, 193]


@pytest.mark.usefixtures("first_run")
def test_a_standard_with_an_end_is_paid_to_its_end(signed: list[SignedRow]) -> None:
    benefit = resident_taken_over()
    signed.append(basic(202609, "175", until=202610))
    raised(202609)
    assert months_of_it(benefit, 202608, 202609, 202610, 202611, 202701) == [163, 175, 175, 163, 163]
    arrive()
    assert months_of_it(benefit, 202610, 202611) == [175, 163]


@pytest.mark.usefixtures("first_run")
def test_whose_amount_was_not_the_standard_is_left_out_by_name(signed: list[SignedRow]) -> None:
    known, unknown = resident_taken_over(), resident_taken_over(1864_00)
    lower, claims = claimant(202512, fen=1491_00), claimant(202512)
    signed += [basic(NOW, "183"), row("unemployment/amount", NOW, {"value": "2000"}, ("1", "0"))]
    batch = planned(NOW)
    check = next(one for one in batch.checks if one["id"] == "left_out")
    assert not check["passed"]
    listed = RAISE.listing(batch, "left")
    assert listed is not None
    named = {benefit.pk for benefit, _, _ in listed.context["rows"]}
    assert {unknown.pk, lower.pk} <= named
    assert not {known.pk, claims.pk} & named
    assert not Raised.objects.filter(benefit_id__in=(unknown.pk, lower.pk)).exists()
    execute(batch_id=decided(batch).pk)
    assert [fen(one, NOW) for one in (known, unknown, lower, claims)] == [183_00, 1864_00, 1491_00, 2000_00]
    assert fen(known, add_months(NOW, -1)) == 163_00
    # The month after, and whoever reads nothing but the inbox.
    look_for_left_out(TODAY)
    task = Task.objects.get(origin_kind=ORIGIN, origin_no=CITY, part=str(NOW))
    assert lower.person.person_no in task.note
    assert "构成不明" in task.note
    look_for_left_out(TODAY)
    assert Task.objects.filter(origin_kind=ORIGIN, origin_no=CITY).count() == 1


def test_nobody_taken_over_is_raised_before_our_first_run(signed: list[SignedRow], monkeypatch: pytest.MonkeyPatch) -> None:
    benefit = resident_taken_over()
    monkeypatch.setattr("yigui.payment.raise_run._first_runs", lambda areas: dict.fromkeys(areas, NOW))
    signed += [basic(add_months(NOW, -2), "175", until=add_months(NOW, -1)), basic(NOW, "183")]
    found = find([AREA], add_months(NOW, -2), TODAY)
    assert benefit.pk in found.left_named
    assert found.before_us > 0
    monkeypatch.setattr("yigui.payment.raise_run._first_runs", lambda areas: {})
    assert find([AREA], NOW, TODAY).before_us > 0


@pytest.mark.parametrize("is_recalculation_planned_first", [False, True])
def test_a_raise_is_not_paid_again_by_the_recalculation(
    signed: list[SignedRow], monkeypatch: pytest.MonkeyPatch, is_recalculation_planned_first: bool
) -> None:
    claim, person = situations.resident()
    credited(person, 202401, 10_000_00)
    monkeypatch.setattr(account_interest, "has_interest", lambda *_: False)
    done("RES-001", claim, ("id_card", "bank_card"))
    benefit = Benefit.objects.get(person=person)
    start, awarded = benefit.start_period, benefit.amounts.get()
    monkeypatch.setattr(account_interest, "has_interest", lambda *_: True)
    monkeypatch.setattr(account_interest, "interest_rate", lambda *_: Decimal(3))
    signed.append(basic(202601, "183"))
    made = None
    if is_recalculation_planned_first:
        made = decided(prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head")))
    raised(start)
    assert fen(benefit, start) == 183_00 + awarded.account_fen
    execute(batch_id=(made or decided(prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head")))).pk)
    amount = amount_at(benefit, start)
    assert amount is not None
    assert amount.account_fen > awarded.account_fen
    assert amount.total_fen == 183_00 + amount.account_fen
    arrive()
    assert fen(benefit, start) == 183_00 + amount.account_fen


def test_a_month_whose_standard_falls_back_is_written_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.payment.raise_run.standard_in", lambda area, period, month, **_: 2000_00 if month <= 12 else 1500_00)
    found = list(claim_of(202601, 202712, [[202601, 1500_00, "award"]]).steps(202603))
    assert [step[:3] for step in found] == [(202603, 1500_00, 2000_00), (202701, 1500_00, 1500_00)]
    # Rows that begin later say what they say unless the standard is more.
    found = list(claim_of(202601, 202712, [[202601, 1800_00, "award"], [202701, 1400_00, "award"]]).steps(202601))
    assert [step[:3] for step in found] == [(202601, 1800_00, 2000_00), (202701, 1400_00, 1500_00)]
    # Nothing is asked of months before the first amount.
    found = list(claim_of(202601, 202712, [[202604, 1500_00, "opening"]]).steps(202601))
    assert found[0][0] == 202604


def test_a_suspension_does_not_count_before_its_resumption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.payment.raise_run.standard_in", lambda area, period, month, **_: 2340_00 if month <= 12 else 1872_00)
    amounts = [[202507, 2340_00, "award"], [202607, 1872_00, "award"]]
    claim = claim_of(202507, 202709, amounts, [[202507, 0], [202611, 3]])
    assert not list(claim.steps(202607))
    # Taken over, the second year's standard hangs on months nobody here knows of.
    assert not claim.is_known(202601)
    assert claim_of(202507, 202606, [[202507, 2340_00, "opening"]]).is_known(202601)


def claim_of(start: int, end: int, amounts: list[list[Any]], awards: Sequence[list[int]] = ()) -> _Claim:
    return _Claim(AREA, start, end, 120, awards, amounts, TODAY)


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
