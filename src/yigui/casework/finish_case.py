"""Finishing a case (办结): ONE transaction issues the warrant, applies the effects, and appends the event.

If anything fails, all of it is undone and the case says why; it stays approved and can be finished again.
"""

from functools import partial
from typing import Any

from django.db import Error, connection, transaction

from yigui.casework import handlers
from yigui.casework.application import Application, GivenMaterial
from yigui.casework.enums import CaseStatus, Verb
from yigui.casework.errors import StepMoved
from yigui.casework.event_chain import append_event
from yigui.casework.follow_ups import open_follow_ups, settle_tasks
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case, Event, Feedback
from yigui.casework.outcomes import stored_outcome
from yigui.casework.queries import has_worked_on
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import restored_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import YiguiError
from yigui.documents.issue import issue_document
from yigui.exchange.outbox import tell
from yigui.registry.queries import area_name
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.rights import may
from yigui.warrants.queries import changes_digest


def finish_case(*, case: Case, facts: Any, operator: User | None, last: Event | None = None) -> Case:
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
        sentence = error.message if isinstance(error, YiguiError) else database_sentence(error)
        Case.objects.filter(pk=case.pk).update(effect_error=sentence)
        append_event(case, Verb.EFFECT_FAILED, actor=operator, note=sentence)
        case.status, case.effect_error = CaseStatus.APPROVED, sentence
        return case


def database_sentence(error: Error) -> str:
    """The sentence of a refusal by the database's own guards (codes YG…); for others what to do next."""
    diag = getattr(error.__cause__, "diag", None)
    if diag is not None and (diag.sqlstate or "").startswith("YG"):
        return str(diag.message_primary)
    return f"数据库拒绝写入（{diag.sqlstate if diag else type(error).__name__}），本办件未产生任何变更，请联系系统管理员。"


def _finish(case: Case, facts: Any, operator: User | None, last: Event | None) -> Case:
    item = catalogue().version(case.item_code, case.item_version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])
        (warrant_id,) = cursor.fetchone()
    outcome = handlers.handler_of(item).apply(facts, case)
    count, digest = changes_digest(warrant_id)
    case.person = case.person or outcome.person
    case.employer = case.employer or outcome.employer
    case.document = _issue(case, item, outcome)
    case.status, case.finished_at, case.effect_error = CaseStatus.FINISHED, clock.now(), ""
    tasks = open_follow_ups(case, outcome.follow_ups, operator=operator, today=clock.today())
    case.outcome = stored_outcome(outcome, warrant_id=warrant_id, changes=count, task_ids=[t.pk for t in tasks])
    Case.objects.filter(pk=case.pk).update(
        person=case.person, employer=case.employer, document=case.document, status=case.status,
        finished_at=case.finished_at, effect_error="", outcome=case.outcome,
    )  # fmt: skip
    Feedback.objects.create(case=case, channel=case.channel, message=outcome.summary)
    tell(case.item_code, told_of(case))
    append_event(
        case, Verb.FINISH, actor=operator, last=last,
        payload={
            "warrant": warrant_id, "changes": count, "changes_digest": digest, "outcome": digest_of(case.outcome),
            "document": case.document.digest,
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
        *outcome.facts,
    ]  # fmt: skip
    content: dict[str, Any] = {
        "agency": case.agency.name, "facts": facts, "sections": outcome.sections, "notes": [outcome.summary, *outcome.notes],
    }  # fmt: skip
    if outcome.scan is not None:
        content["scan"] = dict(zip(("label", "path"), outcome.scan, strict=True))
    return issue_document(
        kind=item.feedback, title=catalogue().feedback_kinds[item.feedback].split("(")[0].split("（")[0], case_no=case.case_no,
        holder=holder, is_holder_person=case.person_id is not None, content=content, issued_on=clock.today(),
    )  # fmt: skip


def facts_of(case: Case, *, may_ask: bool = False) -> Any:
    """The handler's facts rebuilt from a stored case, for finishing it later."""
    item = catalogue().version(case.item_code, case.item_version)
    materials = [GivenMaterial(m.material_code, m.source, m.paper, m.note) for m in case.materials.select_related("paper").all()]
    application = Application(
        item_code=case.item_code, form=case.form, operator=case.accepted_by, channel=case.channel, today=case.accepted_on,
        materials=materials, case_id=case.pk, login=case.login, applicant=case.applicant, may_ask=may_ask,
    )  # fmt: skip
    return handlers.handler_of(item).facts(item=item, values=restored_values(item, case.form), application=application)


@transaction.atomic
def finish_approved(*, case_id: int, operator: User | None = None) -> Case:
    """Finish a case whose route is complete. Does nothing to a case that is in any other status.

    Called by the person who passes the last step, and again by the background worker for a case left behind when the
    process died between the two. What the effects refuse is written on the case, which stays approved.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("accepted_by", "agency", "area").get(pk=case_id)
    if case.status != CaseStatus.APPROVED:
        return case
    return finish_case(case=case, facts=facts_of(case), operator=operator)


def finish_again(*, case_id: int, actor: User) -> Case:
    """Try once more to finish a case whose effects were refused: by whoever worked on it, or may do one of its steps.

    Raises:
        StepMoved: the case is not approved. NotAuthorised: somebody else's work.
    """
    case = Case.objects.get(pk=case_id)
    if case.status != CaseStatus.APPROVED:
        raise StepMoved(f"办件 {case.case_no} 现为“{case.get_status_display()}”，无须再次办结，请刷新页面。", case_no=case.case_no)
    steps = set(case.steps.filter(round=case.round).values_list("code", flat=True))
    ask = partial(
        may, user_id=actor.pk, item_code=case.item_code, area_code=case.area_id, on=clock.today(), amount_fen=case.amount_fen
    )
    if not has_worked_on(case, actor) and not any(ask(step=step) for step in steps):
        raise NotAuthorised("只有经办过本件或有权办理本件环节的人员可以再次办结。", case_no=case.case_no)
    with transaction.atomic():
        return finish_approved(case_id=case_id, operator=actor)
