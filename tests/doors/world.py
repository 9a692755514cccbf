"""People, cases, money and papers that fill every page, and who opens it."""

import datetime as dt
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from tests import city, money
from tests.api.test_api import token_for
from tests.archive import papers as archived
from tests.audit import samples
from tests.backoffice.test_jobs_page import failed_job
from tests.entitlement import people
from tests.items import money_forms
from tests.kiosk.test_kiosk import as_operator, as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import signed_in
from tests.parameters.test_change_parameter import proposed
from tests.portal.test_applying import login_of
from tests.portal.test_lists import judged, row_of, workbook
from tests.portal.test_signing_in import signed_in as unit_signed_in
from tests.staff.test_rights import applied
from tests.tasks.work import new_task
from yigui.applying.pages import channel_operator
from yigui.audit.work import examine
from yigui.casework.accept_case import accept_case
from yigui.casework.day_end import close_day
from yigui.casework.drafts import open_draft
from yigui.casework.models import Case
from yigui.casework.query_code import query_code
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.models import DeathRecord
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import request_login
from yigui.kiosk.calls import ask, join
from yigui.kiosk.models import HelpCall
from yigui.ledger.models import Voucher
from yigui.levy.models import Bill
from yigui.payment.bank_results import import_results
from yigui.rating.given import Given
from yigui.rating.queries import followed
from yigui.rating.rate import rate_by_slip
from yigui.receipts.models import Receipt, ReceiptFile, Refund
from yigui.receipts.recognise import recognise
from yigui.registry.models import Employer, Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import record_full_view
from yigui.staff.locations import Desk
from yigui.staff.models import Section
from yigui.staff.refusals import record_refusal
from yigui.synthetic.demo_staff import API_TOKEN
from yigui.tasks.models import Task
from yigui.tasks.work_on import take
from yigui.visits.tickets import take_ticket

DAY = dt.timedelta(days=1)
RESULTS = "\r\n".join(("支付编号|处理结果|原因|金额|记账日期", "X1|成功||1.00|2026-11-10", "X2|成功||1.00|2026-11-10"))
#: Who is asked first to open a page of the agency; the first who may, opens it.
OFFICERS = (
    "teller", "reviewer", "head", "director", "accountant", "cashier", "auditor", "sysadmin", "secadmin", "logadmin", "guide",
)  # fmt: skip


class World:
    """A city in which each page has something to show, and lists more than one row: made once, then only read."""

    def __init__(self) -> None:
        mine, other = city.next_employee(), city.next_employee()
        self.person, self.login = mine.person, login_of(mine.employer)
        self.unit, self.phone = unit_signed_in(self.login), on_the_phone(self.person)
        self.machine, self.kiosk = registered()
        as_person(self.machine, other.person)
        # Another operator of the same employer: a new password at the machine ends the sign-in on the web.
        self.at_machine = second_login(self.login)
        self.unit_machine = as_operator(registered()[0], self.at_machine)
        self.partner = Client(HTTP_AUTHORIZATION=f"Bearer {API_TOKEN}")
        self.reviewing_partner = Client(HTTP_AUTHORIZATION=f"Bearer {token_for('reviewer', 'online')}")
        self.officers = {name: signed_in(name) for name in OFFICERS}
        #: Whoever was found to open an address.
        self.openers: dict[str, Client] = {}
        #: What stands in an address, by the parameter, or by the address where one value does not do for all.
        self.values: dict[str, Any] = {}
        self.other = other.person
        self._cases(mine)
        self._drafts(other)
        self._money(mine)

    def grow(self) -> None:
        """As many rows again of whatever a list may show, for the same people, employers and officers."""
        kept = dict(self.values)
        self._cases(self._leaving())
        self._forms(self._leaving())
        self._receipts([], self._leaving())
        for _ in range(3):
            user = city.new_user("teller", password="Ein-Passwort-9")
            applied(user, steps=("accept",), item_groups=["REG"])
            record_refusal(NotAuthorised("没有操作权限"), user=user, deed="打开办件")
            record_full_view(user=user, subject=self.person, reason="核对参保信息")
        money.levied(202611)
        self._forms_of_officers()
        self.values = kept

    def _forms_of_officers(self) -> None:
        """What waits for officers beside cases: a called helper, a closed day, a reported death, a machine, a request for a login, results."""
        machine, kiosk = registered()
        caller = city.next_person()
        key = as_person(machine, caller).session.session_key
        assert key is not None
        ask(kiosk=kiosk, who=caller, session_key=key, draft_token=None)
        closing = city.user(city.new_user("teller", full_name="甄再轧", password="Ein-Passwort-9").username)
        close_day(actor=closing, day=city.TODAY, bound=(), explanation="", today=city.TODAY)
        reported_death(city.next_employee().person)
        import_results(content=RESULTS.replace("X", "Y").encode(), file_name="r2.txt", today=city.TODAY, user=city.program("bank"))
        for employer in Employer.objects.filter(logins=None).order_by("id")[:2]:
            request_login(unit_no=employer.unit_no, credit_code=employer.credit_code, full_name="王经办", phone="13800000009")

    def _leaving(self) -> Any:
        """Somebody at work for the operator's employer, who is not the person of these pages."""
        leaving = city.next_employee()
        while leaving.employer_id != self.login.employer_id:
            leaving = city.next_employee()
        return leaving

    def _cases(self, mine: Any) -> None:
        for _ in range(2):
            city.accept_class1()
            waiting = city.accept_class2()
            finished = city.accept_class3()
            own = accept_case(city.application("ENQ-003", _named(self.person), materials=["id_card"]))
            at_machine = accept_case(city.application("ENQ-003", _named(self.other), materials=["id_card"]))
            by_partner = accept_case(
                city.application("ENQ-003", _named(self.other), username="api-demo", channel="online", materials=["id_card"])
            )
        stop = accept_case(city.application("REG-006", city.stop_form(mine), materials=["termination_proof"]))
        self.values |= {
            "/cases/<str:case_no>/": waiting.case_no, "/unit/cases/<str:case_no>/": stop.case_no,
            "/m/cases/<str:case_no>/": own.case_no, "/kiosk/me/cases/<str:case_no>/": at_machine.case_no,
            "/kiosk/unit/cases/<str:case_no>/": stop.case_no, "/api/cases/<case_no>": by_partner.case_no,
            "/api/cases/<case_no>/to-sign": waiting.case_no, "<code>": "REG-004",
            "/v/<str:code>": Case.objects.get(pk=own.pk).document.code,
            "<str:unit_no>": mine.employer.unit_no, "<str:code>": "REG-004", "/item-versions/<str:code>/": "PEN-001",
            "<int:section_id>": Section.objects.get(name="综合业务科").pk,
        }  # fmt: skip
        assert finished.is_final
        held = archived.with_paper(f"world {Case.objects.count()}")
        archived.lost(held)
        self.values |= {"/archive/<str:number>/": archived.filed(finished).number, "/archive/due/<str:case_no>/": held.case_no}
        said = Given(1, ("hall_rude",), "态度恶劣", wants_call=True, phone="13800138000")
        receipt = rate_by_slip(case_no=finished.case_no, code=query_code(finished.case_no), given=said, today=city.TODAY)
        badly = Task.objects.filter(kind="bad_rating").latest("pk")
        take(task_id=badly.pk, actor=city.user("head"))
        self.values["<int:service>"] = badly.origin_id
        assert followed(receipt)
        self._audit()
        failed_job(), failed_job()
        tasks = [new_task(kind) for kind in ("first_payment", "first_payment", "medical_retired", "fraud_hit")]
        self.values["/tasks/<int:number>/"] = tasks[0].pk

    def _audit(self) -> None:
        """A drawn month, and an error in it."""
        if "/audit/cases/<int:number>/" not in self.values:
            samples.leads()
        sampled = [one for one in samples.drawn(0) if one.case.accepted_by.username == "teller"]
        if not sampled:
            return
        samples.taken(sampled[0])
        said = [samples.error_of(sampled[0].case)]
        made = examine(auditor=city.user("auditor"), sampled=sampled[0], words="已检查", findings=said, today=city.TODAY)
        self.values |= {
            "/audit/samples/<int:number>/": sampled[0].sample_id, "/audit/cases/<int:number>/": sampled[0].pk,
            "/audit/findings/<int:number>/": made.findings.get().pk,
        }  # fmt: skip

    def _drafts(self, other: Any) -> None:
        """A form at every door, a list of an employer, and a helper beside a visitor of a machine."""
        self._forms(self._leaving())
        key = self.machine.session.session_key
        assert key is not None
        token = self.values["/kiosk/help/drafts/<uuid:token>/"]
        call: HelpCall = ask(kiosk=self.kiosk, who=other.person, session_key=key, draft_token=token)
        join(number=call.pk, helper=city.user("teller"))
        closing = city.user(city.new_user("teller", full_name="甄轧账", password="Ein-Passwort-9").username)
        sheets = [
            close_day(actor=closing, day=day, bound=(), explanation="", today=city.TODAY) for day in (city.TODAY - DAY, city.TODAY)
        ]
        given = take_ticket(secret="yigui-demo-machine", kind="personal", priority="none", id_number="", today=city.TODAY)
        self.values |= {
            "/hall/machine/tickets/<int:number>/": given.pk,
            "/kiosk/calls/<int:number>/": call.pk,
            "<int:sheet_id>": sheets[0].pk,
        }

    def _forms(self, leaving: Any) -> None:
        """An unfinished form at every door, and a list of the employer."""
        one = city.next_person()
        at_counter = open_draft(user=city.user("teller"), item_code="CHG-003", form=city.basic_change_form(one), person=one)
        stop = city.stop_form(leaving)
        operator, unit = channel_operator("online"), self.login.employer
        of_unit = open_draft(user=operator, item_code="REG-006", form=stop, login=self.login, employer=unit, person=leaving.person)
        on_phone, at_machine = (
            open_draft(user=channel_operator(at), item_code="ENQ-003", form=_named(who), applicant=who, person=who)
            for at, who in (("mobile", self.person), ("kiosk", self.other))
        )
        unit_machine = open_draft(
            user=channel_operator("kiosk"),
            item_code="REG-006",
            form=stop,
            login=self.at_machine,
            employer=unit,
            person=leaving.person,
        )
        rows = workbook([row_of(city.next_seeker()) for _ in range(2)])
        kept = judged(self.login, rows)
        on_machine = self._sent(self.unit_machine, "/kiosk/unit/apply/lists/REG-004/", rows)
        brought = self._sent(self.officers["teller"], f"/counter/lists/{unit.unit_no}/REG-004/", rows)
        self.values |= {
            "/counter/drafts/<uuid:token>/": at_counter.token, "/unit/apply/drafts/<uuid:token>/": of_unit.token,
            "/m/apply/drafts/<uuid:token>/": on_phone.token, "/kiosk/help/drafts/<uuid:token>/": at_machine.token,
            "/unit/apply/list/<uuid:token>/": kept.token, "/kiosk/me/apply/drafts/<uuid:token>/": at_machine.token,
            "/counter/list/<uuid:token>/": brought, "/kiosk/unit/apply/drafts/<uuid:token>/": unit_machine.token, "/kiosk/unit/apply/list/<uuid:token>/": on_machine,
        }  # fmt: skip

    @staticmethod
    def _sent(client: Client, url: str, rows: bytes) -> str:
        """The number of a list that was sent there."""
        answer = client.post(url, {"file": SimpleUploadedFile("名单.xlsx", rows), "how": "merge"})
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"].strip("/").split("/")[-1]

    def _money(self, mine: Any) -> None:
        """A levied month, receipts of two payers, a voucher, an order, and a pensioner whose pension was paid."""
        batch = money.levied()
        states = money.bills(mine.employer)
        self._receipts(states[:2], mine)
        bill: Bill = states[0].bill
        _, benefit = people.released()
        said = import_results(content=RESULTS.encode(), file_name="r.txt", today=city.TODAY, user=city.program("bank"))
        self.values |= {
            "<int:record_id>": reported_death(benefit.person).pk, "<int:reissue_id>": _decided_to_be_sent_again(benefit.pk),
            "/finance/results/<int:file_id>/": said.pk,
            "<str:person_no>": benefit.person.person_no, "<int:batch_id>": batch.pk, "<slug:reason>": "new", "<int:period>": 202610,
            "<int:user_id>": city.user("reviewer").pk, "<int:desk_id>": Desk.objects.get(agency_id="51110001", number="1").pk, "<str:account>": "1002",
            "<path:name>": "contribution/base_bounds", "/parameters/changes/<int:number>/": proposed().pk,
            "<int:file_id>": ReceiptFile.objects.order_by("id")[0].pk, "<int:voucher_id>": Voucher.objects.order_by("id")[0].pk,
            "/finance/bills/<int:number>/": bill.id,
        }  # fmt: skip

    def _receipts(self, states: list[Any], mine: Any) -> None:
        """Receipts, paid and unknown, an order of the employer, and a refund decided."""
        for state in states:
            money.receive(money.row(state.left_fen, AAZ288=state.bill.id), area=mine.employer.area_id)
        money.receive(money.row(1_00, AAB004="无人知道的单位"), money.row(2_00, AAB004="也无人知道"))
        unknown = Receipt.objects.filter(payer_name="无人知道的单位").order_by("-id")[0]
        claimed = recognise(
            receipt_id=unknown.pk,
            unit_no=mine.employer.unit_no,
            reason="单位出示的汇款凭证",
            ground="付款人为其代缴，有委托书",
            user=city.user("cashier"),
        )
        open_bill = money.bills(mine.employer)[2].bill
        order = money.ordered([(open_bill, 1_00)], mine.employer)
        payer, fen = money_forms.paid_flexible()
        papers = ("application_form", "refund_statement", "payment_receipt", "bank_card")
        refund = Refund.objects.get(case_id=people.done("LVY-011", money_forms.refund_form(payer, fen), papers).pk)
        self.values |= {
            "<int:refund_id>": refund.pk,
            "/finance/suspense/claims/<int:claim_id>/": claimed.pk,
            "/pay/<str:code>": order.code,
        }

    def address(self, path: str) -> str:
        """The path with what stands in the place of its parameters; `0` where this city has nothing, which a page does not find."""
        for start in sorted((key for key in self.values if key.startswith("/")), key=len, reverse=True):
            if path.startswith(start):
                path = re.sub("<.*>", str(self.values[start]), start) + path.removeprefix(start)
        return re.sub("<.*?>", lambda found: str(self.values.get(found[0], 0)), path)

    def visitor(self, path: str, url: str) -> Client:
        """Who opens it: the employer's operator, the person, somebody at a machine, nobody, or the first officer who may."""
        if path.startswith("/unit/"):
            return self.unit
        if path.startswith("/m/"):
            return self.phone
        if path.startswith("/kiosk/unit/"):
            return self.unit_machine
        if path.startswith("/kiosk/me/") or path in ("/kiosk/", "/kiosk/help/state/"):
            return self.machine
        if kind := re.match(r"/hall/(machine|screen|window)/", path):
            return self._hall_device(kind[1])
        if path.startswith("/api/"):
            return self.reviewing_partner if path.endswith("/to-sign") else self.partner
        if path.startswith(
            (
                "/guide/",
                "/v/",
                "/pay/",
                "/progress/",
                "/sign-in/",
                "/kiosk/activate/",
                "/hall/activate/",
                "/ratings/receipt/",
                "/ratings/published/",
            )
        ):
            return Client()
        if path not in self.openers:
            self.openers[path] = next(client for client in self.officers.values() if client.get(url).status_code != 403)
        return self.openers[path]

    def _hall_device(self, kind: str) -> Client:
        """A device of the hall."""
        client = Client()
        client.post("/hall/activate/", {"secret": f"yigui-demo-{kind}"})
        return client


def second_login(first: UnitLogin) -> UnitLogin:
    """Another operator of an employer, with all rights of the first."""
    login = UnitLogin.objects.using("super").create(username=f"{first.username}-2", employer=first.employer, is_manager=True)
    return UnitLogin.objects.select_related("employer").get(pk=login.pk)


def reported_death(person: Person) -> DeathRecord:
    """A report of a death under another name, which waits for a reviewer."""
    content = f"AAC002,AAC003,AIC037\n{person.id_number},别的姓名,2026-10-20\n".encode()
    file = import_records(
        DEATHS, content=content, file_name="d.csv", partner=city.sender_of("death"), user=city.user("head"), today=city.TODAY
    )
    return DeathRecord.objects.get(file=file)


def _named(person: Person) -> dict[str, str]:
    return {"id_number": person.id_number, "person_name": person.name}


def _decided_to_be_sent_again(benefit: int) -> int:
    """A returned payment that waits to be sent again, as it stands in its table; the payment itself is none of this city."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO benefits_reissue (warrant_id, batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id) "
            "SELECT max(id), 0, %s, 2, 100, '', '某某', '6228480012345678954', 0 FROM warrants_warrant RETURNING id",
            [benefit],
        )
        (number,) = cursor.fetchone()
        cursor.execute("SET session_replication_role = origin")
    return int(number)
