"""Deferrals, payment orders, and what of which receipt pays what of a bill."""

from yigui.charges.verify import differing_open_bills
from yigui.common.rooms import APPEND, BY_EMPLOYER, BY_PERSON, NO_ROWS, Functions, Kind, Own, Room, Table, Verification, refused

_OWN_BILL = "EXISTS (SELECT 1 FROM contributions_bill b WHERE b.id = {table}.bill_id AND b.source_id = {table}.bill_source_id)"

ROOM = Room(
    "charges",
    floor=5,
    tables={
        # A deferral is an employer's; the bills of a person are read by the same query.
        "contributions_deferral": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER, NO_ROWS)),
        "contributions_order": Table(
            Kind.EVIDENCE, own=Own(BY_EMPLOYER, BY_PERSON), merged=refused("未缴的缴款单", "status = 'open'")
        ),
        "contributions_allocation": Table(Kind.PROTECTED, APPEND, own=Own(_OWN_BILL, _OWN_BILL)),
    },
    functions=Functions(
        after=("warrants", "levy"),
        callable=("contributions_due_on_v1",),
        definers=("contributions_allocated_v1", "contributions_order_hand_v1"),
    ),
    verifications=(Verification(70, "未结清缴费单", differing_open_bills),),
)
