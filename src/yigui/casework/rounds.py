"""A round (轮次) of a case: where it stands after it has been examined, what it rests on, and the steps laid out for it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yigui.casework.application import Application, Examination
from yigui.casework.enums import CaseStatus, MaterialSource, StepState
from yigui.casework.hall_hours import OutsideHours
from yigui.casework.handlers import CaseFacts
from yigui.casework.models import Case, CaseMaterial, CaseProof, Step
from yigui.casework.queues import suggest_person
from yigui.casework.routes import PlannedStep
from yigui.casework.signatures import lay_out
from yigui.common.digests import digest_of
from yigui.staff.models import User


def status_of(planned: Sequence[PlannedStep], examination: Examination) -> CaseStatus:
    """Where a case stands after it has been examined."""
    if examination.waits:
        return CaseStatus.WAITING
    return CaseStatus.OPEN if len(planned) > 1 else CaseStatus.APPROVED


def keep_proofs(case: Case, facts: CaseFacts) -> None:
    """Bind the answers of partners to the case, and mark the papers they stand in for (共享核验)."""
    if not facts.answers and not facts.shared:
        return
    CaseProof.objects.bulk_create([CaseProof(case=case, answer=a) for a in facts.answers], ignore_conflicts=True)
    CaseMaterial.objects.bulk_create(
        CaseMaterial(case=case, material_code=code, source=MaterialSource.SHARED, note=note[:200])
        for code, note in facts.shared.items()
        if not CaseMaterial.objects.filter(case=case, material_code=code, source=MaterialSource.SHARED).exists()
    )


def keep_materials(case: Case, application: Application) -> None:
    """Bind the materials handed in with a form to the case."""
    if application.materials:
        CaseMaterial.objects.bulk_create(
            CaseMaterial(case=case, material_code=m.code, source=m.source, paper=m.paper, note=m.note)
            for m in application.materials
        )


def materials_in(application: Application) -> list[list[str]]:
    """The materials handed in: code, source, and the digest of the file where there is one."""
    return [[m.code, m.source, m.paper.file_id if m.paper else ""] for m in application.materials]


def handed_in(case: Case, application: Application, outside: OutsideHours | None) -> dict[str, Any]:
    """What the event of handing in says about the form and its materials, and about a hall that was not open."""
    return {
        "item": case.item_code, "version": case.item_version.isoformat(), "risk_class": case.risk_class,
        "form": digest_of(case.form),
        "materials": materials_in(application),
        "confirmed": sorted(application.confirmed), "area": case.area_id, "agency": case.agency_id,
        **({"outside_hours": outside.as_dict()} if outside else {}),
        **({"login": application.login.username} if application.login else {}),
        **({"handed_by": application.handed_by.username} if application.handed_by else {}),
        **({"applicant": application.applicant.person_no} if application.applicant else {}),
    }  # fmt: skip


def lay_out_steps(case: Case, planned: Sequence[PlannedStep], acceptor: User, today: dt.date) -> None:
    """Write the steps of a case's present round: the acceptance, signed by who handed it in; then, unless the case waits for a
    partner, the others, the next one ready.

    Raises:
        NotSeen: the acceptor has not signed in.
    """
    is_waiting = case.status == CaseStatus.WAITING
    lay_out(case, _steps(case, planned[:1] if is_waiting else planned, today, total=len(planned)), acceptor, today)


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
