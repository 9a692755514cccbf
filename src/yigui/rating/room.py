"""Ratings of services: five levels with tags, once a service; a bad one is found out, answered, and rated again."""

from pathlib import Path

from yigui.common.rooms import NOTHING, READ, Entry, Functions, Job, Kind, Mount, Own, Room, Table, own_through
from yigui.rating.bad_ratings import look_for_bad, move_stuck
from yigui.rating.months import close_months
from yigui.staff.enums import BUSINESS, Role

ROOM = Room(
    "rating",
    floor=8,
    tables={
        # As declared.
        "rating_level": Table(Kind.DERIVED, is_public=True),
        "rating_tag": Table(Kind.DERIVED, is_public=True),
        "rating_rule": Table(Kind.DERIVED, is_public=True),
        # Written by the database as a case or a ticket ends. Whether it was rated does not stand there.
        "rating_service": Table(Kind.APPEND_ONLY, READ, own=own_through("casework_case", "case_id")),
        # Not for the rated: no login of the staff reads it.
        "rating_rating": Table(
            Kind.APPEND_ONLY, NOTHING, own=Own("holder = 'unit:' || {employer}", "holder = 'person:' || {person}")
        ),
        "rating_repair": Table(Kind.APPEND_ONLY, NOTHING),
        "rating_second": Table(Kind.APPEND_ONLY, NOTHING),
        # What everybody may read of them.
        "rating_month": Table(Kind.APPEND_ONLY, READ),
    },
    functions=Functions(
        after=("staff", "identity", "casework", "visits", "tasks"),
        callable=(
            "rating_asked_v1", "rating_at_window_v1", "rating_by_holder_v1", "rating_of_slip_v1", "rating_by_slip_v1", "rating_has_part_v1",
            "rating_untold_v1", "rating_to_repair_v1", "rating_repair_v1", "rating_is_answered_v1", "rating_followed_v1", "rating_second_v1",
            "rating_close_months_v1",
        ),
        definers=(
            "rating_case_ended_v1", "rating_ticket_ended_v1", "rating_refusal_v1", "rating_too_late_v1", "rating_phone_v1", "rating_put_v1", "rating_at_desk_v1",
            "rating_is_slip_v1", "rating_parts_v1", "rating_task_event_v1", "rating_task_v1", "rating_round_v1", "rating_held_v1", "rating_by_receipt_v1",
        ),
        files=("functions", "months"),
    ),
    jobs=(Job("rating.close_months", close_months, cron="20 3 * * *", label="公布上月满意度"),),
    # Whoever may take such a task.
    rights={
        "bad_ratings": {Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR},
        # What everybody may read anyhow.
        "ratings": {*BUSINESS, Role.AUDITOR, Role.GUIDE},
    },
    menu=(Entry(108, "月满意度", "rating:months", "list", "ratings", group="hall"),),
    mounts=(Mount("ratings/", "yigui.rating.urls"),),
    public=("rating:follow", "rating:second", "rating:published"),
    opens={"rating": ("rating:handle", "service")},
    watches=(look_for_bad, move_stuck),
    task_kinds=Path(__file__).parent / "task_kinds",
    deeds={
        "rating:handle": "核实差评",
        "rating:repair": "登记差评核实结果",
        "rating:follow": "查看评价的处理结果",
        "rating:second": "对整改结果再评价",
        "rating:published": "查看公布的满意度",
    },
)  # fmt: skip
