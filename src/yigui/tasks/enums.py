"""States and verbs of tasks."""

from django.db import models


class TaskState(models.TextChoices):
    """State of a task (任务状态)."""

    OPEN = "open", "待领取"
    TAKEN = "taken", "办理中"
    HANDED_ON = "handed_on", "已转交"
    DONE = "done", "已办结"
    DROPPED = "dropped", "已撤销"


#: States in which a task waits for nobody any more.
ENDED = (TaskState.DONE, TaskState.DROPPED)
#: States in which it stands in somebody's inbox.
UNFINISHED = (TaskState.OPEN, TaskState.TAKEN, TaskState.HANDED_ON)


class TaskVerb(models.TextChoices):
    """Verbs of a task's log (任务记录)."""

    OPEN = "open", "产生"
    TAKE = "take", "领取"
    PUT_BACK = "put_back", "放回"
    HAND_ON = "hand_on", "转交"
    BEGIN_CASE = "begin_case", "发起办件"
    LOSE_CASE = "lose_case", "办件未办成"
    PROLONG = "prolong", "延期"
    ESCALATE = "escalate", "超期上报"
    REPLACE = "replace", "改派"
    MOVE = "move", "机构合并转入"
    FINISH = "finish", "办结"
    SETTLE = "settle", "随办件办结"
    DROP = "drop", "撤销"
    REOPEN = "reopen", "重新打开"
