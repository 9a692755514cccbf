"""Work with a due date, and its log."""

from yigui.common.rooms import Functions, Job, Kind, Room, Table, Verification, refused
from yigui.tasks.inbox_sources import EXPORTS, LOOKS, TASKS
from yigui.tasks.jobs import keep_up, look, watch_views
from yigui.tasks.kinds import DECLARATIONS
from yigui.tasks.verify import task_faults
from yigui.tasks.watches import WATCHES

ROOM = Room(
    "tasks",
    floor=7,
    tables={
        "tasks_task": Table(Kind.EVIDENCE, merged=refused("未办结的任务", "state NOT IN ('done', 'dropped')")),
        "tasks_event": Table(Kind.APPEND_ONLY, signed=("actor_id",)),
    },
    functions=Functions(
        after=("warrants", "registry", "staff"), definers=("tasks_by_nobody_v1", "tasks_is_over_v1", "tasks_own_area_v1")
    ),
    jobs=(
        Job("tasks.keep_up", keep_up, cron="10 8 * * *", label="任务到期与升级"),
        Job("tasks.look_around", look, cron="40 * * * *", label="查找应办任务"),
        Job("tasks.watch_looks", watch_views, cron="50 * * * *", label="查看记录监测"),
    ),
    verifications=(Verification(105, "任务", task_faults),),
    inbox=(TASKS,),
    not_granted=(EXPORTS, LOOKS),
    watches=WATCHES,
    task_kinds=DECLARATIONS,
)
