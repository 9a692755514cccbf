"""Which inputs of our own belong to which kind of fault that users of other systems reported (F01 to F20): two or more for each."""

from tests.doors import test_own_flows, test_own_inputs, test_own_lives

#: By kind: tests of more than one file. Files that stand alone say their kind themselves (`test_own_inputs.FILES`).
FLOWS = {
    "F02": ["test_a_batch_told_whole_by_the_statement_and_in_parts_by_the_notice_is_booked_once"],
    "F04": ["test_a_reference_whose_zeros_a_spreadsheet_has_cut_is_not_booked_again"],
    "F06": [
        "test_three_payments_of_one_bill_in_parts_settle_it_once",
        "test_an_order_and_its_bill_paid_in_one_message_settle_it_once",
    ],
    "F07": [
        "test_a_block_in_process_is_pending_and_its_rejection_returns_what_it_named",
        "test_what_only_left_our_account_is_pending_until_it_comes_back",
    ],
    "F08": [
        "test_a_return_after_success_is_taken_in_whatever_it_is_written_in",
        "test_a_month_of_the_dead_that_had_arrived_and_is_sent_back_later_settles_the_claim",
    ],
    "F09": [
        "test_a_month_of_the_dead_that_comes_back_by_the_statement_settles_the_claim",
        "test_a_month_of_the_dead_that_had_arrived_and_is_sent_back_later_settles_the_claim",
    ],
    "F10": [
        "test_feeds_under_the_number_of_a_merged_record_are_the_kept_persons",
        "test_a_record_merged_into_one_that_is_merged_again_leads_to_the_last",
    ],
    "F11": [
        "test_every_feed_finds_a_person_by_what_their_number_was",
        "test_money_of_a_person_is_found_by_what_their_number_was",
    ],
    "F12": [
        "test_every_feed_finds_a_person_by_what_their_number_was",
        "test_money_of_a_person_is_found_by_what_their_number_was",
    ],
    "F13": [
        "test_a_wrong_report_under_a_former_number_is_taken_back_and_its_repetition_changes_nothing",
        "test_two_wrong_reports_of_two_days_are_taken_back_together",
        "test_a_message_that_takes_a_report_back_is_no_report",
    ],
    "F14": [
        "test_a_report_of_a_death_is_compared_in_name_and_day",
        "test_two_days_in_one_file_and_in_the_next_are_a_conflict",
    ],
    "F15": [
        "test_who_joins_after_the_plan_leaves_with_the_next_month_and_owes_the_first",
        "test_who_pays_the_month_back_after_the_plan_is_not_charged_by_the_supplement_too",
    ],
    # Two inputs: one month and three before the first run.
    "F16": ["test_months_the_house_before_us_paid_after_the_death_are_told"] * 2,
    "F17": [
        "test_what_the_bank_takes_back_of_an_earlier_file_leads_to_its_receipt",
        "test_what_the_tax_office_takes_back_leads_to_its_receipt",
        "test_a_payment_of_ours_that_comes_back_is_no_contribution",
    ],
    "F19": [
        "test_a_rejected_file_named_in_small_letters_and_blanks_is_found",
        "test_a_payment_the_bank_has_settled_in_a_file_it_rejects_counts_for_neither",
        "test_a_rejected_block_without_its_name_or_with_another_number_of_payments_returns_nothing",
    ],
}


def test_every_kind_has_two_inputs_of_our_own() -> None:
    found: dict[str, list[str]] = {name: list(tests) for name, tests in FLOWS.items()}
    for file in test_own_inputs.FILES:
        found.setdefault(file.finding, []).append(file.name)
    assert sorted(found) == [f"F{number:02}" for number in range(1, 21)]
    assert {finding for finding, inputs in found.items() if len(inputs) < 2} == set()


def test_every_test_of_the_table_is_one() -> None:
    named = {name for tests in FLOWS.values() for name in tests}
    assert {name for name in named if not hasattr(test_own_flows, name) and not hasattr(test_own_lives, name)} == set()
