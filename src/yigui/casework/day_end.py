"""The end of a teller's day (日终轧账, R315): what the day came to, the differences by name, two people's word, and no next day before.

From a teller's first sheet on the days follow each other: business is accepted on a later day only once the days before have their sheet, and
not on a day that is closed; the database holds it. Blank cards and seals are not counted: no room keeps them. Queue tickets end with the day of
the hall (`visits`).
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery

from yigui.casework.day_sheets import DaySheet
from yigui.casework.enums import CaseStatus, MaterialSource, StepState
from yigui.casework.models import Case, CaseMaterial, Draft, Step
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.locks import Lock
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.same_person import accounts_of, is_one_of
from yigui.staff.scope import agencies_of

#: Cases of one teller and day, and drafts and steps left over, that a sheet lists at most.
CASES_MAX = 1000
#: Tellers without a sheet that a page lists.
TELLERS_MAX = 200
#: Who looks a sheet through.
CHECKERS = (Role.RECHECKER, Role.SECTION_HEAD)


class DayRefused(YiguiError):
    """A day cannot be closed, or its sheet not be looked through: the sentence says why and what to do."""

    code = "casework.day_refused"


@dataclass(frozen=True)
class DayCase:
    """A case accepted on the day: `papers` are the names of those taken at the counter (收取并扫描), `is_bound` whether they lie in its volume."""

    case: Case
    papers: tuple[str, ...]
    is_bound: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "case_no": self.case.case_no, "item": f"{self.case.item_code} {self.case.item_name}", "status": self.case.get_status_display(),
            "papers": list(self.papers), "is_bound": self.is_bound,
        }  # fmt: skip


@dataclass(frozen=True)
class Day:
    """What a day came to: its cases, the counts in words, and the differences as sentences."""

    cases: tuple[DayCase, ...]
    counts: tuple[tuple[str, int], ...]
    differences: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "cases": [case.as_dict() for case in self.cases], "counts": [list(pair) for pair in self.counts],
            "differences": list(self.differences),
        }  # fmt: skip


def day_of(teller: User, day: dt.date, bound: Collection[str] = ()) -> Day:
    """What the day of a teller came to so far.

    Args:
        bound: numbers of the cases whose papers the teller has bound (装订).

    Raises:
        DayRefused: more cases than one sheet lists.
    """
    cases = list(_cases_of(teller, day).order_by("pk")[: CASES_MAX + 1])
    if len(cases) > CASES_MAX:
        raise DayRefused(f"{day} 的办件超过 {CASES_MAX} 件，不能合为一张轧账单，请联系系统管理员。")
    papers: dict[int, list[str]] = {}
    taken = CaseMaterial.objects.filter(case__in=cases, source=MaterialSource.SCANNED).order_by("pk")
    for case_id, code in taken.values_list("case_id", "material_code"):
        papers.setdefault(case_id, []).append(catalogue().materials[code].name)
    rows = tuple(DayCase(case, tuple(papers.get(case.pk, ())), case.case_no in bound) for case in cases)
    drafts = list(Draft.objects.filter(user=teller, login=None, applicant=None, case=None).order_by("pk")[:CASES_MAX])
    steps = Step.objects.filter(claimed_by=teller, state=StepState.READY).select_related("case").order_by("pk")
    kept = [f"办件 {s.case.case_no} 的{s.get_code_display()}环节已领取，尚未处理或放回。" for s in steps[:CASES_MAX]]
    differences = (*(said for row in rows for said in _wrong_with(row)), *(_left_open(draft) for draft in drafts), *kept)
    return Day(rows, tuple(_counts(rows, len(drafts), len(kept))), differences)


def _cases_of(teller: User, day: dt.date) -> QuerySet[Case]:
    return Case.objects.filter(accepted_by=teller, accepted_on=day, channel="counter").select_related("document")


def _wrong_with(row: DayCase) -> list[str]:
    case, found = row.case, []
    if row.papers and not row.is_bound:
        found.append(f"办件 {case.case_no} 收取纸质材料 {len(row.papers)} 份未装订：{'、'.join(row.papers)}。")
    if case.status == CaseStatus.APPROVED:
        found.append(f"办件 {case.case_no} 已通过而未办结：{case.effect_error or '正在办结'}。")
    if case.status == CaseStatus.FINISHED and case.document is None:
        found.append(f"办件 {case.case_no} 已办结，没有出具回执。")
    return found


def _left_open(draft: Draft) -> str:
    name = catalogue().versions[draft.item_code][-1].name
    return f"{draft.item_code} {name}的受理草稿（{clock.local(draft.updated_at):%m-%d %H:%M}）未提交，也未删除。"


def _counts(rows: tuple[DayCase, ...], drafts: int, kept: int) -> list[tuple[str, int]]:
    by_status = Counter(str(row.case.get_status_display()) for row in rows)
    return [
        ("受理", len(rows)), *sorted(by_status.items()), ("出具文书", sum(1 for row in rows if row.case.document_id)),
        ("收取纸质材料（份）", sum(len(row.papers) for row in rows)),
        ("已装订（份）", sum(len(row.papers) for row in rows if row.is_bound)), ("未提交草稿", drafts), ("已领取未处理", kept),
    ]  # fmt: skip


def open_day(teller: User, today: dt.date) -> dt.date:
    """The day a teller has to close next: the earliest with business at the counter since their last sheet, else today."""
    last = _last(teller)
    if last is None:
        return today
    rows = Case.objects.filter(accepted_by=teller, channel="counter", accepted_on__gt=last, accepted_on__lt=today)
    return rows.aggregate(first=Min("accepted_on"))["first"] or today


def why_closed(teller: User, today: dt.date) -> str:
    """Why a teller accepts nothing at the counter today; "" when they may. The database says it, and holds it for every case (`sql/day_end.sql`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_day_ended_v1(%s, %s)", [teller.pk, today])
        (why,) = cursor.fetchone()
    return why or ""


def _last(teller: User) -> dt.date | None:
    return DaySheet.objects.filter(user=teller).order_by("-day").values_list("day", flat=True).first()


@transaction.atomic
def close_day(*, actor: User, day: dt.date, bound: Collection[str], explanation: str, today: dt.date) -> DaySheet:
    """Close (轧账) one's day: what it came to is kept as it stands, with the differences and what the teller says of them.

    Raises:
        NotAuthorised: not a teller. NotSeen: not signed in.
        DayRefused: the day is to come, closed, or an earlier one is open; differences without a word.
    """
    if actor.role != Role.TELLER:
        raise NotAuthorised("日终轧账由柜员本人办理。")
    if day > today:
        raise DayRefused(f"{day} 还没有到，不能轧账。")
    _accept_nothing_meanwhile(actor)
    due = open_day(actor, today)
    if day != due and DaySheet.objects.filter(user=actor).exists():
        raise DayRefused(f"{day} 不是应轧账的日期，请先对 {due} 轧账。")
    content = day_of(actor, day, bound)
    said = ""
    if content.differences:
        said = reason_of(explanation, f"{day} 有 {len(content.differences)} 项差异，请逐项处理，或说明差异原因", DayRefused)
    act_as(actor)
    try:
        with transaction.atomic():
            return DaySheet.objects.create(
                user=actor, day=day, content=content.as_dict(), differences=len(content.differences), explanation=said,
                closed_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        if "day_sheet_once" not in str(error):
            raise
        raise DayRefused(f"您已对 {day} 的业务轧账。") from error


def _accept_nothing_meanwhile(teller: User) -> None:
    """Wait for what the teller is accepting, and let them accept nothing until the end of the transaction: what is counted now is the day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [Lock.DAY, teller.pk % 2147483647])


def sheets_for(actor: User) -> QuerySet[DaySheet]:
    """The sheets somebody reads: a teller their own, others those of the agencies they answer for; unchecked ones first, then the newest."""
    rows = DaySheet.objects.select_related("user__agency", "checked_by")
    if actor.role == Role.TELLER:
        return rows.filter(user=actor).order_by("-day")
    return rows.filter(user__agency__in=agencies_of(actor)).order_by(F("checked_at").desc(nulls_first=True), "-day", "pk")


def sheets_to_check(actor: User) -> QuerySet[DaySheet]:
    """The sheets that wait for somebody to look them through, the oldest first (see `may_check`)."""
    if actor.role not in CHECKERS or not actor.is_active:
        return DaySheet.objects.none()
    rows = DaySheet.objects.select_related("user__agency").filter(checked_at=None, user__agency__in=agencies_of(actor))
    return rows.exclude(user__in=accounts_of(actor)).order_by("day", "pk")


def may_check(actor: User, sheet: DaySheet) -> bool:
    """Whether somebody looks this sheet through: a rechecker or section head who answers for the teller, under no account the teller."""
    return (
        sheet.checked_at is None and actor.is_active and actor.role in CHECKERS and not is_one_of(actor, [sheet.user_id])
        and agencies_of(actor).filter(pk=sheet.user.agency_id).exists()
    )  # fmt: skip


@transaction.atomic
def check_sheet(*, actor: User, sheet_id: int, note: str) -> DaySheet:
    """Look a sheet through (复核): that it agrees, or what is said of its differences.

    Raises:
        NotFound: none. NotAuthorised: see `may_check`. DayRefused: looked through already; differences without a word. NotSeen: not signed in.
    """
    sheet = DaySheet.objects.select_for_update(of=("self",)).select_related("user").filter(pk=sheet_id).first()
    if sheet is None:
        raise NotFound(f"没有第 {sheet_id} 号日终轧账单，请从列表中选择。")
    if sheet.checked_at is not None:
        raise DayRefused(f"{sheet.user.full_name} {sheet.day} 的轧账单已经复核。")
    if not may_check(actor, sheet):
        raise NotAuthorised("日终轧账单由柜员所在机构或市级的复核员、科室负责人复核，本人不能复核。")
    said = note.strip()[:200]
    if sheet.differences:
        said = reason_of(note, f"该轧账单有 {sheet.differences} 项差异，请写明核实情况", DayRefused)
    act_as(actor)
    sheet.checked_by, sheet.checked_at, sheet.check_note = actor, clock.now(), said
    sheet.save(update_fields=["checked_by", "checked_at", "check_note"])
    return sheet


def without_sheet(actor: User, today: dt.date) -> list[tuple[User, dt.date]]:
    """Tellers somebody answers for whose newest day with business at the counter has no sheet, with that day; at most `TELLERS_MAX`."""
    newest = Case.objects.filter(accepted_by=OuterRef("pk"), channel="counter", accepted_on__lte=today).order_by("-pk")
    sheet = DaySheet.objects.filter(user=OuterRef("pk")).order_by("-day")
    rows = User.objects.filter(role=Role.TELLER, is_active=True, agency__in=agencies_of(actor)).select_related("agency")
    rows = rows.annotate(worked=Subquery(newest.values("accepted_on")[:1]), closed=Subquery(sheet.values("day")[:1]))
    rows = rows.filter(worked__isnull=False).filter(Q(closed=None) | Q(worked__gt=F("closed")))
    return [(user, user.worked) for user in rows.order_by("agency_id", "full_name", "pk")[:TELLERS_MAX]]
