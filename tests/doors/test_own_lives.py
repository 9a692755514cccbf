"""Further inputs of the kinds F09, F10, F13, F15 and F16: what becomes of a person when facts come late, twice, wrong, or under another number.

`test_own_table` says which test belongs to which kind.
"""

import datetime as dt

import pytest

from tests import city, money
from tests.city import TODAY, user
from tests.doors.test_own_flows import records, short, table
from tests.entitlement.people import paid
from tests.exchange.test_deaths import renumbered, reported, row
from tests.items.change.test_false_death import a_paid_pensioner, certified, taken_back
from tests.items.change.test_merge import enrolled, merge, renamed_as, stopped_employee, without_relations
from tests.levy.test_supplement import SUPPLEMENT, back_payment, joined, net, november, supplement
from tests.payment.test_bank_results import DAYS, line, text
from tests.payment.test_returned_after_death import first_run, heard_of, overpaid, suspense
from tests.payment.test_returned_after_death import net as paid_to
from tests.payment.test_returned_lines import came_back
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.common.errors import YiguiError
from yigui.common.months import add_months
from yigui.entitlement.queries import death_of, open_recoveries
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS
from yigui.exchange.inbox import take_message
from yigui.items.common.death import paid_elsewhere
from yigui.levy.verify import differing_plans
from yigui.payment.returned_lines import hand_over
from yigui.receipts.models import Receipt
from yigui.registry.models import Employment, Person
from yigui.registry.queries import person_by_number

# F09: the money of months after a death is back, by whichever way.


def test_a_month_of_the_dead_that_comes_back_by_the_statement_settles_the_claim() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    _, grant = heard_of(benefit, run)
    waiting = came_back(payment)
    file = hand_over(line_id=waiting.pk, user=user("cashier"), today=TODAY)
    money.confirmed(file)
    paid()
    assert paid_to(grant) == grant.amounts.get().total_fen
    assert open_recoveries(grant) == []
    assert suspense() == before


def test_a_month_of_the_dead_that_had_arrived_and_is_sent_back_later_settles_the_claim() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    assert text(line(payment, "成功", DAYS[3])).paid_count == 1
    _, grant = heard_of(benefit, run)
    file = text(line(payment, "退汇", DAYS[0], reason="账户已销户"))
    assert file.returned_count == 1
    money.confirmed(file)
    paid()
    assert paid_to(grant) == grant.amounts.get().total_fen
    assert suspense() == before


# F10: after a merge the number that was given up leads to the record that was kept, in every feed.


def merged() -> tuple[Person, Person]:
    doubled = stopped_employee()
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    renamed_as(kept, doubled)
    case = merge(kept, doubled)
    assert case.status == "finished", case.effect_error
    return Person.objects.get(pk=kept.pk), doubled


def test_feeds_under_the_number_of_a_merged_record_are_the_kept_persons() -> None:
    kept, doubled = merged()
    for number in (doubled.id_number, short(doubled) if doubled.id_number[6:8] == "19" else doubled.id_number.lower()):
        assert person_by_number(number) == kept
        ref = money.reference()
        heads = "税票号码,入库日期,实缴金额,证件号码,缴费人名称"
        assert table(heads, f"{ref},2026-11-09,4.00,{number},{kept.name}", partner="tax").new_rows == 1
        assert Receipt.objects.get(reference=ref).person_id == kept.pk
    seen = records(LIFE_SIGNS, f"{doubled.id_number},{doubled.name},2026-10-03")
    assert (seen.matched_count, seen.unmatched_count) == (1, 0)
    assert records(DEATHS, f"{doubled.id_number},{doubled.name},2026-11-05").matched_count == 1
    assert death_of(kept) is not None


def test_a_record_merged_into_one_that_is_merged_again_leads_to_the_last() -> None:
    kept, doubled = merged()
    last = without_relations(enrolled(dt.date(2026, 11, 20), settle_period="2026-12")[0])
    renamed_as(last, kept)
    case = merge(last, kept)
    assert case.status == "finished", case.effect_error
    assert person_by_number(kept.id_number) == last
    assert person_by_number(doubled.id_number) == last
    with pytest.raises(YiguiError):
        merge(last, doubled)


# F13: a report of a death that was wrong is taken back, whichever feed and number it came by.


def test_a_wrong_report_under_a_former_number_is_taken_back_and_its_repetition_changes_nothing() -> None:
    person = a_paid_pensioner().person
    former = renumbered(person)
    reported(row(person, number=former, day="2026-10-05"))
    assert death_of(person) is not None
    taken_back(person)
    assert death_of(person) is None
    for number in (former, person.id_number):
        reported(row(person, number=number, day="2026-10-05"))
        assert death_of(person) is None, number
    partner = city.partner("civil_affairs", "民政")
    content = {"AAC002": former, "AAC003": person.name, "AIC037": "2026-10-05"}
    take_message(partner=partner, message_id=money.reference(), kind="death", content=content, user=city.program(partner.pk))
    assert death_of(person) is None
    assert not certified(person).refusals


def test_two_wrong_reports_of_two_days_are_taken_back_together() -> None:
    person = a_paid_pensioner().person
    former = renumbered(person)
    reported(row(person, number=former, day="2026-10-05"), row(person, day="2026-10-05"), row(person, day="2026-10-07"))
    death = death_of(person)
    assert death is not None
    taken_back(person, str(death.died_on))
    assert death_of(person) is None
    assert not certified(person).refusals


def test_a_message_that_takes_a_report_back_is_no_report() -> None:
    person = a_paid_pensioner().person
    content = {"AAC002": person.id_number, "AAC003": person.name, "AIC037": "2026-10-05"}
    partner = city.partner("civil_affairs", "民政")
    with pytest.raises(YiguiError, match="“操作标志”写着“撤销”"):
        take_message(
            partner=partner,
            message_id=money.reference(),
            kind="death",
            content=content | {"操作标志": "撤销"},
            user=city.program(partner.pk),
        )
    assert death_of(person) is None


# F15: who comes and goes after the plan of a month.


def test_who_joins_after_the_plan_leaves_with_the_next_month_and_owes_the_first() -> None:
    november()
    person, employer, _ = joined()
    employment = Employment.objects.get(person=person, end_period=None)
    with pytest.raises(CaseRefused, match="最早可自 2026-12 起停保"):
        accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))
    supplement(SUPPLEMENT)
    assert net(person)[employer.pk][1] > 0
    assert list(differing_plans("default")) == []


def test_who_pays_the_month_back_after_the_plan_is_not_charged_by_the_supplement_too() -> None:
    november()
    (one, employer, _), (two, other, _) = joined(), joined()
    case = back_payment(one, employer)
    assert case.status == "finished", case.effect_error
    charged = net(one)
    supplement(SUPPLEMENT)
    assert net(one) == charged
    assert net(two)[other.pk][1] > 0
    with pytest.raises(CaseRefused, match="重复"):
        back_payment(two, other)


# F16: a death before the house paid at all.


@pytest.mark.parametrize("months_before", [1, 3])
def test_months_the_house_before_us_paid_after_the_death_are_told(months_before: int) -> None:
    benefit, _, run = overpaid()
    first = first_run()
    month = add_months(first.period, -months_before - 1)
    told = paid_elsewhere(benefit.person, dt.date(month // 100, month % 100, 15))
    assert [len(one.months) for one in told] == [months_before]
    assert run.period >= first.period
