"""What pages show of samples, sampled cases and findings."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case as Switch
from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from yigui.audit.enums import Progress, State
from yigui.audit.errors import NotInSample
from yigui.audit.models import ErrorKind, Examination, Finding, Sample, SampledCase, Score
from yigui.casework.models import Step
from yigui.casework.queries import own_cases
from yigui.staff.models import User
from yigui.staff.rights import has_page_right
from yigui.staff.same_person import accounts_of
from yigui.staff.scope import own_areas
from yigui.tasks.models import Task

#: Findings of one's own that a page shows, newest first; scores likewise.
OWN_MAX, SCORES_MAX = 100, 60
#: Findings of one examination.
FINDINGS_MAX = 5


def _counted(rows: "QuerySet[Examination]") -> Coalesce:
    """How many rows there are, asked beside, so that no join multiplies what a list counts."""
    grouped = rows.order_by().values("sampled__sample").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped), 0)


def samples_for(user: User) -> "QuerySet[Sample]":
    """Samples of agencies of somebody's own areas, with how many cases are examined and how many errors stand in them."""
    of_sample = Examination.objects.filter(sampled__sample=OuterRef("pk"))
    return (
        Sample.objects.filter(agency__area_id__in=own_areas(user))
        .select_related("agency")
        .annotate(
            examined=_counted(of_sample),
            wrong=_counted(of_sample.filter(is_sound=False)),
            state=Switch(
                When(Exists(Score.objects.filter(sample=OuterRef("pk"))), then=Value(Progress.CLOSED.value)),
                default=Value(Progress.OPEN.value),
                output_field=CharField(),
            ),
        )
    )


def sample_for(user: User, number: int) -> Sample:
    """One of them.

    Raises:
        NotInSample: there is none in their areas.
    """
    found = samples_for(user).filter(pk=number).first()
    if found is None:
        raise NotInSample("没有这个稽核样本，或不属于您所在机构管理的地区，请从稽核样本清单进入。")
    return found


def sampled_for(user: User) -> "QuerySet[SampledCase]":
    """Sampled cases of somebody's own areas, with how each stands (`state`)."""
    done = Examination.objects.filter(sampled=OuterRef("pk"))
    state = Switch(
        When(Exists(done.filter(is_sound=True)), then=Value(State.SOUND.value)),
        When(Exists(done), then=Value(State.WRONG.value)),
        default=Value(State.WAITING.value), output_field=CharField(),
    )  # fmt: skip
    rows = SampledCase.objects.filter(own_cases(user, "case__"))
    rows = rows.select_related(
        "case__agency", "case__area", "case__person", "case__employer", "sample__agency", "examination__made_by"
    )
    return rows.annotate(state=state)


def sampled_case_for(user: User, number: int) -> SampledCase:
    """One of them; also that of a task somebody of another agency was given.

    Raises:
        NotInSample: not in their areas, and no task of theirs.
    """
    found = sampled_for(user).filter(pk=number).first()
    if found is None:
        held = Task.objects.filter(kind="audit_case", origin_kind="audit_case", origin_id=number, owner_id=user.pk).exists()
        found = SampledCase.objects.select_related("case__agency", "sample__agency").filter(pk=number).first() if held else None
    if found is None:
        raise NotInSample("没有这件抽查办件，或不属于您所在机构管理的地区，请从稽核抽查清单进入。")
    return found


def _findings() -> "QuerySet[Finding]":
    return Finding.objects.select_related(
        "examination__sampled__case__agency", "examination__sampled__sample", "examination__made_by", "user", "step",
        "answer__user", "ruling__made_by", "correction__case", "correction__made_by",
    )  # fmt: skip


def findings_of(sampled: SampledCase) -> list[Finding]:
    """What was found in a sampled case, in order."""
    return list(_findings().filter(examination__sampled=sampled).order_by("seq")[:FINDINGS_MAX])


def own_findings(user: User) -> "QuerySet[Finding]":
    """What was found of somebody's own work, under every account of theirs, newest first."""
    return _findings().filter(user__in=accounts_of(user)).order_by("-pk")


def unanswered(user: User, today: dt.date) -> "QuerySet[Finding]":
    """Those of them of which they can still say something and have not, the nearest term first."""
    return own_findings(user).filter(answer=None, answer_until__gte=today).order_by("answer_until", "pk")


def finding_for(user: User, number: int) -> Finding:
    """A finding, for whom it is about, who has a task about it, and who looks after audit in its areas.

    Raises:
        NotInSample: it is not for them.
    """
    found = _findings().filter(pk=number).first()
    if found is not None and not _may_see(user, found):
        found = None
    if found is None:
        raise NotInSample("没有这项差错，或不由您查看，请从“我的差错”或待办进入。")
    return found


def _may_see(user: User, finding: Finding) -> bool:
    if finding.user_id in accounts_of(user):
        return True
    case_id = finding.examination.sampled.case_id
    if has_page_right(user, "audit") and SampledCase.objects.filter(own_cases(user, "case__"), case_id=case_id).exists():
        return True
    return Task.objects.filter(origin_kind="audit_finding", origin_id=finding.pk, owner_id=user.pk).exists()


@dataclass(frozen=True)
class Doer:
    """Somebody who did something in a case that can be wrong: at the acceptance (`step` ""), or at a step. `value` is what a form sends."""

    value: str
    words: str


def doers_of(sampled: SampledCase) -> list[Doer]:
    """Whose and where an error can be, by the course of the case."""
    case = sampled.case
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_doers_v1(%s)", [case.pk])
        doers = User.objects.in_bulk([number for (number,) in cursor.fetchall()])
    rows = [
        (doers.get(number), "受理" if number == case.accepted_by_id else "补正受理", "")
        for number in (case.accepted_by_id, case.handled_by_id)
    ]
    steps = Step.objects.filter(case=case, decided_by__isnull=False).order_by("round", "seq")[:40]
    rows += [(doers.get(step.decided_by_id or 0), step.get_code_display(), str(step.pk)) for step in steps]
    return [Doer(f"{user.pk}-{step}", f"{what} · {user.full_name}") for user, what, step in rows if user is not None]


def error_kinds(on: dt.date) -> list[ErrorKind]:
    """Kinds of errors of a day, the gravest first."""
    return list(ErrorKind.objects.in_force(on).order_by("place"))


def scores_of(user: User) -> list[Score]:
    """Somebody's own scores, the newest month first."""
    rows = Score.objects.filter(user__in=accounts_of(user)).select_related("sample__agency")
    return list(rows.order_by("-sample__month", "-pk")[:SCORES_MAX])


def strata_of(sample: Sample) -> list[dict[str, Any]]:
    """The parts of a sample: how many cases, how many drawn."""
    rows = SampledCase.objects.filter(sample=sample).values("stratum", "of_stratum").annotate(n=Count("pk")).order_by("stratum")
    return [dict(row) for row in rows]
