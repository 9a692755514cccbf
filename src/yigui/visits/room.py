"""A person's visit: ticket, calls, desks at work, devices of a hall."""

from pathlib import Path

from yigui.common.rooms import NOTHING, READ, Functions, Job, Kind, Room, Table, stays
from yigui.visits.jobs import end_days

ROOM = Room(
    "visits",
    floor=8,
    tables={
        # As declared.
        "visits_ticket_kind": Table(Kind.DERIVED),
        "visits_priority": Table(Kind.DERIVED),
        "visits_rule": Table(Kind.DERIVED),
        # Everything else is written by the owner's functions alone.
        "visits_desk_skill": Table(Kind.WORKING, READ),
        "visits_desk_state": Table(Kind.EVIDENCE, READ),
        "visits_desk_event": Table(Kind.APPEND_ONLY, READ),
        "visits_shift": Table(Kind.EVIDENCE, READ),
        "visits_device": Table(Kind.EVIDENCE, READ),
        "visits_contact": Table(Kind.WORKING, READ),
        "visits_ticket": Table(Kind.EVIDENCE, READ),
        # Read by who serves the ticket, through a function; wiped when it ends.
        "visits_typed": Table(Kind.WORKING, NOTHING),
        "visits_ticket_event": Table(Kind.APPEND_ONLY, READ),
        "visits_visit": Table(Kind.EVIDENCE, READ, merged=stays("当时的来访")),
        "visits_case": Table(Kind.APPEND_ONLY, READ),
        "visits_begun_form": Table(Kind.WORKING, READ),
        "visits_guidance": Table(Kind.APPEND_ONLY, READ),
    },
    functions=Functions(
        after=("staff", "identity", "casework"),
        callable=(
            "visits_take_ticket_v1", "visits_give_ticket_v1", "visits_guide_v1", "visits_call_next_v1", "visits_recall_v1", "visits_start_v1",
            "visits_miss_v1", "visits_back_v1", "visits_leave_v1", "visits_stay_v1", "visits_take_back_v1",
            "visits_transfer_v1", "visits_visitor_gone_v1", "visits_finish_v1",
            "visits_typed_v1", "visits_identify_v1", "visits_open_desk_v1", "visits_hand_over_desk_v1", "visits_pause_desk_v1",
            "visits_close_desk_v1", "visits_set_skills_v1", "visits_set_shift_v1", "visits_register_device_v1", "visits_switch_device_v1",
            "visits_seen_v1", "visits_end_days_v1", "visits_expected_v1",
        ),
        definers=(
            "visits_log_v1", "visits_desk_log_v1", "visits_device_v1", "visits_on_floor_v1", "visits_serves_v1", "visits_call_v1",
            "visits_claim_v1", "visits_offer_v1", "visits_issue_v1", "visits_at_desk_v1", "visits_in_hand_v1", "visits_held_v1",
            "visits_of_hall_v1", "visits_may_sit_v1", "visits_seat_v1", "visits_let_go_v1", "visits_floor_v1", "visits_case_v1",
            "visits_begin_form_v1", "visits_form_gone_v1", "visits_form_of_v1",
        ),
    ),
    task_kinds=Path(__file__).parent / "task_kinds",
    jobs=(Job("visits.end_days", end_days, cron="*/10 * * * *", label="结束前一日的排队"),),
)  # fmt: skip
