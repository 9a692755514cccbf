"""Handing a returned case in again (补正后重新提交)."""

import datetime as dt

from django.db import transaction

from yigui.casework import handlers
from yigui.casework.application import Application, agreed
from yigui.casework.enums import CaseStatus, Verb
from yigui.casework.errors import CaseRefused
from yigui.casework.event_chain import append_event
from yigui.casework.findings import Finding
from yigui.casework.finish_case import finish_case
from yigui.casework.models import Case
from yigui.casework.queries import locked_case
from yigui.casework.rounds import handed_in, keep_materials, keep_proofs, lay_out_steps, status_of
from yigui.casework.routes import route_of
from yigui.catalogue.forms import stored_values
from yigui.common.workdays import add_workdays, workdays_between
from yigui.registry.queries import own_days


def resubmit_case(*, case: Case, application: Application) -> Case:
    """Hand a returned case in again with a corrected form (补正后重新提交): checked anew, a new round of steps.

    The clock stood still while the case was with the applicant: the due date moves by the working days spent.

    Raises:
        as `accept_case`; StepMoved: the case is not returned, or another person than its acceptor resubmits.
    """
    examination = agreed(application)
    handler = handlers.handler_of(examination.item)
    with transaction.atomic():
        case = locked_case(case.pk, CaseStatus.RETURNED, actor=application.operator, only_acceptor=True)
        if handler.subject(examination.facts).key != case.subject_key:
            raise CaseRefused([Finding("same_subject", "补正不能更换办理对象。", detail="请撤回本办件，为新的对象另行受理。")])
        raised_to, reasons = handler.risk(examination.facts)
        case.risk_class = min(case.risk_class, raised_to)
        case.risk_reasons = sorted({*case.risk_reasons, *(reasons if raised_to < examination.item.risk_class else [])})
        case.form = stored_values(examination.item, examination.values)
        case.preview = [[p.label, p.before, p.after] for p in handler.preview(examination.facts)]
        case.amount_fen = handler.amount_fen(examination.facts)
        case.due_on = _paused_due_date(case, application.today)
        case.round += 1
        planned = route_of(examination.item, case.risk_class, is_trainee=application.operator.is_trainee)
        case.status, case.returned_on = status_of(planned, examination), None
        case.findings = [f.as_dict() for f in examination.reminders]
        case.save()
        keep_proofs(case, examination.facts)
        keep_materials(case, application)
        append_event(case, Verb.RESUBMIT, actor=application.operator, payload=handed_in(case, application) | {"round": case.round})
        if case.status != CaseStatus.WAITING:
            lay_out_steps(case, planned, application.operator, application.today)
        if case.status == CaseStatus.APPROVED:
            finish_case(case=case, facts=examination.facts, operator=application.operator)
    return case


def _paused_due_date(case: Case, today: dt.date) -> dt.date:
    """The due date after the clock stood still from the return until today."""
    if case.returned_on is None:
        return case.due_on
    days = own_days()
    return add_workdays(case.due_on, workdays_between(case.returned_on, today, days), days).day
