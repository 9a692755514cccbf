"""Meetings (上会): one collective decision with minutes and attendees, over one or several cases of one item."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db import transaction

from yigui.casework.decide_step import decide_step
from yigui.casework.enums import StepState, Verb, Verdict
from yigui.casework.errors import NoMeeting, StepMoved
from yigui.casework.models import Case, Meeting, Step
from yigui.casework.queries import locked_case
from yigui.casework.rehearse import before_signing
from yigui.casework.returns import Point, refuse_unclear
from yigui.casework.signatures import hold_meeting
from yigui.casework.transitions import move
from yigui.casework.who_may import refuse_unfit
from yigui.staff.models import User

#: Fewest people in a meeting, the chair included; the database asks for the same.
ATTENDEES_MIN = 3
#: What is said of a case where the chair has said nothing of it.
_DECIDED: Mapping[str, str] = {Verdict.PASS: "同意办理", Verdict.RETURN: "退回补正", Verdict.DECLINE: "未通过"}


def record_meeting(
    *,
    chair: User,
    held_on: dt.date,
    minutes: str,
    attendees: Sequence[User],
    verdicts: Mapping[int, tuple[str, str]],
    today: dt.date,
    points: Mapping[int, Sequence[Point]] = MappingProxyType({}),
) -> Meeting:
    """Record a meeting and pass, return or decline the meeting step of each case it decided.

    Args:
        verdicts: case id -> (verdict, note); all cases of one item, all standing at their meeting step.
        points: case id -> what is wrong with a case that is returned, paper or field with a reason each, as at every other step (R278).

    Raises:
        OpinionMissing, PointUnknown: a case is returned and nothing is named, or it is not the item's; see `returns.refuse_unclear`.
        NoMeeting: no minutes, fewer than `ATTENDEES_MIN` people, somebody who is not at work in the chair's agency, a day before a case
            was accepted or later than today, cases of several items, or one that is passed though something stands against it (`before_signing`).
        StepMoved: a case does not stand at its meeting. NotAuthorised: the chair may not hold this meeting.
        NotSeen, CodeWrong: the chair has not signed in, or not confirmed the list with a one-time code.
    """
    people = {user.pk: user for user in [chair, *attendees]}
    cases = list(Case.objects.filter(pk__in=verdicts).order_by("pk"))
    if (written := len(minutes.strip())) < 10:
        said = f"会议纪要只有 {written} 个字" if written else "会议纪要不能为空"
        raise NoMeeting(f"{said}，请写明讨论情况和结论（不少于十个字）。")
    _refuse_strangers(chair, list(people.values()))
    if held_on > today:
        raise NoMeeting("会议日期不能晚于今天。")
    early = next((c for c in cases if held_on < c.accepted_on), None)
    if early is not None:
        raise NoMeeting(
            f"会议日期 {held_on} 早于办件 {early.case_no} 的受理日期 {early.accepted_on}，请核对。", case_no=early.case_no
        )
    if not cases or len({c.item_code for c in cases}) != 1:
        raise NoMeeting("一次会议只能研究同一事项的办件，且至少一件。")
    with transaction.atomic():
        steps: dict[int, int] = {}
        for case in cases:
            case = locked_case(case.pk)
            step = Step.objects.filter(case=case, round=case.round, state=StepState.READY, code="meeting").first()
            if step is None:
                raise StepMoved(f"办件 {case.case_no} 未到上会环节。", case_no=case.case_no)
            step.case = case
            refuse_unfit(chair, step, Verb.MEETING, today)
            if verdicts[case.pk][0] == Verdict.PASS:
                _refuse_contradicted(case)
            elif verdicts[case.pk][0] == Verdict.RETURN:
                refuse_unclear(case, points.get(case.pk, ()))
            steps[case.pk] = step.pk
        listed = {case.pk: verdicts[case.pk] for case in cases}
        number = hold_meeting(chair, held_on, minutes.strip(), list(people), listed, points)
        meeting = Meeting.objects.get(pk=number)
        for case in cases:
            verdict, note = verdicts[case.pk]
            move(
                case, Verb.MEETING, case.status, actor=chair, channel="counter", note=note,
                payload={"meeting": meeting.pk, "attendees": sorted(people), "verdict": verdict},
            )  # fmt: skip
            opinion = note or f"经集体研究（会议 {meeting.pk} 号）{_DECIDED[verdict]}"
            decide_step(
                case_id=case.pk, step_id=steps[case.pk], actor=chair, verdict=verdict, opinion=opinion, today=today,
                points=points.get(case.pk, ()) if verdict == Verdict.RETURN else (),
            )  # fmt: skip
    return meeting


def _refuse_contradicted(case: Case) -> None:
    """Of several cases the one that cannot be passed is named, before anything of the meeting is written."""
    against = next((f for f in before_signing(case) if f.is_refusal), None)
    if against is not None:
        raise NoMeeting(
            f"办件 {case.case_no}（{case.subject_name}）目前不能同意：{against.sentence}"
            "请将该办件改为“本次不研究”或“退回补正”后再登记，其他办件不受影响。",
            case_no=case.case_no,
        )


def _refuse_strangers(chair: User, people: Sequence[User]) -> None:
    """Refuse too few people, one person twice, and whoever is not at work in the chair's agency; the account of a door is nobody."""
    stranger = next((u for u in people if u.is_door or not u.is_active or not u.role or u.agency_id != chair.agency_id), None)
    if stranger is not None:
        raise NoMeeting(f"{stranger.full_name} 不是主持人所在机构的在岗人员，不能列为参会人员，请重新选择。")
    count = len({u.id_number.strip().upper() or f"account {u.pk}" for u in people})
    if count < ATTENDEES_MIN:
        raise NoMeeting(f"集体研究须有 {ATTENDEES_MIN} 人以上参加（含主持人），现为 {count} 人。")
    if count < len(people):
        raise NoMeeting("参会人员中有同一人的两个账号，请只选一个。")
