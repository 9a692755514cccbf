"""Cases that wait for a partner (待部门核验): asked again until it answers, then on their way or back to the applicant."""

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import F, Q

from yigui.casework import handlers
from yigui.casework.application import Examination
from yigui.casework.decisions import new_letter, said_of, store_letter
from yigui.casework.enums import CaseStatus, FeedbackResult, ReturnReason, Verb
from yigui.casework.findings import Finding
from yigui.casework.finish_case import PAUSES, facts_of, finish_case, sentence_of
from yigui.casework.models import Case, Feedback
from yigui.casework.queries import locked_case
from yigui.casework.questions import is_answered
from yigui.casework.returns import Point, keep_points, payload_of
from yigui.casework.rounds import keep_proofs, lay_out_rest, status_of
from yigui.casework.routes import route_of
from yigui.casework.transitions import move
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.forms import restored_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.texts import in_one
from yigui.db.each import each

CASES_MAX = 500
#: Where the count of failures of a waiting case stops; it is asked again all the same.
TRIES_MAX = 1000


def recheck_waiting() -> int:
    """Ask again for waiting cases, the oldest first; gives how many moved on.

    Where more wait than are asked at a time, those still without an answer go to the end of the line: a partner that is silent does not
    keep the cases of one that answers.
    """
    due = Q(next_try_at=None) | Q(next_try_at__lte=clock.now())
    in_line = Case.objects.filter(due, status=CaseStatus.WAITING).order_by(F("next_try_at").asc(nulls_first=True), "id")
    asked = list(in_line.values_list("id", flat=True)[: CASES_MAX + 1])
    moves_on = partial(_moves_on, others_wait=len(asked) > CASES_MAX)
    return each(asked[:CASES_MAX], moves_on, job="casework.recheck_waiting", mark=_note_fault).done


def _moves_on(case_id: int, *, others_wait: bool) -> bool:
    if recheck_case(case_id).status != CaseStatus.WAITING:
        return True
    if others_wait:
        _to_the_end(case_id)
    return False


@transaction.atomic
def _to_the_end(case_id: int) -> None:
    case = locked_case(case_id)
    if case.status == CaseStatus.WAITING:
        case.next_try_at = clock.now()
        case.save(update_fields=["next_try_at"])


@transaction.atomic
def _note_fault(case_id: int, error: Exception) -> None:
    """It waits on, with the reason on it, and is asked again ever later; the others do not wait for it."""
    case = locked_case(case_id)
    if case.status != CaseStatus.WAITING:
        return
    pause = PAUSES[min(case.tries, len(PAUSES) - 1)]
    case.tries, case.effect_error = min(case.tries + 1, TRIES_MAX), sentence_of(error, is_tried_again=True)
    case.next_try_at = clock.now() + dt.timedelta(minutes=pause)
    case.save(update_fields=["tries", "effect_error", "next_try_at"])


def recheck_case(case_id: int) -> Case:
    """Check a waiting case again, as of the day it was accepted.

    Still no answer: it stays. The answer lets it pass: it goes on its route, class 3 to its end. It does not, or brings up
    something the applicant has not agreed to: it goes back to them with the sentence.
    """
    case = Case.objects.select_related("accepted_by", "handled_by", "agency", "area", "login", "applicant").get(pk=case_id)
    if case.status != CaseStatus.WAITING:
        return case
    item = catalogue().version(case.item_code, case.item_version)
    facts = facts_of(case, may_ask=True)
    values = restored_values(item, case.form)
    examination = Examination(item, values, facts, handlers.handler_of(item).check(facts))
    open_ = [*examination.refusals, *(f for f in examination.reminders if not is_answered(case, f))]
    if examination.waits and not open_:
        return case
    with transaction.atomic():
        locked = locked_case(case_id)
        if locked.status != CaseStatus.WAITING:
            return locked
        if open_:
            return _send_back(locked, open_, [str(answer.request_id) for answer in examination.facts.answers])
        return _go_on(locked, examination)


def _send_back(case: Case, findings: Sequence[Finding], answers: Sequence[str]) -> Case:
    """Back to the applicant with the sentences of what came out, on the answers it rests on (request ids): the database lets nothing else be a reason."""
    sentence = in_one(f.sentence for f in findings)
    kept = keep_points(
        case, [Point(ReturnReason.DIFFERS, field=f.field, note=f.sentence) for f in findings], None, today=clock.today()
    )
    case.returned_on, case.effect_error, case.next_try_at = clock.today(), "", None
    letter = new_letter(case, CaseStatus.RETURNED, sentence, kept)
    move(
        case, Verb.RETURN, CaseStatus.RETURNED, actor=None, note=sentence,
        payload={"points": payload_of(kept), "answers": [*answers], **said_of(letter)},
        keep=("returned_on", "effect_error", "next_try_at"),
    )  # fmt: skip
    Feedback.objects.create(case=case, channel=case.channel, message=f"部门核验未通过：{sentence}", result=FeedbackResult.RETURNED)
    store_letter(letter)
    return case


def _go_on(case: Case, examination: Examination) -> Case:
    raised_to, reasons = handlers.handler_of(examination.item).risk(examination.facts)
    if raised_to < case.risk_class:
        case.risk_class, case.risk_reasons = raised_to, sorted({*case.risk_reasons, *reasons})
    handler, handed_on = case.handled_by or case.accepted_by, case.handled_on or case.accepted_on
    planned = route_of(examination.item, case.risk_class, is_trainee=handler.is_trainee)
    case.effect_error, case.tries, case.next_try_at = "", 0, None
    keep_proofs(case, examination.facts)
    verified = move(
        case, Verb.VERIFY, status_of(planned, examination), actor=None,
        keep=("risk_class", "risk_reasons", "effect_error", "tries", "next_try_at"),
        payload={
            "item": case.item_code, "form": digest_of(case.form), "risk_class": case.risk_class,
            "answers": [str(a.request_id) for a in examination.facts.answers],
        },
    )  # fmt: skip
    lay_out_rest(case, planned, handed_on)
    if case.status == CaseStatus.APPROVED:
        return finish_case(case=case, facts=examination.facts, operator=None, last=verified)
    return case
