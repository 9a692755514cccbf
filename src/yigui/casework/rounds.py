"""A round (轮次) of a case: where it stands after it has been examined, what it rests on, and the steps laid out for it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yigui.casework.application import Application, Examination
from yigui.casework.enums import CaseStatus, MaterialSource, StepState, Verb
from yigui.casework.hall_hours import OutsideHours
from yigui.casework.handlers import CaseFacts, handler_of
from yigui.casework.models import Case, CaseMaterial, CaseProof, Event, Step
from yigui.casework.queues import suggest_person
from yigui.casework.routes import PlannedStep
from yigui.casework.signatures import lay_out
from yigui.catalogue.declarations import catalogue
from yigui.common.digests import digest_of
from yigui.db.rows import insert_row
from yigui.staff.models import User


def status_of(planned: Sequence[PlannedStep], examination: Examination) -> CaseStatus:
    """Where a case stands after it has been examined."""
    if examination.waits:
        return CaseStatus.WAITING
    return CaseStatus.OPEN if len(planned) > 1 else CaseStatus.APPROVED


def keep_proofs(case: Case, facts: CaseFacts, *, is_new: bool = False) -> None:
    """Bind the answers of partners to the case, and mark the papers they stand in for (共享核验).

    `is_new`: the case has just been stored, no answer and no paper is bound to it.
    """
    if facts.answers:
        CaseProof.objects.bulk_create([CaseProof(case=case, answer=a) for a in facts.answers], ignore_conflicts=True)
    if not facts.shared:
        return
    bound = (
        set()
        if is_new
        else set(
            CaseMaterial.objects.filter(case=case, material_code__in=facts.shared, source=MaterialSource.SHARED).values_list(
                "material_code", flat=True
            )
        )
    )
    _insert(
        [
            CaseMaterial(case=case, material_code=code, source=MaterialSource.SHARED, note=note[:200])
            for code, note in facts.shared.items()
            if code not in bound
        ]
    )


def keep_materials(case: Case, application: Application) -> None:
    """Bind the materials handed in with a form to the case."""
    _insert(
        [CaseMaterial(case=case, material_code=m.code, source=m.source, paper=m.paper, note=m.note) for m in application.materials]
    )


def _insert(rows: list[CaseMaterial]) -> None:
    if len(rows) == 1:
        insert_row(rows[0])
    elif rows:
        CaseMaterial.objects.bulk_create(rows)


def by_round(case: Case, most: int = 60) -> list[tuple[CaseMaterial, int]]:
    """The materials of a case with the round they were handed in with, the newest round first; each event of handing in says how many there were."""
    rows = list(case.materials.select_related("paper__file").order_by("id")[:most])
    events = (
        Event.objects.filter(case=case, verb__in=(Verb.ACCEPT, Verb.RESUBMIT))
        .order_by("seq")
        .values_list("payload", flat=True)[:most]
    )
    rounds = [number for number, payload in enumerate(events, start=1) for _ in payload.get("materials", ())]
    found = [(row, rounds[at] if at < len(rounds) else case.round) for at, row in enumerate(rows)]
    return sorted(found, key=lambda pair: -pair[1])


def materials_in(application: Application) -> list[list[str]]:
    """The materials handed in: code, source, and the digest of the file where there is one."""
    return [[m.code, m.source, m.paper.file_id if m.paper else ""] for m in application.materials]


def handed_in(case: Case, application: Application, outside: OutsideHours | None, facts: CaseFacts) -> dict[str, Any]:
    """What the event of handing in says about the form and its materials, those it needed, and about a hall that was not open."""
    return {
        "item": case.item_code, "version": case.item_version.isoformat(), "risk_class": case.risk_class,
        "form": digest_of(case.form),
        "materials": materials_in(application), "needed": sorted(set(handler_of(catalogue().version(case.item_code, case.item_version)).materials_needed(facts))),
        "confirmed": sorted(application.confirmed), "asked": digest_of(case.findings), "area": case.area_id, "agency": case.agency_id,
        **({"outside_hours": outside.as_dict()} if outside else {}),
        **({"login": application.login.username} if application.login else {}),
        **({"handed_by": application.handed_by.username} if application.handed_by else {}),
        **({"applicant": application.applicant.person_no} if application.applicant else {}),
    }  # fmt: skip


def lay_out_steps(
    case: Case, planned: Sequence[PlannedStep], acceptor: User, today: dt.date, *, begun: Event | None = None
) -> None:
    """Write the steps of a case's present round: the acceptance, signed by who handed it in; then, unless the case waits for a
    partner, the others, the next one ready.

    `begun`: the first link of the case's chain, not yet saved; it is written along.

    Raises:
        NotSeen: the acceptor has not signed in.
    """
    is_waiting = case.status == CaseStatus.WAITING
    steps = _steps(case, planned[:1] if is_waiting else planned, today, total=len(planned))
    lay_out(case, steps, acceptor, today, begun=begun)


def lay_out_rest(case: Case, planned: Sequence[PlannedStep], today: dt.date) -> None:
    """The steps after the acceptance of a round that has waited for a partner; its acceptance was signed when it came in."""
    lay_out(case, _steps(case, planned, today, total=len(planned))[1:], None, today)


def _steps(case: Case, planned: Sequence[PlannedStep], today: dt.date, *, total: int) -> list[Step]:
    rows = [
        Step(
            case=case, round=case.round, seq=seq, code=plan.code, site=plan.site, reason=plan.reason, state=StepState.WAITING,
            item_code=case.item_code, area_code=case.area_id, agency_id=case.agency_id,
        )
        for seq, plan in enumerate(planned, start=1)
    ]  # fmt: skip
    if len(rows) > 1:
        rows[1].suggested_to = suggest_person(rows[1], is_last=total == 2, today=today)
    return rows
