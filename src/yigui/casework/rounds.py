"""A round (轮次) of a case: where it stands after it has been examined, what it rests on, and the steps laid out for it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yigui.casework.application import Application, Examination
from yigui.casework.enums import CaseStatus, MaterialSource, StepState
from yigui.casework.handlers import CaseFacts
from yigui.casework.models import Case, CaseMaterial, CaseProof, Step
from yigui.casework.queues import suggest_person
from yigui.casework.routes import PlannedStep
from yigui.common import clock
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


def handed_in(case: Case, application: Application) -> dict[str, Any]:
    """What the event of handing in says about the form and its materials."""
    return {
        "item": case.item_code, "version": case.item_version.isoformat(), "risk_class": case.risk_class,
        "form": digest_of(case.form),
        "materials": materials_in(application),
        "confirmed": sorted(application.confirmed), "area": case.area_id, "agency": case.agency_id,
        **({"login": application.login.username} if application.login else {}),
        **({"handed_by": application.handed_by.username} if application.handed_by else {}),
        **({"applicant": application.applicant.person_no} if application.applicant else {}),
    }  # fmt: skip


def lay_out_steps(case: Case, planned: Sequence[PlannedStep], acceptor: User, today: dt.date) -> None:
    """Write the steps of a case's present round, acceptance passed and the next one ready."""
    now = clock.now()
    rows = []
    for seq, plan in enumerate(planned, start=1):
        step = Step(
            case=case, round=case.round, seq=seq, code=plan.code, site=plan.site, reason=plan.reason,
            item_code=case.item_code, area_code=case.area_id, agency_id=case.agency_id,
        )  # fmt: skip
        if seq == 1:
            step.state, step.decided_by, step.decided_at, step.decided_on = StepState.PASSED, acceptor, now, today
        elif seq == 2:
            step.state, step.ready_at = StepState.READY, now
            step.suggested_to = suggest_person(step, is_last=seq == len(planned), today=today)
        rows.append(step)
    Step.objects.bulk_create(rows)


def drop_waiting(case: Case) -> None:
    """The steps of the present round that will not be taken any more."""
    Step.objects.filter(case=case, round=case.round, state__in=(StepState.WAITING, StepState.READY)).update(state=StepState.DROPPED)
