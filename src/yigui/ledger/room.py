"""The books."""

from yigui.common.rooms import READ, Functions, Kind, Room, Table, Verification
from yigui.ledger.close import CLOSE
from yigui.ledger.reversal import REVERSAL
from yigui.ledger.transfer import TRANSFER
from yigui.ledger.verify import ledger_faults

ROOM = Room(
    "ledger",
    floor=4,
    tables={
        # From the chart declared in YAML.
        "ledger_account": Table(Kind.DERIVED),
        # From the posting rules declared in YAML.
        "ledger_rule": Table(Kind.DERIVED),
        # Posted, reversed and closed by the owner's functions.
        "ledger_voucher": Table(Kind.PROTECTED, READ),
        "ledger_entry": Table(Kind.PROTECTED, READ),
        "ledger_closing": Table(Kind.PROTECTED, READ),
        "ledger_voucher_number": Table(Kind.PROTECTED, READ),
        "ledger_bank_line": Table(Kind.APPEND_ONLY),
    },
    functions=Functions(
        after=("warrants", "runs"),
        callable=("ledger_post_v1", "ledger_execute_close_v1", "ledger_execute_transfer_v1", "ledger_execute_reversal_v1"),
        definers=(
            "ledger_balanced_v1",
            "ledger_carry_over_v1",
            "ledger_close_v1",
            "ledger_posted_v1",
            "ledger_write_v1",
            "ledger_may_post_v1",
            "ledger_fits_rule_v1",
            "ledger_day_v1",
            "ledger_reverse_v1",
            "ledger_batch_posted_v1",
        ),
    ),
    run_kinds=(TRANSFER, CLOSE, REVERSAL),
    verifications=(Verification(90, "基金账", ledger_faults),),
)
