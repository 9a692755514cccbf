"""States and words of tickets, desks, devices and visits."""

from django.db import models


class TicketState(models.TextChoices):
    """Where a ticket stands (号票状态)."""

    WAITING = "waiting", "等候"
    CALLED = "called", "已呼叫"
    SERVING = "serving", "办理中"
    MISSED = "missed", "过号"
    DONE = "done", "办完"
    LEFT = "left", "已离开"
    VOID = "void", "作废"
    CLOSED = "closed", "日终清号"


#: At a desk, with somebody.
IN_HAND = (TicketState.CALLED, TicketState.SERVING)
#: Nothing comes after them.
ENDED = (TicketState.DONE, TicketState.LEFT, TicketState.VOID, TicketState.CLOSED)


class TicketSource(models.TextChoices):
    """Who gave a ticket (取号方式)."""

    MACHINE = "machine", "取号机"
    GUIDE = "guide", "导办台"
    COUNTER = "counter", "窗口"


class TicketVerb(models.TextChoices):
    """What happened to a ticket (号票事件)."""

    ISSUE = "issue", "取号"
    CALL = "call", "呼叫"
    RECALL = "recall", "重呼"
    START = "start", "到窗"
    MISS = "miss", "过号"
    BACK = "back", "重新排队"
    TRANSFER = "transfer", "转窗口"
    GONE = "gone", "来人可先离开"
    FINISH = "finish", "办完"
    LEAVE = "leave", "离开"
    CLOSE = "close", "日终清号"


class DeskStatus(models.TextChoices):
    """Whether a desk calls (窗口状态)."""

    OPEN = "open", "营业"
    PAUSED = "paused", "暂停"
    CLOSED = "closed", "关闭"


class DeskVerb(models.TextChoices):
    """What happened at a desk (窗口事件)."""

    OPEN = "open", "开窗"
    PAUSE = "pause", "暂停"
    RESUME = "resume", "恢复"
    HAND_OVER = "hand_over", "交接"
    CLOSE = "close", "关窗"
    SKILLS = "skills", "设定可办种类"
    SCHEDULE = "schedule", "排班"


class PauseReason(models.TextChoices):
    """Why a desk pauses (暂停原因)."""

    MEAL = "meal", "用餐"
    MEETING = "meeting", "会议"
    DEVICE = "device", "设备"
    HANDING = "handing", "交接"


class DeviceKind(models.TextChoices):
    """What a device of a hall is (设备类别)."""

    MACHINE = "machine", "取号机"
    SCREEN = "screen", "大厅屏"
    WINDOW = "window", "窗口屏"


class Proof(models.TextChoices):
    """What the visitor's identity was checked by (核验方式)."""

    ID_CARD = "id_card", "身份证原件"
    SOCIAL_CARD = "social_card", "社会保障卡"
    OTHER = "other", "其他有效证件"


class Guided(models.TextChoices):
    """Where the guide sent a visitor (导办去向)."""

    TICKET = "ticket", "取号"
    KIOSK = "kiosk", "自助区"
    PHONE = "phone", "手机办"
    ANSWERED = "answered", "当场答复"
    ELSEWHERE = "elsewhere", "其他部门"
