"""Residents' yearly plans: the pension by the grade on record, medical insurance by the year's sum; nobody billed twice or on a guess."""

import datetime as dt

import pytest

from tests import city, money
from tests.items import benefit_forms
from tests.runs.test_kinds import signed_in
from yigui.accounts.queries import balance_of
from yigui.casework.accept_case import accept_case
from yigui.common.identifiers import citizen_weighted_sum
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill, LevyLine, LevyRate, ResidentGrade
from yigui.levy.resident_grade import grade_in_force
from yigui.levy.residents_run import RESIDENT_MEDICAL, RESIDENT_PENSION, ResidentsKind
from yigui.levy.verify import differing_plans
from yigui.registry.models import Coverage, Person
from yigui.runs.batches import approve_batch, batch_of
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch
from yigui.runs.schedule import due_plan
from yigui.runs.staged import execute, prepare, void

YEAR, AREA = 2026, "511102"


def planned(kind: ResidentsKind = RESIDENT_PENSION, area: str = AREA, year: int = YEAR) -> Batch:
    return prepare(kind, area_code=area, period=year, user=city.user("head"))


def approved(batch: Batch) -> Batch:
    return approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))


def residents(year: int, insurance: str = "resident_pension") -> list[Person]:
    rows = Coverage.objects.filter(insurance=insurance, area_id=AREA, end_period=None, start_period__lte=year * 100 + 12)
    return list(Person.objects.filter(pk__in=rows.values("person_id")).order_by("id"))


def pays(person: Person, yuan: str, year: int = YEAR) -> None:
    form = {"id_number": person.id_number, "person_name": person.name, "year": str(year), "grade_amount": yuan, "pay_channel": "07"}
    case = accept_case(city.application("LVY-008", form, materials=["id_card"]))
    case.refresh_from_db()
    assert case.status == "finished"


def left_out(batch: Batch) -> dict[str, int]:
    return {row["reason"]: row["count"] for row in batch.summary["left_out"]}


def test_every_resident_has_a_bill_of_his_grade_or_stands_among_those_left_out() -> None:
    year = 2024
    batch = approved(planned(year=year))
    execute(batch_id=batch.pk)
    lines = {line.person_id: line for line in LevyLine.objects.filter(source_id=batch.pk)}
    people = residents(year)
    assert len(lines) > 50
    assert len(lines) + sum(left_out(batch).values()) == len(people)
    for person in people:
        grade = grade_in_force(person, year)
        line = lines.get(person.pk)
        if line is None:
            assert grade is None or grade.subsidy_group == "03"
            continue
        assert grade is not None
        assert (line.insurance, line.owed_period, line.employer_fen) == (170, 202401, 0)
        assert line.base_fen == line.person_fen == line.account_fen == grade.grade_fen
        (bill,) = Bill.objects.filter(source_id=batch.pk, person_id=person.pk)
        assert (bill.kind, bill.total_fen, bill.due_on) == (BillKind.RESIDENT, grade.grade_fen, dt.date(2024, 12, 31))
    assert left_out(batch)["no_grade"] > 0
    assert "未登记缴费档次" in next(row["detail"] for row in batch.warnings if row["id"] == "relations")
    assert LevyRate.objects.filter(batch_id=batch.pk).get().rule.startswith("国发〔2014〕8号")
    assert list(differing_plans("default")) == []


def test_the_grade_of_an_enrolment_is_on_record_and_billed_once_and_paid_into_the_account() -> None:
    start = "51118119800512111"
    number = start + "10X98765432"[citizen_weighted_sum(start, 0) % 11]
    form = benefit_forms.resident_enrolment(number) | {"region": "511181", "birth_date": "1980-05-12"}
    case = accept_case(
        city.application(
            "REG-009", form, username="teller-511181", materials=["id_card", "household_register"], confirmed=["identity_unshared"]
        )
    )
    case.refresh_from_db()
    assert case.status == "finished"
    person = case.person
    assert person is not None
    assert person.area_id == "511181"
    grade = ResidentGrade.objects.get(person=person)
    assert (grade.grade_fen, grade.start_year, grade.subsidy_group) == (500_00, 2026, "")
    batch = approved(planned(area=person.area_id))
    execute(batch_id=batch.pk)
    (state,) = [s for s in money.bills(person=person, period=202601) if s.bill.source_id == batch.pk]
    assert state.bill.total_fen == 500_00
    # Another grade is asked for before the bill is paid: the difference is billed, and stays on record.
    pays(person, "800")
    assert sum(b.total_fen for b in Bill.objects.filter(person_id=person.pk)) == 800_00
    known = grade_in_force(person, YEAR)
    assert known is not None
    assert (known.grade_fen, known.reason) == (800_00, "payment")
    money.receive(money.row(800_00, AAC002=person.id_number, AAE140="170"), area=person.area_id)
    assert balance_of(person.pk, 170) == 800_00


def test_who_has_paid_for_the_year_is_not_billed_again_also_between_plan_and_execution() -> None:
    helped = set(ResidentGrade.objects.exclude(subsidy_group="").values_list("person_id", flat=True))
    graded = set(ResidentGrade.objects.values_list("person_id", flat=True)) - helped
    young = [p for p in residents(YEAR) if p.born_on.year > 1968 and p.pk in graded]
    unbilled = [p for p in young if not Bill.objects.filter(person_id=p.pk, start_period__gte=202601).exists()]
    first, second = unbilled[-2:]
    before = left_out(planned()).get("billed", 0)
    pays(first, "500")
    batch = planned()
    assert left_out(batch)["billed"] == before + 1
    approved(batch)
    pays(second, "500")
    with pytest.raises(ContentChanged, match="1 人已另行缴费"):
        execute(batch_id=batch.pk)
    assert not Bill.objects.filter(source_id=batch.pk).exists()
    assert batch_of(batch.pk).status == "approved"
    void(batch_id=batch.pk, user=city.user("head"), reason="试验结束，不再需要")
    anew = planned()
    assert left_out(anew)["billed"] == before + 2
    approved(anew)
    assert execute(batch_id=anew.pk).status == "executed"
    assert Bill.objects.filter(person_id=second.pk, insurance=170).count() == 1


def test_the_medical_sum_is_that_of_the_year_and_a_year_without_a_source_is_refused_by_name() -> None:
    with pytest.raises(ParameterMissing, match=r"城乡居民年缴费标准.*2027"):
        planned(RESIDENT_MEDICAL, year=2027)
    batch = approved(planned(RESIDENT_MEDICAL, year=2025))
    execute(batch_id=batch.pk)
    lines = LevyLine.objects.filter(source_id=batch.pk)
    assert lines.count() == len(residents(2025, "resident_medical")) > 50
    assert set(lines.values_list("insurance", "person_fen", "account_fen")) == {(390, 400_00, 0)}
    assert set(Bill.objects.filter(source_id=batch.pk).values_list("due_on", flat=True)) == {dt.date(2024, 12, 31)}
    # The bill of the one insurance does not stand in the way of the other's.
    assert left_out(planned(year=2025)).get("billed") is None


def test_the_plans_of_residents_have_their_day() -> None:
    pension, medical = (due_plan(kind, money.CITY, dt.date(2026, 11, 26)) for kind in (RESIDENT_PENSION, RESIDENT_MEDICAL))
    assert pension is not None
    assert medical is not None
    assert (pension.period, pension.due_on) == (2026, dt.date(2026, 1, 10))
    assert (medical.period, medical.due_on) == (2027, dt.date(2026, 9, 1))


def test_the_page_of_the_plan_shows_sums_and_who_is_left_out() -> None:
    batch = planned(year=2023)
    page = signed_in("head").get(f"/finance/batches/{batch.pk}/").content.decode()
    assert "居民养老年度征缴计划" in page
    assert "未登记缴费档次" in page
    listing = signed_in("head").get(f"/finance/batches/{batch.pk}/differences/left-out/").content.decode()
    assert "城乡居民基本养老保险" in listing
    void(batch_id=batch.pk, user=city.user("head"), reason="试验结束，不再需要")
