"""Warrants, their signatures, the history of protected rows, and the seals of rows written in sets."""

from yigui.common.rooms import READ, Functions, Kind, Own, Room, Table, Verification
from yigui.warrants.verify import bulk_rows, grounded_warrants, protected_rows, set_rows

ROOM = Room(
    "warrants",
    floor=1,
    tables={
        # Written by the issuing functions and the guards alone.
        "warrants_warrant": Table(Kind.APPEND_ONLY, READ),
        "warrants_signature": Table(Kind.APPEND_ONLY, READ),
        "warrants_change": Table(Kind.APPEND_ONLY, READ, own=Own(person="table_name = 'registry_person' AND row_id = {person}")),
        "warrants_scope": Table(Kind.DERIVED),
        # Made up to release 0.1, and by the nightly seal.
        "warrants_bulk_seal": Table(Kind.APPEND_ONLY, READ),
        "warrants_set_seal": Table(Kind.APPEND_ONLY, READ),
    },
    functions=Functions(
        # The guards ask them with the rights of whoever writes.
        callable=(
            "warrants_open_v1",
            "warrants_is_open_for_v1",
            "warrants_is_case_open_v1",
            "warrants_stamp_v1",
            "warrants_by_hand_v1",
            "_pgtrigger_should_ignore",
        ),
        definers=("warrants_issue_v1", "warrants_known_v1", "warrants_now_v1"),
    ),
    verifications=(
        Verification(25, "授权凭据的依据", grounded_warrants),
        Verification(30, "受保护记录", protected_rows),
        Verification(40, "批量封存", bulk_rows),
        Verification(50, "批量账页", set_rows),
    ),
)
