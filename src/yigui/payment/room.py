"""Pay runs, adjustment, recalculation, reissues, the bank's results."""

from yigui.common.rooms import APPEND, READ, Functions, Kind, Own, Room, Scope, Table, Verification, own_through, stays
from yigui.payment.adjust_run import ADJUST
from yigui.payment.inbox_sources import CONTRADICTIONS, RETURNS
from yigui.payment.pay_run import PAY
from yigui.payment.raise_run import RAISE
from yigui.payment.recalculate_run import RECALCULATE
from yigui.payment.refund_payee_run import REFUND_PAYEE
from yigui.payment.refund_run import REFUNDS
from yigui.payment.reissue_withdrawal import REISSUE_WITHDRAWAL
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.payment.verify import benefit_faults, refund_faults, result_faults

_OF_BENEFIT = Own(person=own_through("benefits_benefit", "benefit_id").person)


def scopes() -> tuple[Scope, ...]:
    """A file of the bank's results opens results, and the vouchers of payments that came back."""
    tables = (
        "benefits_result", "benefits_refund_result", "benefits_later_result", "benefits_later_refund_result", "ledger_voucher", "ledger_entry",
    )  # fmt: skip
    return (Scope("result", tables=tables, risk_class=3),)


ROOM = Room(
    "payment",
    floor=5,
    tables={
        # Written by the execution of a run, with the owner's rights.
        "benefits_line": Table(Kind.PROTECTED, READ, own=_OF_BENEFIT, parts=True, merged=stays("随待遇：并入后按待遇归属读取")),
        "benefits_payment": Table(Kind.PROTECTED, READ, own=_OF_BENEFIT, parts=True, attached="batch_id", merged=stays("随待遇：并入后按待遇归属读取")),
        "benefits_adjustment": Table(Kind.PROTECTED, READ, own=_OF_BENEFIT, parts=True, attached="batch_id", merged=stays("随待遇：并入后按待遇归属读取")),
        "benefits_held": Table(Kind.PROTECTED, READ, own=_OF_BENEFIT),
        # Rows of a waiting run: written for a draft only, never changed.
        "benefits_recalculation": Table(Kind.APPEND_ONLY),
        # Rows of a raise of standards: written for a draft only, never changed; the holder reads what raised the benefit.
        "benefits_raise": Table(Kind.APPEND_ONLY, own=_OF_BENEFIT),
        # Of money that is sent again its holder reads with which batch; the account is that of a case.
        # Sent and withdrawn by the execution of a run, with the owner's rights.
        "benefits_reissue": Table(Kind.PROTECTED, APPEND, own=Own(person=_OF_BENEFIT.person, columns="batch_id, benefit_id, attempt, sent_batch, withdrawn_batch")),
        "benefits_result_file": Table(Kind.APPEND_ONLY, signed=("user_id",)),
        # Written by whoever compares (`benefits_confirm_results_v1`).
        "benefits_result_check": Table(Kind.APPEND_ONLY, READ),
        # Written by whoever finds out (`benefits_decide_result_v1`).
        "benefits_result_waiting": Table(Kind.APPEND_ONLY),
        "benefits_result_decision": Table(Kind.APPEND_ONLY, READ),
        "benefits_result": Table(Kind.PROTECTED, APPEND, own=_OF_BENEFIT),
        "benefits_later_result": Table(Kind.PROTECTED, APPEND, own=_OF_BENEFIT),
        # Written by the execution of a run, with the owner's rights.
        "benefits_settled_return": Table(Kind.PROTECTED, READ),
        # Rows of a waiting batch of refunds: written for a draft only, never changed.
        "benefits_refund_staged": Table(Kind.APPEND_ONLY),
        # Written by the execution of a batch, with the owner's rights.
        "benefits_refund_payment": Table(Kind.PROTECTED, READ),
        "benefits_refund_result": Table(Kind.PROTECTED, APPEND),
        "benefits_later_refund_result": Table(Kind.PROTECTED, APPEND),
    },
    functions=Functions(
        after=("warrants", "runs", "identity", "ledger", "entitlement", "receipts"),
        files=("functions", "results", "refunds"),
        callable=(
            "benefits_overdue_v1", "benefits_may_hold_v1", "benefits_bounds_v1", "benefits_released_v1",
            "benefits_stage_v1", "benefits_finish_stage_v1", "benefits_stage_sums_v1",
            "benefits_payment_sums_v1", "benefits_differences_v1", "benefits_flags_v1", "benefits_staged_held_v1",
            "benefits_execute_v2", "benefits_waiting_reissues_v1", "benefits_sentenced_v1", "benefits_sentences_v1", "benefits_reports_reaching_v1",
            "benefits_sentences_asked_v1",
            "benefits_reissue_sums_v1", "benefits_drop_stage_v1", "benefits_issue_result_warrant_v1",
            "benefits_recalculation_sums_v1", "benefits_execute_recalculation_v2", "benefits_open_adjust_v1", "benefits_raise_sums_v1", "benefits_execute_raise_v1",
            "benefits_adjust_sums_v1", "benefits_execute_adjust_v2",
            "benefits_seal_adjust_v1", "benefits_refunds_v1", "benefits_refund_sums_v1", "benefits_execute_refunds_v1",
            "benefits_execute_refund_payee_v1", "benefits_result_confirmed_v1", "benefits_confirm_results_v1", "benefits_decide_result_v1",
            "benefits_not_the_heirs_v1", "benefits_persons_account_v1", "benefits_account_on_record_v1", "benefits_namesake_v1", "benefits_batches_of_file_v1",
            "benefits_by_line_v1", "benefits_return_moved_v1", "benefits_in_doubt_v1", "benefits_finding_frees_v1", "benefits_may_compare_v1",
            "benefits_answers_for_result_v1", "benefits_since_prepared_v1", "benefits_brought_before_v1", "benefits_skipped_of_v1",
            "benefits_left_out_v1", "benefits_execute_reissue_withdrawal_v1",
        ),
        definers=(
            "benefits_line_becomes_result_v1", "benefits_line_is_no_receipt_v1", "benefits_result_adds_up_v1", "benefits_waiting_of_file_v1",
            "benefits_sentence_task_v1", "benefits_came_back_v1", "benefits_skipped_v1",
            "benefits_own_account_v2", "benefits_pay_told_v1", "benefits_look_again_v1", "benefits_send_again_v1", "benefits_listed_again_v1",
            "benefits_claim_dead_v1", "benefits_staged_v1", "benefits_dead_hold_v2",
            "benefits_books_v1", "result_posts_v1", "result_begins_v1", "case_posts_v1",
            "benefits_reissue_ground_v1", "benefits_result_ground_v1", "benefits_result_lines_v1", "benefits_last_word_v1",
            "benefits_claimed_returns_v1", "benefits_settle_returns_v1", "benefits_return_ground_v1", "benefits_result_hand_v1", "benefits_result_ours_v1",
        ),
    ),
    scopes=scopes,
    # A file with rows to be entered, and no more of them than it has; or a line of a statement that brought what was told before.
    grounds={
        "result": "EXISTS (SELECT 1 FROM benefits_result_file f WHERE f.id = w.subject_id AND (f.paid_count + f.returned_count BETWEEN 1 AND f.row_count "
        "OR f.paid_count + f.returned_count = 0 AND f.known_count = 1 AND benefits_by_line_v1(f.id)))"
    },
    run_kinds=(PAY, PAY_SUPPLEMENT, ADJUST, RAISE, RECALCULATE, REFUNDS, REFUND_PAYEE, REISSUE_WITHDRAWAL),
    inbox=(RETURNS, CONTRADICTIONS),
    verifications=(Verification(80, "待遇发放", benefit_faults), Verification(85, "退费支付", refund_faults), Verification(86, "发放结果", result_faults)),
    taken={
        "reissue_once": "该笔退回款已登记重发，同一次发放不能重复重发；请核对发放记录后撤回本件。",
    },
)  # fmt: skip
