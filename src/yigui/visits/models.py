"""Tickets, desks at work, devices, and visits."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yigui.casework.models import Case
from yigui.db.dated_models import DatedRow
from yigui.registry.models import Person
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.visits.enums import (
    IN_HAND,
    DeskStatus,
    DeskVerb,
    DeviceKind,
    Guided,
    PauseReason,
    Proof,
    TicketSource,
    TicketState,
    TicketVerb,
)
from yigui.warrants.guards import append_only


class TicketKind(DatedRow):
    """What people come for (号票种类), as declared: a letter of its own, and the kind of desk that serves it ("" any)."""

    code = models.CharField("代码", max_length=20)
    letter = models.CharField("字头", max_length=1)
    name = models.CharField("名称", max_length=20)
    hint = models.CharField("说明", max_length=60)
    desk_kind = models.CharField("窗口类别", max_length=10, blank=True)
    place = models.SmallIntegerField("次序")

    class Meta:
        db_table = "visits_ticket_kind"
        verbose_name = "号票种类"
        constraints = (models.UniqueConstraint("code", "valid_from", name="ticket_kind_once"),)


class Priority(DatedRow):
    """Who goes before others (优先), as declared, with a weight."""

    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=20)
    weight = models.SmallIntegerField("权重")
    # Given by somebody of the hall, who has looked; a visitor does not take it at the machine.
    is_by_staff = models.BooleanField("由工作人员核定", db_default=False, default=False)
    place = models.SmallIntegerField("次序")

    class Meta:
        db_table = "visits_priority"
        verbose_name = "优先"
        constraints = (models.UniqueConstraint("code", "valid_from", name="priority_once"),)


class QueueRule(DatedRow):
    """A number of the queue (排队规则), as declared."""

    name = models.CharField("名称", max_length=30)
    value = models.IntegerField("取值")
    why = models.CharField("含义", max_length=60)

    class Meta:
        db_table = "visits_rule"
        verbose_name = "排队规则"
        constraints = (models.UniqueConstraint("name", "valid_from", name="queue_rule_once"),)


class DeskSkill(models.Model):
    """A kind of tickets a desk serves (窗口可办种类)."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="skills")
    kind = models.CharField("号票种类", max_length=20)

    class Meta:
        db_table = "visits_desk_skill"
        verbose_name = "窗口可办种类"
        constraints = (models.UniqueConstraint("desk", "kind", name="desk_skill_once"),)


class DeskState(models.Model):
    """Who works at a desk now, and whether it calls. One row a desk."""

    desk = models.OneToOneField(Desk, models.PROTECT, primary_key=True, related_name="at_work")
    hall = models.ForeignKey(Location, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT)
    day = models.DateField("日期")
    state = models.CharField("状态", max_length=8, choices=DeskStatus.choices)
    reason = models.CharField("暂停原因", max_length=10, choices=PauseReason.choices, blank=True)
    since = models.DateTimeField("起始时间")
    # Free, and waiting for whoever comes next.
    ready_since = models.DateTimeField("空闲起", null=True)

    class Meta:
        db_table = "visits_desk_state"
        verbose_name = "窗口状态"
        constraints = (models.UniqueConstraint("user", condition=~Q(state=DeskStatus.CLOSED), name="one_desk_a_person"),)


class DeskEvent(models.Model):
    """What happened at a desk (窗口事件)."""

    desk = models.ForeignKey(Desk, models.PROTECT)
    day = models.DateField("日期")
    verb = models.CharField("事件", max_length=10, choices=DeskVerb.choices)
    user = models.ForeignKey(User, models.PROTECT)
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "visits_desk_event"
        verbose_name = "窗口事件"
        indexes = (models.Index(fields=["desk", "day"], name="desk_event_by_day"),)
        triggers: ClassVar[list[Any]] = append_only("desk_event")


class Shift(models.Model):
    """Who sits at a desk on a day (排班): post A, and post B who takes over (AB 岗)."""

    desk = models.ForeignKey(Desk, models.PROTECT)
    day = models.DateField("日期")
    first = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="A 岗")
    second = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="B 岗")

    class Meta:
        db_table = "visits_shift"
        verbose_name = "排班"
        constraints = (models.UniqueConstraint("desk", "day", name="shift_once"),)


class HallDevice(models.Model):
    """A device of a hall (大厅设备): known by a secret it keeps, of which the digest stands here."""

    hall = models.ForeignKey(Location, models.PROTECT)
    kind = models.CharField("设备类别", max_length=10, choices=DeviceKind.choices)
    name = models.CharField("名称", max_length=40)
    place = models.CharField("布设位置", max_length=80)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, verbose_name="所属窗口")
    digest = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField("启用")
    registered_by = models.ForeignKey(User, models.PROTECT, null=True)
    registered_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "visits_device"
        verbose_name = "大厅设备"
        constraints = (models.UniqueConstraint("hall", "name", name="hall_device_once"),)


class Contact(models.Model):
    """When a device was last heard of (最近联系)."""

    device = models.OneToOneField(HallDevice, models.PROTECT, primary_key=True, related_name="contact")
    seen_at = models.DateTimeField("最近联系")

    class Meta:
        db_table = "visits_contact"
        verbose_name = "设备联系"


class Ticket(models.Model):
    """A ticket (号票): its number is of one hall, day and letter, and stays the same to the end. It names nobody."""

    hall = models.ForeignKey(Location, models.PROTECT, db_index=False)
    day = models.DateField("日期")
    letter = models.CharField("字头", max_length=1)
    number = models.IntegerField("号")
    kind = models.CharField("种类", max_length=20)
    priority = models.CharField("优先", max_length=20)
    state = models.CharField("状态", max_length=8, choices=TicketState.choices)
    source = models.CharField("取号方式", max_length=8, choices=TicketSource.choices)
    device = models.ForeignKey(HallDevice, models.PROTECT, null=True, db_index=False)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    issued_at = models.DateTimeField("取号时间")
    # What the queue is ordered by: when it was given, or its place behind others after it was missed.
    queue_at = models.DateTimeField("排队时间")
    expected_minutes = models.IntegerField("预计等候（分钟）", null=True)
    # The desk it was sent to; nobody else calls it while that desk is open.
    bound_desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+", db_index=False)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    calls = models.SmallIntegerField("呼叫次数")
    missed = models.SmallIntegerField("过号次数")
    first_called_at = models.DateTimeField("首次呼叫时间", null=True)
    called_at = models.DateTimeField("呼叫时间", null=True)
    started_at = models.DateTimeField("到窗时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        db_table = "visits_ticket"
        verbose_name = "号票"
        constraints = (
            models.UniqueConstraint("hall", "day", "letter", "number", name="ticket_number_once"),
            models.UniqueConstraint("desk", condition=Q(state__in=IN_HAND), name="one_ticket_a_desk"),
            models.UniqueConstraint("user", condition=Q(state__in=IN_HAND), name="one_ticket_a_teller"),
        )
        indexes = (
            models.Index(
                fields=["hall", "day", "kind", "priority", "queue_at", "id"],
                name="ticket_waiting",
                condition=Q(state=TicketState.WAITING),
            ),
            models.Index(
                fields=["bound_desk", "queue_at", "id"],
                name="ticket_bound",
                condition=Q(state=TicketState.WAITING, bound_desk__isnull=False),
            ),
            models.Index(fields=["hall", "kind", "-ended_at"], name="ticket_done", condition=Q(state=TicketState.DONE)),
            models.Index(fields=["hall", "day", "-called_at"], name="ticket_called", condition=Q(called_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.letter}{self.number:03d}"

    @property
    def spoken(self) -> str:
        """The number as it is read out: digit by digit."""
        return self.letter + "".join("零一二三四五六七八九"[int(digit)] for digit in f"{self.number:03d}")


class TypedNumber(models.Model):
    """The number a visitor typed for a ticket; wiped when the ticket ends, at the latest with the day."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True)
    id_number = models.CharField(max_length=18)

    class Meta:
        db_table = "visits_typed"
        verbose_name = "取号时输入的号码"


class TicketEvent(models.Model):
    """What happened to a ticket (号票事件). `seconds`: of the end of a turn at a desk, how long it took."""

    ticket = models.ForeignKey(Ticket, models.PROTECT)
    # Not held by a key: every call of a hall would share a lock on its one row.
    hall = models.ForeignKey(Location, models.PROTECT, db_index=False, db_constraint=False)
    day = models.DateField("日期")
    verb = models.CharField("事件", max_length=10, choices=TicketVerb.choices)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, db_index=False)
    seconds = models.IntegerField("办理秒数", null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "visits_ticket_event"
        verbose_name = "号票事件"
        indexes = (models.Index(fields=["hall", "day", "desk"], name="ticket_turn_ended", condition=Q(seconds__isnull=False)),)
        triggers: ClassVar[list[Any]] = append_only("ticket_event")


class Visit(models.Model):
    """A visit (来访): one ticket, one identity check. From when until when the visitor was needed, and when all was done (受办分离)."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="visit")
    began_at = models.DateTimeField("到窗时间")
    visitor_until = models.DateTimeField("来人可离开时间", null=True)
    ended_at = models.DateTimeField("办完时间", null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="visits", db_constraint=False, verbose_name="来访人")
    proof = models.CharField("核验方式", max_length=12, choices=Proof.choices, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="核验人")
    checked_at = models.DateTimeField("核验时间", null=True)

    class Meta:
        db_table = "visits_visit"
        verbose_name = "来访"


class VisitCase(models.Model):
    """A case that was accepted, or handed in again, during a visit; written by the database when the case is."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="of_cases", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="at_visits")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "visits_case"
        verbose_name = "来访办件"
        constraints = (models.UniqueConstraint("visit", "case", name="visit_case_once"),)
        triggers: ClassVar[list[Any]] = append_only("visit_case")


class BegunForm(models.Model):
    """At which ticket a form or a list was begun (填报所属号票), by its token: its case is of that visit, whoever is served when it is handed in. Written by
    the database when the form is, and gone with it."""

    token = models.UUIDField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "visits_begun_form"
        verbose_name = "填报所属号票"


class Guidance(models.Model):
    """Where the guide sent somebody (导办分流): counted, naming nobody."""

    hall = models.ForeignKey(Location, models.PROTECT, db_index=False)
    day = models.DateField("日期")
    outcome = models.CharField("去向", max_length=10, choices=Guided.choices)
    user = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "visits_guidance"
        verbose_name = "导办分流"
        indexes = (models.Index(fields=["hall", "day"], name="guidance_by_day"),)
        triggers: ClassVar[list[Any]] = append_only("guidance")
