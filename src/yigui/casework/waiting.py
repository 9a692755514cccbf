"""Cases that wait for a partner (待部门核验): asked again until it answers, then on their way or back to the applicant."""

import logging

from django.db import transaction

from yigui.casework import handlers
from yigui.casework.application import Examination
from yigui.casework.enums import CaseStatus, FeedbackResult, Verb
from yigui.casework.event_chain import append_event
from yigui.casework.finish_case import facts_of, finish_case
from yigui.casework.models import Case, Feedback
from yigui.casework.rounds import keep_proofs, lay_out_steps, status_of
from yigui.casework.routes import route_of
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.forms import restored_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import YiguiError

logger = logging.getLogger(__name__)
CASES_MAX = 500


def recheck_waiting() -> int:
    """Ask again for every waiting case, the oldest first; gives how many moved on."""
    moved = 0
    for case_id in list(Case.objects.filter(status=CaseStatus.WAITING).order_by("id").values_list("id", flat=True)[:CASES_MAX]):
        try:
            moved += recheck_case(case_id).status != CaseStatus.WAITING
        except YiguiError:
            # It waits on; the others do not wait for it.
            logger.exception("waiting case %s", case_id)
    return moved


def recheck_case(case_id: int) -> Case:
    """Check a waiting case again, as of the day it was accepted.

    Still no answer: it stays. The answer lets it pass: it goes on its route, class 3 to its end. It does not, or brings up
    something the applicant has not agreed to: it goes back to them with the sentence.
    """
    case = Case.objects.select_related("accepted_by", "agency", "area", "login", "applicant").get(pk=case_id)
    if case.status != CaseStatus.WAITING:
        return case
    item = catalogue().version(case.item_code, case.item_version)
    facts = facts_of(case, may_ask=True)
    values = restored_values(item, case.form)
    examination = Examination(item, values, facts, handlers.handler_of(item).check(facts))
    agreed = {finding["check"] for finding in case.findings}
    open_ = [*examination.refusals, *(f for f in examination.reminders if f.check not in agreed)]
    if examination.waits and not open_:
        return case
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("accepted_by", "agency", "area").get(pk=case_id)
        if locked.status != CaseStatus.WAITING:
            return locked
        if open_:
            return _send_back(locked, "；".join(f.message + f.detail for f in open_))
        return _go_on(locked, examination)


def _send_back(case: Case, sentence: str) -> Case:
    case.status, case.returned_on = CaseStatus.RETURNED, clock.today()
    case.save(update_fields=["status", "returned_on"])
    append_event(case, Verb.RETURN, actor=None, note=sentence)
    Feedback.objects.create(case=case, channel=case.channel, message=f"部门核验未通过：{sentence}", result=FeedbackResult.RETURNED)
    return case


def _go_on(case: Case, examination: Examination) -> Case:
    raised_to, reasons = handlers.handler_of(examination.item).risk(examination.facts)
    if raised_to < case.risk_class:
        case.risk_class, case.risk_reasons = raised_to, sorted({*case.risk_reasons, *reasons})
    planned = route_of(examination.item, case.risk_class, is_trainee=case.accepted_by.is_trainee)
    case.status = status_of(planned, examination)
    case.save(update_fields=["status", "risk_class", "risk_reasons"])
    keep_proofs(case, examination.facts)
    verified = append_event(
        case, Verb.VERIFY, actor=None,
        payload={
            "item": case.item_code, "form": digest_of(case.form), "risk_class": case.risk_class,
            "answers": [str(a.request_id) for a in examination.facts.answers],
        },
    )  # fmt: skip
    lay_out_steps(case, planned, case.accepted_by, case.accepted_on)
    if case.status == CaseStatus.APPROVED:
        return finish_case(case=case, facts=examination.facts, operator=None, last=verified)
    return case
