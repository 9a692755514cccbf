"""What of the cases waits for somebody: steps, meetings, cases returned to their applicant, cases whose effects were refused."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from yigui.casework.enums import CaseStatus
from yigui.casework.hand_over_draft import handed_to
from yigui.casework.models import Case, Draft, Step
from yigui.casework.queues import due_days, handled_here, my_queue, returned_cases, waiting_step
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.common.inbox import Row, Source, Target, Turn
from yigui.common.money import format_fen
from yigui.common.texts import int_or_none
from yigui.db.chosen import chosen_row
from yigui.staff.enums import BUSINESS, Role, StepKind
from yigui.staff.models import Authority, User

_STEPS = tuple(step for step in StepKind.values if step != StepKind.MEETING)


def subject_of(case: Case) -> str:
    """Whom a case is about, a person's name masked."""
    return case.shown_subject


def _what(case: Case) -> str:
    return f"{case.item_code} {case.item_name}　{subject_of(case)}"


def _step_row(step: Step, user: User) -> Row:
    case = step.case
    round_ = f"第 {case.round} 轮；" if case.round > 1 else ""
    amount = f"{format_fen(case.amount_fen)} 元；" if case.amount_fen else ""
    if step.claimed_by_id == user.pk:
        whose = "我已领取"
    elif step.suggested_to is not None:
        whose = "轮派我" if step.suggested_to_id == user.pk else f"轮派 {step.suggested_to.full_name}"
    else:
        whose = f"{case.accepted_by.full_name} 受理"
    return Row(
        key=str(step.pk), kind=str(StepKind(step.code).label), what=_what(case), more=f"{round_}{amount}{case.risk_class} 类；{case.area.name}；{case.case_no}",
        whose=whose, due_on=case.due_on, since=step.ready_at, target=Target("case", case.case_no), is_mine=step.claimed_by_id == user.pk,
        can_take=step.claimed_by_id is None, turn=_turn(step, user),
    )  # fmt: skip


def _turn(step: Step, user: User) -> Turn:
    """Whose turn a step is, as `queues.due_days` counts it: one suggested to somebody who has left is anybody's."""
    if user.pk in (step.claimed_by_id, step.suggested_to_id):
        return Turn.MINE
    return Turn.COLLEAGUE if step.suggested_to is not None and step.suggested_to.is_active else Turn.ANYBODY


def _steps(user: User, today: dt.date, most: int) -> list[Row]:
    return [_step_row(step, user) for step in my_queue(user, today, steps=_STEPS, limit=most)]


def _step_days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return due_days(user, today, steps=_STEPS, limit=most)


def _step_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    number = int_or_none(key)
    step = None if number is None else waiting_step(user, today, number)
    if step is None or step.code == StepKind.MEETING:
        return None
    case = step.case
    lines = [
        ("事项", f"{case.item_code} {case.item_name}"), ("办件编号", case.case_no), ("对象", f"{subject_of(case)}，领取后可见完整信息"),
        ("环节", f"{StepKind(step.code).label}" + (f"（{step.reason}）" if step.reason else "")), ("轮次", f"第 {case.round} 轮"),
        ("风险等级", f"{case.risk_class} 类" + (f"：{'、'.join(case.risk_reasons)}" if case.risk_reasons else "")),
        ("受理", f"{case.accepted_by.full_name}，{clock.local(case.accepted_at):%m-%d %H:%M}，{case.agency.name}"), ("参保归属地", case.area.name),
        ("材料", f"{case.materials.count()} 份"),
    ]  # fmt: skip
    if case.findings:
        lines.append(("核查提示", f"提交时 {len(case.findings)} 项，均已确认，答复见办件页"))
    if case.amount_fen:
        lines.append(("金额", f"{format_fen(case.amount_fen)} 元"))
    last = case.steps.filter(round=case.round - 1, state="returned").exclude(opinion="").order_by("-seq").first()
    return [*lines, ("上轮退回", last.opinion)] if last else lines


def _meeting_row(step: Step) -> Row:
    case = step.case
    return Row(
        key=str(step.pk), kind="集体研究", what=_what(case), more=f"待研究；{case.area.name}；{case.case_no}", whose=f"{case.accepted_by.full_name} 受理",
        due_on=case.due_on, since=step.ready_at, target=Target("meetings"),
    )  # fmt: skip


def _meetings(user: User, today: dt.date, most: int) -> list[Row]:
    return [_meeting_row(step) for step in my_queue(user, today, steps=(StepKind.MEETING,), limit=most)]


def _meeting_days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return due_days(user, today, steps=(StepKind.MEETING,), limit=most)


def _meeting_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    number = int_or_none(key)
    step = None if number is None else waiting_step(user, today, number)
    if step is None or step.code != StepKind.MEETING:
        return None
    lines = [
        ("事项", f"{step.case.item_code} {step.case.item_name}"),
        ("办件编号", step.case.case_no),
        ("对象", subject_of(step.case)),
    ]
    return [*lines, *((label, f"{before} → {after}") for label, before, after in step.case.preview[:8])]


def _returned_row(case: Case, user: User) -> Row:
    handler = case.handled_by or case.accepted_by
    return Row(
        key=str(case.pk), kind="退回补正", what=_what(case), more="一次性告知申请人须补正的内容，补正后重新提交；期间时限暂停",
        whose="我受理" if handler.pk == user.pk else f"{handler.full_name} 受理，已离岗", due_on=None, since=case.returned_on, target=Target("case", case.case_no),
    )  # fmt: skip


def _returned_rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_returned_row(case, user) for case in returned_cases(user)[:most]]


def _returned_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(returned_cases(user).order_by().values_list("pk", flat=True)[:most])


def _returned_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    case = chosen_row(returned_cases(user), key)
    if case is None:
        return None
    event = case.events.filter(verb="return").order_by("-seq").first()
    return [
        ("事项", f"{case.item_code} {case.item_name}"), ("办件编号", case.case_no), ("对象", subject_of(case)),
        ("退回日期", str(case.returned_on)), ("须补正", event.note if event else ""),
    ]  # fmt: skip


def _stuck(user: User) -> QuerySet[Case]:
    """Cases that bear why they could not go on: for whoever can do something about them, by the rule of `who_may` as a filter.

    One whose effects were refused: who decided a step of it finishes it again, who may request or approve for the item returns it. One
    that waits for a department and could not be verified: who handles it at the counter withdraws it, or a colleague where they are gone.
    """
    refused = Q(Exists(Step.objects.filter(case=OuterRef("pk"), decided_by=user))) | _headed_by(user)
    failing = Q(pk=None)
    if user.role == Role.TELLER:
        failing = handled_here(user)
    wanted = Q(status=CaseStatus.APPROVED) & refused | Q(status=CaseStatus.WAITING) & (failing | _headed_by(user))
    return Case.objects.filter(wanted).exclude(effect_error="").order_by("due_on", "id")


def _headed_by(user: User) -> Q:
    """Cases of the items and areas for which somebody may request or approve (`Who.SECTION_HEAD`)."""
    rights = Authority.objects.in_force(clock.today()).filter(user=user, step__in=(StepKind.REQUEST, StepKind.APPROVE))
    found = Q(pk=None)
    for scope, area in rights.values_list("item_group", "area_code").distinct()[:200]:
        item = Q() if scope == "*" else Q(item_code=scope) | Q(item_code__startswith=f"{scope}-")
        place = Q() if area == "*" else Q(area_id=area)
        found |= item & place if item & place else ~Q(pk=None)
    return found


def _stuck_row(case: Case) -> Row:
    kind = "核验未成功" if case.status == CaseStatus.WAITING else "办结未成功"
    return Row(
        key=str(case.pk), kind=kind, what=_what(case), more=case.effect_error, whose="系统 送", due_on=case.due_on,
        since=case.accepted_at, target=Target("case", case.case_no),
    )  # fmt: skip


def _stuck_rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_stuck_row(case) for case in _stuck(user)[:most]]


def _stuck_days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return list(_stuck(user).order_by().values_list("due_on", flat=True)[:most])


def _stuck_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    case = chosen_row(_stuck(user), key)
    if case is None:
        return None
    return [
        ("事项", f"{case.item_code} {case.item_name}"), ("办件编号", case.case_no), ("对象", subject_of(case)),
        ("未成功的原因", case.effect_error),
        ("下一步", "系统将继续自动核验；请联系系统管理员查明原因，申请人不办的可撤回" if case.status == CaseStatus.WAITING
            else "查明原因后再次办结，或按办件页的提示退回、撤回"),
    ]  # fmt: skip


def _handed_row(draft: Draft) -> Row:
    item = catalogue().item(draft.item_code, clock.today())
    subject = draft.person or draft.employer
    name = "" if subject is None else mask_name(subject.name) if draft.person else subject.name
    return Row(
        key=str(draft.pk), kind="转来的申请", what=f"{item.code} {item.name}　{name}".rstrip(), more="来人在本窗口等候，请在工作台接办",
        whose=f"{draft.handed_by.full_name} 转来" if draft.handed_by else "", due_on=None, since=draft.handed_at, target=Target("workbench"),
    )  # fmt: skip


def _handed_rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_handed_row(draft) for draft in handed_to(user)[:most]]


def _handed_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(handed_to(user)[:most])


def _handed_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    draft = next((d for d in handed_to(user) if str(d.pk) == key), None)
    if draft is None:
        return None
    row = _handed_row(draft)
    return [("事项", row.what), ("转来", row.whose), ("下一步", "请在工作台“转到本窗口的草稿”中接办，来人不用重新填写")]


SOURCES = (
    Source(10, "step", "环节", "check", "step", BUSINESS, rows=_steps, days=_step_days, lines=_step_lines),
    Source(15, "stuck", "办结未成功", "alert", "task", BUSINESS, rows=_stuck_rows, days=_stuck_days, lines=_stuck_lines),
    Source(18, "handed", "转来的申请", "undo", "task", frozenset({Role.TELLER}), rows=_handed_rows, days=_handed_days, lines=_handed_lines),
    Source(40, "meeting", "集体研究", "meeting", "meet", frozenset({Role.DIRECTOR}), rows=_meetings, days=_meeting_days, lines=_meeting_lines),
    Source(70, "returned", "退回补正", "undo", "task", frozenset({Role.TELLER}), rows=_returned_rows, days=_returned_days, lines=_returned_lines),
)  # fmt: skip
