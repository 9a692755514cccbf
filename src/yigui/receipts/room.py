"""Money that arrived: files, receipts, whose they are, refunds, electronic receipts."""

from yigui.common.rooms import (
    APPEND,
    BY_EMPLOYER,
    BY_PERSON,
    READ,
    Functions,
    Kind,
    Own,
    Room,
    Scope,
    Table,
    Verification,
    own_through,
    refused,
)
from yigui.receipts.claim_reversal import CLAIM_REVERSAL
from yigui.receipts.inbox_sources import DOUBTS, REJECTED_LINES, UNDOS, WAITING_LINES
from yigui.receipts.reversal_run import RECEIPT_REVERSAL
from yigui.receipts.verify import bills_of_files, bounds_of_receipts, lines_of_files

_OWN_FILE = "EXISTS (SELECT 1 FROM contributions_receipt r WHERE r.file_id = {table}.id)"


def scopes() -> tuple[Scope, ...]:
    """A file of receipts opens receipts and what follows from them by rule: allocations, credits of accounts, surcharges, vouchers."""
    by_rule = ("contributions_allocation", "accounts_entry")
    return (
        Scope(
            "receipt", tables=(*by_rule, "contributions_bill", "ledger_voucher", "ledger_entry"), by_functions=by_rule, risk_class=3
        ),
    )


#: A file whose rows are all there and add up to its control sums.
_ADDS_UP = (
    "EXISTS (SELECT 1 FROM contributions_receipt_file f WHERE f.id = w.subject_id AND w.subject_no = f.source || ' ' || f.id AND f.row_count > 0 "
    "AND (SELECT count(*) = f.row_count AND sum(r.amount_fen) = f.total_fen FROM contributions_receipt r WHERE r.file_id = f.id))"
)

#: Money that came in and was not shared out: it would be looked for under the record it names.
_UNUSED = (
    "employer_id IS NULL AND amount_fen > (SELECT coalesce(sum(a.amount_fen), 0) FROM contributions_allocation a "
    "WHERE a.receipt_id = contributions_receipt.id)"
)

ROOM = Room(
    "receipts",
    floor=5,
    tables={
        "contributions_receipt_file": Table(Kind.APPEND_ONLY, own=Own(_OWN_FILE, _OWN_FILE), signed=("imported_by_id",), programs=("imported_by_id",)),
        "contributions_receipt": Table(Kind.APPEND_ONLY, own=Own(BY_EMPLOYER, BY_PERSON), merged=refused("未用完的到账款", _UNUSED)),
        "contributions_receipt_line": Table(Kind.APPEND_ONLY),
        "contributions_receipt_line_end": Table(Kind.APPEND_ONLY, signed=("decided_by_id",)),
        "contributions_bank_statement": Table(Kind.APPEND_ONLY),
        "contributions_claim": Table(Kind.APPEND_ONLY, signed=("claimed_by_id",), merged=refused("到账认领")),
        "contributions_claim_undo": Table(
            Kind.EVIDENCE, signed=("asked_by_id", "confirmed_by_id"), updates=("confirmed_by_id", "confirmed_at")
        ),
        "contributions_refund": Table(Kind.PROTECTED, APPEND, own=Own(BY_EMPLOYER, BY_PERSON), merged=refused("退费记录")),
        "contributions_refund_due": Table(Kind.PROTECTED, APPEND),
        # Written by the execution of a batch, with the owner's rights.
        "contributions_refund_payee": Table(Kind.PROTECTED, READ),
        "contributions_electronic_receipt": Table(
            Kind.EVIDENCE, own=own_through("contributions_receipt", "receipt_id"), signed=("voided_by_id",),
            updates=("voided_at", "void_reason", "voided_by_id"),
        ),
    },
    functions=Functions(
        after=("warrants", "runs", "ledger", "accounts", "charges"),
        callable=(
            "contributions_issue_receipt_warrant_v1", "contributions_match_v1", "contributions_credit_v1",
            "contributions_posting_sums_v1", "contributions_execute_receipt_reversal_v1", "contributions_execute_claim_reversal_v1",
            "contributions_open_taken_v1", "contributions_open_taken_v2",
            "contributions_open_taken_v3", "contributions_close_taken_v1", "contributions_may_be_left_out_v1",
            "contributions_one_account_v1", "contributions_left_out_hands_v1", "contributions_claim_doubts_v1", "contributions_put_right_v1",
        ),
        definers=(
            "contributions_receipts_of_file_v1", "contributions_allocation_of_file_v1",
            "receipt_posts_v1", "receipt_begins_v1", "contributions_voucher_ground_v1", "contributions_receipt_bills_v1", "contributions_refund_ground_v1",
            "contributions_allocation_subjects_v1", "contributions_claim_hand_v1", "contributions_ticket_hand_v1",
            "contributions_hold_receipts_v1", "contributions_allocation_bound_v1", "contributions_line_end_v1", "contributions_line_ends_v1",
            "contributions_line_of_file_v1", "contributions_balance_lacks_v1", "contributions_unread_hands_v1", "contributions_enough_hands_v1",
            "contributions_file_hand_v1", "contributions_file_of_lines_v1", "contributions_take_back_v1", "contributions_books_taken_back_v1",
            "contributions_claim_taken_back_v1", "contributions_line_is_booked_v1", "contributions_no_ticket_v1", "contributions_ticket_free_v1",
        ),
        sequences=("contributions_electronic_no",),
    ),
    run_kinds=(RECEIPT_REVERSAL, CLAIM_REVERSAL),
    inbox=(DOUBTS, WAITING_LINES, UNDOS, REJECTED_LINES),
    verifications=(
        Verification(75, "到账文件的缴费单", bills_of_files), Verification(76, "到账文件的行", lines_of_files),
        Verification(77, "到账的分配", bounds_of_receipts),
    ),
    scopes=scopes,
    grounds={"receipt": _ADDS_UP},
    taken={
        "contributions_refund_case_id_key": "本件已登记退费，同一办件不能重复退费；请核对退费记录。",
    },
)  # fmt: skip
