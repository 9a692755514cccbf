"""People of award sheets in the database: each with the sheet's months on record and its account, carried by people to an award."""

import datetime as dt
import itertools
from typing import Any

from django.db import connections, transaction

from tests.entitlement.people import RETIREMENT_MATERIALS, done
from tests.law.sheets import Sheet, typed
from yigui.accounts.models import AccountEntry, EntryKind, PersonalAccount
from yigui.common.identifiers import citizen_check_character
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.entitlement.assess_person import span_of
from yigui.entitlement.models import Award
from yigui.law.payout_months import payout_months
from yigui.law.retirement_age import RetirementGroup, age_on
from yigui.levy.models import ContributionYear
from yigui.levy.record import record_of
from yigui.registry.enums import AAE140, INSURANCE_SLOT, Insurance
from yigui.registry.models import Area, Coverage, Employer, Employment, Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant

PENSION = Insurance.EMPLOYEE_PENSION
_NUMBERS = itertools.count(1)
#: Base of every month of a record; the sheets print their index, so it is never divided by a wage.
_BASE_FEN = 300_000
#: Kind of retirement of the form, by what the window calls the month.
_KIND = {"statutory": "01", "flexible_early": "05", "flexible_late": "06"}
#: Age from which special work lets a man and a woman retire (国发〔1978〕104号).
_SPECIAL_AGE = {"1": 55, "2": 45}


def way_out(sheet: Sheet) -> tuple[str, RetirementGroup, str, dt.date]:
    """Sex, group, kind of retirement and birthday of somebody who retires on the sheet's day with its payout months."""
    day, period = sheet.facts.retired_on, period_of(sheet.facts.retired_on)
    ages = [age for age in range(40 * 12, 71 * 12) if payout_months(age, day) == sheet.facts.payout_months]
    people = [
        (gender, group, Person(gender=gender, born_on=first_day(add_months(period, -age))))
        for age in ages
        for gender, group in (("1", RetirementGroup.MEN), ("2", RetirementGroup.WOMEN_55), ("2", RetirementGroup.WOMEN_50))
    ]
    for gender, group, person in people:
        if kind := span_of(person, group).kind_of(period):
            return gender, group, _KIND[kind], person.born_on
    for gender, group, person in people:
        if age_on(person.born_on, day) >= _SPECIAL_AGE[gender] and period < span_of(person, group).earliest:
            return gender, group, "02", person.born_on
    gender, group, person = people[-1]  # late
    return gender, group, "01", person.born_on


def opened(sheet: Sheet, *, credited: int | None = None) -> Person:
    """The person of a sheet as an opening load brings one: record, account, employment and relation in the tests' city.

    `credited`: the month (YYYYMM) the account was filled in; the month of retirement, where none is said.
    """
    gender, _, _, born = way_out(sheet)
    number = _number(born, gender)
    period, area = period_of(sheet.facts.retired_on), sheet.facts.area
    credit = period if credited is None else credited
    started = first_day(add_months(period, -int(sheet.facts.total_months)))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        Area.objects.using("owner").get_or_create(code=area, defaults={"name": area, "level": "city"})
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        unit = Employer.objects.using("owner").order_by("id")[0]
        person = Person.objects.using("owner").create(
            person_no=f"9{next(_NUMBERS):09d}", id_type="01", id_number=number, name="单小林", gender=gender, born_on=born,
            work_started_on=started, area_id=area,
        )  # fmt: skip
        Employment.objects.using("owner").create(
            person=person, employer=unit, start_period=period_of(started), declared_wage_fen=_BASE_FEN, employment_form="01"
        )
        Coverage.objects.using("owner").create(
            person=person,
            insurance=PENSION,
            slot=INSURANCE_SLOT[PENSION],
            employer=unit,
            area_id=area,
            start_period=period_of(started),
        )
        PersonalAccount.objects.using("owner").create(
            person=person, insurance=PENSION, opened_period=max(199601, period_of(started))
        )
        of = {"person_id": person.pk, "insurance": AAE140[PENSION], "warrant_id": warrant}
        ContributionYear.objects.using("owner").bulk_create(
            ContributionYear(**of, year=year, months=months, base_sum_fen=months * _BASE_FEN) for year, months in _years(sheet)
        )
        if sheet.facts.account_fen:
            AccountEntry.objects.using("owner").bulk_create([
                AccountEntry(
                    **of, year=credit // 100, period=credit, owed_period=credit, kind=EntryKind.CONTRIBUTION, base_fen=_BASE_FEN,
                    amount_fen=sheet.facts.account_fen, source_id=0,
                )
            ])  # fmt: skip
    return Person.objects.get(pk=person.pk)


def _years(sheet: Sheet) -> list[tuple[int, int]]:
    """The paid months by year, back from the month of retirement."""
    years: dict[int, int] = {}
    for ago in range(int(sheet.facts.total_months - sheet.facts.deemed_months)):
        year = add_months(period_of(sheet.facts.retired_on), -ago) // 100
        years[year] = years.get(year, 0) + 1
    return sorted(years.items())


def _number(born: dt.date, gender: str) -> str:
    first = f"510107{born:%Y%m%d}{next(_NUMBERS) % 100:02d}{gender}"
    return first + citizen_check_character(first)


#: What a clerk writes where a fact lies beside what the titles or the cap give.
ANSWERED = {
    "confirmed": ("dossier_complete",),
    "reasons": {
        f"dossier_complete.{f}": "按荣誉证书和手册原件所载"
        for f in ("supplement_percent", "average_index", "transitional_index", "pre_account_months")
    },
}


def built(sheet: Sheet, *, credited: int | None = None) -> Person:
    """The person with the dossier that PEN-001 builds from what a clerk types of the sheet."""
    person = opened(sheet, credited=credited)
    papers = ("personnel_file", "id_card", "special_work_record")
    # A percent with more than the titles give is asked about: the paper says it.
    done("PEN-001", prereview_of(sheet, person), papers, username="teller", **ANSWERED)
    return person


def prereview_of(sheet: Sheet, person: Person) -> dict[str, Any]:
    """The form of the pre-review of a sheet."""
    gender, group, kind, _ = way_out(sheet)
    form = typed(sheet) | _who(person) | {"unit_no": person.employments.get().employer.unit_no, "retire_type": kind}
    form["retirement_group"] = group.value
    return {name: value for name, value in form.items() if name != "retirement_group" or gender == "2"}


def _who(person: Person) -> dict[str, str]:
    return {
        "id_number": person.id_number, "person_name": person.name, "birth_date": person.born_on.isoformat(),
        "work_start_date": person.work_started_on.isoformat() if person.work_started_on else "",
    }  # fmt: skip


def awarded_by_people(sheet: Sheet, *, credited: int | None = None) -> Award:
    """The award of a sheet: pre-reviewed, applied for, reviewed, rechecked, met about and approved, each by another person."""
    person = built(sheet, credited=credited)
    _, _, kind, _ = way_out(sheet)
    day = sheet.facts.retired_on
    form = _who(person) | {
        "retire_type": kind, "retire_date": day.isoformat(), "deemed_months": str(sheet.facts.deemed_months),
        "actual_months": str(record_of(person, PENSION.value, until=period_of(day)).months), "account_no": f"62284811{person.pk:011d}",
    }  # fmt: skip
    if kind == "02":
        form |= {"unit_no": person.employments.get().employer.unit_no, "special_work": "01", "special_years": "10"}
        done("PEN-003", form, (*RETIREMENT_MATERIALS, "special_work_record"))
    else:
        form |= {
            "benefit_start": format_period(add_months(period_of(day), 1)),
            "account_name": person.name,
            "mobile": "13812345678",
        }
        if kind != "01":
            # Put into writing half a year before anything could be chosen.
            form["notice_date"] = first_day(
                add_months(min(period_of(day), span_of(person, way_out(sheet)[1]).statutory), -6)
            ).isoformat()
        done("PEN-002", form, RETIREMENT_MATERIALS)
    return Award.objects.get(benefit__person=person)
