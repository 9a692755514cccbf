"""Lists that leave the house (数据导出, R310): numbered, with their purpose; a long one waits for a head; each expires and says on itself who took it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.utils import timezone

from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.common.reasons import reason_of
from yigui.common.tables import Sheet, mark_of, workbook
from yigui.db.presence import act_as
from yigui.staff.models import DataExport, User
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

#: Rows somebody may take out in a day without a head's word, of whatever lists together: a list taken in pieces is one list.
ROWS_FREE = 200
#: Rows of the longest list.
ROWS_MAX = 20_000
VALID_DAYS = 3
#: Kind of the task, and of its origin.
APPROVAL, EXPORT = "export_approval", "export"


@dataclass(frozen=True)
class Listing:
    """What a list holds now: title, head, rows, widths of its columns."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class ExportKind:
    """A kind of list: its name, and how it is read for somebody who may; `read` refuses who may not. `is_of_one`: the record of one person, which counts
    among the looks of a day (`looks`) and by itself here."""

    code: str
    label: str
    read: Callable[[User, Mapping[str, str]], Listing]
    is_of_one: bool = False


_KINDS: dict[str, ExportKind] = {}


def register_export(kind: ExportKind) -> None:
    """Register a kind of list; called once by the door that offers it."""
    _KINDS[kind.code] = kind


def label_of(code: str) -> str:
    """Name of a kind, also of one no door offers any more."""
    return _KINDS[code].label if code in _KINDS else "以前版本的清单"


@transaction.atomic
def ask_export(*, user: User, kind: str, parameters: Mapping[str, str], reason: str) -> DataExport:
    """Ask for a list; at once good when short, else, or where it makes those of the day long together, with a task for the head.

    Raises:
        YiguiError: no purpose, nothing in the list, or more than `ROWS_MAX` rows.
        Forbidden: the list is not theirs to take.
    """
    said = reason_of(reason, "请写明导出用途，系统将记录并标注在文件上", YiguiError)
    found = _KINDS[kind].read(user, parameters)
    count = len(found.rows)
    if not count:
        raise YiguiError("没有可以导出的内容，请调整查询条件。")
    if count > ROWS_MAX:
        raise YiguiError(f"清单有 {count} 行，超过 {ROWS_MAX} 行，请缩小范围后再导出。")
    act_as(user)
    # Of two at once the second counts the first.
    User.objects.select_for_update().get(pk=user.pk)
    before = 0 if _KINDS[kind].is_of_one else _free_rows_today(user)
    made = DataExport.objects.create(
        user=user, kind=kind, parameters=dict(parameters), rows=count, reason=said,
        valid_until=timezone.now() + dt.timedelta(days=VALID_DAYS),
    )  # fmt: skip
    if count + before > ROWS_FREE:
        pieces = f"（当日未经批准已导出 {before} 行，合计超过 {ROWS_FREE} 行）" if before else ""
        open_task(
            kind="export_approval", origin=Reference(EXPORT, made.pk), agency=user.agency, area_code=user.agency.area_id, today=clock.today(), actor=user,
            note=f"{user} 申请导出“{_KINDS[kind].label}” {count} 行{pieces}，用途：{made.reason}。{VALID_DAYS} 日内有效，请核实是否必要。",
        )  # fmt: skip
    return made


def _free_rows_today(user: User) -> int:
    """Rows somebody has asked for today, by the Chinese day, for which no head was asked."""
    begins = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    of_one = [kind.code for kind in _KINDS.values() if kind.is_of_one]
    rows = DataExport.objects.filter(user=user, asked_at__gte=begins).exclude(kind__in=of_one)
    # A file that others have signed is taken at once and waits for nobody (`note_taken`).
    asked = rows.exclude(valid_until__lte=F("asked_at") + dt.timedelta(minutes=1))
    waited = Task.objects.filter(kind="export_approval", origin_kind=EXPORT, origin_id=OuterRef("pk"))
    return asked.filter(~Exists(waited)).aggregate(rows=Sum("rows"))["rows"] or 0


@transaction.atomic
def note_taken(*, user: User, kind: str, parameters: Mapping[str, str], rows: int, reason: str) -> DataExport:
    """Put down that somebody takes a file now that others have signed already (an executed batch): it waits for no head, and is good this once."""
    act_as(user)
    now = timezone.now()
    return DataExport.objects.create(
        user=user, kind=kind, parameters=dict(parameters), rows=rows, reason=reason[:200], valid_until=now, taken=1, taken_at=now
    )


def why_not_take(export: DataExport, user: User) -> str:
    """Why somebody may not take a list now, in one sentence; "" when they may."""
    if export.user_id != user.pk:
        return "只能下载本人申请的清单。"
    if export.valid_until <= timezone.now():
        return f"导出编号 {export.pk} 已过有效期，请重新申请。"
    task = Task.objects.filter(kind="export_approval", origin_kind=EXPORT, origin_id=export.pk).first()
    if task is None and export.rows <= ROWS_FREE:
        return ""
    if task is None or not task.is_ended:
        return f"导出编号 {export.pk} 共 {export.rows} 行，待科室负责人批准。"
    return "" if task.outcome == "allowed" else f"导出编号 {export.pk} 未获批准：{task.said}"


def take_export(*, user: User, number: int) -> tuple[str, bytes]:
    """The list as a workbook that bears its number, whose it is and when; gives its file name and content. It is read anew: never more rows
    than were asked for.

    Raises:
        NotFound: no such list. Forbidden: see `why_not_take`.
    """
    export = DataExport.objects.select_related("user").filter(pk=number).first()
    if export is None or export.kind not in _KINDS:
        raise NotFound(f"没有编号为 {number} 的导出申请。")
    if sentence := why_not_take(export, user):
        raise Forbidden(sentence, export=number)
    found = _KINDS[export.kind].read(user, export.parameters)
    DataExport.objects.filter(pk=number).update(taken=F("taken") + 1, taken_at=timezone.now())
    note = mark_of(str(export.pk), f"{user.full_name}（{user.username}）", timezone.localtime())
    content = workbook(Sheet(found.title, found.head, found.rows[: export.rows], widths=found.widths, note=note))
    return f"export-{export.pk}.xlsx", content


def _not_oneself(task: Task) -> str:
    asked_by = DataExport.objects.filter(pk=task.origin_id).values_list("user_id", flat=True).first()
    return "不能批准自己的导出申请，请交由其他负责人办理。" if asked_by == task.owner_id else ""


register_check(APPROVAL, "allowed", _not_oneself)
