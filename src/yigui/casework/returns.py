"""What a return names (退回补正的要点): the paper or the field, the reason from a list, and whether we should have seen it before.

What could have been seen the first time and is named the second time is our error (二次补正责任, R278): the point is marked, the
promised day does not move, and the section's head is told.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from yigui.casework.enums import CaseStatus, ReturnReason, Verb
from yigui.casework.errors import OpinionMissing, PointUnknown
from yigui.casework.follow_ups import CASE
from yigui.casework.models import Case, Event, ReturnPoint
from yigui.catalogue.declarations import Item, catalogue
from yigui.db.presence import be_present
from yigui.db.rows import rows_where
from yigui.registry.models import Agency
from yigui.staff.models import User
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

POINTS_MAX = 30


@dataclass(frozen=True)
class Point:
    """One thing to correct: a material's code or a field's name (neither: the case as a whole), the reason, and words to it."""

    reason: str
    material: str = ""
    field: str = ""
    note: str = ""


def keep_points(case: Case, points: Sequence[Point], actor: User | None, *, today: dt.date) -> list[ReturnPoint]:
    """Write what a return names; the case is locked, its status not yet changed. What is our error becomes work for the head.

    Raises:
        OpinionMissing: nothing is named, or a point about the whole case, or with another reason than the list's, says nothing.
        PointUnknown: a material, field or reason that the item does not have.
    """
    refuse_unclear(case, points)
    seen_before = _unchanged_since_last_return(case) if actor is not None else None
    be_present(actor)
    rows = [
        ReturnPoint(
            case=case, round=case.round, material_code=p.material, field=p.field, reason=p.reason, note=p.note.strip()[:200],
            is_ours=seen_before is not None and seen_before(p), made_by=actor,
        )
        for p in points
    ]  # fmt: skip
    kept = ReturnPoint.objects.bulk_create(rows)
    ours = [p for p in kept if p.is_ours]
    if ours:
        open_task(
            kind="second_return", origin=Reference(CASE, case.pk, case.case_no), part=str(case.round), agency=case.agency,
            note=f"{case.item_code} {case.item_name} 第 {case.round} 次退回，首轮已可发现：{'；'.join(words_of(case, ours, is_public=True))}。",
            area_code=case.area_id, today=today, person=case.person, employer=case.employer, actor=actor,
        )  # fmt: skip
    return kept


def refuse_unclear(case: Case, points: Sequence[Point]) -> None:
    """Refuse what says too little: whoever asks before anything is written (a meeting's list) asks by the rule of every return.

    Raises:
        OpinionMissing, PointUnknown: as `keep_points`.
    """
    item = catalogue().version(case.item_code, case.item_version)
    if not points or len(points) > POINTS_MAX:
        raise OpinionMissing(
            f"退回补正须逐项指明材料或填报项和原因（1 至 {POINTS_MAX} 项），一次性告知申请人。", case_no=case.case_no
        )
    fields = {f.name for f in item.input_fields}
    for point in points:
        if point.reason not in ReturnReason.values:
            raise PointUnknown(f"{_named(item, point)}没有选择退回原因，请从列表中选择。", reason=point.reason)
        if point.material and point.material not in catalogue().materials:
            raise PointUnknown(f"材料目录中没有 {point.material}，请从本件的材料中选择。", material=point.material)
        if point.field and point.field not in fields:
            raise PointUnknown(f"事项 {item.code} 没有“{point.field}”这一栏，请从填报项中选择。", field=point.field)
        if not (point.material or point.field) and not point.note.strip():
            raise OpinionMissing("没有指明材料或填报项的，须写明退回的具体原因。", case_no=case.case_no)
        if point.reason == ReturnReason.OTHER and not point.note.strip():
            raise OpinionMissing(
                f"{_named(item, point)}的退回原因为“其他”，须在说明中写明，否则申请人无从补正。", case_no=case.case_no
            )


def _named(item: Item, point: Point) -> str:
    """What a point is about, in words, also when its names are not ours."""
    if point.material:
        known = catalogue().materials.get(point.material)
        return f"材料“{known.name if known else point.material}”"
    if point.field:
        return f"填报项“{next((f.label for f in item.input_fields if f.name == point.field), point.field)}”"
    return "整件"


class _Unchanged:
    """Tells whether a point's paper or field was there just so when the case was returned before, and was not named then."""

    def __init__(self, changed: dict[str, list[str]], named: set[tuple[str, str]]) -> None:
        self.changed, self.named = changed, named

    def __call__(self, point: Point) -> bool:
        if not (point.material or point.field) or (point.material, point.field) in self.named:
            return False
        is_changed = point.material in self.changed["materials"] or point.field in self.changed["fields"]
        return not is_changed


def _unchanged_since_last_return(case: Case) -> _Unchanged | None:
    """What tells what could have been seen before: since the last return that a person made, whatever a partner's answer has sent back
    meanwhile. None in the first round, without such a return, or where the chain does not say what was corrected.
    """
    earlier = list(ReturnPoint.objects.filter(case=case, round__lt=case.round).order_by("id"))
    last = max((p.round for p in earlier if p.made_by_id is not None), default=None)
    if last is None:
        return None
    corrections = [
        event.payload
        for event in Event.objects.filter(case=case, verb=Verb.RESUBMIT).order_by("seq")
        if event.payload.get("round", 0) > last
    ]
    if not corrections or any("changed" not in payload for payload in corrections):
        return None
    changed = {kind: [name for payload in corrections for name in payload["changed"][kind]] for kind in ("fields", "materials")}
    return _Unchanged(changed, {(p.material_code, p.field) for p in earlier if p.round >= last})


def changed_between(case: Case, form: dict[str, Any], materials: list[list[str]]) -> dict[str, list[str]]:
    """Names of fields and codes of materials that a correction changes: `form` and `materials` as they come, the case as it is."""
    last = Event.objects.filter(case=case, verb__in=(Verb.ACCEPT, Verb.RESUBMIT)).order_by("-seq").first()
    assert last is not None
    names = sorted(name for name in {*case.form, *form} if case.form.get(name) != form.get(name))
    before, after = _by_code(last.payload["materials"]), _by_code(materials)
    return {"fields": names, "materials": sorted(c for c in {*before, *after} if before.get(c) != after.get(c))}


def _by_code(materials: list[list[str]]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for code, *what in materials:
        found.setdefault(code, set()).add(tuple(what))
    return found


def points_of(case: Case) -> list[ReturnPoint]:
    """What the newest return of a case names, in order."""
    return rows_where(ReturnPoint, "case_id = %s AND round = %s ORDER BY id LIMIT 60", case.pk, case.round)


#: Statuses in which a case of the first round has not been returned: it comes back from a return by a second round, or ends there.
_NEVER_RETURNED = (CaseStatus.OPEN, CaseStatus.WAITING, CaseStatus.APPROVED, CaseStatus.FINISHED)


def all_points_of(case: Case) -> list[ReturnPoint]:
    """What every return of a case has named, in order, at most 60. A first round on its way or at its end was never returned."""
    if case.round == 1 and case.status in _NEVER_RETURNED:
        return []
    return rows_where(ReturnPoint, "case_id = %s ORDER BY id LIMIT 60", case.pk)


def label_of(case: Case, point: ReturnPoint) -> str:
    """What a point is about, in words: the material's or the field's name; "" for the case as a whole."""
    if point.material_code:
        return f"材料“{catalogue().materials[point.material_code].name}”"
    if point.field:
        item = catalogue().version(case.item_code, case.item_version)
        return f"填报项“{next(f.label for f in item.input_fields if f.name == point.field)}”"
    return ""


def words_of(case: Case, points: Sequence[ReturnPoint], *, is_public: bool = False) -> list[str]:
    """One sentence a point; for the public without the words somebody typed."""
    return [_words(label_of(case, p), str(p.get_reason_display()), "" if is_public else p.note, p.reason) for p in points]


def _words(label: str, reason: str, note: str, code: str) -> str:
    if note and code == ReturnReason.OTHER:
        reason, note = note, ""
    said = f"{reason}（{note}）" if note else reason
    return f"{label}：{said}" if label else said


def told_as(case: Case, points: Sequence[ReturnPoint], note: str) -> str:
    """What the applicant is told of a return: its points, and words beside them where they say more."""
    words = words_of(case, points)
    return "；".join([*words, note] if note and note not in words else words)


def payload_of(points: Sequence[ReturnPoint]) -> list[list[Any]]:
    """What the event of a return says about its points."""
    return [[p.material_code, p.field, p.reason, p.is_ours] for p in points]


def second_returns() -> QuerySet[ReturnPoint]:
    """Points that could have been named the time before (二次补正), newest first."""
    rows = ReturnPoint.objects.filter(is_ours=True).select_related("case", "case__agency", "made_by", "made_by__section")
    return rows.order_by("-id")


@dataclass(frozen=True)
class Share:
    """Of a section's returned cases since a moment, how many were returned for what could have been named before."""

    agency: str
    section: str
    returned: int
    ours: int

    @property
    def percent(self) -> str:
        return f"{self.ours / self.returned:.1%}"


def shares_of_second_returns(since: dt.datetime, agencies: QuerySet[Agency]) -> list[Share]:
    """Per section of who returned, within these agencies, the most first; at most 100. Sections of one name in two agencies are two."""
    rows = (
        ReturnPoint.objects.filter(made_at__gte=since, made_by__agency__in=agencies)
        .values_list("made_by__agency__name", "made_by__section__name", "made_by__agency_id", "made_by__section_id")
        .annotate(returned=Count("case", distinct=True), ours=Count("case", distinct=True, filter=Q(is_ours=True)))
        .order_by("-ours", "-returned", "made_by__agency_id", "made_by__section_id")
    )
    return [Share(agency, section or "未设科室", returned, ours) for agency, section, _, _, returned, ours in rows[:100]]
