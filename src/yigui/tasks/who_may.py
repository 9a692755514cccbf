"""Who may act on a task, and why not: the one answer for inbox, page, button and deed.

What can be done at all stands in `transitions.py`; here stands whether this person fits the part.
"""

from collections.abc import Callable

from django.db.models import Q

from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.tasks.enums import TaskVerb
from yigui.tasks.errors import NotYours, TaskMoved
from yigui.tasks.models import Task
from yigui.tasks.people import agency_of_head, is_colleague
from yigui.tasks.transitions import Part, transition_of

_SECTIONS_MAX = 50
#: Posts that see every task of their agency.
_OVERSEERS = (Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR)


#: Of a kind of tasks: why somebody may not touch one though post and place fit (whether it is to be dropped is told), and which tasks these are.
_UNFIT: dict[str, tuple[Callable[[User, Task, bool], str], Callable[[User], Q]]] = {}


def register_unfit(kind: str, why: Callable[[User, Task, bool], str], which: Callable[[User], Q]) -> None:
    """Register who may not touch tasks of a kind; called once by the room of the matter when Django starts."""
    assert _UNFIT.get(kind, (why, which)) == (why, which), f"two rules of who is unfit for {kind}"
    _UNFIT[kind] = (why, which)


def why_unfit(user: User, task: Task, *, is_drop: bool = False) -> str:
    """Why somebody has no business with a task, whatever their post; "" when they may have."""
    rule = _UNFIT.get(task.kind)
    return rule[0](user, task, is_drop) if rule else ""


def why_not(user: User, task: Task, verb: TaskVerb) -> str:
    """Why somebody may not do something to a task, in one sentence; "" when they may."""
    row = transition_of(task.state, verb)
    if row is None:
        whose = f"，在 {task.owner} 名下" if task.owner_id and not task.is_ended else ""
        return f"任务 {task.pk} 号现为“{task.get_state_display()}”{whose}，不能“{verb.label}”，请刷新后查看。"
    if not is_colleague(user):
        return "该账号不是在岗人员，不能办理任务。"
    if unfit := why_unfit(user, task, is_drop=verb == TaskVerb.DROP):
        return unfit
    reasons = []
    for part in row.parts:
        reason = _PARTS[part](user, task)
        if not reason:
            return ""
        reasons.append(reason)
    return reasons[0]


def refuse_unfit(user: User, task: Task, verb: TaskVerb) -> None:
    """Refuse who may not.

    Raises:
        TaskMoved: not in this state. NotYours: the person does not fit.
    """
    reason = why_not(user, task, verb)
    if reason:
        raise (TaskMoved if transition_of(task.state, verb) is None else NotYours)(reason, task=task.pk, verb=str(verb))


def is_head_of(user: User, task: Task) -> bool:
    """Whether somebody is the section head who answers for a task: of its agency, of the one it was reported to, or of the
    nearest above an agency without one."""
    if user.role != Role.SECTION_HEAD:
        return False
    if user.agency_id in (task.agency_id, task.escalated_to_id):
        return True
    head = agency_of_head(task.agency)
    return head is not None and head.pk == user.agency_id


def may_see(user: User, task: Task) -> bool:
    """Whether somebody may open a task: it is or was theirs, may be taken by them, or lies in the agency they oversee; and nothing of its kind speaks against
    them."""
    if why_unfit(user, task):
        return False
    if user.pk == task.owner_id or is_head_of(user, task):
        return True
    if user.agency_id == task.agency_id and (user.role in task.posts or user.role in _OVERSEERS):
        return True
    return task.events.filter(actor=user).exists()


def worklist(user: User) -> Q:
    """Unfinished tasks in somebody's inbox, as a condition: their own, those handed to them, those their post may take in their
    agency, and those reported to them as overdue. The same rule as `why_not` for taking and finishing."""
    if not is_colleague(user):
        return Q(pk__in=[])
    sections = _sections_of(user)
    mine = Q(owner=user) | Q(
        Q(section=None) | Q(section__in=sections), owner=None, agency_id=user.agency_id, posts__contains=[user.role]
    )
    if user.role == Role.SECTION_HEAD:
        own = Q(escalated_section=None) | Q(escalated_section__in=sections)
        mine |= Q(own, escalated_on__isnull=False, escalated_to_id=user.agency_id)
    for kind, (_, which) in _UNFIT.items():
        mine &= ~(Q(kind=kind) & which(user))
    return mine


def _sections_of(user: User) -> list[int]:
    """The sections somebody belongs to: their own, and those they head."""
    headed = list(Section.objects.filter(head=user).values_list("pk", flat=True)[:_SECTIONS_MAX])
    return [*headed, user.section_id] if user.section_id else headed


def _pool(user: User, task: Task) -> str:
    if task.owner_id not in (None, user.pk):
        return f"任务 {task.pk} 号在 {task.owner} 名下，请由其办理或转交。"
    is_member = task.section_id is None or task.section_id in _sections_of(user)
    if user.agency_id != task.agency_id or user.role not in task.posts or not is_member:
        return f"任务 {task.pk} 号由{task.agency.name}{task.section or ''}的{posts_label(task.posts)}办理。"
    return ""


def _owner(user: User, task: Task) -> str:
    if task.owner_id == user.pk:
        return ""
    return f"任务 {task.pk} 号在 {task.owner} 名下，请由其办理。" if task.owner_id else f"请先领取任务 {task.pk} 号。"


def _receiver(user: User, task: Task) -> str:
    return "" if task.owner_id == user.pk else f"任务 {task.pk} 号没有转交给您。"


def _head(user: User, task: Task) -> str:
    return "" if is_head_of(user, task) else f"须由负责{task.agency.name}的科室负责人办理。"


def _system(user: User, task: Task) -> str:
    return "该操作由系统自动进行。"


_PARTS: dict[Part, Callable[[User, Task], str]] = {
    Part.POOL: _pool, Part.OWNER: _owner, Part.RECEIVER: _receiver, Part.HEAD: _head, Part.SYSTEM: _system,
}  # fmt: skip


def posts_label(posts: list[str]) -> str:
    """Posts in words."""
    return "、".join(str(Role(post).label) for post in posts)
