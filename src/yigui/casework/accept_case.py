"""Accepting a case (受理): form, checks, class, route, first link of the chain; class 3 is finished on the spot."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from yigui.casework import handlers
from yigui.casework.enums import CaseStatus, MaterialSource, StepState, Verb
from yigui.casework.errors import CaseRefused, FormInvalid, ItemNotOpen, KeyReused, NotConfirmed
from yigui.casework.event_chain import SEAL_LOCK, append_event, new_chain
from yigui.casework.findings import Finding, Level
from yigui.casework.finish_case import finish_case
from yigui.casework.models import Case, CaseMaterial, CaseProof, Step
from yigui.casework.outside import oneself, own_item, own_items, own_subjects
from yigui.casework.queries import suggest_person
from yigui.casework.routes import PlannedStep, route_of
from yigui.casework.sampling import sampled_class
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import form_class, stored_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.documents.models import Paper
from yigui.registry.models import Person
from yigui.registry.queries import due_after
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import UnitLogin, User
from yigui.staff.rights import may


@dataclass(frozen=True)
class GivenMaterial:
    """A material handed in with the form."""

    code: str
    source: str = MaterialSource.SEEN
    paper: Paper | None = None
    note: str = ""


@dataclass(frozen=True)
class Application:
    """What a channel hands to the counter: the item, the raw form, the materials, and through which door.

    Args:
        form: raw values by field name, as typed.
        channel: code of the catalogue's channel.
        outlet_class: class of the bank outlet, "" elsewhere.
        today: the business day.
        confirmed: ids of checks whose reminders the applicant has agreed to.
        login: the employer's operator who applies by themselves; they can apply for their own employer and its staff only.
        applicant: the person who applies by themselves, for themselves only.
        idempotency_key: the same key and request give the same case again.
        may_ask: False to look only at what partners have told already (a GET never writes).
    """

    item_code: str
    form: Mapping[str, Any]
    operator: User
    channel: str
    today: dt.date
    materials: Sequence[GivenMaterial] = ()
    outlet_class: str = ""
    confirmed: Collection[str] = ()
    idempotency_key: str | None = None
    case_id: int | None = field(default=None)
    login: UnitLogin | None = None
    applicant: Person | None = None
    may_ask: bool = True


@dataclass(frozen=True)
class Examination:
    """A form that has been read and checked: cleaned values, the item's facts, and what the checks found."""

    item: Item
    values: dict[str, Any]
    facts: Any
    findings: list[Finding]

    @property
    def refusals(self) -> list[Finding]:
        return [f for f in self.findings if f.is_refusal]

    @property
    def reminders(self) -> list[Finding]:
        return [f for f in self.findings if f.level == Level.REMIND]

    @property
    def waits(self) -> list[Finding]:
        return [f for f in self.findings if f.level == Level.WAIT]


def open_item(code: str, on: dt.date) -> Item:
    """The item in force on a day, if it can be accepted.

    Raises:
        ItemNotOpen: unknown, not in force, or without code.
    """
    try:
        item = catalogue().item(code, on)
    except KeyError as error:
        raise ItemNotOpen(f"事项目录中没有 {code}，请核对事项编码。", item=code) from error
    handlers.handler_of(item)
    return item


def examine(application: Application) -> Examination:
    """Read and check a form; nothing is stored.

    Raises:
        ItemNotOpen: see `open_item`.
        FormInvalid: a field cannot be read, or an operator named another employer or its staff.
        NotAuthorised: an operator may not apply for this item.
    """
    item = open_item(application.item_code, application.today)
    if application.login is not None:
        own_items(application.login, item)
    if application.applicant is not None:
        own_item(item)
    unknown = set(application.form) - {f.name for f in item.input_fields}
    if unknown:
        raise FormInvalid({name: [f"事项 {item.code} 没有“{name}”这一栏。"] for name in sorted(unknown)})
    values = plain_form(application.form)
    listed = [f.name for f in item.input_fields if isinstance(values.get(f.name), list) and f.type not in ("enum_list", "table")]
    if listed:
        raise FormInvalid({name: ["此项只能填一个值。"] for name in listed})
    form = form_class(item)(values)
    if not form.is_valid():
        raise FormInvalid({name: [str(m) for m in messages] for name, messages in form.errors.items()})
    if application.login is not None:
        own_subjects(application.login, item, form.cleaned_data)
    if application.applicant is not None:
        oneself(application.applicant, form.cleaned_data)
    handler = handlers.handler_of(item)
    facts = handler.facts(item=item, values=form.cleaned_data, application=application)
    return Examination(item, form.cleaned_data, facts, handler.check(facts))


def plain_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Raw values as a form would send them: text, or a list of texts; tables stay as they are.

    Raises:
        FormInvalid: a value that is no text, number, list or table, or text that is not Unicode.
    """
    plain: dict[str, Any] = {}
    for name, value in form.items():
        if value is None:
            plain[name] = ""
        elif isinstance(value, bool):
            plain[name] = value
        elif isinstance(value, (str, int, float)):
            plain[name] = str(value)
        elif isinstance(value, list) and not any(isinstance(v, dict) for v in value):
            plain[name] = [str(v) for v in value]
        elif isinstance(value, list):
            plain[name] = value
        else:
            raise FormInvalid({name: ["应为文字、数字或列表。"]})
        try:
            str(plain[name]).encode()
        except UnicodeEncodeError as error:
            raise FormInvalid({name: ["含有无法识别的字符，请重新录入。"]}) from error
    return plain


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
    examination = examine(application)
    if examination.refusals:
        raise CaseRefused(examination.refusals)
    unconfirmed = [f for f in examination.reminders if f.check not in application.confirmed]
    if unconfirmed:
        raise NotConfirmed(unconfirmed)
    try:
        with transaction.atomic():
            return _store(application, examination, request_digest)
    except IntegrityError as error:
        if "idempotency_key" not in str(error):
            raise
        # The same request came in twice at the same moment; the other one has stored it.
        known = _known_case(application, request_digest)
        assert known is not None
        return known


def _known_case(application: Application, request_digest: str) -> Case | None:
    if application.idempotency_key is None:
        return None
    known = Case.objects.filter(idempotency_key=application.idempotency_key).first()
    if known is not None and known.request_digest != request_digest:
        raise KeyReused("该请求编号已用于另一笔业务，请更换请求编号后重新提交。", key=application.idempotency_key)
    return known


def _store(application: Application, examination: Examination, request_digest: str) -> Case:
    item, operator = examination.item, application.operator
    handler = handlers.handler_of(item)
    subject = handler.subject(examination.facts)
    amount = handler.amount_fen(examination.facts)
    if not may(
        user_id=operator.pk,
        step="accept",
        item_code=item.code,
        area_code=subject.area_code,
        on=application.today,
        amount_fen=amount,
    ):
        raise NotAuthorised(item.check_named("operator_authorised").message, item=item.code)
    raised_to, reasons = handler.risk(examination.facts)
    sampled_to, sampled = sampled_class(item.code, application.today)
    risk_class, reasons = min(item.risk_class, raised_to, sampled_to), [*reasons, *sampled]
    case_no = _case_no(operator.agency.area_id, application.today, subject.key if item.group != "enquiry" else "")
    if item.group != "enquiry" and _has_open_case(subject.key, item.code):
        raise CaseRefused([Finding("no_open_case", item.check_named("no_open_case").message)])
    now = clock.now()
    deadline = due_after(application.today, item.limit_working_days)
    planned = route_of(item, risk_class, is_trainee=operator.is_trainee)
    case = Case.objects.create(
        case_no=case_no, item_code=item.code, item_version=item.valid_from, item_name=item.name, channel=application.channel,
        risk_class=risk_class, risk_reasons=reasons if risk_class < item.risk_class else [], person=subject.person,
        employer=subject.employer, subject_key=subject.key, subject_name=subject.name, area_id=subject.area_code,
        agency=operator.agency, amount_fen=amount, form=stored_values(item, examination.values),
        preview=[[p.label, p.before, p.after] for p in handler.preview(examination.facts)],
        findings=[f.as_dict() for f in examination.reminders], accepted_by=operator, login=application.login, applicant=application.applicant, accepted_at=now,
        accepted_on=application.today, due_on=deadline.day, is_due_provisional=deadline.is_provisional,
        idempotency_key=application.idempotency_key, request_digest=request_digest,
        status=status_of(planned, examination),
    )  # fmt: skip
    keep_proofs(case, examination.facts)
    if application.materials:
        CaseMaterial.objects.bulk_create(
            CaseMaterial(case=case, material_code=m.code, source=m.source, paper=m.paper, note=m.note)
            for m in application.materials
        )
    accepted = new_chain(case, Verb.ACCEPT, actor=operator, payload=_accept_payload(case, application))
    accepted.save(force_insert=True)
    if case.status == CaseStatus.WAITING:
        return case
    lay_out_steps(case, planned, operator, application.today)
    if case.status == CaseStatus.APPROVED:
        finish_case(case=case, facts=examination.facts, operator=operator, last=accepted)
    return case


def status_of(planned: Sequence[PlannedStep], examination: Examination) -> CaseStatus:
    """Where a case stands after it has been examined."""
    if examination.waits:
        return CaseStatus.WAITING
    return CaseStatus.OPEN if len(planned) > 1 else CaseStatus.APPROVED


def keep_proofs(case: Case, facts: Any) -> None:
    """Bind the answers of partners to the case, and mark the papers they stand in for (共享核验)."""
    if not facts.answers and not facts.shared:
        return
    CaseProof.objects.bulk_create([CaseProof(case=case, answer=a) for a in facts.answers], ignore_conflicts=True)
    CaseMaterial.objects.bulk_create(
        CaseMaterial(case=case, material_code=code, source=MaterialSource.SHARED, note=note[:200])
        for code, note in facts.shared.items()
        if not CaseMaterial.objects.filter(case=case, material_code=code, source=MaterialSource.SHARED).exists()
    )


def _case_no(area_code: str, today: dt.date, lock_key: str) -> str:
    """The next case number: division, day, running number. The same statement takes the locks the case needs.

    The advisory lock on the subject makes "one open case per subject" hold when two tellers accept at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('casework_case_no'), pg_advisory_xact_lock_shared(%s)::text, "
            "pg_advisory_xact_lock(7002, hashtext(%s))::text",
            [SEAL_LOCK, lock_key],
        )
        (number, _, _) = cursor.fetchone()
    return f"{area_code}{today:%Y%m%d}{number:08d}"


def _has_open_case(subject_key: str, item_code: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM casework_case WHERE subject_key = %s AND item_code = %s "
            "AND status NOT IN ('finished', 'declined', 'withdrawn'))",
            [subject_key, item_code],
        )
        (answer,) = cursor.fetchone()
    return bool(answer)


def _accept_payload(case: Case, application: Application) -> dict[str, Any]:
    return {
        "item": case.item_code, "version": case.item_version.isoformat(), "risk_class": case.risk_class,
        "form": digest_of(case.form),
        "materials": [[m.code, m.source, m.paper.file_id if m.paper else ""] for m in application.materials],
        "confirmed": sorted(application.confirmed), "area": case.area_id, "agency": case.agency_id,
        **({"login": application.login.username} if application.login else {}),
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
            step.suggested_to = suggest_person(step, exclude=[acceptor.pk], today=today)
        rows.append(step)
    Step.objects.bulk_create(rows)


def resubmit_case(*, case: Case, application: Application) -> Case:
    """Hand a returned case in again with a corrected form (补正后重新提交): checked anew, a new round of steps.

    The clock stood still while the case was with the applicant: the due date moves by the working days spent.

    Raises:
        as `accept_case`; StepMoved: the case is not returned, or another person than its acceptor resubmits.
    """
    from yigui.casework.decide_step import locked_case, paused_due_date

    examination = examine(application)
    if examination.refusals:
        raise CaseRefused(examination.refusals)
    unconfirmed = [f for f in examination.reminders if f.check not in application.confirmed]
    if unconfirmed:
        raise NotConfirmed(unconfirmed)
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
        case.due_on = paused_due_date(case, application.today)
        case.round += 1
        planned = route_of(examination.item, case.risk_class, is_trainee=application.operator.is_trainee)
        case.status, case.returned_on = status_of(planned, examination), None
        case.findings = [f.as_dict() for f in examination.reminders]
        case.save()
        keep_proofs(case, examination.facts)
        CaseMaterial.objects.bulk_create(
            CaseMaterial(case=case, material_code=m.code, source=m.source, paper=m.paper, note=m.note)
            for m in application.materials
        )
        append_event(
            case, Verb.RESUBMIT, actor=application.operator, payload=_accept_payload(case, application) | {"round": case.round}
        )
        if case.status != CaseStatus.WAITING:
            lay_out_steps(case, planned, application.operator, application.today)
        if case.status == CaseStatus.APPROVED:
            finish_case(case=case, facts=examination.facts, operator=application.operator)
    return case


__all__ = [
    "Application",
    "Examination",
    "GivenMaterial",
    "ItemNotOpen",
    "accept_case",
    "examine",
    "keep_proofs",
    "lay_out_steps",
    "open_item",
    "resubmit_case",
    "status_of",
]
