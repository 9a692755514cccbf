"""What an attack finds when it begins: people, cases and batches of the city, each made once a file of tests."""

import datetime as dt
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, connections, transaction

from tests import city, money, seen
from tests.archive import papers
from tests.audit import samples
from tests.casework.test_meetings_held import at_its_meeting
from tests.entitlement.people import carry, decided, overdue, pensioner, released
from tests.exchange.test_deaths import renumbered, reported, row
from tests.items import money_forms
from tests.items.benefit_forms import FORMS
from tests.items.change.test_merge import enrolled, without_relations
from tests.items.situations import last_paid, returned
from tests.ledger.test_books import under_warrant
from tests.payment.test_reemployed import claimant
from tests.payment.test_refund_batches import MATERIALS, refunded
from tests.payment.test_reissues_in_doubt import came_back as told_by_results
from tests.payment.test_returned_lines import came_back
from tests.payment.test_supplement_run import benefit_of, certified, corrected, held_people, supplement
from tests.rating import services
from tests.receipts.test_rejected_lines import OURS, of_bank
from tests.receipts.test_statements import take
from tests.statements import balance, camt, entry, statement
from tests.tasks.work import new_task, taken
from tests.visits import halls
from yigui.audit.models import Sample
from yigui.audit.work import examine
from yigui.casework.accept_case import accept_case
from yigui.casework.application_lists import keep_list
from yigui.casework.finish_case import facts_of
from yigui.casework.models import Case, Event, Feedback, SignedOutcome
from yigui.casework.queries import current_step
from yigui.casework.rehearse import to_sign
from yigui.catalogue.change_item import apply_for_change, approve_change, check_change
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.routes import MINIMUM
from yigui.charges.models import PaymentOrder
from yigui.common.errors import YiguiError
from yigui.db.presence import be_present
from yigui.documents.store import store_made
from yigui.entitlement.certification import CERTIFY, due_list
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import certified_until, death_of
from yigui.exchange.import_records import LIFE_SIGNS, import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import InMessage, OutMessage, PartnerAnswer
from yigui.identity.demo import code_of, secret_of
from yigui.identity.models import UnitLogin
from yigui.identity.proof import keep_partner
from yigui.items.common.award import payee_of
from yigui.law.province import BASE_TABLE
from yigui.law.signed_rows import SignedRow, reading, signed
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post
from yigui.ledger.reversal import plan_reversal
from yigui.ledger.transfer import TRANSFER
from yigui.levy.supplement_run import SUPPLEMENT
from yigui.parameters.change_parameter import propose
from yigui.parameters.models import OPEN, ParameterChange
from yigui.parameters.trial import order_trial, try_change
from yigui.payment.bank_files import payment_no
from yigui.payment.bank_results import import_results
from yigui.payment.models import Payment, PaymentResult
from yigui.payment.refund_payee_run import plan_payee
from yigui.payment.reissue_withdrawal import plan_withdrawal
from yigui.rating.given import Given
from yigui.rating.rate import rate_at_window
from yigui.receipts.claim_reversal import plan_claim_reversal
from yigui.receipts.electronic_receipts import issue_electronic_receipt
from yigui.receipts.models import Receipt, ReceiptLine
from yigui.receipts.recognise import recognise
from yigui.receipts.reversal_run import plan_receipt_reversal
from yigui.registry.enums import INSURANCE_OF, INSURANCE_SLOT, Insurance
from yigui.registry.models import Agency, Employer, Person
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.jobs import order_for
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.runs.staged import execute, prepare
from yigui.staff.grant_rights import apply_for_rights, approve_rights, check_rights
from yigui.staff.kin import declare_kin
from yigui.staff.merge_agencies import ask_to_merge
from yigui.staff.models import Section, User
from yigui.tasks.death_conflicts import reports_of
from yigui.tasks.end_task import finish
from yigui.tasks.models import Task
from yigui.tasks.work_on import take as take_task
from yigui.visits.desk_work import call_next, move_ticket
from yigui.visits.models import Visit

GIVENS: dict[str, Callable[[], dict[str, Any]]] = {}


@dataclass(frozen=True)
class Present:
    """The code that somebody's device shows when an attack is made, or so many half minutes later: what was there when its city was made is long over."""

    username: str
    ahead: int = 0

    def __str__(self) -> str:
        return code_of(secret_of(self.username), int(time.time()) // 30 + self.ahead)


def names(what: str) -> Callable[[Callable[[], dict[str, Any]]], Callable[[], dict[str, Any]]]:
    """Under which words an attack asks for it."""

    def keep(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        GIVENS[what] = make
        return make

    return keep


def given(what: str) -> dict[str, Any]:
    """The values of what is given, by name. Codes that another attack has used are good again: nobody waits thirty seconds."""
    values = city.of_city(f"attacks: {what}", GIVENS[what])
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "SELECT setval(oid::regclass, 1) FROM pg_class WHERE relkind = 'S' AND relname LIKE 'identity\\_tries\\_used\\_%'"
        )
    return values


@names("a person")
def a_person() -> dict[str, Any]:
    employment = city.next_employee()
    return {"person": employment.person_id, "employer": employment.employer_id}


@names("the staff")
def the_staff() -> dict[str, Any]:
    return {
        name: city.user(name).pk
        for name in ("teller", "teller2", "reviewer", "head", "director", "accountant", "auditor", "secadmin")
    }


@names("people at work")
def people_at_work() -> dict[str, Any]:
    """A section head, an accountant and a system administrator, each with what shows them to the database."""
    people = {f"{name}_at_work": city.user(name) for name in ("head", "accountant", "sysadmin")}
    return {name: who.pk for name, who in people.items()} | {f"{name}_token": seen.token_of(who) for name, who in people.items()}


@names("a change that is proposed")
def a_change_that_is_proposed() -> dict[str, Any]:
    """Of a base of a year far off, with a trial that waits and one that has ended."""
    head = city.user("head")
    released(since=202601)
    change = propose(
        proposer=head, table=BASE_TABLE, keys=("2031",), area="510000", valid_from=dt.date(2031, 1, 1), valid_to=dt.date(2031, 12, 31),
        columns={"value": "9900"}, source="川人社发〔2026〕31号", published_on=city.TODAY, reason="省里公布计发基数", late_reason="", today=city.TODAY,
    )  # fmt: skip
    closed, waits = (order_trial(change_id=change.pk, person=head) for _ in range(2))
    try_change(closed.pk)
    return {"change": change.pk, "trial": waits.pk, "closed": closed.pk, "head": head.pk}


@names("bounds that are proposed")
def bounds_that_are_proposed() -> dict[str, Any]:
    """Of the last month of the year, with a trial that waits."""
    head = city.user("head")
    open_one = ParameterChange.objects.filter(
        table_name="contribution/base_bounds", keys="", area_code="510000", status__in=OPEN
    ).first()
    change = open_one or propose(
        proposer=head, table="contribution/base_bounds", keys=(), area="510000", valid_from=dt.date(2026, 12, 1), valid_to=dt.date(2026, 12, 31),
        columns={"floor": "4700", "ceiling": "23500"}, source="川人社发〔2026〕32号", published_on=city.TODAY, reason="省里公布上下限", late_reason="",
        today=city.TODAY,
    )  # fmt: skip
    return {"bounds_trial": order_trial(change_id=change.pk, person=head).pk}


@names("somebody overdue")
def somebody_overdue() -> dict[str, Any]:
    """A pensioner whose certification has run out."""
    # The last one: others who take a pensioner take the first.
    person = overdue(202612)[-1]
    return {
        "overdue": person.pk, "until": certified_until(person.pk), "teller": city.user("teller").pk, "accountant": city.user("accountant").pk,
    }  # fmt: skip


@names("a file of one fen")
def a_file_of_one_fen() -> dict[str, Any]:
    """As the application may write it with a cashier who is there: both tables are only appended to."""
    with transaction.atomic(), connection.cursor() as cursor:
        be_present(city.user("cashier"))
        cursor.execute(
            "INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, "
            "received_on, created_at, lines_in) VALUES ('bank', 'evil', '511102', 'x', repeat('e', 64), 1, 1, 0, '[]', '2026-11-10', now(), 1) RETURNING id"
        )
        (file,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq) "
            "VALUES (%s, 'evil', 'x', 1, '511102', '2026-11-10', 1, '', '', '', 1)", [file],
        )  # fmt: skip
    return {"file": file}


@names("a result on its way back")
def a_result_on_its_way_back() -> dict[str, Any]:
    """One that waits to be sent, and one that was given up."""
    waits, given_up = (Feedback.objects.get(case=city.accept_class3()) for _ in range(2))
    Feedback.objects.using("super").filter(pk=given_up.pk).update(delivered_at=given_up.created_at)
    return {"waiting_result": waits.pk, "given_up": given_up.pk}


def _said(said: str) -> Payment:
    """A payment about which the bank has said one thing, today."""
    run = last_paid()
    known = set(PaymentResult.objects.filter(batch_id=run.pk).values_list("benefit_id", flat=True))
    one = next(p for p in Payment.objects.filter(batch_id=run.pk).order_by("-seq") if p.benefit_id not in known)
    lines = f"支付编号|处理结果|原因|金额|记账日期\r\n{payment_no(run.pk, one.benefit_id)}|{said}|||{city.TODAY}\r\n"
    import_results(content=lines.encode(), file_name="r.txt", today=city.TODAY, user=city.program("bank"))
    return one


@names("a paid payment")
def a_paid_payment() -> dict[str, Any]:
    one = _said("成功")
    return {"said_batch": one.batch_id, "said_benefit": one.benefit_id, "said_fen": one.amount_fen}


@names("a forged return")
def a_forged_return() -> dict[str, Any]:
    """Of a payment that arrived, as far as the application's login gets by itself: file, warrant, result, voucher. And a line that waits."""
    one, back = _said("成功"), _said("退票")
    benefit = Benefit.objects.get(pk=one.benefit_id)
    with transaction.atomic(), connection.cursor() as cursor:
        be_present(city.program("bank"))
        cursor.execute(
            "INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on) "
            "VALUES (repeat('c', 64), 'x', 1, 0, 1, '[]', '2026-11-10') RETURNING id"
        )
        (file,) = cursor.fetchone()
        cursor.execute("SELECT benefits_issue_result_warrant_v1(%s)", [file])
        cursor.execute(
            "INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id) "
            "SELECT o.warrant_id, %s, %s, 1, 1, 'returned', '', %s, '2026-11-10', %s FROM warrants_open_v1() AS o",
            [one.batch_id, one.benefit_id, one.amount_fen, file],
        )
        post(
            event="benefit_returned", fund=FUND_OF[INSURANCE_OF[benefit.insurance].value], area_code=benefit.area_id, on=city.TODAY,
            amounts={"total": one.amount_fen}, source_kind="result_file", source_id=file,
        )  # fmt: skip
    lines = f"支付编号|处理结果|原因|金额|记账日期\r\n{payment_no(back.batch_id, back.benefit_id)}|成功|||{city.TODAY}\r\n"
    odd = import_results(content=lines.encode(), file_name="s.txt", today=city.TODAY, user=city.program("bank"))
    return {
        "forged_batch": one.batch_id, "forged_benefit": one.benefit_id, "forged_fen": one.amount_fen, "forged_file": file,
        "waiting": odd.waiting.get().pk,
    }  # fmt: skip


@names("who may bring files in")
def who_may_bring_files_in() -> dict[str, Any]:
    """A section head, and the programs of partners, each with what shows them to the database."""
    programs = {"bank": "bank", "civil": "civil_affairs", "police": "public_security", "jobs": "employment_service"}
    head = city.user("head")
    return {
        "head": head.pk, "head_token": seen.token_of(head), "reader": city.user("cashier").pk, "reader_token": seen.token_of(city.user("cashier")),
        **{f"{word}_token": seen.token_of(city.program(code)) for word, code in programs.items()},
        **{word: city.program(code).pk for word, code in programs.items()},
    }  # fmt: skip


@names("what partners told")
def what_partners_told() -> dict[str, Any]:
    """A sentence, a trace of life and a registration out of files, an answer, and a message that became nothing, each about somebody of the city."""
    sender, by, person = city.partner("civil_affairs", "民政"), city.user("head"), city.next_person()
    heads = {
        "prison": ("AAC002,AAC003,服刑起始日期,服刑终止日期", "2026-04-21,"), "life_sign": ("AAC002,AAC003,AAE036", "2026-10-01"),
        "employment_registration": ("AAC002,AAC003,AAB998,ACC031", f"{Employer.objects.order_by('id')[0].credit_code},2026-10-01"),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for kind, (head, rest) in heads.items():
        content = f"{head}\n{person.id_number},{person.name},{rest}\n".encode()
        file = import_records(
            RECORD_FILES[kind], content=content, file_name="p.csv", partner=city.sender_of(kind), user=by, today=city.TODAY
        )
        found[kind] = RECORD_FILES[kind].model._default_manager.get(file=file).pk
    with transaction.atomic():
        be_present(city.program("public_security"))
        told = InMessage.objects.create(
            partner=city.partner("public_security", "公安"), message_id="one", kind="life_sign", digest="x",
            content={"AAC002": person.id_number, "AAC003": person.name, "AAE036": "2026-10-05"},
        )  # fmt: skip
    answer = PartnerAnswer.objects.using("super").create(
        request_id=uuid.uuid4(), service="death", partner=sender, subject="x", request={"AAC002": person.id_number}, outcome="found",
        data={"AAC003": person.name, "AIC037": "2026-10-01"}, took_ms=1,
    )  # fmt: skip
    return {
        "prison_record": found["prison"], "life_sign": found["life_sign"], "registration": found["employment_registration"], "answer": answer.pk,
        "told": told.pk, "kept": store_made(b"what nobody has sent", "application/octet-stream").digest,
    }  # fmt: skip


@names("a batch of nobody")
def a_batch_of_nobody() -> dict[str, Any]:
    """A draft that makes itself, filled by the application: as far as it gets without people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT runs_open_v1('', 'evil', '511100', 202611, '{}', '', true)")
        (batch,) = cursor.fetchone()
        cursor.execute("UPDATE runs_batch SET status = 'prepared', prepared_at = now() WHERE id = %s", [batch])
    return {"batch": batch}


@names("a draft of each kind")
def a_draft_of_each_kind() -> dict[str, Any]:
    """Of one county, as they make themselves on their day."""
    found = {}
    for kind, period in (("pay", 202611), ("levy", 202611), ("interest", 202512)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT runs_open_v1('', %s, '511111', %s, '{511111}', '', false)", [kind, period])
            (found[f"{kind}_draft"],) = cursor.fetchone()
    return found


@names("a prepared plan")
def a_prepared_plan() -> dict[str, Any]:
    """A levy plan of one county that waits for its signatures."""
    return {"plan": money.plan(202612, "511111").pk}


@names("a part that is executed")
def a_part_that_is_executed() -> dict[str, Any]:
    """A county's month is executed; the city's, prepared and approved beside it, waits."""
    part, whole = money.plan(202603, "511102"), money.plan(202603, money.CITY)
    for batch in (part, whole):
        approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    return {"part": execute(batch_id=part.pk).pk, "whole": whole.pk}


@names("a prepared supplement")
def a_prepared_supplement() -> dict[str, Any]:
    """Of a county's month that was levied before its bounds were raised; it waits for its signatures."""
    month, area = 202510, "511102"
    plan = money.levied(month, area)
    first = dt.date(2025, 10, 1)
    columns = {"floor": Decimal(9000), "ceiling": Decimal(30000)}
    row = SignedRow(1, "contribution/base_bounds", (), area, first, first, columns, "试行〔2026〕1号", "verified", first)
    with reading(signed().with_row(row)):
        made = prepare(SUPPLEMENT, area_code=area, period=month, user=city.user("head"))
    return {"supplement": made.pk, "supplement_of": plan.pk, "supplement_month": month, "supplement_area": area}


@names("an order")
def an_order() -> dict[str, Any]:
    """For one preparation of a month, in the background."""
    period = 202702
    number = order_for(city.user("head"), "levy", "511100", period)
    return {"order": f"order:{number}", "kind": "levy", "area": "511100", "period": period}


@names("orders to pay")
def orders_to_pay() -> dict[str, Any]:
    """A self-payer's order out of a finished case, and another case of theirs whose warrant can be had; a bill of somebody else, and a unit."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    person = money_forms.new_flexible()
    first = accept_case(city.application("LVY-007", money_forms.pay_form(person), materials=["id_card"]))
    order = PaymentOrder.objects.get(case_id=first.pk)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        form = money_forms.pay_form(person, contribution_base="6000")
        second = accept_case(city.application("LVY-007", form, materials=["id_card"]))
    assert (first.status, second.status) == ("finished", "approved")
    other = accept_case(city.application("LVY-007", money_forms.pay_form(money_forms.new_flexible()), materials=["id_card"]))
    number, fen = order.bills[0]
    return {
        "open_order": order.pk, "asked_by": first.pk, "asked_by_no": first.case_no, "asks": second.pk, "asks_no": second.case_no, "payer": person.pk,
        "own_bill": number, "own_fen": fen, "others_bill": PaymentOrder.objects.get(case_id=other.pk).bills[0][0], "unit": Employer.objects.order_by("id")[0].pk,
    }  # fmt: skip


@names("a stolen sign-in")
def a_stolen_sign_in() -> dict[str, Any]:
    """The token of somebody who accepts cases at the counter, their present code, and one they have used."""
    person = city.user("teller2")
    token = seen.token_of(person)
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE identity_device SET step_used = %s WHERE user_id = %s", [int(time.time()) // 30, person.pk])
    now = int(time.time()) // 30
    return {"token": token, "code": Present("teller2", 1), "used_code": code_of(secret_of("teller2"), now)}


@names("a newcomer")
def a_newcomer() -> dict[str, Any]:
    """Whose first password somebody else has; no device yet, and a code of enrolment that lies with the security administrator."""
    made = city.new_user("reviewer", password="Ein-Passwort-9")
    seen.enrolment_of(made.pk)
    return {"newcomer": made.pk, "newcomer_token": seen.token_of(made)}


@names("an officer of an earlier release")
def an_officer_of_an_earlier_release() -> dict[str, Any]:
    """Whose hash was left where the application reads it."""
    made = city.new_user("reviewer", password="Ein-Passwort-9")
    User.objects.using("super").filter(pk=made.pk).update(password=make_password("Ein-Passwort-9", hasher="argon2"))
    return {"earlier": made.pk}


@names("an asked merge")
def an_asked_merge() -> dict[str, Any]:
    """Of one county's agency into another; with the security administrator who is to confirm it."""
    made = ask_to_merge(
        actor=city.user("sysadmin"),
        merged=Agency.objects.get(pk="51112301"),
        into=Agency.objects.get(pk="51110201"),
        reason="机构改革方案",
    )
    giver = city.user("secadmin")
    seen.typed_by(giver)
    return {
        "merge": made.pk,
        "giver_token": seen.token_of(giver),
        "giver_code": Present("secadmin"),
    }


@names("a case at its meeting")
def a_case_at_its_meeting() -> dict[str, Any]:
    """With two who may attend, a leader who may hold it since the twelfth only, and one who has come to the house today."""
    case = at_its_meeting()
    late, newcomer = city.new_user("director"), city.new_user("reviewer")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "INSERT INTO staff_authority (user_id, step, item_group, area_code, valid_from, valid_to) VALUES (%s, 'meeting', '*', '*', '2026-11-12', '2099-12-31')",
            [late.pk],
        )
    found: dict[str, Any] = {
        "meeting_case": case.pk,
        "one": city.user("head").pk,
        "two": city.user("reviewer2").pk,
        "come_today": newcomer.pk,
    }
    for name, chair in (("late", late), ("chair", city.user("director"))):
        seen.typed_by(chair)
        found |= {f"{name}_token": seen.token_of(chair), f"{name}_code": Present(chair.username)}
    return found


@names("an approved match")
def an_approved_match() -> dict[str, Any]:
    """Of data that certify people (数据比对认证), signed."""
    rows = due_list(list(Benefit.objects.values_list("area_id", flat=True).distinct()), low=0, high=202610)
    # Not somebody of whom another attack has a death reported.
    row = next(r for r in rows if death_of(Person.objects.get(pk=r.person_id)) is None)
    seen_on = (city.TODAY - dt.timedelta(days=20)).isoformat()
    content = f"AAC002,AAC003,AAE036\n{row.id_number},{row.name},{seen_on}\n".encode()
    partner = city.partner("medical", "医疗保障")
    import_records(LIFE_SIGNS, content=content, file_name="l.csv", partner=partner, user=city.user("head"), today=city.TODAY)
    batch = prepare(CERTIFY, area_code="511100", period=0, user=city.user("head"))
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    return {"match": batch.pk}


@names("what an employer applied for at the counter")
def what_an_employer_applied_for() -> dict[str, Any]:
    """About somebody, who is on the phone: the employer's item, accepted by a teller; and a person's, of somebody of an employer on the platform."""
    employers, persons = city.accept_class1(), city.accept_class1()
    version = catalogue().item("REG-006", city.TODAY)
    city.past_the_guards(employers, item_code="REG-006", item_version=version.valid_from)
    employment = city.next_employee()
    city.past_the_guards(persons, employer_id=employment.employer_id)
    login, _ = UnitLogin.objects.using("super").get_or_create(
        employer=employment.employer, is_manager=True, defaults={"username": f"attack-{employment.employer_id}"}
    )
    assert employers.person is not None
    return {
        "employers_case": employers.pk, "persons_case": persons.pk, "employee": seen.session_of(employers.person, "mobile"),
        "operator": seen.session_of(login, "online"),
    }  # fmt: skip


@names("a case to copy")
def a_case_to_copy() -> dict[str, Any]:
    """One at its review, by whoever accepted it."""
    case = city.accept_class1()
    return {"copied": case.pk, "copier_token": seen.token_of(city.user("special"))}


@names("a case of kin")
def a_case_of_kin() -> dict[str, Any]:
    """At its review, by somebody who has declared whom it is about."""
    case, officer = city.accept_class1(), city.user("reviewer2")
    assert case.person is not None
    row = declare_kin(actor=officer, user=officer, id_number=case.person.id_number, full_name=case.person.name, relation="spouse")
    seen.typed_by(officer)
    step = current_step(case)
    assert step is not None
    return {
        "kin_case": case.pk, "kin_step": step.pk, "declaration": row.pk, "kin_officer": officer.pk, "kin_token": seen.token_of(officer),
        "kin_code": Present("reviewer2"),
    }  # fmt: skip


@names("a returned case")
def a_returned_case() -> dict[str, Any]:
    """With a head whose right to request ended the day after it was accepted, and a teller whose right to accept did."""
    case = city.decide(city.accept_class1(), "reviewer", verdict="returned", opinion="材料不清")
    head, teller = city.new_user("section_head"), city.new_user("teller", desk=city.user("special").desk)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        for person, step in ((head, "request"), (teller, "accept")):
            cursor.execute(
                "INSERT INTO staff_authority (user_id, step, item_group, area_code, valid_from, valid_to) VALUES (%s, %s, '*', '*', '2026-11-01', '2026-11-11')",
                [person.pk, step],
            )
    assert case.status == "returned"
    return {
        "returned": case.pk,
        "former_head": seen.token_of(head),
        "former_teller": teller.pk,
        "former_teller_token": seen.token_of(teller),
    }


@names("an administrator who is there")
def an_administrator_who_is_there() -> dict[str, Any]:
    return {"sysadmin_token": seen.token_of(city.user("sysadmin"))}


@names("a head of a county")
def a_head_of_a_county() -> dict[str, Any]:
    """Whose section runs the counter there."""
    section = Section.objects.filter(agency_id="51110201", stages__contains=["accept"], valid_to=None)[0]
    return {"county_token": seen.token_of(city.new_user("section_head", agency="51110201", section=section))}


@names("a case at its review")
def a_case_at_its_review() -> dict[str, Any]:
    """Of class 1."""
    case = city.accept_class1()
    step = current_step(case)
    assert step is not None
    return {"case": case.pk, "step": step.pk, "previous": Event.objects.get(case=case, seq=1).digest}


@names("a case whose handler was moved")
def a_case_whose_handler_was_moved() -> dict[str, Any]:
    """They accepted it at the counter and have another post now; they can sign in."""
    case, moved = city.accept_class1(), city.new_user("guide", password="Ein-Passwort-9")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE casework_case SET handled_by_id = %s WHERE id = %s", [moved.pk, case.pk])
    return {"left_case": case.pk, "moved_token": seen.token_of(moved)}


@names("an approved case")
def an_approved_case() -> dict[str, Any]:
    """Of class 3, whose effects were refused: it waits, and its warrant can be had, as by whoever finishes it again."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = city.accept_class3()
    assert case.status == "approved"
    return {"approved": case.pk, "about": case.person_id}


@names("a finished case")
def a_finished_case() -> dict[str, Any]:
    case = city.accept_class3()
    assert case.status == "finished"
    last = Event.objects.filter(case=case).latest("seq")
    return {"finished": case.pk, "next": last.seq + 1, "last": last.digest}


@names("an application for rights")
def an_application_for_rights() -> dict[str, Any]:
    """Somebody has applied; nobody has examined it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM staff_rights_request WHERE status = 'applied'")
        (known,) = cursor.fetchone()
    if known is None:
        known = apply_for_rights(
            applicant=city.user("head"), user=city.new_user("rechecker"), steps=["recheck"], item_groups=["REG"], area_code="*",
            valid_from=city.TODAY, valid_to=city.TODAY, reason="补充复核力量",
        ).pk  # fmt: skip
    return {"request": known}


@names("an approved application for rights")
def an_approved_application_for_rights() -> dict[str, Any]:
    """It waits for the administrator; with the token and the code of somebody who may not grant."""
    made = apply_for_rights(
        applicant=city.user("head"), user=city.new_user("rechecker"), steps=["recheck"], item_groups=["REG"], area_code="*",
        valid_from=city.TODAY, valid_to=city.TODAY, reason="补充复核力量",
    )  # fmt: skip
    check_rights(request_id=made.pk, controller=city.user("auditor"))
    approve_rights(request_id=made.pk, leader=city.user("director"))
    return {"approved_request": made.pk, "administrator_token": seen.token_of(city.user("secadmin"))}


@names("a change of an item")
def a_change_of_an_item() -> dict[str, Any]:
    """One that was examined, and one that is approved."""
    found = {}
    for name, code in (("checked_change", "CHG-003"), ("approved_change", "REG-004")):
        before = catalogue().item(code, city.TODAY + dt.timedelta(days=30)).record
        stricter = replace(
            before, risk_class=1, route=(*MINIMUM[1], "finish"), review_site="back_office", finish_site="back_office"
        )
        made = apply_for_change(
            applicant=city.user("head"), code=code, record=stricter, valid_from=city.TODAY + dt.timedelta(days=30), reason="加强内控",
            today=city.TODAY,
        )  # fmt: skip
        found[name] = made.pk
    for change in found.values():
        check_change(change_id=change, controller=city.user("auditor"))
    approve_change(change_id=found["approved_change"], leader=city.user("director"))
    return found


@names("administrators of accounts")
def administrators_of_accounts() -> dict[str, Any]:
    """Who makes accounts, signed in."""
    return {"accounts_token": seen.token_of(city.user("sysadmin"))}


@names("a program signed in like an officer")
def a_program_signed_in_like_an_officer() -> dict[str, Any]:
    """Sign-ins of officers, opened past everything for the accounts of a program and of a door."""
    program, door = city.user("api-demo"), city.user("channel-mobile")
    return {
        "program": program.pk, "program_token": seen.opened_for(program.pk), "door": door.pk, "door_token": seen.opened_for(door.pk)
    }  # fmt: skip


@names("people at the doors")
def people_at_the_doors() -> dict[str, Any]:
    """A person on the phone and an operator of an employer on the platform, signed in; the accounts of their doors; somebody else."""
    person, other = city.next_person(), city.next_person()
    employment = city.next_employee()
    login, _ = UnitLogin.objects.using("super").get_or_create(
        employer=employment.employer, is_manager=True, defaults={"username": f"attack-{employment.employer_id}"}
    )
    case = city.accept_class3()
    employed = employment.person
    return {
        "today": city.TODAY.isoformat(), "my_number": person.id_number, "not_my_number": other.id_number, "my_unit_no": login.employer.unit_no,
        "not_my_unit_no": Employer.objects.exclude(pk=login.employer_id).order_by("-id").values_list("unit_no", flat=True)[0],
        "my_employee": employed.pk, "my_employees_number": employed.id_number,
        "on_the_phone": seen.session_of(person, "mobile"),
        "me": person.pk, "not_me": other.pk, "phone": city.user("channel-mobile").pk,
        "on_the_platform": seen.session_of(login, "online"), "login": login.pk, "platform": city.user("channel-online").pk,
        "my_employer": login.employer_id, "not_my_employer": Employer.objects.exclude(pk=login.employer_id).order_by("-id").values_list("pk", flat=True)[0],
        "model": case.pk, "model_person": case.person_id,
    }  # fmt: skip


def _stopped_before_its_end(item: str, name: str) -> Case:
    """A case of an item, signed by everybody, whose effects were refused: its warrant can be had."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    form, materials, _ = FORMS[name]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        # An attack before may have left the month's batch of the area on its way; that is asked about.
        asked = city.application(item, form, username="special", materials=materials, confirmed=("freeze_before_pay",))
        return carry(accept_case(asked), city.TODAY)


@names("an approved recalculation")
def an_approved_recalculation() -> dict[str, Any]:
    """Of class 1: it opens awards and amounts of its person; and a benefit of somebody else."""
    case = _stopped_before_its_end("PEN-009", "recalculation")
    assert case.status == "approved"
    own = Benefit.objects.get(person=case.person)
    other = Benefit.objects.exclude(person=case.person).filter(status="active").order_by("-id")[0]
    return {"recalculation": case.pk, "own_benefit": own.pk, "other_benefit": other.pk}


@names("a recalculation under review")
def a_recalculation_under_review() -> dict[str, Any]:
    """Accepted and examined by nobody yet; with the benefit it is about."""
    form, materials, _ = FORMS["recalculation"]()
    case = accept_case(city.application("PEN-009", form, username="special", materials=materials))
    step = current_step(case)
    assert (case.status, case.risk_class) == ("open", 1)
    assert step is not None
    return {"under_review": case.pk, "its_benefit": Benefit.objects.get(person=case.person).pk, "its_step": step.pk}


@names("a recalculation at its approval")
def a_recalculation_at_its_approval() -> dict[str, Any]:
    """Examined by everybody but the leader, whose code is there, with what they have signed."""
    form, materials, _ = FORMS["recalculation"]()
    case = accept_case(city.application("PEN-009", form, username="special", materials=materials))
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name, opinion="同意，附书面请示")
    city.meet(case)
    step, leader = current_step(case), city.user("director")
    assert step is not None
    assert step.code == "approve"
    signed = to_sign(case.pk)
    assert signed.lines
    seen.typed_by(leader)
    outcome = SignedOutcome.objects.filter(step__case=case).latest("step__seq").outcome
    return {
        "last_step": step.pk, "leader_token": seen.token_of(leader), "leader_code": Present("director", 5),
        "outcome": json.dumps(outcome), "digest_shown": signed.shown,
    }  # fmt: skip


@names("an approved reissue")
def an_approved_reissue() -> dict[str, Any]:
    """Of a payment the bank gave back, with the file that says so, compared by two."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    situation = returned()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = carry(
            accept_case(city.application("FND-002", situation.form, username="special", materials=situation.materials)), city.TODAY
        )
    assert case.status == "approved"
    batch, benefit = case.form["batch_no"].removeprefix("P").split("-")[:2]
    file = PaymentResult.objects.get(batch_id=int(batch), benefit_id=int(benefit)).file_id
    return {"reissue": case.pk, "paid_batch": int(batch), "paid_benefit": int(benefit), "compared_file": file}


@names("a reissue the bank contradicts")
def a_reissue_the_bank_contradicts() -> dict[str, Any]:
    """Of a payment of which the bank says, after the case was approved, that it has arrived."""
    found = an_approved_reissue()
    batch, benefit = found["paid_batch"], found["paid_benefit"]
    content = f"支付编号|处理结果|原因|金额|记账日期\r\nP{batch}-{benefit}|成功|||2026-11-10\r\n"
    file = import_results(content=content.encode(), file_name="r2.txt", today=city.TODAY, user=city.program("bank"))
    return {"doubted_reissue": found["reissue"], "doubted_batch": batch, "doubted_benefit": benefit, "doubt": file.waiting.get().pk}


@names("an approved change of account")
def an_approved_change_of_account() -> dict[str, Any]:
    """PEN-008, of class 1, about a pensioner; and somebody else's pension."""
    case = _stopped_before_its_end("PEN-008", "payment account")
    assert (case.status, case.risk_class) == ("approved", 1)
    other = Benefit.objects.exclude(person=case.person).filter(status="active").order_by("-id")[0]
    own = Benefit.objects.get(person=case.person)
    payee = payee_of(facts_of(case), own.person)
    return {
        "account_change": case.pk, "own_pension": own.pk, "other_pension": other.pk,
        "as_signed": f"UPDATE benefits_benefit SET account_name = '{payee.account_name}', account_no = '{payee.account_no}', "
        f"bank_code = '{payee.bank_code}' WHERE id = {own.pk}",
    }  # fmt: skip


@names("a contact change at its end")
def a_contact_change_at_its_end() -> dict[str, Any]:
    """Of class 3, accepted by a teller; its effects were refused: its warrant can be had."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = city.accept_class3()
    assert (case.status, case.risk_class) == ("approved", 3)
    other = city.next_person()
    return {"contact_change": case.pk, "its_person": case.person_id, "somebody_else": other.pk}


@names("an approved suspension")
def an_approved_suspension() -> dict[str, Any]:
    """PEN-006, of class 2: it opens the benefit of its person, but not what is key information."""
    case = _stopped_before_its_end("PEN-006", "suspension")
    assert (case.status, case.risk_class) == ("approved", 2)
    return {"suspension": case.pk, "suspended_person": case.person_id}


def _in_the_income_account(area: str, fund: str) -> int:
    """Interest that lies in the income account of a book; gives its voucher."""
    with under_warrant():
        made = post(
            event="interest_received", fund=fund, area_code=area, on=city.TODAY, amounts={"total": 90_00}, deposit="1002",
            source_kind="batch", source_id=1,
        )  # fmt: skip
    assert made is not None
    return made


@names("an approved transfer")
def an_approved_transfer() -> dict[str, Any]:
    """Of 90 yuan of one book of one area."""
    _in_the_income_account("511123", "injury")
    batch = prepare(TRANSFER, area_code="511123", period=202611, user=city.user("accountant"))
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    return {"transfer": batch.pk}


@names("an approved reversal")
def an_approved_reversal() -> dict[str, Any]:
    """Of one voucher; and another voucher of the books themselves."""
    reversed_, other = (_in_the_income_account("511126", "injury") for _ in range(2))
    batch = plan_reversal(voucher_id=reversed_, reason="利息重复入账", user=city.user("accountant"))
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    return {"reversal": batch.pk, "reversed": reversed_, "other_voucher": other}


@names("an approved undoing of a receipt")
def an_approved_undoing_of_a_receipt() -> dict[str, Any]:
    """Of one receipt of an unknown payer, which the bank took back; and another receipt of the kind."""
    ref = money.reference()
    for end in ("a", "c"):
        take(camt(statement(entry("90.00", ref=f"{ref}{end}", name="不明"))))
    back = take(camt(statement(entry("90.00", ref=f"{ref}b", way="DBIT", reversal=True, name="不明", text=f"冲正 {ref}a"))))
    batch = plan_receipt_reversal(line_id=ReceiptLine.objects.get(file=back.file).pk, user=city.user("accountant"))
    check_batch(batch_id=batch.pk, user=city.user("head"))
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    return {"undoing": batch.pk, "undone_fen": 9000, "another_receipt": Receipt.objects.get(reference=f"{ref}c").pk}


@names("an approved taking back of a claim")
def an_approved_taking_back_of_a_claim() -> dict[str, Any]:
    """Of one receipt that was claimed for a unit and settled by a case; and another receipt, claimed and not settled."""
    form, materials, _ = money_forms.FORMS["settlement"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])
    owed = sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0)
    receipts = []
    for fen in (owed, 100):
        ref = money.reference()
        money.receive(money.row(fen, AAB004="不明", AAE086=ref), partner="bank")
        receipts.append(Receipt.objects.get(reference=ref))
    said = {
        "unit_no": unit.unit_no,
        "reason": "单位出示的汇款凭证",
        "ground": "付款人不明，已核对凭证",
        "user": city.user("cashier"),
    }
    claims = [recognise(receipt_id=receipts[0].pk, **said)]
    case = accept_case(city.application("FND-001", form, materials=materials))
    for who in ("reviewer", "rechecker"):
        city.decide(case, who)
    claims.append(recognise(receipt_id=receipts[1].pk, **said))
    batch = plan_claim_reversal(claim_id=claims[0].pk, reason="付款单位来函说明款项归属", user=city.user("accountant"))
    check_batch(batch_id=batch.pk, user=city.user("head"))
    approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    return {
        "taking_back": batch.pk, "taken_fen": batch.total_fen, "wrong_claim": claims[0].pk, "other_claim": claims[1].pk, "wrong_receipt": receipts[0].pk,
        "asked_by": batch.prepared_by_id, "approved_by": city.user("director").pk,
    }  # fmt: skip


@names("an approved supplementary batch")
def an_approved_supplementary_batch() -> dict[str, Any]:
    """Of somebody whom the month's run held and who has been certified since; of one county, for another's plan may be on its way."""
    person = held_people(1, area="511102")[0]
    certified(person)
    return {"supplement": decided(supplement("511102")).pk, "freed": benefit_of(person).pk}


@names("an unemployment benefit in payment")
def an_unemployment_benefit_in_payment() -> dict[str, Any]:
    return {"unemployed": claimant(202601).pk}


@names("a withdrawal asked for")
def a_withdrawal_asked_for() -> dict[str, Any]:
    """Of a decision to send a returned payment again, that nobody has approved."""
    (again,) = corrected(1)
    return {"withdrawal": plan_withdrawal(reissue_id=again.pk, reason="领取人来电说明账户有误", user=city.user("accountant")).pk}


@names("somebody else's bill and money")
def somebody_elses_bill_and_money() -> dict[str, Any]:
    """An open bill of an employer, and a receipt of it that is in suspense."""
    money.levied()
    unit = city.next_employee().employer
    bill = next(s.bill for s in money.bills(unit) if s.left_fen > 0)
    money.receive(money.row(1, AAB004="不明", AAE086="attack-unknown"))
    (receipt,) = Receipt.objects.filter(reference="attack-unknown")
    return {"other_bill": bill.id, "other_source": bill.source_id, "unknown_receipt": receipt.pk}


@names("people of the cash desk")
def people_of_the_cash_desk() -> dict[str, Any]:
    """A cashier of the city, one of a county that took no money in, and somebody who accepts business."""
    people = {
        "cashier": city.user("cashier"),
        "county_cashier": city.new_user("cashier", agency="51118101"),
        "teller": city.user("teller"),
    }
    seen.typed_by(people["county_cashier"])
    return {name: who.pk for name, who in people.items()} | {
        **{f"{name}_token": seen.token_of(who) for name, who in people.items()}, "county_cashier_code": Present(people["county_cashier"].username)
    }  # fmt: skip


@names("a rejected line")
def a_rejected_line() -> dict[str, Any]:
    """Of a list of the bank's, about an account of ours, whose amount nobody could read."""
    file = of_bank(f'"1,0000.00",贷,{OURS}', f"1.00,贷,{OURS}")
    return {"rejected_line": ReceiptLine.objects.get(file=file, cause="bad").pk}


@names("a program with an officer's account")
def a_program_with_an_officers_account() -> dict[str, Any]:
    """The key of a partner's program that acts for somebody who accepts business in the city."""
    teller = city.user("teller")
    keep_partner(teller.pk, "attack-program", using="super")
    return {"program_key": "attack-program", "program_officer": teller.pk}


@names("programs with officers' accounts")
def programs_with_officers_accounts() -> dict[str, Any]:
    """Keys that act for a reviewer and a teller; a case of that teller's whose step waits, one of a colleague's, and a step the reviewer has claimed."""
    teller, reviewer = city.user("teller"), city.user("reviewer")
    keep_partner(teller.pk, "attack-tellers-key", using="super")
    keep_partner(reviewer.pk, "attack-reviewers-key", using="super")
    mine, claimed = city.accept_class2(), city.accept_class2()
    others = city.accept_class2("teller2")
    waits, taken = current_step(mine), current_step(claimed)
    assert waits is not None
    assert taken is not None
    with transaction.atomic():
        seen_by = seen.token_of(reviewer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT casework_claim_v1(%s, %s)", [seen_by, taken.pk])
    return {
        "tellers_key": "attack-tellers-key", "reviewers_key": "attack-reviewers-key", "reviewer": reviewer.pk, "stepped_case": mine.pk,
        "others_case": others.pk, "waiting_step": waits.pk, "claimed_step": taken.pk,
    }  # fmt: skip


@names("lines that were not booked")
def lines_that_were_not_booked() -> dict[str, Any]:
    """Brought by the cashier: one without balances that could not be read, one that waits, and one of a statement whose balances say that its money came."""
    rejected = money.receive(money.row(1, AAE019="不是金额"), partner="bank").file
    ref = money.reference()
    take(camt(statement(entry("8.00", ref=ref))))
    waiting = take(camt(statement(entry("9.00", ref=ref)))).file
    with mock.patch("yigui.receipts.files.check_account", lambda **told: told["account_no"]):
        balances = balance("OPBD", "0.00") + balance("CLBD", "5.00")
        lacking = take(camt(statement(entry("5,00.00", ref=money.reference()), account=f"95588{ref[1:]}", balances=balances))).file
    lines = {
        name: ReceiptLine.objects.get(file=file).pk
        for name, file in (("rejected", rejected), ("waiting", waiting), ("lacking", lacking))
    }
    accountant = city.user("accountant")
    return {f"{name}_line": pk for name, pk in lines.items()} | {
        "accountant": accountant.pk, "accountant_token": seen.token_of(accountant), "other_file": waiting.pk if waiting else 0,
    }  # fmt: skip


@names("a program with a head's account")
def a_program_with_a_heads_account() -> dict[str, Any]:
    """The same with the account of the head of the section that runs the counter."""
    head = User.objects.filter(
        role="section_head", section__stages__contains=["accept"], agency_id="51110001", is_active=True
    ).order_by("id")[0]
    keep_partner(head.pk, "attack-program-of-a-head", using="super")
    return {"head_key": "attack-program-of-a-head", "head_of_program": head.pk}


@names("a receipt of a known payer")
def a_receipt_of_a_known_payer() -> dict[str, Any]:
    money.levied()
    reference = money.reference()
    money.receive(money.row(100, AAB001=city.next_employee().employer.unit_no, AAE086=reference))
    return {"known_receipt": Receipt.objects.get(reference=reference).pk}


@names("a claimed step")
def a_claimed_step() -> dict[str, Any]:
    step = current_step(city.accept_class1())
    assert step is not None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT casework_claim_v1(%s, %s)", [seen.token_of(city.user("reviewer")), step.pk])
    return {"claimed_step": step.pk}


@names("an approved change of a refund's account")
def an_approved_change_of_a_refunds_account() -> dict[str, Any]:
    """A batch that sends one refund to another account; and a refund of somebody else, and a case that decides one of somebody else again."""
    moved, other = refunded(), refunded()
    batch = plan_payee(
        refund_id=moved.pk, bank_code="103100000026", account_name="本人", account_no="6228480000000001234", payee_number="11010519491231002X",
        reason="账户已销户，本人提供新卡", user=city.user("accountant"),
    )  # fmt: skip
    check_batch(batch_id=batch.pk, user=city.user("head"))
    approve_batch(batch_id=batch.pk, user=city.user("director"))
    person, fen = money_forms.paid_flexible()

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = carry(
            accept_case(city.application("LVY-011", money_forms.refund_form(person, fen), username="special", materials=MATERIALS)),
            city.TODAY,
        )
    assert case.status == "approved"
    return {"payee_batch": batch.pk, "other_refund": other.pk, "refund_case": case.pk}


@names("a reported death")
def _reported_death() -> dict[str, Any]:
    """A pensioner whose death a file has reported, the report, and another who lives."""
    dead, living = pensioner().person, pensioner().person
    reported(row(dead))
    return {"dead": dead.pk, "living": living.pk, "report": reports_of(dead)[0].record.pk}


@names("a reported death that waits")
def _reported_death_that_waits() -> dict[str, Any]:
    """Under another name than the pensioner's, whom the city's people answer for; and a reviewer of a county that does not."""
    person = Benefit.objects.filter(status="active", kind=1, area_id="511102").order_by("-id")[0].person
    reported(row(person, name="另一人"))
    waiting = next(r for r in reports_of(person) if r.is_waiting)
    foreign = city.new_user("reviewer", agency="51118101")
    return {"waiting_death": waiting.record.pk, "county_reviewer": foreign.pk, "county_reviewer_token": seen.token_of(foreign)}


@names("a finished task")
def _finished_task() -> dict[str, Any]:
    task = finish(
        task_id=taken().pk, actor=city.user("reviewer"), outcome="not_paid", note="出生日期不影响待遇。", today=city.TODAY
    )
    return {"finished_task": task.pk, "open_task": new_task().pk}


@names("a task that a case ends")
def a_task_that_a_case_ends() -> dict[str, Any]:
    return {"claimable_task": new_task("retirement_due").pk}


@names("somebody of another county")
def somebody_of_another_county() -> dict[str, Any]:
    """A reviewer and a section head of a county, each with what shows them to the database."""
    people = {
        "county_reviewer": city.new_user("reviewer", agency="51118101"),
        "county_head": city.new_user("section_head", agency="51118101"),
    }
    return {name: who.pk for name, who in people.items()} | {f"{name}_token": seen.token_of(who) for name, who in people.items()}


@names("somebody with a former number")
def somebody_with_a_former_number() -> dict[str, Any]:
    person = pensioner().person
    return {"renumbered": person.pk, "former_number": renumbered(person)}


@names("a message that stands still")
def a_message_that_stands_still() -> dict[str, Any]:
    """One about a case of the city's agency, and one about no case."""
    tax = city.partner("tax", "税务")
    rows = [
        OutMessage(message_id=uuid.uuid4(), partner=tax, kind="x", content=content, refused="x")
        for content in ({"AAE011": "51110001"}, {})
    ]
    about, house = OutMessage.objects.bulk_create(rows)
    return {"standing_message": about.pk, "house_message": house.pk}


@names("an operator with nothing to do")
def an_operator_with_nothing_to_do() -> dict[str, Any]:
    """Signed in on the platform for the employer of whoever is at the doors; no item was given to them."""
    employer = given("people at the doors")["my_employer"]
    login, _ = UnitLogin.objects.using("super").get_or_create(
        username=f"idle-{employer}", defaults={"employer_id": employer, "items": []}
    )
    return {"idle": seen.session_of(login, "online"), "idle_login": login.pk}


@names("somebody else on the phone")
def somebody_else_on_the_phone() -> dict[str, Any]:
    """The other person of those at the doors, signed in there too."""
    other = Person.objects.get(pk=given("people at the doors")["not_me"])
    return {"other_on_the_phone": seen.session_of(other, "mobile")}


@names("somebody who left long ago")
def somebody_who_left_long_ago() -> dict[str, Any]:
    """Of the employer whose operator is at the doors: a month of 1990, and nothing since."""
    employer = Employer.objects.get(pk=given("people at the doors")["my_employer"])
    person = city.next_person()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period) "
            "VALUES (%s, %s, '01', 800000, 199001, 199001)", [person.pk, employer.pk],
        )  # fmt: skip
    return {"long_gone": person.pk, "long_gone_number": person.id_number}


@names("an approved retirement")
def an_approved_retirement() -> dict[str, Any]:
    """Of class 1: it ends what its person has with whatever employer, and says since when they are retired."""
    case = _stopped_before_its_end("PEN-002", "retirement")
    assert (case.status, case.risk_class) == ("approved", 1)
    assert case.person is not None
    other = Employer.objects.exclude(pk=case.employer_id).order_by("-id")[0]
    return {"retirement": case.pk, "retired": case.person.pk, "any_employer": other.pk}


@names("an employer without a login")
def an_employer_without_a_login() -> dict[str, Any]:
    unit = Employer.objects.filter(status="active").exclude(pk__in=UnitLogin.objects.values("employer_id")).order_by("id")[0]
    return {"without_login": unit.pk, "its_number": unit.unit_no}


@names("an enrolment of an employer at its end")
def an_enrolment_of_an_employer_at_its_end() -> dict[str, Any]:
    """REG-001, signed by two; its effects were refused: its warrant can be had."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = carry(city.accept_class2(), city.TODAY)
    assert (case.status, case.item_code) == ("approved", "REG-001")
    return {"enrolment": case.pk, "signed_phone": case.form["phone"]}


@names("an insurance that ended long ago")
def an_insurance_that_ended_long_ago() -> dict[str, Any]:
    """With the employer whose operator is at the doors, from 1996 to 1997, and the work it was for."""
    employer = Employer.objects.get(pk=given("people at the doors")["my_employer"])
    person = without_relations(city.next_person())
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period) "
            "VALUES (%s, %s, '01', 800000, 199601, 199712)", [person.pk, employer.pk],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO registry_coverage (person_id, insurance, slot, employer_id, area_id, start_period, end_period, stop_reason) "
            "VALUES (%s, 'employee_pension', %s, %s, %s, 199601, 199712, '01')",
            [person.pk, INSURANCE_SLOT[Insurance.EMPLOYEE_PENSION], employer.pk, employer.area_id],
        )
    return {"ended": person.pk, "ended_number": person.id_number}


def _signed_and_stopped(form: dict[str, Any], materials: tuple[str, ...], **more: Any) -> Case:
    """A change of key information, signed by everybody, whose effects were refused."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = carry(accept_case(city.application("CHG-004", form, username="special", materials=materials, **more)), city.TODAY)
    assert (case.status, case.risk_class) == ("approved", 1)
    return case


@names("a signed change of a birth date")
def a_signed_change_of_a_birth_date() -> dict[str, Any]:
    """Of a pensioner whose death is reported and whose money after it is claimed; and somebody whom it is not about."""
    benefit = pensioner()
    person = benefit.person
    reported(row(person, day="2024-10-20"))
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO benefits_recovery (benefit_id, start_period, end_period, amount_fen, monthly_fen, is_prior_year, ground, case_id, warrant_id) "
            "SELECT %s, 202411, 202412, 100, 0, true, '死亡后已发放', -1, min(id) FROM warrants_warrant RETURNING id", [benefit.pk],
        )  # fmt: skip
        (claim,) = cursor.fetchone()
        cursor.execute("SET session_replication_role = origin")
    case = _signed_and_stopped(city.key_change_form(person), city.KEY_MATERIALS)
    return {
        "birth_change": case.pk, "born_anew": person.pk, "its_report": reports_of(person)[0].record.pk, "its_claim": claim,
        "a_stranger": city.next_person().pk,
    }  # fmt: skip


@names("a signed merge")
def a_signed_merge() -> dict[str, Any]:
    """Of one record into another, with a third that it is not about."""
    kept, goes, third = (without_relations(enrolled(dt.date(2026, 11, 10))[0]) for _ in range(3))
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=goes.id_number, change_reason="04")
    materials = ("application_form", "id_card", "identity_change_proof")
    case = _signed_and_stopped(form, materials, confirmed=["merge_identity"])
    return {"merging": case.pk, "kept": kept.pk, "goes": goes.pk, "third": third.pk}


@names("a list at the counter")
def a_list_at_the_counter() -> dict[str, Any]:
    """Sent by a teller, with one good row; and another teller who is signed in."""
    teller, other = city.user("teller"), city.user("teller2")
    unit = city.next_employee().employer
    row_ = {"state": "good", "row_no": 1, "number": "x", "values": {"declared_wage": "8000"}}
    more: dict[str, Any] = {"item_code": "REG-004", "file_name": "a.xlsx", "papers": {}, "most": 10, "lines_in": 1}
    kept = keep_list(user=teller, login=None, employer=unit, rows=[row_], **more)
    return {
        "list": kept.pk, "list_teller_token": seen.token_of(teller), "other_teller": other.pk, "other_teller_token": seen.token_of(other),
    }  # fmt: skip


@names("an operator of another employer")
def an_operator_of_another_employer() -> dict[str, Any]:
    """Who has sent a list on the platform."""
    mine = given("people at the doors")["my_employer"]
    unit = next(e for e in iter(lambda: city.next_employee().employer, None) if e.pk != mine)
    made, _ = UnitLogin.objects.using("super").get_or_create(
        employer=unit, is_manager=True, defaults={"username": f"attack-{unit.pk}"}
    )
    login = UnitLogin.objects.get(pk=made.pk)
    seen.at_door(login, "online")
    kept = keep_list(
        user=city.user("channel-online"), login=login, employer=unit, item_code="REG-004", file_name="b.xlsx", papers={}, most=10, lines_in=1,
        rows=[{"state": "good", "row_no": 1, "number": "x", "values": {}}],
    )  # fmt: skip
    return {"another_login": login.pk, "another_list": kept.pk}


@names("a settlement and money claimed after it")
def a_settlement_and_money_claimed_after_it() -> dict[str, Any]:
    """Of class 2, signed by everybody, whose effects were refused; it was accepted upon one receipt, and another is the unit's since."""
    form, materials, _ = money_forms.FORMS["settlement"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])

    def came() -> Receipt:
        ref = money.reference()
        money.receive(money.row(5_00, AAB004="", AAE086=ref), area=unit.area_id, partner="bank")
        receipt = Receipt.objects.get(reference=ref)
        recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason="汇款凭证", ground="已核对", user=city.user("cashier"))
        return receipt

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    accepted = came()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = carry(accept_case(city.application("FND-001", form, materials=materials)), city.TODAY)
    assert (case.status, case.waiting_money) == ("approved", [[accepted.pk, 5_00]])
    return {"settlement": case.pk, "accepted_receipt": accepted.pk, "late_receipt": came().pk, "its_unit": unit.pk}


@names("a payment that came back on a statement")
def a_payment_that_came_back_on_a_statement() -> dict[str, Any]:
    """Its line waits at the collecting account; and another payment of the run, which did not come back."""
    one, other = list(Payment.objects.filter(batch_id=last_paid().pk).order_by("seq")[:2])
    line = came_back(one)
    return {
        "came_back_line": line.pk, "came_back_fen": one.amount_fen, "other_batch": other.batch_id, "other_benefit": other.benefit_id
    }  # fmt: skip


@names("a payment told to have come back that is on a statement")
def a_return_told_before() -> dict[str, Any]:
    """Its line waits; the bank's results had told it before, so that it only moves. And another payment of the run, which did not come back."""
    told, other = list(Payment.objects.filter(batch_id=last_paid().pk).order_by("-seq")[:2])
    told_by_results(told)
    return {
        "told_line": came_back(told).pk, "told_fen": told.amount_fen, "beside_batch": other.batch_id, "beside_benefit": other.benefit_id
    }  # fmt: skip


@names("an electronic receipt")
def an_electronic_receipt() -> dict[str, Any]:
    """Of money of one county that paid a bill."""
    money.levied()
    unit = city.next_employee().employer
    bill = next(s.bill for s in money.bills(unit) if s.left_fen > 0)
    ref = money.reference()
    money.receive(money.row(1_00, AAZ288=bill.id, AAE086=ref), area="511102")
    receipt = Receipt.objects.get(reference=ref)
    ticket = issue_electronic_receipt(receipt=receipt, user=city.user("cashier"), today=city.TODAY)
    return {"ticket": ticket.pk, "ticket_receipt": receipt.pk}


@names("services rated")
def services_rated() -> dict[str, Any]:
    """A visit with two cases at a window, one rated badly, one not yet; the teller, a head, a person who was elsewhere, another window."""
    window, other = services.new_window(), services.new_window()
    _, (rated, open_) = services.served_at(window, cases=2)
    said = Given(1, ("hall_rude",), "态度恶劣", wants_call=True, phone="13800138000")
    receipt = rate_at_window(secret=window.secret, service=services.service_of(rated).pk, given=said, today=city.TODAY)
    head = city.user("head2")
    return {
        "rated": services.service_of(rated).pk, "open": services.service_of(open_).pk, "secret": window.secret, "other_secret": other.secret,
        "case_no": open_.case_no, "person_token": seen.token_of(city.next_person()), "teller": window.teller.pk, "head": head.pk, "receipt": receipt,
        "token": seen.token_of(window.teller), "head_token": seen.token_of(head),
    }  # fmt: skip


@names("bad rating taken")
def bad_rating_taken() -> dict[str, Any]:
    """As before, and the task about it taken by a head."""
    found = services_rated()
    task = Task.objects.get(kind="bad_rating", origin_id=found["rated"])
    return found | {"task": take_task(task_id=task.pk, actor=city.user("head2")).pk}


@names("tickets of a hall")
def tickets_of_a_hall() -> dict[str, Any]:
    """One that is served and one that waits; the teller, another one at a desk of the same hall, one who is free, and one of a county."""
    hall = halls.new_hall()
    teller, desk = halls.new_desk(hall)
    other, _ = halls.new_desk(hall)
    free, _ = halls.new_desk(hall)
    first, second = halls.ticket(hall), halls.ticket(hall)
    assert call_next(teller=teller, today=city.TODAY) == first
    move_ticket(teller=teller, move="start")
    return {
        "hall": hall.pk, "desk": desk.pk, "teller": teller.pk, "other": other.pk, "second": second.pk, "person": city.next_person().pk,
        "visit": Visit.objects.get(ticket=first).pk, "token": seen.token_of(teller), "other_token": seen.token_of(other),
        "free_token": seen.token_of(free), "county_token": seen.token_of(city.user("teller-511102")),
    }  # fmt: skip


@names("a volume")
def a_volume() -> dict[str, Any]:
    """A filed case with a paper; one that waits; one that lacks its paper and is held; people who may and may not answer for that."""
    filed, gap = papers.with_paper("attacked"), papers.with_paper("attacked gap")
    volume = papers.filed(filed)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM archive_volume WHERE case_id = %s", [gap.pk])
        cursor.execute("DELETE FROM casework_case_material WHERE case_id = %s", [gap.pk])
        cursor.execute(
            "INSERT INTO archive_due (case_id, since, reason, tries, next_at) VALUES (%s, now(), '缺材料', 1, now())", [gap.pk]
        )
    waiting = papers.with_paper("attacked waiting")
    return {
        "volume": volume.pk, "filed": filed.pk, "gap": gap.pk, "waiting": waiting.pk, "paper": papers.paper_of(filed).pk,
        "teller_token": seen.token_of(city.user("teller")), "head_token": seen.token_of(city.user("head")),
        "county_token": seen.token_of(city.new_user("section_head", agency=city.user("teller-511102").agency_id)),
    }  # fmt: skip


@names("a sample")
def a_sample() -> dict[str, Any]:
    """A drawn month with a case whose examination the auditor has taken, and one in which an error of the teller was found that is to be put right."""
    auditor, head = city.user("auditor"), city.user("head")
    examined, sampled = [one for one in samples.drawn() if one.case.accepted_by.username == "teller"][:2]
    samples.taken(examined)
    made = examine(auditor=auditor, sampled=examined, words="x", findings=[samples.error_of(examined.case)], today=city.TODAY)
    teller = examined.case.accepted_by
    drawn = Sample.objects.get(pk=sampled.sample_id).cases.values("case")
    finding = made.findings.get()
    return {
        "sample": sampled.sample_id, "sampled": sampled.pk, "task": samples.taken(sampled).pk, "finding": finding.pk, "teller": teller.pk, "head": head.pk,
        "correction": Task.objects.get(kind="audit_correction", origin_id=finding.pk).pk,
        "not_drawn": Case.objects.filter(status="finished").exclude(pk__in=drawn).latest("pk").pk,
        "auditor_token": seen.token_of(auditor), "head_token": seen.token_of(head), "teller_token": seen.token_of(city.user(teller.username)),
    }  # fmt: skip
