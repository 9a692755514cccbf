"""Tasks and the log of what was done to them."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yigui.registry.models import Agency, Area, Employer, Person
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.tasks.enums import ENDED, UNFINISHED, TaskState, TaskVerb
from yigui.tasks.transitions import TRANSITIONS, Part, moves, steps
from yigui.warrants.guards import append_only

#: What is fixed when a task is opened, and what its later events may change; the log holds both.
FIXED = (
    "kind", "kind_version", "origin_kind", "origin_id", "origin_no", "part", "person_id", "employer_id", "subject_name", "area_id",
    "note", "amount_fen", "form", "opened_at", "opened_on",
)  # fmt: skip
CHANGING = (
    "state", "agency_id", "section_id", "posts", "owner_id", "due_on", "is_due_provisional", "escalated_on", "escalated_to_id",
    "escalated_section_id", "outcome", "said", "link_key", "case_kind", "case_id", "case_no", "ended_on",
)  # fmt: skip

_FIXED_COLUMNS = ", ".join(f"NEW.{column}" for column in FIXED)
_OLD_COLUMNS = _FIXED_COLUMNS.replace("NEW.", "OLD.")
_MOVES = ", ".join(f"('{source}', '{target}')" for source, target in moves())
_ENDED = ", ".join(f"'{state}'" for state in ENDED)
# What may happen to a task, whoever asks. Made from `transitions.TRANSITIONS`.
_GUARD = f"""
IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('任务 %s 号不能删除。', OLD.id);
END IF;
IF TG_OP = 'INSERT' THEN
    IF NEW.state <> '{TaskState.OPEN}' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '任务须从“待领取”开始。';
    END IF;
    RETURN NEW;
END IF;
IF ROW({_FIXED_COLUMNS}) IS DISTINCT FROM ROW({_OLD_COLUMNS}) OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('任务 %s 号的来源和内容不能修改。', OLD.id);
END IF;
IF NEW.state = OLD.state THEN
    IF OLD.state IN ({_ENDED}) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('任务 %s 号已结束，不能修改。', OLD.id);
    END IF;
ELSIF (OLD.state, NEW.state) NOT IN ({_MOVES}) THEN
    RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('任务 %s 号不能从 %s 变为 %s。', OLD.id, OLD.state, NEW.state);
END IF;
RETURN NEW;
"""

_CHANGING = ", ".join(f"'{column}'" for column in CHANGING)
# A task stands as the last event of its log says, when a transaction ends: no column of it moves without one.
_AS_LOGGED = f"""
    SELECT string_agg(k, ', ') INTO unfit FROM public.tasks_task t CROSS JOIN unnest(ARRAY[{_CHANGING}]) AS k
    LEFT JOIN LATERAL (SELECT e.payload FROM public.tasks_event e WHERE e.task_id = t.id ORDER BY e.seq DESC LIMIT 1) AS e ON true
    WHERE t.id = NEW.id AND to_jsonb(t) -> k IS DISTINCT FROM e.payload -> k;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('任务 %s 号与其最后一条任务记录不符（%s），任务只能随任务记录变动；请刷新后在任务页办理。', NEW.id, unfit);
    END IF;
    RETURN NULL;
"""


class Task(models.Model):
    """A task (任务): what is to be done about whom, where it came from, whose it is, until when, and how it ended.

    `origin_*` is a typed reference; one origin has one task of a kind and part. `posts` are the posts that may take it in `agency`,
    in its `section` where one is named; `owner` has it, or is to have it. `escalated_*`: where its overdue day was reported.
    `form` are values the case that settles it begins with, by item. `case_*` is that case, `link_key` the key its form is handed in
    under. Everything in `CHANGING` is changed with an event only (`event_log`).
    """

    kind = models.CharField("种类", max_length=40)
    kind_version = models.DateField("种类版本")
    state = models.CharField("状态", max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    origin_kind = models.CharField("来源", max_length=20)
    origin_id = models.BigIntegerField("来源编号")
    origin_no = models.CharField("来源号码", max_length=60, blank=True)
    part = models.CharField("分项", max_length=40, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="个人", null=True, related_name="+", db_index=False, db_constraint=False
    )
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="单位", null=True, related_name="+", db_index=False, db_constraint=False
    )
    subject_name = models.CharField("对象名称", max_length=120, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="参保归属地", db_index=False, db_constraint=False)
    note = models.TextField("事由")
    amount_fen = models.BigIntegerField("金额（分）", null=True)
    form = models.JSONField("办件填报内容", default=dict)
    opened_at = models.DateTimeField("产生时间")
    opened_on = models.DateField("产生日期")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="办理机构", db_index=False, db_constraint=False)
    section = models.ForeignKey(
        Section, models.PROTECT, verbose_name="办理科室", null=True, related_name="+", db_index=False, db_constraint=False
    )
    posts = ArrayField(models.CharField(max_length=20), verbose_name="办理岗位")
    owner = models.ForeignKey(
        User, models.PROTECT, verbose_name="经办人", null=True, related_name="+", db_index=False, db_constraint=False
    )
    due_on = models.DateField("完成期限")
    is_due_provisional = models.BooleanField("节假日安排待公布", default=False)
    escalated_on = models.DateField("上报日期", null=True)
    escalated_to = models.ForeignKey(
        Agency, models.PROTECT, verbose_name="上报机构", null=True, related_name="+", db_index=False, db_constraint=False
    )
    escalated_section = models.ForeignKey(
        Section, models.PROTECT, verbose_name="上报科室", null=True, related_name="+", db_index=False, db_constraint=False
    )
    outcome = models.CharField("处理结果", max_length=30, blank=True)
    said = models.TextField("处理说明", blank=True)
    link_key = models.CharField("办件幂等键", max_length=80, blank=True)
    case_kind = models.CharField("办件类别", max_length=20, blank=True)
    case_id = models.BigIntegerField("办件", null=True)
    case_no = models.CharField("办件编号", max_length=60, blank=True)
    ended_on = models.DateField("结束日期", null=True)

    class Meta:
        db_table = "tasks_task"
        verbose_name = "任务"
        constraints = (
            models.UniqueConstraint("kind", "origin_kind", "origin_id", "origin_no", "part", name="task_once_per_origin"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_known_state"),
            models.CheckConstraint(condition=~Q(state=TaskState.TAKEN) | Q(owner__isnull=False), name="task_taken_by_somebody"),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, ended_on=None, outcome="") | Q(state__in=ENDED, ended_on__isnull=False),
                name="task_ended_with_a_day",
            ),
            models.CheckConstraint(condition=~Q(state=TaskState.DONE) | ~Q(outcome=""), name="task_done_with_an_outcome"),
            models.CheckConstraint(condition=Q(posts__len__gt=0), name="task_has_posts"),
        )
        indexes = (
            models.Index(fields=["agency", "due_on", "id"], name="task_of_agency", condition=Q(state__in=UNFINISHED)),
            models.Index(fields=["owner", "due_on", "id"], name="task_of_owner", condition=Q(state__in=UNFINISHED)),
            models.Index(
                fields=["escalated_to", "due_on"],
                name="task_escalated",
                condition=Q(state__in=UNFINISHED, escalated_on__isnull=False),
            ),
            models.Index(fields=["person", "-id"], name="task_by_person", condition=Q(person__isnull=False)),
            models.Index(fields=["employer", "-id"], name="task_by_employer", condition=Q(employer__isnull=False)),
            models.Index(fields=["origin_kind", "origin_id"], name="task_by_origin"),
            models.Index(fields=["link_key"], name="task_by_link", condition=~Q(link_key="")),
            models.Index(fields=["due_on"], name="task_due", condition=Q(state__in=UNFINISHED, escalated_on=None)),
        )
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="task_guard", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, func=_GUARD,
            ),
            pgtrigger.Trigger(
                name="task_as_logged", when=pgtrigger.After, operation=pgtrigger.Insert | pgtrigger.Update, timing=pgtrigger.Deferred,
                declare=[("unfit", "text")], func=_AS_LOGGED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"任务 {self.pk} 号"

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


_STEPS = ", ".join(f"('{verb}', '{source}', '{target}')" for verb, source, target in steps())
_BY_NOBODY = ", ".join(f"'{row.verb}'" for row in TRANSITIONS if Part.SYSTEM in row.parts)
# How a log may go on, whoever writes it. Made from `transitions.TRANSITIONS`.
_LINK = f"""
    SELECT e.seq, e.digest, e.payload ->> 'state' AS state INTO before FROM public.tasks_event e
    WHERE e.task_id = NEW.task_id AND e.id <> NEW.id ORDER BY e.seq DESC LIMIT 1;
    IF (before.seq IS NULL AND (NEW.seq, NEW.verb, NEW.payload ->> 'state') IS DISTINCT FROM (1, '{TaskVerb.OPEN}', '{TaskState.OPEN}'))
        OR (before.seq IS NOT NULL AND (NEW.seq <> before.seq + 1 OR NEW.previous <> before.digest
            OR ((NEW.verb, before.state, NEW.payload ->> 'state') IN ({_STEPS})) IS NOT TRUE)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('任务 %s 号的记录不能这样接续（%s）：须接最后一条，并按任务状态转换表变动。', NEW.task_id, NEW.verb);
    END IF;
    IF NEW.actor_id IS NULL AND NEW.verb NOT IN ({_BY_NOBODY}) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
            MESSAGE = format('任务 %s 号的“%s”须由经数据库核验的经办人本人办理，请重新登录后再办理。', NEW.task_id, NEW.verb);
    END IF;
    RETURN NULL;
"""


class TaskEvent(models.Model):
    """One link of a task's log: what was done, by whom, in what words, how the task stood afterwards; SM3 over it and the link before.

    `payload`: of the first event what is fixed (`FIXED`), of each what may change (`CHANGING`), by column, as JSON.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="events", db_index=False)
    seq = models.SmallIntegerField("次序")
    verb = models.CharField("事件", max_length=20, choices=TaskVerb.choices)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    actor_name = models.CharField("经办人", max_length=60)
    actor_role = models.CharField("岗位", max_length=20)
    note = models.TextField("说明", blank=True)
    payload = models.JSONField("内容", default=dict)
    at = models.DateTimeField("时间")
    previous = models.CharField("上一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        db_table = "tasks_event"
        verbose_name = "任务记录"
        constraints = (models.UniqueConstraint("task", "seq", name="task_event_once"),)
        triggers: ClassVar[list[Any]] = [
            *append_only("task_event"),
            pgtrigger.Trigger(
                name="task_event_goes_on", when=pgtrigger.After, operation=pgtrigger.Insert,
                declare=[("before", "record")], func=_LINK,
            ),
        ]  # fmt: skip
