"""Merging a double record (重复档案合并): one person with two numbers."""

import datetime as dt

import pytest
from django.db import connections
from django.db.models import Count, Sum

from tests import city, money
from tests.casework.test_routes_and_decisions import meet
from tests.counter.test_drafts import start
from tests.entitlement.people import paid, pensioner
from tests.pages import signed_in
from yigui.accounts.queries import balance_of, entries_of, years_of
from yigui.accounts.verify import account_faults
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.errors import CaseRefused, NotConfirmed
from yigui.casework.models import Case
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import certified_until
from yigui.levy.models import ContributionBase, ContributionYear, LevyLine
from yigui.levy.record import record_of
from yigui.payment.models import HeldLine, PayLine, Payment
from yigui.registry.merging import held_by
from yigui.registry.models import Coverage, Employment, Person
from yigui.registry.queries import person_by_number, records_of

MATERIALS = ("application_form", "id_card")


def accepted(kept: Person, doubled: Person, *, proven: bool = True) -> Case:
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    # Most records of these tests are of people with different names: a word, and a proof of the police.
    more = (
        {"materials": (*MATERIALS, "identity_change_proof"), "confirmed": ["merge_identity"]}
        if proven
        else {"materials": MATERIALS}
    )
    return accept_case(city.application("CHG-004", form, username="special", **more))


def to_the_leader(case: Case) -> Case:
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    return city.decide(case, "director")


def merge(kept: Person, doubled: Person) -> Case:
    """Carry a merge to the leader's approval."""
    return to_the_leader(accepted(kept, doubled))


def enrolled(today: dt.date, **more: object) -> tuple[Person, str]:
    seeker = city.next_seeker()
    case = accept_case(
        city.application(
            "REG-004", city.enrolment_form(seeker, **more), today=today, channel="online", confirmed=["period_assigned"]
        )
    )
    assert case.status == "finished", case.effect_error
    return Person.objects.get(id_number=seeker.id_number), city.unit(seeker.credit_code).unit_no


def stopped_and_enrolled_again() -> tuple[Person, Person, str]:
    """A record whose months have ended, another that begins after them, and the unit of the first."""
    doubled, unit_no = enrolled(dt.date(2026, 11, 10))
    stop = {
        "unit_no": unit_no, "id_number": doubled.id_number, "person_name": doubled.name, "insurances": city.FIVE,
        "change_reason": "01", "change_date": "2026-12-02", "settle_period": "2026-12",
    }  # fmt: skip
    stopped = accept_case(city.application("REG-006", stop, today=dt.date(2026, 12, 2), materials=["termination_proof"]))
    assert stopped.status == "finished", stopped.effect_error
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    return kept, doubled, unit_no


def base_of(person: Person) -> None:
    """A base somebody has declared for the person's months."""
    employment = Employment.objects.filter(person=person).latest("id")
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, reason, warrant_id) "
            "SELECT %s, %s, 520000, %s, 'annual', min(id) FROM warrants_warrant",
            [person.pk, employment.employer_id, employment.start_period],
        )
        cursor.execute("SET session_replication_role = origin")


def test_months_that_do_not_overlap_move_to_the_record_that_is_kept() -> None:
    kept, doubled, _ = stopped_and_enrolled_again()
    base_of(doubled)
    bases = set(ContributionBase.objects.filter(person__in=(kept, doubled)).values_list("pk", flat=True))
    assert bases
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    assert set(ContributionBase.objects.filter(person=kept).values_list("pk", flat=True)) == bases, "the next levy finds the wage"
    assert Coverage.objects.filter(person=kept).count() == 10
    assert Employment.objects.filter(person=kept).count() == 2
    assert not Coverage.objects.filter(person=doubled).exists()
    doubled.refresh_from_db()
    assert doubled.merged_into == kept
    assert set(doubled.accounts.values_list("status", flat=True)) == {"sealed"}


def test_records_that_overlap_are_refused_at_the_counter_and_say_why() -> None:
    first, _ = enrolled(dt.date(2026, 11, 10))
    second, _ = enrolled(dt.date(2026, 11, 10))
    with pytest.raises(CaseRefused, match="有重叠的参保月份，请先清理重复缴费再合并"):
        merge(first, second)
    assert Coverage.objects.filter(person=second).count() == 5


def test_a_month_that_overlaps_since_the_acceptance_stops_the_effects() -> None:
    kept, doubled, unit_no = stopped_and_enrolled_again()
    case = accepted(kept, doubled)
    again = {
        "unit_no": unit_no, "id_number": doubled.id_number, "person_name": doubled.name, "insurances": city.FIVE, "declared_wage": "6000",
        "employment_form": "01", "enrol_date": "2026-12-03", "settle_period": "2026-12",
    }  # fmt: skip
    resumed = accept_case(city.application("REG-005", again, today=dt.date(2026, 12, 3)))
    assert resumed.status == "finished", resumed.effect_error
    left = to_the_leader(case)
    assert left.status == "approved"
    assert "有重叠的参保月份，请先清理重复缴费再合并" in left.effect_error


def stopped_employee() -> Person:
    """Somebody with years, an account and levied months, who left the unit this month."""
    money.levied()
    with_years = set(ContributionYear.objects.values_list("person_id", flat=True).distinct())
    known = (city.next_employee() for _ in range(3000))
    employment = next(e for e in known if e.person_id in with_years and balance_of(e.person_id, 110) > 0)
    stop = accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))
    assert stop.status == "finished", stop.effect_error
    return employment.person


def worth(*people: Person) -> dict[str, object]:
    """What some records hold together: balances and the interest they bear to the end of the year, years, lines, bases, benefits, relations."""
    ids = [p.pk for p in people]
    accounts = {}
    for insurance in (110, 310):
        accounts[insurance] = sum(balance_of(pk, insurance) for pk in ids)
        accounts[-insurance] = sum(product_of(pk, insurance) for pk in ids)
    years = ContributionYear.objects.filter(person_id__in=ids)
    return accounts | {
        "years": sorted((y.insurance, y.year, y.months, y.base_sum_fen) for y in years),
        "bases": ContributionBase.objects.filter(person_id__in=ids).count(),
        "lines": LevyLine.objects.filter(person_id__in=ids).aggregate(n=Count("source_id"), f=Sum("employer_fen")),
        "benefits": Benefit.objects.filter(person_id__in=ids).count(),
        "coverages": Coverage.objects.filter(person_id__in=ids).count(),
        "employments": Employment.objects.filter(person_id__in=ids).count(),
    }  # fmt: skip


def product_of(person_id: int, insurance: int) -> int:
    """What an account's interest of its open year is taken from: twelve times the opening, each entry by the months that are left."""
    closings = years_of(person_id, insurance)
    last = closings[-1] if closings else None
    later = entries_of(person_id, insurance, start_year=last.year + 1 if last else 0)
    return 12 * (last.closing_fen if last else 0) + sum(e.amount_fen * (13 - e.period % 100) for e in later)


def renamed_as(kept: Person, doubled: Person) -> Person:
    """The kept record says the same of the person as the double one."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE registry_person SET name = %s, born_on = %s, gender = %s WHERE id = %s",
            [doubled.name, doubled.born_on, doubled.gender, kept.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    kept.refresh_from_db()
    return kept


@pytest.mark.parametrize("round_", range(2))
def test_everything_follows_and_the_totals_are_the_same_before_and_after(round_: int) -> None:
    doubled = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    renamed_as(kept, doubled)
    before, balance = worth(kept, doubled), balance_of(doubled.pk, 110)
    record = record_of(doubled, "employee_pension")
    assert balance > 0
    assert record.months > 0
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    kept = Person.objects.get(pk=kept.pk)
    assert worth(kept, doubled) == before
    assert balance_of(kept.pk, 110) == balance
    assert (balance_of(doubled.pk, 110), product_of(doubled.pk, 110)) == (0, 0), "nothing is left under the merged record"
    assert record_of(kept, "employee_pension") == record
    assert records_of(kept) == (kept.pk, doubled.pk)
    # The old number leads to the kept person, at every door.
    assert person_by_number(doubled.id_number) == kept
    changed = accept_case(
        city.application("CHG-003", city.basic_change_form(kept, id_number=doubled.id_number), materials=["id_card"])
    )
    assert (changed.status, changed.person) == ("finished", kept)
    assert list(account_faults("default")) == []


def the_same_years(kept: Person, doubled: Person) -> None:
    """The kept record has every year of the double one too, at another base."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO contributions_year (warrant_id, person_id, insurance, year, months, base_sum_fen) "
            "SELECT warrant_id, %s, insurance, year, months, months * 700000 FROM contributions_year WHERE person_id = %s",
            [kept.pk, doubled.pk],
        )
        cursor.execute("SET session_replication_role = origin")


def test_years_on_both_records_count_once_and_the_account_keeps_all_of_its_money() -> None:
    doubled = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    renamed_as(kept, doubled)
    the_same_years(kept, doubled)
    theirs = {y.year: y.months for y in record_of(doubled, "employee_pension").years}
    mine = record_of(Person.objects.get(pk=kept.pk), "employee_pension")
    before = worth(kept, doubled)
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    with pytest.raises(NotConfirmed, match="同一年度都有缴费月数"):
        accept_case(city.application("CHG-004", form, username="special", materials=MATERIALS))
    case = accept_case(city.application("CHG-004", form, username="special", materials=MATERIALS, confirmed=["merge_doubled"]))
    done = to_the_leader(case)
    assert done.status == "finished", done.effect_error
    kept = Person.objects.get(pk=kept.pk)
    after = record_of(kept, "employee_pension")
    assert {y.year: y.months for y in after.years} == {
        year: min(12, months + next((y.months for y in mine.years if y.year == year), 0)) for year, months in theirs.items()
    }
    full = {y.year: y.base_sum_fen for y in mine.years if y.months == 12}
    assert full, "full years are among them"
    assert {y.year: y.base_sum_fen for y in after.years if y.year in full} == full, "as the kept record has them"
    assert worth(kept, doubled) == before
    assert done.document is not None
    assert "ACC-003" in "".join(done.document.content["notes"])


def without_relations(person: Person) -> Person:
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("registry_coverage", "registry_employment"):
            cursor.execute(f"DELETE FROM {table} WHERE person_id = %s", [person.pk])
        cursor.execute("SET session_replication_role = origin")
    return person


def test_a_pension_follows_with_its_certification_and_is_paid_on() -> None:
    benefit = pensioner()
    doubled = benefit.person
    kept = without_relations(enrolled(dt.date(2026, 11, 20), settle_period="2026-12")[0])
    renamed_as(kept, doubled)
    until = certified_until(doubled.pk)
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    benefit.refresh_from_db()
    kept.refresh_from_db()
    assert benefit.person_id == kept.pk
    assert certified_until(kept.pk) == until
    assert kept.retired_on == doubled.retired_on
    # The next run pays it on, once, to the same account, as the kept record's.
    run = paid()
    lines = PayLine.objects.filter(batch_id=run.pk, benefit_id=benefit.pk, pay_period=run.period)
    assert [(line.person_id, line.amount_fen > 0) for line in lines] == [(kept.pk, True)]
    assert list(Payment.objects.filter(batch_id=run.pk, benefit_id=benefit.pk).values_list("account_no", flat=True)) == [
        benefit.account_no
    ]
    assert not PayLine.objects.filter(batch_id=run.pk, person_id=doubled.pk).exists()
    assert not HeldLine.objects.filter(batch_id=run.pk, benefit_id=benefit.pk).exists()


def test_two_pensions_make_no_merge() -> None:
    first, second = pensioner().person, without_relations(pensioner().person)
    renamed_as(first, second)
    with pytest.raises(CaseRefused, match="都有未终止的按月待遇"):
        accepted(first, second)


def test_records_of_different_people_need_a_word_and_a_proof_of_the_police() -> None:
    doubled = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    assert kept.name != doubled.name
    with pytest.raises(CaseRefused, match=r"材料|姓名"):
        accepted(kept, doubled, proven=False)
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    proof = (*MATERIALS, "identity_change_proof")
    with pytest.raises(NotConfirmed, match="姓名"):
        accept_case(city.application("CHG-004", form, username="special", materials=proof))
    case = accept_case(city.application("CHG-004", form, username="special", materials=proof, confirmed=["merge_identity"]))
    assert case.status == "open"


def test_the_merged_number_itself_is_no_double_record() -> None:
    kept, doubled, _ = stopped_and_enrolled_again()
    renamed_as(kept, doubled)
    assert merge(kept, doubled).status == "finished"
    with pytest.raises(CaseRefused, match="本人的号码或已并入本档案"):
        accepted(kept, doubled)


def test_a_case_on_its_way_about_the_double_record_stands_against_the_merge() -> None:
    kept, _ = enrolled(dt.date(2026, 11, 10))
    doubled = city.next_person()
    other = accept_case(
        city.application("CHG-004", city.key_change_form(doubled), username="special", materials=city.KEY_MATERIALS)
    )
    assert other.status == "open"
    assert "未办结的办件" in held_by(doubled)
    assert "未办结的办件" not in held_by(kept)


def test_what_came_to_be_held_since_the_acceptance_stops_the_effects() -> None:
    kept, doubled, _ = stopped_and_enrolled_again()
    case = accepted(kept, doubled)
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO contributions_resident_grade (person_id, grade_fen, start_year, subsidy_group, reason, warrant_id) "
            "SELECT %s, 20000, 2026, '', '', min(id) FROM warrants_warrant",
            [doubled.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    left = to_the_leader(case)
    assert left.status == "approved"
    assert "居民养老缴费档次，合并不移转这些记录" in left.effect_error
    assert Coverage.objects.filter(person=doubled).exists()


def test_the_house_s_own_number_is_told_apart_from_the_one_that_is_wanted() -> None:
    kept, doubled = city.next_person(), city.next_person()
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.person_no, change_reason="04")
    said = {f.check: f.message + f.detail for f in examine(city.application("CHG-004", form, username="special")).refusals}
    assert f"{doubled.person_no} 是个人编号，请填写要并入本档案的另一份档案的证件号码" in said["merge_known"]
    unknown = examine(city.application("CHG-004", form | {"new_value": "510000000000000001"}, username="special"))
    assert "请核对号码。" in next(f.detail for f in unknown.refusals if f.check == "merge_known")


def test_the_form_says_what_is_wanted_before_anything_is_typed() -> None:
    client, person = signed_in("special"), city.next_person()
    url = start(client, "CHG-004", person)
    form = {"change_item": "06", "new_value": ""}
    page = client.post(f"{url}live/", form).content.decode()
    assert "请填写要并入本档案的另一份档案的证件号码" in page
    assert "请填“健在”" in client.post(f"{url}live/", form | {"change_item": "07"}).content.decode()
    assert "另一份档案" not in client.post(f"{url}live/", form | {"new_value": person.id_number}).content.decode()
