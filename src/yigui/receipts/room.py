"""Money that arrived: files, receipts, whose they are, refunds, electronic receipts."""

from yigui.common.rooms import BY_EMPLOYER, BY_PERSON, Functions, Kind, Own, Room, Table, own_through

_OWN_FILE = "EXISTS (SELECT 1 FROM contributions_receipt r WHERE r.file_id = {table}.id)"

ROOM = Room(
    "receipts",
    floor=5,
    tables={
        "contributions_receipt_file": Table(Kind.APPEND_ONLY, own=Own(_OWN_FILE, _OWN_FILE)),
        "contributions_receipt": Table(Kind.APPEND_ONLY, own=Own(BY_EMPLOYER, BY_PERSON)),
        "contributions_claim": Table(Kind.APPEND_ONLY),
        "contributions_refund": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER, BY_PERSON)),
        "contributions_electronic_receipt": Table(Kind.EVIDENCE, own=own_through("contributions_receipt", "receipt_id")),
    },
    functions=Functions(
        after=("warrants", "accounts", "charges"),
        callable=(
            "contributions_issue_receipt_warrant_v1", "contributions_match_v1", "contributions_credit_v1",
            "contributions_posting_sums_v1",
        ),
        sequences=("contributions_electronic_no",),
    ),
)  # fmt: skip
