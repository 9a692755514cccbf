"""Accepting a case (受理): class, route, first link of the chain; class 3 is finished on the spot."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from yigui.casework import handlers
from yigui.casework.application import Application, Examination, agreed, plain_form
from yigui.casework.enums import CaseStatus, Verb
from yigui.casework.errors import CaseRefused, KeyReused
from yigui.casework.event_chain import new_chain
from yigui.casework.findings import Finding
from yigui.casework.finish_case import finish_case
from yigui.casework.hall_hours import outside_hours
from yigui.casework.models import Case
from yigui.casework.promised_days import limit_days
from yigui.casework.queries import standing_before, way_past
from yigui.casework.questions import answered
from yigui.casework.rounds import handed_in, keep_materials, keep_proofs, lay_out_steps, status_of
from yigui.casework.routes import route_of
from yigui.casework.sampling import sampled_class
from yigui.casework.who_may import Reason, no_authority, why_not_here, why_not_today
from yigui.catalogue.declarations import Item
from yigui.catalogue.forms import stored_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import YiguiError
from yigui.common.locks import Lock
from yigui.db.presence import act_and_ask
from yigui.db.rows import insert_row
from yigui.registry.queries import due_after, person_by_number
from yigui.staff.enums import StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.rights import MAY


def accept_case(application: Application) -> Case:
    """Accept a case. Class 3 comes back finished; others stand at their first review; one that rests on the answer of a partner
    who does not answer now waits for it (`casework.waiting`).

    Raises:
        ItemNotOpen, FormInvalid, CaseRefused, NotConfirmed: see there.
        NotAuthorised: the operator may not accept this item for this area.
        KeyReused: the idempotency key belongs to another request.
    """
    request_digest = digest_of([application.item_code, plain_form(application.form), application.operator.pk])
    known = _known_case(application, request_digest)
    if known is not None:
        return known
    try:
        return _examined_and_stored(application, request_digest)
    except (YiguiError, IntegrityError):
        # The same request came in twice at the same moment: the other one has stored it, and what it changed may be what is refused here.
        known = _known_case(application, request_digest)
        if known is None:
            raise
        return known


class _Overtaken(Exception):
    """While this application was examined another one about the same subject was stored: what was found may no longer be so."""

    def __init__(self, other: Case) -> None:
        super().__init__(other.case_no)
        self.other = other


#: A case accepted this long before the examination began may not have been there yet for it to see.
_MARGIN = dt.timedelta(seconds=10)


def _examined_and_stored(application: Application, request_digest: str) -> Case:
    """Examine and store. Whoever was overtaken by another case of the same subject is examined again by what that one has done, and is told
    of it where that refuses them."""
    seen: dict[int, Case] = {}
    while True:
        since = clock.now() - _MARGIN
        try:
            examination = agreed(application)
            with transaction.atomic():
                return _store(application, examination, request_digest, since=since, seen=seen)
        except _Overtaken as overtaken:
            seen[overtaken.other.pk] = overtaken.other
            assert len(seen) < _OVERTAKEN_MAX, "a subject whose cases never end"
        except CaseRefused as refused:
            if not seen:
                raise
            raise CaseRefused([*refused.findings, *(_done_by(case) for case in seen.values())]) from refused


#: Cases of one subject that may overtake one application.
_OVERTAKEN_MAX = 20


def _done_by(case: Case) -> Finding:
    """What the first of two has done, for the second."""
    at = clock.local(case.accepted_at).strftime("%H:%M:%S")
    words = (
        f"该对象的“{case.item_name}”刚刚已由另一笔业务办理：办件编号 {case.case_no}，{at} 受理，现为“{case.get_status_display()}”。"
    )
    return Finding("done_meanwhile", words, detail="请查看该办件的结果；仍须办理的，请按现在的登记内容重新填报。")


def _known_case(application: Application, request_digest: str) -> Case | None:
    if application.idempotency_key is None:
        return None
    known = Case.objects.filter(idempotency_key=application.idempotency_key).first()
    if known is not None and known.request_digest != request_digest:
        raise KeyReused("该请求编号已用于另一笔业务，请更换请求编号后重新提交。", key=application.idempotency_key)
    return known


def _store(
    application: Application, examination: Examination, request_digest: str, *, since: dt.datetime, seen: Mapping[int, Case]
) -> Case:
    item, operator = examination.item, application.operator
    handler = handlers.handler_of(item)
    subject = handler.subject(examination.facts)
    amount = handler.amount_fen(examination.facts)
    _refuse(item, why_not_here(operator, item, application.channel, application.today))
    _refuse(item, why_not_today(operator, application.channel, application.today))
    raised_to, reasons = handler.risk(examination.facts)
    sampled_to, sampled = sampled_class(item.code, application.today)
    risk_class, reasons = min(item.risk_class, raised_to, sampled_to), [*reasons, *sampled]
    case_no, has_authority = _case_no(application, subject.key if item.group != "enquiry" else "", subject.area_code, amount)
    _refuse(item, None if has_authority else no_authority(item))
    if subject.person is None and subject.key.startswith("person:") and person_by_number(subject.key.partition(":")[2]) is not None:
        raise CaseRefused(
            [Finding("registered_meanwhile", "该人员刚由其他经办人登记参保，请刷新后重新核对申请内容。", field="id_number")]
        )
    other = None
    if item.group != "enquiry":
        whose = {
            "person_id": subject.person.pk if subject.person else None,
            "employer_id": subject.employer.pk if subject.employer else None,
        }
        other = standing_before(subject.key, item.code, since=since, **whose)
    if other is not None and (other.item_code != item.code or other.is_final):
        if other.pk not in seen:
            raise _Overtaken(other)
    elif other is not None:
        raise CaseRefused([Finding("no_open_case", item.check_named("no_open_case").message, detail=way_past(other))])
    now = clock.now()
    days = limit_days(
        item, people=application.list_people, area=subject.area_code, day=application.today, counted=application.counted
    )
    deadline = due_after(application.today, days)
    planned = route_of(item, risk_class, is_trainee=operator.is_trainee)
    case = Case(
        case_no=case_no, item_code=item.code, item_version=item.valid_from, item_name=item.name, channel=application.channel,
        risk_class=risk_class, risk_reasons=reasons if risk_class < item.risk_class else [], person=subject.person,
        employer=subject.employer, subject_key=subject.key, subject_name=subject.name, area_id=subject.area_code,
        agency=operator.agency, amount_fen=amount, form=stored_values(item, examination.values),
        preview=[[p.label, p.before, p.after] for p in handler.preview(examination.facts)],
        waiting_money=[list(pair) for pair in handler.waiting_money(examination.facts)],
        findings=answered(examination.reminders, application.reasons, application.answered_by), accepted_by=operator,
        login=application.login, applicant=application.applicant, accepted_at=now,
        accepted_on=application.today, due_on=deadline.day, is_due_provisional=deadline.is_provisional,
        idempotency_key=application.idempotency_key, request_digest=request_digest,
        status=status_of(planned, examination),
    )  # fmt: skip
    insert_row(case)
    if application.counted is not None and subject.area_code in application.counted:
        application.counted[subject.area_code] += 1
    keep_proofs(case, examination.facts, is_new=True)
    keep_materials(case, application)
    outside = outside_hours(operator, application.channel)
    note = _begun_by(application) + (outside.sentence if outside else "")
    accepted = new_chain(
        case, Verb.ACCEPT, actor=operator, payload=handed_in(case, application, outside, examination.facts), note=note
    )
    lay_out_steps(case, planned, operator, application.today, begun=accepted)
    if case.status == CaseStatus.APPROVED:
        finish_case(case=case, facts=examination.facts, operator=operator, last=accepted)
    return case


def _refuse(item: Item, reason: Reason | None) -> None:
    if reason is not None:
        raise NotAuthorised(reason.sentence, item=item.code, reason=reason.code)


def _begun_by(application: Application) -> str:
    """Who began the form and handed it over to the special desk; "" where the acceptor began it (R029)."""
    begun = application.handed_by
    return f"由 {begun.full_name} 录入后转交特殊业务窗口。" if begun is not None else ""


def _case_no(application: Application, lock_key: str, area_code: str, amount_fen: int | None) -> tuple[str, bool]:
    """The next case number: division, day, running number; and whether the operator has authority. The same statement makes whoever applies
    present, and takes the locks the case needs.

    The advisory lock on the subject makes "one open case per subject" hold when two tellers accept at once.

    Raises:
        NotSeen: whoever applies has not signed in.
    """
    (number, _, _, has_authority) = act_and_ask(
        application.whoever,
        f"nextval('casework_case_no'), pg_advisory_xact_lock_shared(%s)::text, pg_advisory_xact_lock(%s, hashtext(%s))::text, {MAY}",
        Lock.SEAL, Lock.SUBJECT, lock_key,
        application.operator.pk, StepKind.ACCEPT, application.item_code, area_code, application.today, amount_fen,
    )  # fmt: skip
    return f"{application.operator.agency.area_id}{application.today:%Y%m%d}{number:08d}", bool(has_authority)
