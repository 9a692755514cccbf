"""Batches and the record of runs; the queue of background jobs."""

from yigui.common.rooms import CHANGE, READ, Functions, Job, Kind, Room, Table, Verification
from yigui.runs.inbox_sources import BATCHES, VOIDED
from yigui.runs.jobs import PREPARE, abort_dead, look_for_arrivals, prepare_in_background, prepare_plans
from yigui.runs.lost_jobs import forget_old_jobs, take_up_lost_jobs
from yigui.runs.verify import executed_twice, unconfirmed

ROOM = Room(
    "runs",
    floor=4,
    tables={
        "runs_batch": Table(Kind.EVIDENCE, signed=("executed_by_id", "voided_by_id")),
        "runs_run": Table(Kind.WORKING, CHANGE),
        # What whoever signs wrote about a warning.
        "runs_answer": Table(Kind.APPEND_ONLY, READ),
        # Who asked for a preparation that goes on without them.
        "runs_order": Table(Kind.APPEND_ONLY, READ),
        # What the function of a kind has written, by itself.
        "runs_written": Table(Kind.APPEND_ONLY, READ),
        "runs_planned": Table(Kind.WORKING, CHANGE, signed=("dismissed_by_id",)),
        # Who put a failed job into the queue again, and who held a drill of restoring.
        "runs_job_retry": Table(Kind.APPEND_ONLY, signed=("user_id",)),
        "runs_drill": Table(Kind.APPEND_ONLY, signed=("user_id",)),
        "procrastinate_jobs": Table(Kind.WORKING),
        "procrastinate_events": Table(Kind.WORKING),
        "procrastinate_periodic_defers": Table(Kind.WORKING),
        "procrastinate_workers": Table(Kind.WORKING),
    },
    # A batch that was executed as what the warrant says; an opening load that is through (which loads there may be: `runs/opening_warrant.py`).
    grounds={
        "run": "EXISTS (SELECT 1 FROM runs_batch b WHERE b.id = w.subject_id AND b.status = 'executed' "
        "AND w.subject_no = b.kind || ' ' || b.area_code || ' ' || b.period)",
        "opening": "w.subject_no = 'OPENING-' || w.subject_id "
        "AND EXISTS (SELECT 1 FROM runs_run r WHERE r.id = w.subject_id AND r.kind = 'opening' AND r.status = 'done')",
    },
    functions=Functions(
        after=("warrants", "staff", "identity"),
        callable=(
            "runs_issue_warrant_v1", "runs_unanswered_v1", "runs_answers_for_v1", "runs_has_post_v1", "runs_order_v1", "runs_open_v1", "runs_sign_v1",
            "runs_replace_v1", "runs_unconfirmed_v1", "runs_in_the_way_v1", "runs_executed_twice_v1",
            "procrastinate_*",
        ),
        definers=("runs_hold_draft_v1", "runs_hold_stage_v1", "runs_same_v1", "runs_own_warrant_v1", "runs_order_of_v1", "runs_written_v1", "runs_refuse_second_v1"),
    ),
    jobs=(
        Job(PREPARE, prepare_in_background, label="生成批次"),
        Job("runs.abort_dead", abort_dead, cron="* * * * *", label="标记中断的批处理"),
        Job("runs.take_up_lost_jobs", take_up_lost_jobs, cron="* * * * *", needs_app=True, label="接续中断的任务"),
        Job("runs.forget_old_jobs", forget_old_jobs, cron="40 3 * * *", needs_app=True, label="清理过期任务"),
        Job("runs.look_for_arrivals", look_for_arrivals, cron="50 5 * * *", label="查找资料已补齐的计划"),
        Job("runs.prepare_due", prepare_plans, cron="*/5 * * * *", label="自动生成到期计划"),
    ),
    verifications=(Verification(22, "批次的口令确认", unconfirmed), Verification(23, "同一内容执行一次", executed_twice)),
    inbox=(BATCHES,),
    not_granted=(VOIDED,),
)  # fmt: skip
