"""Background jobs (后台任务): what runs, waits and has failed, the timetable, and a failed job put into the queue again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from yigui.runs.job_queue import RETRY_RIGHT, STATES, label_of, names_called, pulse, retries_of, times_of, timetable, try_again
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Column, Listing, RowDeed, Text, Tone
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.list_exports import declared

_TONES = {"failed": Tone.BAD, "doing": Tone.GO, "todo": Tone.HELD}


def _timed(rows: list[Any]) -> list[Any]:
    """Each job with its times, and with who put it into the queue again."""
    numbers = [job.pk for job in rows]
    times, again = times_of(numbers), retries_of(numbers)
    for job in rows:
        job.put_at, job.moved_at = times.get(job.pk, (None, None))
        job.again = "；".join(
            f"{timezone.localtime(r.retried_at):%m-%d %H:%M} {r.user.full_name}：{r.reason}" for r in again.get(job.pk, [])
        )
    return rows


def _deed(user: User, job: Any) -> RowDeed | None:
    if job.status != "failed" or not has_page_right(user, RETRY_RIGHT):
        return None
    return RowDeed(reverse("backoffice:job_retry", args=[job.pk]), "重新执行", "重新执行的原因")


JOBS = declared(
    Listing(
        "jobs", "后台任务", "jobs", "backoffice:jobs", lambda user: ProcrastinateJob.objects.all(),
        (
            Column("no", "编号", lambda job: str(job.pk), As.CODE, ("pk",), width=12),
            Column("task", "任务", lambda job: label_of(job.task_name), sort=("task_name",), width=36),
            Column("state", "状态", lambda job: STATES[job.status], As.STATE, tone=lambda job: _TONES.get(job.status, Tone.OVER), width=12),
            Column("tries", "已执行次数", lambda job: job.attempts, As.NUMBER, ("attempts",), width=12),
            Column("put", "排队时间", lambda job: job.put_at, As.MOMENT),
            Column("moved", "最近变动", lambda job: job.moved_at, As.MOMENT),
            Column("again", "重新执行", lambda job: job.again, width=40),
        ),
        ("-pk",),
        conditions=(Text("task", "任务名称", lambda rows, text: rows.filter(task_name__in=names_called(text))),),
        chips=Chips("state", "状态", "status", lambda: {code: words for code, words in STATES.items() if code != "succeeded"}),
        begins="failed", deed=_deed, prepared=_timed, nothing="没有失败的任务。",
    )
)  # fmt: skip


@require_GET
@page_right("jobs")
def jobs(request: OfficerRequest) -> HttpResponse:
    """The queue at this moment, its jobs (those that failed first asked for), and the timetable."""
    return list_page(request, JOBS, "backoffice/jobs.html", lambda: {"pulse": pulse(), "timetable": list(timetable())})


@require_POST
@page_right(RETRY_RIGHT)
def retry(request: OfficerRequest, number: int) -> HttpResponse:
    """Put a failed job into the queue again, with a reason."""
    label = try_again(number, user=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"“{label}”（第 {number} 号任务）已重新排队，原因已留存。")
    return redirect("backoffice:jobs")
