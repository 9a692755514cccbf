"""Finishing a case (办结): ONE transaction issues the warrant, applies the effects, and appends the event.

If anything fails, all of it is undone and the case says why; it stays approved and can be finished again.
"""

import datetime as dt
from typing import Any

from django.db import Error, connection, transaction

from yigui.casework import handlers
from yigui.casework.application import Application, GivenMaterial
from yigui.casework.enums import CaseStatus, Verb
from yigui.casework.follow_ups import open_follow_ups, settle_tasks
from yigui.casework.handlers import CaseFacts, Outcome
from yigui.casework.models import Case, Event, Feedback
from yigui.casework.outcomes import stored_outcome
from yigui.casework.queries import locked_case
from yigui.casework.questions import asked_section
from yigui.casework.transitions import move
from yigui.casework.who_may import refuse_unfit
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import restored_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import YiguiError
from yigui.db.each import each
from yigui.db.faults import database_sentence, is_passing
from yigui.documents.issue import issue_document
from yigui.exchange.outbox import tell
from yigui.law.unread import named, unread
from yigui.registry.queries import area_name
from yigui.staff.models import User
from yigui.warrants.queries import changes_digest

#: Waiting times before the next attempt after a passing fault, in minutes; after the last a person decides.
PAUSES = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480)


def finish_case(*, case: Case, facts: CaseFacts, operator: User | None, last: Event | None = None) -> Case:
    """Finish an approved case inside the caller's transaction. A refusal by the effects is written on the case.

    Args:
        case: approved, locked by the caller.
        facts: the handler's facts.
        operator: who took the last step; None for the background worker.
        last: the newest link of the chain, when the caller has just made it.
    """
    try:
        with transaction.atomic():
            return _finish(case, facts, operator, last)
    except (YiguiError, Error) as error:
        # What the attempt has set on the object was undone with it.
        case.refresh_from_db(fields=["status", "person", "employer", "document", "finished_at", "outcome"])
        return note_failure(case, error, operator)


def note_failure(case: Case, error: Exception, operator: User | None = None) -> Case:
    """Write on an approved case why it could not be finished. A fault that passes is tried again by the minute job, ever later.

    A refusal (by the items, the guards or a constraint) is not: it would be refused again. The case can be returned, withdrawn,
    or finished again by a person. `case` is locked by the caller.
    """
    case.tries += 1
    is_tried_again = not is_refusal(error) and case.tries <= len(PAUSES)
    case.effect_error, case.next_try_at = sentence_of(error, is_tried_again=is_tried_again), None
    if is_tried_again:
        case.next_try_at = clock.now() + dt.timedelta(minutes=PAUSES[case.tries - 1])
    move(
        case, Verb.EFFECT_FAILED, CaseStatus.APPROVED, actor=operator, note=case.effect_error,
        keep=("effect_error", "tries", "next_try_at"),
    )  # fmt: skip
    return case


@transaction.atomic
def note_fault(case_id: int, error: Exception, operator: User | None = None) -> None:
    """Write on an approved case what stopped whoever wanted to finish it (None: the job); others are left alone."""
    case = locked_case(case_id)
    if case.status == CaseStatus.APPROVED:
        note_failure(case, error, operator)


def is_refusal(error: Exception) -> bool:
    """Whether trying again as things stand would be refused again; faults of the machine or the program are no refusals."""
    return isinstance(error, YiguiError) or (isinstance(error, Error) and not is_passing(error))


def sentence_of(error: Exception, *, is_tried_again: bool) -> str:
    """What the people at the case are told about a failure: also whether anything is tried again by itself."""
    if isinstance(error, YiguiError):
        return error.message
    if isinstance(error, Error):
        return database_sentence(error, is_tried_again=is_tried_again)
    said = "系统将自动重试；多次不成功时请联系系统管理员" if is_tried_again else "不再自动重试，请联系系统管理员排除故障后再次办结"
    return f"系统处理时出错（{type(error).__name__}），未产生任何变更，已记录，{said}。"


def _finish(case: Case, facts: CaseFacts, operator: User | None, last: Event | None) -> Case:
    item = catalogue().version(case.item_code, case.item_version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])
        (warrant_id,) = cursor.fetchone()
    with unread() as rows:
        outcome = handlers.handler_of(item).apply(facts, case)
    if rows and case.amount_fen is not None:
        outcome.notes.append(f"本次核定用到未核对原文的参数：{named(rows)}。文件与此不同的，按文件重新核定。")
    count, digest = changes_digest(warrant_id)
    case.person = case.person or outcome.person
    case.employer = case.employer or outcome.employer
    document = case.document = _issue(case, item, outcome)
    case.finished_at, case.effect_error, case.next_try_at = clock.now(), "", None
    tasks = open_follow_ups(case, outcome.follow_ups, operator=operator, today=clock.today())
    case.outcome = stored_outcome(outcome, warrant_id=warrant_id, changes=count, task_ids=[t.pk for t in tasks])
    feedback = Feedback(case=case, channel=case.channel, message=outcome.summary)
    tell(case.item_code, told_of(case))
    move(
        case, Verb.FINISH, CaseStatus.FINISHED, actor=operator, last=last,
        keep=("person", "employer", "document", "finished_at", "effect_error", "next_try_at", "outcome"), along=(document, feedback),
        payload={
            "warrant": warrant_id, "changes": count, "changes_digest": digest, "outcome": digest_of(case.outcome),
            "document": document.digest,
        },
    )  # fmt: skip
    settle_tasks(case, today=clock.today())
    return case


def told_of(case: Case) -> dict[str, Any]:
    """What partners learn of a finished case, in LD/T 92 names; no more than they need."""
    person, employer = case.person, case.employer
    return {
        "case_no": case.case_no, "item": case.item_code, "AAE011": case.agency_id,
        "AAC002": person.id_number if person else "", "AAC003": person.name if person else "",
        "AAB998": employer.credit_code if employer else "", "AAE140": case.form.get("insurances") or [],
        "AAE002": case.form.get("settle_period") or "",
    }  # fmt: skip


def _issue(case: Case, item: Item, outcome: Outcome) -> Any:
    holder = case.subject_name
    facts = [
        ("办件编号", case.case_no), ("业务事项", f"{item.name}（{item.code}）"), ("办理对象", holder),
        ("办理渠道", catalogue().channels[case.channel]), ("受理日期", case.accepted_on.isoformat()),
        ("办结日期", clock.today().isoformat()), ("参保归属地", area_name(case.area_id)), ("经办机构", case.agency.name),
        *outcome.lines,
    ]  # fmt: skip
    content: dict[str, Any] = {
        "agency": case.agency.name, "facts": facts, "sections": [*outcome.sections, *asked_section(case)], "notes": [outcome.summary, *outcome.notes],
    }  # fmt: skip
    if outcome.scan is not None:
        content["scan"] = dict(zip(("label", "path"), outcome.scan, strict=True))
    # What asks for money proves no payment: its proof follows when the money has arrived (电子票据).
    kind = "payment_notice" if outcome.order else item.feedback
    return issue_document(
        kind=kind, title=catalogue().feedback_kinds[kind].split("（")[0], case_no=case.case_no,
        holder=holder, is_holder_person=not case.is_about_unit, content=content, issued_on=clock.today(),
        is_stored=False,
    )  # fmt: skip


def facts_of(case: Case, *, may_ask: bool = False) -> Any:
    """The handler's facts rebuilt from a stored case, for finishing it later."""
    item = catalogue().version(case.item_code, case.item_version)
    rows = case.materials.select_related("paper").order_by("id")
    materials = [GivenMaterial(m.material_code, m.source, m.paper, m.note) for m in rows]
    application = Application(
        item_code=case.item_code, form=case.form, operator=case.handled_by or case.accepted_by,
        channel=case.handled_channel or case.channel, today=case.handled_on or case.accepted_on,
        materials=materials, case_id=case.pk, login=case.login, applicant=case.applicant, may_ask=may_ask,
    )  # fmt: skip
    return handlers.handler_of(item).facts(item=item, values=restored_values(item, case.form), application=application)


@transaction.atomic
def finish_approved(*, case_id: int, operator: User | None = None) -> Case:
    """Finish a case whose route is complete. Does nothing to a case that is in any other status.

    Called by the person who passes the last step, and again by the background worker for a case left behind when the
    process died between the two. What the effects refuse is written on the case, which stays approved.
    """
    case = locked_case(case_id)
    if case.status != CaseStatus.APPROVED:
        return case
    return finish_case(case=case, facts=facts_of(case), operator=operator)


def finish_decided(*, case_id: int, operator: User) -> Case:
    """Finish a case by a person, outside any transaction. Whatever goes wrong, what they decided stands: the reason is on the case.

    A fault of the program too, which is logged: the person gets a sentence, and the minute job tries the effects again.
    """
    each(
        [case_id], lambda number: finish_approved(case_id=number, operator=operator), job="casework.finish_decided",
        mark=lambda number, error: note_fault(number, error, operator),
    )  # fmt: skip
    return Case.objects.select_related("accepted_by", "handled_by", "agency__area", "area").get(pk=case_id)


def finish_again(*, case_id: int, actor: User) -> Case:
    """Try once more to finish a case whose effects were refused: by whoever worked on it, or may do one of its steps.

    Raises:
        StepMoved: the case is not approved. NotAuthorised: somebody else's work.
    """
    refuse_unfit(actor, Case.objects.select_related("accepted_by").get(pk=case_id), Verb.FINISH, clock.today())
    return finish_decided(case_id=case_id, operator=actor)
