"""Background jobs (后台任务): what runs, waits and has failed, the timetable, and a failed job put into the queue again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.runs.job_queue import RETRY_RIGHT, STATES, jobs_in, label_of, pulse, retries_of, timetable, try_again
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right

PAGE = 50


@require_GET
@page_right("jobs")
def jobs(request: HttpRequest) -> HttpResponse:
    """The queue at this moment, jobs of a state page by page (those that failed first asked for), and the timetable."""
    beat = pulse()
    state = request.GET.get("state", "failed")
    state = state if state in STATES or state == "" else "failed"
    page = Paginator(jobs_in(state), PAGE).get_page(request.GET.get("page"))
    again = retries_of([job.pk for job in page])
    context = {
        "pulse": beat, "state": state, "states": [(code, words) for code, words in STATES.items() if code != "succeeded"],
        "page": page, "rows": [(job, label_of(job.task_name), STATES[job.status], again.get(job.pk, [])) for job in page],
        "timetable": list(timetable()), "may_retry": has_page_right(request.user, RETRY_RIGHT),
    }  # fmt: skip
    return render(request, "backoffice/jobs.html", context)


@require_POST
@page_right(RETRY_RIGHT)
def retry(request: OfficerRequest, number: int) -> HttpResponse:
    """Put a failed job into the queue again, with a reason."""
    label = try_again(number, user=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"“{label}”（第 {number} 号任务）已重新排队，原因已留存。")
    return redirect("backoffice:jobs")
