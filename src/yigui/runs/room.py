"""Batches and the record of runs; the queue of background jobs."""

from yigui.common.rooms import CHANGE, Functions, Kind, Room, Table

ROOM = Room(
    "runs",
    floor=4,
    tables={
        "runs_batch": Table(Kind.EVIDENCE),
        "runs_run": Table(Kind.WORKING, CHANGE),
        "procrastinate_jobs": Table(Kind.WORKING),
        "procrastinate_events": Table(Kind.WORKING),
        "procrastinate_periodic_defers": Table(Kind.WORKING),
        "procrastinate_workers": Table(Kind.WORKING),
    },
    functions=Functions(
        after=("warrants", "staff"),
        callable=("runs_issue_warrant_v1", "procrastinate_*"),
        definers=("runs_hold_draft_v1",),
    ),
)
