"""Handing a returned case in again (补正后重新提交)."""

import datetime as dt
from dataclasses import replace

from django.db import transaction

from yigui.casework import handlers
from yigui.casework.application import Application, Examination, agreed
from yigui.casework.enums import Verb
from yigui.casework.errors import CaseRefused
from yigui.casework.findings import Finding
from yigui.casework.finish_case import finish_case
from yigui.casework.hall_hours import outside_hours
from yigui.casework.models import Case, ReturnPoint
from yigui.casework.queries import locked_case
from yigui.casework.questions import answered
from yigui.casework.returns import changed_between
from yigui.casework.rounds import handed_in, keep_materials, keep_proofs, lay_out_steps, materials_in, status_of
from yigui.casework.routes import route_of
from yigui.casework.transitions import move
from yigui.casework.who_may import Reason, refuse_unfit, why_not_accept
from yigui.catalogue.forms import stored_values
from yigui.common.workdays import add_workdays, workdays_between
from yigui.db.presence import act_as
from yigui.registry.queries import own_days
from yigui.staff.errors import NotAuthorised


def resubmit_case(*, case: Case, application: Application) -> Case:
    """Hand a returned case in again with a corrected form: checked anew, a new round of steps.

    By its handler (who accepted it, or has taken it up), or by the applicant at any door of theirs; that door's account is the
    handler of the new round. The clock stood still while the case was with the applicant: the due date moves by the working
    days spent, unless the return named what we could have named before (R278).

    Raises:
        as `accept_case`; StepMoved: the case is not returned. NotAuthorised: neither handler nor applicant.
    """
    # Its own version is asked and examined, whatever the door says.
    application = replace(application, case_id=case.pk)
    who = {"login": application.login, "applicant": application.applicant}
    seen = Case.objects.select_related("accepted_by", "handled_by").get(pk=case.pk)
    refuse_unfit(application.operator, seen, Verb.RESUBMIT, application.today, **who)  # type: ignore[arg-type]
    examination = agreed(application)
    handler = handlers.handler_of(examination.item)
    with transaction.atomic():
        case = locked_case(case.pk)
        refuse_unfit(application.operator, case, Verb.RESUBMIT, application.today, **who)  # type: ignore[arg-type]
        if handler.subject(examination.facts).key != case.subject_key:
            raise CaseRefused([Finding("same_subject", "补正不能更换办理对象。", detail="请撤回本办件，为新的对象另行受理。")])
        amount = handler.amount_fen(examination.facts)
        _refuse_unable(case, application, examination, amount)
        form = stored_values(examination.item, examination.values)
        changed = changed_between(case, form, materials_in(application))
        raised_to, reasons = handler.risk(examination.facts)
        case.risk_class = min(case.risk_class, raised_to)
        case.risk_reasons = sorted({*case.risk_reasons, *(reasons if raised_to < examination.item.risk_class else [])})
        case.form, case.amount_fen = form, amount
        case.preview = [[p.label, p.before, p.after] for p in handler.preview(examination.facts)]
        case.waiting_money = [list(pair) for pair in handler.waiting_money(examination.facts)]
        # Doors that do not ask whether it goes in as it was have no answer to keep.
        is_as_it_was = not (changed["fields"] or changed["materials"]) and _UNCHANGED.check in application.confirmed
        asked = [*examination.reminders, *([_UNCHANGED] if is_as_it_was else [])]
        case.findings = answered(asked, application.reasons, application.answered_by)
        case.due_on = _paused_due_date(case, application.today)
        if case.due_on >= application.today:
            # A new day is promised: should it pass too, the head is told again.
            case.overdue_noted_on = None
        act_as(application.whoever)
        case.handled_by, case.handled_on, case.handled_channel = application.operator, application.today, application.channel
        case.returned_on, case.effect_error, case.tries, case.next_try_at = None, "", 0, None
        case.round += 1
        planned = route_of(examination.item, case.risk_class, is_trainee=application.operator.is_trainee)
        keep_proofs(case, examination.facts)
        keep_materials(case, application)
        outside = outside_hours(application.operator, application.channel)
        last = move(
            case, Verb.RESUBMIT, status_of(planned, examination), actor=application.operator, channel=application.channel,
            note=outside.sentence if outside else "",
            payload=handed_in(case, application, outside, examination.facts) | {"round": case.round, "changed": changed}, keep=_KEPT,
        )  # fmt: skip
        lay_out_steps(case, planned, application.operator, application.today)
        if len(planned) == 1 and not examination.waits:
            finish_case(case=case, facts=examination.facts, operator=application.operator, last=last)
    return case


#: Columns a correction writes beside the status.
_KEPT = (
    "risk_class", "risk_reasons", "form", "amount_fen", "preview", "waiting_money", "findings", "due_on", "handled_by", "handled_on", "handled_channel",
    "returned_on", "overdue_noted_on", "effect_error", "tries", "next_try_at", "round",
)  # fmt: skip


#: What is asked about a correction that corrects nothing.
_UNCHANGED = Finding.reminder("unchanged", "退回后填报内容和材料都没有改动，原样重新提交可能再次被退回。请核对退回原因后再提交。")


def unchanged_reminder(case: Case, examination: Examination, application: Application) -> Finding | None:
    """What somebody is asked who hands a returned case in again just as it was; None where anything was corrected."""
    changed = changed_between(case, stored_values(examination.item, examination.values), materials_in(application))
    if changed["fields"] or changed["materials"]:
        return None
    return _UNCHANGED


def _refuse_unable(case: Case, application: Application, examination: Examination, amount_fen: int | None) -> None:
    """Refuse a door whose account may not accept the item for this area: its round would find no warrant at the end."""
    reason: Reason | None = why_not_accept(
        application.operator, examination.item, channel=application.channel, area_code=case.area_id, on=application.today,
        amount_fen=amount_fen,
    )  # fmt: skip
    if reason is not None:
        raise NotAuthorised(reason.sentence, case_no=case.case_no, item=case.item_code, reason=reason.code)


def _paused_due_date(case: Case, today: dt.date) -> dt.date:
    """The due date after the clock stood still from the return until today; it did not for a return that was our error."""
    if case.returned_on is None or ReturnPoint.objects.filter(case=case, round=case.round, is_ours=True).exists():
        return case.due_on
    days = own_days()
    return add_workdays(case.due_on, workdays_between(case.returned_on, today, days), days).day
