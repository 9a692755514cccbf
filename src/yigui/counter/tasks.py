"""The case that settles a task, begun at the counter: its form is filled with what the task knows."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from yigui.applying.drafts import begin_draft, key_of
from yigui.casework.application import item_in_force
from yigui.common import clock
from yigui.counter.drafts import door_of, refuse_beginning
from yigui.staff.full_views import record_full_view
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.enums import TaskVerb
from yigui.tasks.queries import task_for
from yigui.tasks.who_may import refuse_unfit
from yigui.tasks.work_on import begin_case, refuse_case


@require_POST
@page_right("counter")
def begin(request: OfficerRequest, number: int) -> HttpResponse:
    """Begin the form of an item that settles a task one has taken. Seeing the person's data in full is recorded."""
    door = door_of(request)
    task = task_for(door.operator, number)
    refuse_unfit(door.operator, task, TaskVerb.BEGIN_CASE)
    code = request.POST.get("item", "")
    refuse_case(task, code)
    item = item_in_force(code, clock.today())
    refuse_beginning(door.operator, item, task.person, task.employer)
    for subject in (task.person, task.employer):
        if subject is not None:
            record_full_view(user=door.operator, subject=subject, reason=f"任务 {task.pk} 号，受理 {item.code} {item.name}")
    draft = begin_draft(door, item_code=code, person=task.person, employer=task.employer, known=task.form.get(code, {}))
    begin_case(task_id=task.pk, actor=door.operator, item_code=code, key=key_of(draft.token))
    return redirect(door.names.form, token=draft.token)
