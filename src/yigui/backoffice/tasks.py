"""A task (任务): what is to be done, where it came from, what was done to it, and what this person may do with it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from yigui.archive import check_volumes
from yigui.audit import work as audit
from yigui.casework import follow_ups
from yigui.casework.models import Case
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.inbox import Target
from yigui.common.normalise import read_day
from yigui.db.chosen import chosen_row
from yigui.rating import bad_ratings
from yigui.registry.models import Agency
from yigui.shell.inbox import address_of
from yigui.shell.refused import refusal_said
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks import origins
from yigui.tasks.death_conflicts import KIND as DEATH_CONFLICT
from yigui.tasks.end_task import drop, finish, reopen
from yigui.tasks.enums import UNFINISHED, TaskVerb
from yigui.tasks.inbox_sources import subject_of
from yigui.tasks.kinds import Kind, kind_version
from yigui.tasks.models import Task, TaskEvent
from yigui.tasks.people import colleagues
from yigui.tasks.queries import due_words, events_of, task_for
from yigui.tasks.references import LinkedCase, case_by_key
from yigui.tasks.who_may import why_not
from yigui.tasks.work_on import hand_on, posts_to, prolong, put_back, take

_PEOPLE_MAX = 60
_CASES_MAX = 5
_DEEDS = (
    TaskVerb.TAKE, TaskVerb.PUT_BACK, TaskVerb.HAND_ON, TaskVerb.BEGIN_CASE, TaskVerb.PROLONG, TaskVerb.FINISH, TaskVerb.DROP,
    TaskVerb.REOPEN,
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """The page of what a task came from: what stands before its link, and what the link says."""

    before: str
    words: str
    url: str


@dataclass(frozen=True)
class Pane:
    """Everything about a task for one person; `may` are the deeds the person may do, by verb."""

    task: Task
    kind: Kind
    subject: str
    due: str
    outcome: str
    subject_url: str
    origin: Origin | None
    case_url: str
    events: list[TaskEvent]
    may: set[str]
    begun: LinkedCase | None
    begun_url: str
    may_accept: bool
    finished_cases: list[Case] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    posts: list[tuple[str, str]] = field(default_factory=list)


def pane_of(user: User, task: Task, today: dt.date) -> Pane:
    """What a page shows of a task to one person."""
    task = Task.objects.select_related("agency__area", "section", "owner", "person", "employer", "area").get(pk=task.pk)
    kind = kind_version(task.kind, task.kind_version)
    may = {str(verb) for verb in _DEEDS if not why_not(user, task, verb)}
    begun = case_by_key(task.link_key)
    return Pane(
        task=task, kind=kind, subject=subject_of(task), due=due_words(task.due_on, today), subject_url=_subject_url(user, task),
        outcome=kind.outcome(task.outcome).label if task.outcome else "",
        origin=_origin(user, task), case_url=_case_url(user, task.case_no),
        events=events_of(task), may=may, begun=begun, begun_url=_case_url(user, begun.reference.number) if begun else "",
        may_accept=has_page_right(user, "counter"), finished_cases=_finished_cases(task, kind) if "finish" in may else [],
        people=_people(user, task) if "hand_on" in may else [],
        posts=[(post, str(Role(post).label)) for post in posts_to(task)] if "hand_on" in may else [],
    )  # fmt: skip


def _subject_url(user: User, task: Task) -> str:
    if not has_page_right(user, "persons"):
        return ""
    if task.person is not None:
        return address_of(Target("person", task.person.person_no))
    return address_of(Target("employer", task.employer.unit_no)) if task.employer else ""


def _origin(user: User, task: Task) -> Origin | None:
    """What a task came from, for whoever may open its page: each kind of origin has words of its own, and one that has no page is not led to."""
    match task.origin_kind:
        case origins.DEATH if task.kind == DEATH_CONFLICT and has_page_right(user, "deaths"):
            url = address_of(Target("death", str(task.origin_id)))
            return Origin("", f"死亡信息 {task.origin_id} 号，到“死亡信息核定”页办理", url)
        case check_volumes.VOLUME if has_page_right(user, "archive"):
            return Origin("案卷", task.origin_no, address_of(Target("volume", task.origin_no)))
        case bad_ratings.RATING if has_page_right(user, "bad_ratings") and task.owner_id == user.pk:
            url = address_of(Target("rating", str(task.origin_id)))
            return Origin("", f"评价 {task.origin_id} 号，到“差评处理”页核实答复", url)
        case audit.OF_CASE if has_page_right(user, "audit"):
            return Origin("", "到“稽核检查”页查看和登记", address_of(Target("audit_case", str(task.origin_id))))
        case audit.OF_FINDING if has_page_right(user, "audit_own") and task.owner_id == user.pk:
            return Origin("", "到“差错”页办理", address_of(Target("audit_finding", str(task.origin_id))))
        case follow_ups.CASE if url := _case_url(user, task.origin_no):
            return Origin("办件", task.origin_no, url)
    return None


def _case_url(user: User, case_no: str) -> str:
    return address_of(Target("case", case_no)) if case_no and has_page_right(user, "cases") else ""


def _finished_cases(task: Task, kind: Kind) -> list[Case]:
    """Finished cases about the same person or employer that the task may rest on, newest first."""
    about = {"person_id": task.person_id} if task.person_id else {"employer_id": task.employer_id}
    if not kind.items or None in about.values():
        return []
    rows = Case.objects.filter(item_code__in=kind.items, status="finished", accepted_at__gte=task.opened_at, **about)
    return list(rows.order_by("-id")[:_CASES_MAX])


def _people(user: User, task: Task) -> list[User]:
    """Colleagues of the agency a task can be handed to."""
    return list(colleagues(posts_to(task), task.agency_id).exclude(pk=user.pk)[:_PEOPLE_MAX])


@require_GET
@page_right("inbox")
def task(request: OfficerRequest, number: int) -> HttpResponse:
    """A task with its log and deeds, for whoever may see it."""
    found = task_for(request.user, number)
    return render(request, "backoffice/task.html", {"pane": pane_of(request.user, found, clock.today())})


@require_POST
@page_right("inbox")
def deed(request: OfficerRequest, number: int, verb: str) -> HttpResponse:
    """Do something to a task; a refusal stands on the page it came from."""
    found = task_for(request.user, number)
    if verb not in _DO:
        raise NotFound("任务没有这种操作，请刷新页面后重试。")
    try:
        done = _DO[verb](request, request.user, found.pk)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    else:
        messages.success(request, f"任务 {done.pk} 号：{TaskVerb(verb).label}，现为“{done.get_state_display()}”。")
        if done.state not in UNFINISHED or verb in ("put_back", "hand_on"):
            return redirect(_back(request) or "backoffice:inbox")
    back = _back(request)
    return redirect(back) if back else redirect("backoffice:task", number=number)


def _back(request: HttpRequest) -> str:
    """The page of ours the deed was pressed on, as the form says; "" when it says none."""
    back = request.POST.get("back", "")
    return back if back.startswith("/inbox/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _take(request: HttpRequest, user: User, number: int) -> Task:
    return take(task_id=number, actor=user)


def _put_back(request: HttpRequest, user: User, number: int) -> Task:
    return put_back(task_id=number, actor=user, note=request.POST.get("note", ""))


def _hand_on(request: HttpRequest, user: User, number: int) -> Task:
    """To whom: `user:12`, or `post:teller` of the task's agency."""
    kind, _, value = request.POST.get("to", "").partition(":")
    note = request.POST.get("note", "")
    if kind == "user":
        return hand_on(task_id=number, actor=user, note=note, to=chosen_row(User.objects.all(), value))
    code = request.POST.get("agency", "")
    agency = Agency.objects.filter(pk=code).first() if code else None
    return hand_on(task_id=number, actor=user, note=note, post=value if kind == "post" else "", agency=agency)


def _prolong(request: HttpRequest, user: User, number: int) -> Task:
    try:
        day = read_day(request.POST.get("due_on", ""))
    except ValueError as error:
        raise YiguiError("请填写新的期限，例如 2026-12-10。") from error
    return prolong(task_id=number, actor=user, due_on=day, note=request.POST.get("note", ""), today=clock.today())


def _finish(request: HttpRequest, user: User, number: int) -> Task:
    return finish(
        task_id=number, actor=user, outcome=request.POST.get("outcome", ""), note=request.POST.get("note", ""), today=clock.today(),
        case_no=request.POST.get("case_no", ""),
    )  # fmt: skip


def _drop(request: HttpRequest, user: User, number: int) -> Task:
    return drop(task_id=number, actor=user, note=request.POST.get("note", ""), today=clock.today())


def _reopen(request: HttpRequest, user: User, number: int) -> Task:
    return reopen(task_id=number, actor=user, note=request.POST.get("note", ""), today=clock.today())


_DO: dict[str, Callable[[HttpRequest, User, int], Any]] = {
    "take": _take, "put_back": _put_back, "hand_on": _hand_on, "prolong": _prolong, "finish": _finish, "drop": _drop, "reopen": _reopen,
}  # fmt: skip
