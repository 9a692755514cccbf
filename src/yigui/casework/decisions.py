"""What an applicant is told in writing of a case that ends without effect or goes back (不予办理决定书、一次性告知单), and what they can do against it (救济途径).

The terms of remedies are dated data (`law/parameters/business/conditions.yaml`). A letter is issued with its code where the case is declined or
returned; of one declined before there were letters, or of what a door has refused, the same text is printed without one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yigui.casework.enums import CaseStatus, FeedbackResult
from yigui.casework.models import Case, Feedback, ReturnPoint
from yigui.casework.progress import doors_for_correction
from yigui.casework.query_code import query_code
from yigui.casework.returns import label_of, points_of, told_as, words_of
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.db.rows import insert_row, rows_where
from yigui.documents.issue import issue_document
from yigui.documents.models import IssuedDocument
from yigui.law.parameter_table import NATIONAL, table
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Agency
from yigui.staff.enums import LocationKind
from yigui.staff.models import Location

REFUSAL, NOTICE = "refusal_decision", "correction_notice"
#: The kinds of letters, by the status in which a case gets one.
LETTERS = {CaseStatus.DECLINED: REFUSAL, CaseStatus.RETURNED: NOTICE}
#: 人力资源社会保障服务热线, where the agency has published no number of its own.
HOTLINE = "12333"
#: Where whoever gets a letter signs for it.
_RECEIVED = "签收人：________________　　签收日期：________________"
#: What of the policy basis of an item is printed: the first documents.
_BASES = 6


@dataclass(frozen=True)
class Remedy:
    """A way to have a decision examined by somebody else: its name, what to do until when, and the article that says so."""

    name: str
    text: str
    source: str


@dataclass(frozen=True)
class Asking:
    """Where to ask about a case: the hall that answers for it, "" where none is published, and a telephone number."""

    place: str
    phone: str


@dataclass(frozen=True)
class Refusal:
    """A case that was declined (不予办理): why ("" where nobody has signed in), since when, and what can be done."""

    reason: str
    decided_on: dt.date
    remedies: tuple[Remedy, ...]
    asking: Asking


@dataclass(frozen=True)
class Ending:
    """A case that came to another end, or went back: what can be done against its outcome (nothing where there is none), and where to ask or complain."""

    remedies: tuple[Remedy, ...]
    asking: Asking


def remedies_on(day: dt.date, of: str = "本决定") -> tuple[Remedy, ...]:
    """The remedies against a decision of the agency's of a day, with the terms in force then.

    Args:
        of: what of the agency's is meant, as the sentence says it.

    Source: 社会保险法（2018）第八十三条; the articles of the terms stand with them.

    Raises:
        ParameterMissing: no term is known for the day.
    """
    terms = table("business/conditions")
    days = terms.at("reconsideration_days", area=NATIONAL, day=day)
    months = terms.at("litigation_months", area=NATIONAL, day=day)
    since = f"自知道或者应当知道{of}之日起"
    return (
        Remedy("行政复议", f"{since} {int(days.value)} 日内，可以向管辖本机构的人民政府申请行政复议", days.source),
        Remedy("行政诉讼", f"{since} {int(months.value)} 个月内，可以依法向有管辖权的人民法院提起行政诉讼", months.source),
    )


def asking_at(agency: Agency, today: dt.date) -> Asking:
    """Where somebody asks whose case an agency has worked on."""
    halls = Location.objects.in_use(today).filter(agency=agency, kind=LocationKind.HALL).order_by("phone", "name")
    hall = halls.exclude(phone="").first() or halls.first()
    if hall is None:
        return Asking(agency.name, HOTLINE)
    return Asking(f"{hall.name}（{hall.address}）" if hall.address else hall.name, hall.phone or HOTLINE)


def refusal_of(case: Case, *, is_public: bool = False) -> Refusal | None:
    """Why a case was declined and what can be done, for the public without the words somebody typed; None for one that was not."""
    if case.status != CaseStatus.DECLINED:
        return None
    told = rows_where(Feedback, "case_id = %s AND result = 'declined' ORDER BY id DESC LIMIT 1", case.pk)
    decided_on = clock.local(told[0].created_at).date()
    reason = "" if is_public else told[0].message.removeprefix(f"{FeedbackResult.DECLINED.label}：")
    return Refusal(reason, decided_on, remedies_on(decided_on), asking_at(case.agency, clock.today()))


def ending_of(case: Case) -> Ending | None:
    """What whoever applied can do about a case that is finished, withdrawn or returned; None while it is on its way, and for one declined (`refusal_of`).

    Source: 社会保险法（2018）第八十三条, of what an agency has assessed, registered or paid.
    """
    if case.status not in (CaseStatus.FINISHED, CaseStatus.WITHDRAWN, CaseStatus.RETURNED):
        return None
    has_outcome = case.status == CaseStatus.FINISHED and case.finished_at is not None
    remedies = remedies_on(clock.local(case.finished_at).date(), "本次办理结果") if has_outcome else ()  # type: ignore[arg-type]
    return Ending(remedies, asking_at(case.agency, clock.today()))


def new_letter(case: Case, status: str, reason: str, points: Sequence[ReturnPoint] = ()) -> IssuedDocument | None:
    """The letter of a case that is about to be declined or returned, not yet stored; None for any other way it goes.

    Args:
        reason: the note of the event that will bring it there; the database holds the letter against it.
    """
    if status not in LETTERS:
        return None
    kind, today = LETTERS[CaseStatus(status)], clock.today()
    content = refusal_letter(case, reason, today) if kind == REFUSAL else correction_letter(case, reason, points, today)
    return issue_document(
        kind=kind, title=content.pop("title"), case_no=case.case_no, holder=case.subject_name, is_holder_person=not case.is_about_unit,
        content=content, issued_on=today, is_stored=False,
    )  # fmt: skip


def said_of(letter: IssuedDocument | None) -> dict[str, str]:
    """What the event of a decision says about its letter: its digest, so that the chain holds what was said."""
    return {"letter": letter.digest} if letter is not None else {}


def store_letter(letter: IssuedDocument | None) -> None:
    """Store a letter once its case has come to where it says."""
    if letter is not None:
        insert_row(letter)


def letter_of(case: Case) -> IssuedDocument | None:
    """The letter that was issued for the case as it stands."""
    kind = LETTERS.get(CaseStatus(case.status))
    found = IssuedDocument.objects.filter(case_no=case.case_no, kind=kind).order_by("-id").first() if kind else None
    return found if found is not None and found.content["round"] == case.round else None


def letter_without_code(case: Case) -> dict[str, Any] | None:
    """The same text for `documents.render.render_content`, of a case that has none issued; None where it is neither declined nor returned."""
    if refusal := refusal_of(case):
        content = refusal_letter(case, refusal.reason, refusal.decided_on)
        issued_on = refusal.decided_on
    elif case.status == CaseStatus.RETURNED:
        points = points_of(case)
        issued_on = case.returned_on or clock.today()
        content = correction_letter(case, told_as(case, points, ""), points, issued_on)
    else:
        return None
    path = f"/progress/?case_no={case.case_no}&code={query_code(case.case_no)}"
    return content | {"case_no": case.case_no, "issued_on": issued_on, "path": path}


def refusal_letter(case: Case, reason: str, day: dt.date) -> dict[str, Any]:
    """What a decision not to do what was applied for (不予办理决定书) says."""
    who, about = _addressed(case)
    bases = [f"{basis}。" for basis in catalogue().on(day).bases.get(case.item_code, ())[:_BASES]]
    asking = asking_at(case.agency, day)
    parts = [
        ("申请", [f"{who}于 {case.accepted_on} {about}提出“{case.item_name}”申请，本机构已受理，收到材料 {case.materials.count()} 份，经审查，现决定如下。"]),
        ("决定", ["不予办理。"]),
        ("理由", [reason]),
        ("本事项的办理依据", bases),
        ("还可以怎样做", [f"情况有变化或者有新的材料的，{who}可以重新申请；认为理由与事实不符的，可以持有关材料到办理本件的机构说明。"]),
    ]  # fmt: skip
    rights = [f"{remedy.name}：{remedy.text}（{remedy.source}）。" for remedy in remedies_on(day)]
    return {
        "title": "不予办理决定书", "agency": case.agency.name, "reason": reason, "round": case.round,
        "facts": _head(case, "决定日期", day), "sections": [], "notes": [_RECEIVED],
        "parts": [{"title": title, "lines": lines} for title, lines in parts if lines],
        "boxed": {"title": "如不服本决定", "lines": [*rights, f"办理疑问、意见和投诉：{asking.place}，电话 {asking.phone}。"]},
    }  # fmt: skip


def correction_letter(case: Case, reason: str, points: Sequence[ReturnPoint], day: dt.date) -> dict[str, Any]:
    """What somebody is told once and in full about an application that goes back (一次性告知单): every point, and what need not come again."""
    asking = asking_at(case.agency, day)
    asked = [[str(n), label_of(case, p) or "本件", _how(case, p)] for n, p in enumerate(points, start=1)]
    if asked and (beside := _beside(case, reason, points)):
        asked.append([str(len(asked) + 1), "其他说明", beside])
    named = {p.material_code for p in points if p.material_code}
    kept = [
        [catalogue().materials[m.material_code].name, m.get_source_display()]
        for m in case.materials.order_by("id")[:40]
        if m.material_code not in named
    ]
    sections = [
        {
            "title": "需要补正的内容",
            "head": ["序号", "材料或填报项", "怎样补正"],
            "rows": asked or [["1", "本件", reason]],
            "widths": [1, 4, 7],
        }
    ]
    if kept:
        sections.append({"title": "已收到、不用再交的材料", "head": ["材料", "来源"], "rows": kept})
    how = [
        f"{doors_for_correction(case)}；补正期间暂停计时，重新提交后继续办理。",
        _promised(points),
        "不再办理的，可以撤回申请。",
    ]
    return {
        "title": "一次性告知单", "agency": case.agency.name, "reason": reason, "round": case.round,
        "facts": _head(case, "告知日期", day), "sections": sections, "notes": [_RECEIVED],
        "parts": [{"title": "怎样办理", "lines": how}],
        "boxed": {"title": "不清楚的可以问", "lines": [f"{asking.place}，电话 {asking.phone}。"]},
    }  # fmt: skip


def _addressed(case: Case) -> tuple[str, str]:
    """How a letter calls whoever applied, and whom it was about where that is somebody else."""
    item = catalogue().version(case.item_code, case.item_version)
    is_of_unit = case.applicant_id is None and item.applicant != "person"
    if case.login_id is not None or case.is_about_unit or is_of_unit:
        return "你单位", "" if case.is_about_unit else f"就{case.subject_name}"
    is_dead = bool(case.form.get("death_date")) or (case.person is not None and case.person.life_status == LifeStatus.DEAD)
    if is_dead or (case.applicant_id is not None and case.applicant_id != case.person_id):
        return "申请人", f"就{case.subject_name}"
    return "你", ""


def _beside(case: Case, reason: str, points: Sequence[ReturnPoint]) -> str:
    """What was said beside the points; "" where they say it all."""
    words = told_as(case, points, "")
    if reason.startswith(words):
        return reason.removeprefix(words).lstrip("；")
    left = reason
    for note in (p.note for p in points if p.note):
        left = left.replace(note, "", 1)
    return reason if left.strip("；。 ") else ""


def _promised(points: Sequence[ReturnPoint]) -> str:
    """What is said of a later return: the promise where somebody has gone through the case, of papers and fields, which are what is marked as our own
    error (`returns.py`)."""
    if not any(p.made_by_id for p in points):
        return "本单为部门核验的结果。受理后审核人员如有其他补正要求，将另行一次性告知。"
    return "本单已列明全部需要补正的内容。以后再要求补正材料或填报项的，如当时已能发现而本单没有列出，承诺办结日期不因此推迟。"


def _head(case: Case, label: str, day: dt.date) -> list[tuple[str, str]]:
    """The head of a letter, in the order in which the database compares it with the case."""
    return [
        ("办件编号", case.case_no), ("业务事项", f"{case.item_name}（{case.item_code}）"), ("办理对象", case.subject_name),
        ("办理渠道", catalogue().channels[case.channel]), ("受理日期", case.accepted_on.isoformat()), (label, day.isoformat()),
        ("参保归属地", case.area.name), ("经办机构", case.agency.name),
    ]  # fmt: skip


def _how(case: Case, point: ReturnPoint) -> str:
    (words,) = words_of(case, [point])
    return words.removeprefix(f"{label_of(case, point)}：")
