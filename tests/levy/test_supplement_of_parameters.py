"""Rates and bounds that are set after a month was levied: supplement and credit make of the month what a new plan would charge, for everybody."""

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import money
from tests.city import user
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as unit_signed_in
from yigui.charges.case_bills import floating_percent_of
from yigui.charges.queries import bills_of_payer
from yigui.charges.unit_bill import unit_bill
from yigui.common.cache import forget_kept
from yigui.common.money import format_fen
from yigui.common.months import first_day
from yigui.law.contribution import NotLevied, Payer, Rates, base_bounds, contribution, rates_of
from yigui.law.signed_rows import SignedRow, reading, signed
from yigui.levy import supplement_run
from yigui.levy.enums import MONTHLY
from yigui.levy.errors import PlanRefused
from yigui.levy.levy_run import LEVY
from yigui.levy.models import Bill, ContributionBase, LevyLine, LevyRate
from yigui.levy.own_months import _Rates, _why, shown_lines
from yigui.levy.record import record_of
from yigui.levy.supplement_run import CREDIT, SUPPLEMENT, SupplementKind, SupplementSum
from yigui.levy.verify import differing_plans
from yigui.registry.enums import AAE140
from yigui.registry.models import Coverage, Employer, Employment, Person
from yigui.runs.batches import approve_batch
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void

#: A county with people, and months no other test levies.
AREA, MONTH, OTHER = "511102", 202606, 202605
#: person, employer (0: alone), AAE140 -> base, employer's part, person's part, fen.
Charges = dict[tuple[int, int, int], tuple[int, int, int]]


@contextmanager
def law(rows: dict[tuple[str, tuple[str, ...]], dict[str, str]], month: int = MONTH) -> Iterator[None]:
    """Within, the law has these rows of the county for the month, as if they were signed: the program's, and the database's."""
    now, first = signed(), first_day(month)
    numbers = []
    for (table, keys), columns in rows.items():
        numbers.append(_stand(table, keys, columns, first))
        values = {name: Decimal(value) for name, value in columns.items()}
        now = now.with_row(
            SignedRow(1, table, keys, AREA, first, first.replace(day=28), values, "试行〔2026〕1号", "verified", first)
        )
    try:
        with reading(now):
            yield
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM parameters_row WHERE id = ANY (%s)", [numbers])
        forget_kept()


def _stand(table: str, keys: tuple[str, ...], columns: dict[str, str], first: dt.date) -> int:
    """A signed row of the county for a month, past the guards; gives its number."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO parameters_row (change_id, table_name, keys, area_code, valid_from, valid_to, columns, source, published_on, signed_at, "
            "agency_code) VALUES (-nextval('parameters_row_id_seq'), %s, %s, %s, %s, %s, %s, '试行〔2026〕1号', %s, now(), '') RETURNING id",
            [table, "|".join(keys), AREA, first, first.replace(day=28), json.dumps(columns), first],
        )
        (number,) = cursor.fetchone()
    return int(number)


def bounds(floor: int, ceiling: int) -> dict[tuple[str, tuple[str, ...]], dict[str, str]]:
    return {("contribution/base_bounds", ()): {"floor": str(floor), "ceiling": str(ceiling)}}


def rate(insurance: str, who: str, percent: str) -> dict[tuple[str, tuple[str, ...]], dict[str, str]]:
    return {("contribution/rates", (insurance, who)): {"value": percent}}


def done(kind: SupplementKind, month: int = MONTH) -> Batch | None:
    """The executed supplement or credit of the county's month; None where there is nothing to do."""
    try:
        batch = prepare(kind, area_code=AREA, period=month, user=user("head"))
    except PlanRefused:
        return None
    assert [row for row in batch.checks if not row["passed"]] == []
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    return execute(batch_id=batch.pk)


def charged(month: int = MONTH) -> Charges:
    """What was charged for the month, all sources together; without what has come to nothing."""
    lines = LevyLine.objects.filter(area=int(AREA), owed_period=month).values_list("person_id", "employer_id", "insurance")
    sums = lines.annotate(base=Sum("base_fen"), employer=Sum("employer_fen"), person=Sum("person_fen")).order_by()
    return {(person, employer, insurance): (*fen,) for person, employer, insurance, *fen in sums if any(fen)}


def fresh(month: int = MONTH) -> Charges:
    """What a plan made now would charge, by the formula of the law for each relation."""
    found: Charges = {}
    limits = base_bounds(AREA, month)
    rates: dict[tuple[str, Payer, str, Decimal], Rates | None] = {}
    for person, employer, insurance, risk, floating, wage in relations(month):
        payer = Payer.EMPLOYEE if employer else Payer.FLEXIBLE
        if (insurance, payer, risk, floating) not in rates:
            rates[insurance, payer, risk, floating] = _rates(insurance, payer, month, risk, floating)
        terms = rates[insurance, payer, risk, floating]
        if terms is not None:
            due = contribution(wage, terms, limits, month)
            found[person, employer, AAE140[insurance]] = (due.base_fen, due.employer_fen, due.person_fen)
    return found


def _rates(insurance: str, payer: Payer, month: int, risk: str, floating: Decimal) -> Rates | None:
    try:
        return rates_of(insurance, payer, AREA, month, risk_class=risk, floating_percent=floating)
    except NotLevied:
        return None


@cache
def relations(month: int) -> list[tuple[int, int, str, str, Decimal, int]]:
    """Person, employer (0: alone), insurance, risk class and floating step (injury), declared wage: of every relation of the month; nobody comes or goes here."""
    found = []
    rows = Coverage.objects.filter(area_id=AREA, start_period__lte=month, insurance__in=MONTHLY).exclude(end_period__lt=month)
    units = Employer.objects.in_bulk({row.employer_id for row in rows if row.employer_id})
    steps = {pk: Decimal(str(floating_percent_of(unit, month) or 100)) for pk, unit in units.items()}
    wages = _wages({row.person_id for row in rows}, month)
    for row in rows:
        wage, unit = wages.get((row.person_id, row.employer_id)), units.get(row.employer_id or 0)
        if wage is not None:
            is_floating = unit is not None and row.insurance == "injury"
            risk, step = (unit.industry_risk, steps[unit.pk]) if unit is not None and is_floating else ("", Decimal(100))
            found.append((row.person_id, row.employer_id or 0, row.insurance, risk, step, wage))
    return found


def _wages(people: set[int], month: int) -> dict[tuple[int, int | None], int | None]:
    """What counts as the wage of each person at each employer (None: alone): the base declared last, of who is at work the wage else."""
    known = {"person_id__in": people, "start_period__lte": month}
    work = Employment.objects.filter(**known).exclude(end_period__lt=month).order_by("-id")
    at_work: dict[tuple[int, int | None], int | None] = {(w.person_id, w.employer_id): w.declared_wage_fen for w in work}
    bases = ContributionBase.objects.filter(**known).exclude(end_period__lt=month).order_by("id")
    declared = {(b.person_id, b.employer_id): b.declared_fen for b in bases}
    alone = {(person, None): declared.get((person, None)) for person in people}
    return alone | {place: declared.get(place, wage) for place, wage in at_work.items()}


def levied(month: int = MONTH) -> Batch:
    """The month's plan, with what was charged since made even with the law as it stands."""
    plan = money.levied(month, AREA)
    for kind in (SUPPLEMENT, CREDIT):
        done(kind, month)
    return plan


def test_raised_bounds_of_a_levied_month_are_charged_to_everybody_below_the_new_floor() -> None:
    plan = levied(OTHER)
    before = charged(OTHER)
    floor_before = base_bounds(AREA, OTHER).floor_fen
    with law(bounds(6000, 22938), OTHER):
        batch = done(SUPPLEMENT, OTHER)
        assert batch is not None
        assert done(CREDIT, OTHER) is None, "nobody owes less"
        assert charged(OTHER) == fresh(OTHER)
    assert charged(OTHER) != before
    low = {key for key, (base, *_) in before.items() if base < 600_000}
    assert {
        (p, e, i) for p, e, i in LevyLine.objects.filter(source_id=batch.pk).values_list("person_id", "employer_id", "insurance")
    } == low
    # The frozen sheet says what held and what holds, each with its rule; the plan keeps its own.
    (moved,) = batch.summary["moved"]
    assert (moved["term"], moved["before"], moved["after"]) == ("下限", "4,588.00", "6,000.00")
    assert "试行〔2026〕1号" in moved["after_rule"]
    assert moved["areas"] == [AREA]
    assert set(LevyRate.objects.filter(batch_id=batch.pk).values_list("floor_fen", flat=True)) == {600_000}
    assert set(LevyRate.objects.filter(batch_id=plan.pk).values_list("floor_fen", flat=True)) == {floor_before}
    assert list(differing_plans("default")) == []
    # The bounds are taken back: everybody is given back what the supplement charged, and nothing more.
    assert done(SUPPLEMENT, OTHER) is None
    assert done(CREDIT, OTHER) is not None
    assert charged(OTHER) == before == fresh(OTHER)


percents = st.sampled_from(["6.5", "8", "12", "16", "17.25"])
laws = st.tuples(
    st.sampled_from([(4588, 22938), (4000, 22938), (5200, 22938), (4588, 9000), (4000, 30000), (6000, 6500)]),
    percents, percents, st.sampled_from(["0.4", "0.6"]), st.permutations([SUPPLEMENT, CREDIT]), st.integers(1, 2),
)  # fmt: skip


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(laws=st.lists(laws, min_size=1, max_size=3))
def test_charged_and_supplement_and_credit_are_what_a_new_plan_would_charge(laws: list[tuple]) -> None:  # type: ignore[type-arg]
    """Whatever was charged before and in whatever order they are executed, one of them alone for a time: to the fen, each part by itself."""
    levied()
    for (floor, ceiling), employer, flexible, unemployment, order, executed in laws:
        rows = (
            bounds(floor, ceiling) | rate("employee_pension", "employer", employer) | rate("employee_pension", "flexible", flexible)
            | rate("unemployment", "individual", unemployment)
        )  # fmt: skip
        with law(rows):
            for kind in order[:executed]:
                done(kind)
    with law(rows):
        for kind in order:
            done(kind)
        assert charged() == fresh()
        assert [done(kind) for kind in order] == [None, None], "nothing is left to do"
    assert list(differing_plans("default")) == []


def test_a_rate_that_moves_the_parts_in_two_directions_is_charged_and_given_back_each_by_itself() -> None:
    levied()
    with law(rate("employee_pension", "employer", "15") | rate("employee_pension", "individual", "9")):
        more, less = done(SUPPLEMENT), done(CREDIT)
        assert more is not None
        assert less is not None
        assert charged() == fresh()
    pension = Bill.objects.filter(insurance=110).exclude(employer_id=0)
    assert all(b.employer_fen == 0 < b.person_fen for b in pension.filter(source_id=more.pk, base_fen=0))
    assert all(b.person_fen == 0 > b.employer_fen for b in pension.filter(source_id=less.pk, base_fen=0))


def test_a_difference_of_rates_makes_no_month_unpaid_and_the_bill_says_what_it_is() -> None:
    levied()
    coverage = Coverage.objects.filter(area_id=AREA, insurance="unemployment", start_period__lte=MONTH).exclude(
        end_period__lt=MONTH
    )
    levied_now = charged()
    one = next(c for c in coverage if c.employer_id and (c.person_id, c.employer_id, AAE140["unemployment"]) in levied_now)
    person, unit = Person.objects.get(pk=one.person_id), Employer.objects.get(pk=one.employer_id)
    was = record_of(person, "unemployment")
    with law(rate("unemployment", "employer", "0.9")):
        batch = done(SUPPLEMENT)
    assert batch is not None
    assert record_of(person, "unemployment") == was, "the month counts, or is unpaid, as before: its base is the same"
    row = next(r for r in unit_bill(unit, MONTH).rows if r.state.bill.source_id == batch.pk)
    assert (row.state.is_difference, row.state.kind_label) == (True, "补收")
    assert row.rule.startswith("与已征的差额")


def test_a_parameter_that_is_signed_between_plan_and_execution_stops_the_plan() -> None:
    levied()
    with law(bounds(5000, 22938)):
        batch = prepare(SUPPLEMENT, area_code=AREA, period=MONTH, user=user("head"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    with law(bounds(5100, 22938)), pytest.raises(ContentChanged, match="已变更"):
        execute(batch_id=batch.pk)
    assert not LevyLine.objects.filter(source_id=batch.pk).exists()
    void(batch_id=batch.pk, user=user("director"), reason="上下限又有变更，重新生成")
    plan = prepare(LEVY, area_code=AREA, period=202507, user=user("head"))
    approve_batch(batch_id=plan.pk, user=user("director"), answers=money.answers(plan))
    with law(bounds(5100, 22938), 202507), pytest.raises(ContentChanged, match="已变更"):
        execute(batch_id=plan.pk)
    void(batch_id=plan.pk, user=user("director"), reason="上下限又有变更，重新生成")


def test_months_whose_bounds_moved_follow_by_themselves_however_long_ago_they_are() -> None:
    levied()
    later = dt.date(2027, 11, 2)
    assert MONTH not in SUPPLEMENT.arrivals(area_code=AREA, today=later)
    with law(bounds(7000, 22938)):
        assert MONTH in SUPPLEMENT.arrivals(area_code=AREA, today=later)
        assert MONTH not in CREDIT.arrivals(area_code=AREA, today=later)


def test_without_a_rate_of_the_plan_nothing_is_given_back() -> None:
    """A batch that left a rate of the plan out would give back all that was charged by it: the database refuses to make it."""
    levied()
    with connections["default"].cursor() as cursor, pytest.raises(Exception, match="缺少原计划所用的费率"):
        cursor.execute("SELECT * FROM contributions_supplement_sums_v1(%s, %s, -1, '[]')", [MONTH, [AREA]])


def test_a_moved_rate_that_touches_nobody_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    levied()
    later, worked_out = dt.date(2027, 11, 2), []
    real = supplement_run.supplement_sum

    def counted(areas: list[str], period: int, sign: int, rates: list[LevyRate]) -> SupplementSum:
        worked_out.append((period, sign))
        return real(areas, period, sign, rates)

    monkeypatch.setattr(supplement_run, "supplement_sum", counted)
    # A ceiling that nobody reaches.
    low = base_bounds(AREA, MONTH)
    untouched = bounds(int(low.floor_fen) // 100, 900_000)
    with law(untouched):
        for _ in range(3):
            assert MONTH not in SUPPLEMENT.arrivals(area_code=AREA, today=later)
        assert worked_out == [(MONTH, 1)]
        # Nothing has moved in the other direction: nothing is worked out there.
        assert MONTH not in CREDIT.arrivals(area_code=AREA, today=later)
        assert worked_out == [(MONTH, 1)]
    # Whatever moves afterwards is another thing.
    with law(bounds(7000, 900_000)):
        for _ in range(2):
            assert MONTH in SUPPLEMENT.arrivals(area_code=AREA, today=later)
    assert worked_out == [(MONTH, 1)] * 3
    # What was set back and set again is known; after a batch of the month was executed it is looked at again.
    with law(untouched):
        assert MONTH not in SUPPLEMENT.arrivals(area_code=AREA, today=later)
    assert worked_out == [(MONTH, 1)] * 3
    with law(bounds(7000, 22938)):
        assert done(SUPPLEMENT) is not None
    worked_out.clear()
    with law(bounds(7000, 900_000)):
        for _ in range(2):
            assert MONTH not in SUPPLEMENT.arrivals(area_code=AREA, today=later)
    assert worked_out == [(MONTH, 1)]


def test_whoever_pays_reads_that_a_supplement_is_one_and_which_document_has_moved_the_bounds() -> None:
    levied()
    with law(bounds(8000, 22938)):
        batch = done(SUPPLEMENT)
    assert batch is not None
    line = (
        LevyLine.objects.filter(source_id=batch.pk, insurance=110, base_fen__gt=0).exclude(employer_id=0).order_by("person_id")[0]
    )
    phone = on_the_phone(Person.objects.get(pk=line.person_id))
    pages = (page_of(phone.get(f"/m/months/?page={n}")) for n in itertools.count(1))
    cards = next(page for page in pages if "补收差额" in page).split('class="card card-body mb-2"')
    found = [
        c for c in cards if "补收差额" in c and "企业职工基本养老保险" in c and f"缴费基数差额 {format_fen(line.base_fen)} 元" in c
    ]
    assert found
    assert all("缴费基数上下限调整：试行〔2026〕1号" in card for card in found)
    # The plan's own line says nothing of the kind.
    own = LevyLine.objects.filter(person_id=line.person_id, insurance=110, owed_period=MONTH, source_id__gt=0).order_by(
        "source_id"
    )[0]
    assert [(one.difference, one.why) for one in shown_lines([own])] == [("", "")]
    # The unit's list and its bill of the month.
    unit = Employer.objects.get(pk=line.employer_id)
    kinds = {
        s.bill.source_id: s.kind_label
        for s in bills_of_payer(employer=unit, start=MONTH, end=MONTH)
        if s.insurance == "employee_pension"
    }
    assert (kinds[own.source_id], kinds[batch.pk]) == ("当期", "补收")
    for answer in (
        unit_signed_in(login_of(unit)).get(f"/unit/dues/{MONTH}/"), unit_signed_in(login_of(unit)).get("/unit/dues/?all=1"),
        signed_in("teller").get(f"/employers/{unit.unit_no}/dues/?all=1"),
    ):  # fmt: skip
        assert "补收" in page_of(answer)
    with law(bounds(7000, 22938)):
        credit = done(CREDIT)
    assert credit is not None
    back = LevyLine.objects.get(source_id=credit.pk, person_id=line.person_id, employer_id=line.employer_id, insurance=110)
    assert shown_lines([back])[0].difference == "冲减差额"
    assert {s.kind_label for s in bills_of_payer(employer=unit, start=MONTH, end=MONTH) if s.bill.source_id == credit.pk} == {
        "冲减"
    }


def made_again(line: LevyLine, **changed: Any) -> LevyLine:
    """Another line of the same month, not kept."""
    kept = {f.attname: getattr(line, f.attname) for f in LevyLine._meta.concrete_fields}
    return LevyLine(**kept | changed)


def test_a_reason_is_told_only_where_the_record_tells_it() -> None:
    """Whoever earns between the bounds is not told that they have moved, and nobody is told of a rate of another class of risk."""
    levied()
    with law(bounds(8000, 22938)):
        batch = done(SUPPLEMENT)
    assert batch is not None
    own = LevyLine.objects.filter(source_id=batch.pk, insurance=110, base_fen__gt=0).exclude(employer_id=0).order_by("person_id")[0]
    before = list(
        LevyLine.objects.filter(
            person_id=own.person_id,
            employer_id=own.employer_id,
            insurance=110,
            owed_period=MONTH,
            source_id__gt=0,
            source_id__lt=batch.pk,
        ).order_by("source_id")
    )
    first = before[-1]
    rates = _Rates([first, own])
    assert "缴费基数上下限调整" in _why(own, [*before, own], rates)
    between = made_again(first, base_fen=sum(line.base_fen for line in before) + 100_000)
    assert _why(made_again(own, base_fen=1_00), [between, own], rates) == ""
    injury = (
        LevyLine.objects.filter(source_id__gt=0, insurance=410, owed_period=MONTH).exclude(employer_id=0).order_by("person_id")[0]
    )
    unit = Employer.objects.get(pk=injury.employer_id)
    found = _Rates([injury]).of(injury)
    assert found is not None
    assert found.risk_class == unit.industry_risk != ""
