"""The warrant of a kind of run, or of files, opens what its real warrants write and nothing else: the guards refuse less, this file refuses more.

What the suite carries out elsewhere is carried out here once more, in one city: executed batches, taken-in files. Then the rows are asked.
"""

import datetime as dt
from collections.abc import Callable

import pytest

import tests.accounts.test_interest as interest
import tests.entitlement.test_items_to_the_end as recoveries
import tests.ledger.test_transfer as books
import tests.levy.test_residents as residents
import tests.levy.test_supplement as supplements
import tests.payment.test_bank_results as results
import tests.payment.test_look_again as second_look
import tests.payment.test_money_out as bank
import tests.payment.test_raise as raises
import tests.payment.test_refund_batches as refunds
import tests.payment.test_reissue_withdrawn as withdrawals
import tests.payment.test_returned_after_death as deaths
import tests.payment.test_runs as runs
import tests.payment.test_supplement_run as between
import tests.receipts.test_claims as claims
import tests.receipts.test_lines as lines
import tests.receipts.test_settle as receipts
from tests import city, money
from tests.entitlement.people import decided, done
from tests.items.situations import assisted
from tests.writes import warrants_of, written_under
from yigui.common.rooms import Scope, tables
from yigui.entitlement.certification import CERTIFY
from yigui.exchange.import_records import LIFE_SIGNS, import_records
from yigui.levy.residents_run import RESIDENT_MEDICAL
from yigui.payment.adjust_run import ADJUST
from yigui.runs.batches import approve_batch
from yigui.runs.kinds import run_kinds
from yigui.runs.staged import execute, prepare
from yigui.warrants.scopes import declared

#: Kinds of files: each takes in what a partner has sent, under one warrant a file.
FILES = ("receipt", "result")


def adjusted() -> None:
    with pytest.MonkeyPatch.context() as patch:
        plan = runs.plan_of_2025.__wrapped__(patch)  # type: ignore[attr-defined]
        runs.test_an_adjustment_raises_everybody_and_the_next_run_pays_what_was_short(plan)


def withdrawn_again() -> None:
    """A decision to send a returned payment again is taken back by two people."""
    withdrawals.withdrawn(between.corrected(1)[0])


def between_two_months() -> None:
    """Some who were held and are free again, of whom two are taken out at the end, and a returned payment with a good account."""
    between.test_the_second_look_holds_for_it_too()
    between.corrected(1)
    between.carried(between.supplement())


def adjusted_and_not_yet_paid() -> None:
    """What is owed by it is still marked: the next pay run takes the marks."""
    execute(batch_id=decided(prepare(ADJUST, area_code=money.CITY, period=2026, user=city.user("head"))).pk)


def recalculated() -> None:
    with pytest.MonkeyPatch.context() as patch:
        runs.test_provisional_awards_are_made_again_when_the_base_appears(patch)


def standards_raised() -> None:
    """Somebody who draws a resident's pension gets a standard that was signed since."""
    with pytest.MonkeyPatch.context() as patch:
        signed = raises.signed.__wrapped__(patch)  # type: ignore[attr-defined]
        raises.drawing_resident()
        signed.append(raises.basic(raises.NOW, "500"))
        raises.raised(raises.NOW)


def residents_medical() -> None:
    execute(batch_id=residents.approved(residents.planned(RESIDENT_MEDICAL, year=2025)).pk)


def certified_by_data() -> None:
    """Somebody who was to be visited at home was seen by a department: certified by the run, the visit is not needed any more."""
    task = assisted()
    done("CRT-002", task.form, task.materials)
    partner = city.partner("medical", "医疗保障")
    seen = (city.TODAY - dt.timedelta(days=10)).isoformat()
    content = f"AAC002,AAC003,AAE036\n{task.person.id_number},{task.person.name},{seen}\n".encode()
    import_records(LIFE_SIGNS, content=content, file_name="visit.csv", partner=partner, user=city.user("head"), today=city.TODAY)
    batch = prepare(CERTIFY, area_code=money.CITY, period=0, user=city.user("head"))
    assert task.person.pk in {person for person, _ in batch.summary["certify"]}
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)


#: What is carried out, in this order: each kind of run executed, with what it writes only then; each kind of file taken in.
CARRIED_OUT: tuple[Callable[[], object], ...] = (
    money.levied,
    receipts.test_a_payment_by_bill_number_pays_that_bill_and_credits_the_accounts,
    receipts.test_late_payment_bears_surcharge_to_the_day_and_it_can_be_paid,
    residents.test_every_resident_has_a_bill_of_his_grade_or_stands_among_those_left_out,
    residents_medical,
    supplements.test_a_joiner_after_the_plan_owes_the_month_by_a_bill_of_the_supplement,
    supplements.test_a_leaver_after_the_plan_is_given_the_month_back_as_a_credit,
    lines.test_a_receipt_the_bank_takes_back_is_undone_by_three_people,
    claims.test_what_bills_took_of_a_wrong_claim_is_taken_back_by_three,
    between_two_months,
    adjusted,
    recoveries.test_an_overpayment_comes_back_with_money_that_arrived_and_by_deduction,
    second_look.test_the_dead_the_suspended_and_changed_accounts_are_taken_out_and_the_total_only_shrinks,
    bank.test_the_bank_gets_files_and_its_word_is_final,
    deaths.test_a_return_that_is_compared_while_a_run_waits_is_made_good_by_that_run,
    results.test_money_that_comes_back_after_it_has_arrived_is_an_event_of_its_own_and_can_be_sent_again,
    adjusted_and_not_yet_paid,
    recalculated,
    standards_raised,
    certified_by_data,
    withdrawn_again,
    refunds.test_the_bank_says_of_every_line_and_what_it_gives_back_is_owed_again_and_somebodys_work,
    refunds.test_a_refund_that_comes_back_after_it_has_arrived_is_owed_again_and_paid_once_more,
    books.test_a_transfer_is_reversed_by_two_people_and_a_receipt_is_not,
    books.test_december_is_carried_over_before_it_is_closed,
    interest.executed,
)  # fmt: skip


@pytest.fixture(scope="module")
def carried_out(fresh_city: None) -> None:
    for one in CARRIED_OUT:
        one()


def scopes() -> list[Scope]:
    """Of every kind of run and of files."""
    ours = (scope for scope in declared() if scope.code != money.MACHINE.code)
    return [scope for scope in ours if scope.kind == "run" or scope.kind in FILES]


def name(scope: Scope) -> str:
    return f"{scope.kind} {scope.code}".strip()


@pytest.mark.parametrize("scope", scopes(), ids=name)
def test_a_kind_declares_what_its_warrants_write_and_nothing_else(scope: Scope, carried_out: None) -> None:
    warrants = warrants_of(scope.kind, scope.code)
    assert warrants, "carry one out: name it in CARRIED_OUT"
    written = written_under(warrants)
    assert set(scope.tables) - written == set(), "declared, and written by none: take them out, or carry out what writes them"
    assert written - set(scope.tables) == set(), "written, and not declared"


def test_every_kind_of_the_house_is_asked() -> None:
    assert {s.code for s in scopes() if s.kind == "run"} == {kind.code for kind in run_kinds()}
    assert {s.kind for s in scopes()} == {"run", *FILES}
    assert [t for s in scopes() for t in s.tables if t not in tables()] == []
    assert [t for s in scopes() for t in s.by_functions if t not in s.tables] == []
