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
from yigui.receipts.verify import bills_of_files

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
        "contributions_receipt_file": Table(Kind.APPEND_ONLY, own=Own(_OWN_FILE, _OWN_FILE), signed=("imported_by_id",)),
        "contributions_receipt": Table(Kind.APPEND_ONLY, own=Own(BY_EMPLOYER, BY_PERSON), merged=refused("未用完的到账款", _UNUSED)),
        "contributions_claim": Table(Kind.APPEND_ONLY, signed=("claimed_by_id",)),
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
        after=("warrants", "ledger", "accounts", "charges"),
        callable=(
            "contributions_issue_receipt_warrant_v1", "contributions_match_v1", "contributions_credit_v1",
            "contributions_posting_sums_v1", "contributions_open_taken_v1", "contributions_close_taken_v1",
        ),
        definers=(
            "receipt_posts_v1", "receipt_begins_v1", "contributions_voucher_ground_v1", "contributions_receipt_bills_v1", "contributions_refund_ground_v1",
            "contributions_allocation_subjects_v1",
        ),
        sequences=("contributions_electronic_no",),
    ),
    verifications=(Verification(75, "到账文件的缴费单", bills_of_files),),
    scopes=scopes,
    grounds={"receipt": _ADDS_UP},
    taken={
        "contributions_refund_case_id_key": "本件已登记退费，同一办件不能重复退费；请核对退费记录。",
    },
)  # fmt: skip
