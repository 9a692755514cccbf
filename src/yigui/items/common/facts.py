"""The facts of one application: what was typed, and what the registry and the partners know about it.

Looked up when a check first asks, at most once each. Checks take facts and never look anything up themselves.
"""

import datetime as dt
from functools import cached_property
from typing import Any, TypeVar

from yigui.casework.application import Application
from yigui.casework.findings import Finding, Level
from yigui.casework.queries import has_open_case_of_groups
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.windows import WindowAnswer, answer_of
from yigui.charges.queries import BillState, bills_of_payer
from yigui.common.months import months_of, period_of
from yigui.entitlement.assess_person import PersonAssessment, assess_person, group_of
from yigui.entitlement.models import Benefit, PreReview
from yigui.entitlement.queries import death_of, monthly_benefit, pre_review_of
from yigui.exchange.asking import Reply, ask
from yigui.exchange.contracts import contracts
from yigui.exchange.live import live_death, live_identity, live_registration
from yigui.exchange.models import Answer, DeathRecord, EmploymentRegistration, FromPartner, IdentityRecord
from yigui.exchange.queries import employment_registration, identity_record
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.declare import Verdict, judge
from yigui.levy.models import LevyLine
from yigui.levy.record import ContributionRecord, record_of
from yigui.receipts.refunds import refundable
from yigui.registry import queries as registry
from yigui.registry.models import Coverage, Employer, Employment, Person

Record = TypeVar("Record", bound=FromPartner)


class Facts:
    """Facts of an application, as the checks and the effects of its item need them."""

    def __init__(self, *, item: Item, values: dict[str, Any], application: Application) -> None:
        self.item = item
        self.values = values
        self.application = application
        self.today: dt.date = application.today
        self.channel = application.channel
        #: Answers of partners this application rests on.
        self.answers: list[Answer] = []
        #: Papers a department's data stands in for: code and a note for the file.
        self.shared: dict[str, str] = {}
        self._unanswered: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        """A cleaned value of the form; None for a field the item does not have."""
        return self.values.get(name)

    @cached_property
    def person(self) -> Person | None:
        """The person the form names by number."""
        return registry.person_by_number(self["id_number"]) if self["id_number"] else None

    @cached_property
    def employer(self) -> Employer | None:
        """The employer the form names by unit number."""
        return registry.employer_by_unit_no(self["unit_no"]) if self["unit_no"] else None

    @cached_property
    def from_employer(self) -> Employer | None:
        """The employer a transferred person comes from."""
        return registry.employer_by_unit_no(self["from_unit_no"]) if self["from_unit_no"] else None

    @cached_property
    def registration(self) -> EmploymentRegistration | None:
        """The employment registration (就业备案) of the person with this employer: as sent to us, else asked for."""
        if self.employer is None or not self["id_number"]:
            return None
        number, code = self["id_number"], self.employer.credit_code
        known = employment_registration(number, code)
        if known is None:
            known, reply = live_registration(number, code, may_ask=self.application.may_ask)
            self._note(reply)
        return self._proven(known)

    @cached_property
    def identity(self) -> IdentityRecord | None:
        """What public security says about the number of the form."""
        return self.identity_of(self["id_number"]) if self["id_number"] else None

    def identity_of(self, number: str) -> IdentityRecord | None:
        """What public security says about a number: as sent to us, else asked for."""
        known = identity_record(number)
        if known is None:
            known, reply = live_identity(number, may_ask=self.application.may_ask)
            self._note(reply)
        return self._proven(known)

    def _proven(self, record: Record | None) -> Record | None:
        """A record that came as an answer brings its proof along."""
        if record is not None and record.answer is not None and record.answer not in self.answers:
            self.answers.append(record.answer)
        return record

    def _note(self, reply: Reply) -> None:
        """Keep an answer as proof, or that there was none."""
        if reply.is_unavailable:
            self._unanswered.add(reply.service.code)
        elif reply.answer is not None and reply.answer not in self.answers:
            self.answers.append(reply.answer)

    def is_unanswered(self, service: str) -> bool:
        """Whether a partner was to be asked and has not answered."""
        return service in self._unanswered

    def ask(self, service: str, **request: str) -> Reply:
        """What a partner answers to a question of its contract, kept as proof."""
        reply = ask(service, request, may_ask=self.application.may_ask)
        self._note(reply)
        return reply

    def share(self, material: str) -> bool | None:
        """Whether a department's data stands in for a paper; None when it does not answer now."""
        if material == "employment_registration":
            if self.registration is not None:
                self.shared[material] = f"公共就业服务中心，{self.registration.registered_on} 备案"
                return True
            return None if self.is_unanswered(material) else False
        service = contracts().for_material(material)
        request = self._request(service.code) if service else None
        if service is None or request is None:
            return False
        reply = self.ask(service.code, **request)
        if reply.data is not None:
            department = catalogue().departments[service.department]
            self.shared[material] = "，".join([department, *(f"{service.answers[n]} {v}" for n, v in reply.data.items())])
        return True if reply.data is not None else None if reply.is_unavailable else False

    def _request(self, service: str) -> dict[str, str] | None:
        """What a service is asked for this application; None when the form does not say."""
        if service == "business_licence":
            code = self["credit_code"] or (self.employer.credit_code if self.employer else "")
            return {"AAB998": code} if code else None
        return {"AAC002": self["id_number"]} if self["id_number"] else None

    @cached_property
    def window(self) -> WindowAnswer:
        """Whether the channel takes the item today, and for which period."""
        return answer_of(self.item, self.channel, self.today)

    @property
    def period(self) -> int:
        """The period (YYYYMM) the business counts for."""
        return self.window.period

    @cached_property
    def coverages(self) -> list[Coverage]:
        """All coverages of the person."""
        return registry.bare_coverages_of(self.person) if self.person else []

    @cached_property
    def open_coverages(self) -> list[Coverage]:
        """Coverages still open at the end of the period."""
        return [c for c in self.coverages if c.end_period is None or c.end_period >= self.period]

    @cached_property
    def employment(self) -> Employment | None:
        """The employment open at the end of the period."""
        return registry.active_employment(self.person, self.period) if self.person else None

    @cached_property
    def open_benefit_case_no(self) -> str:
        """Number of an unfinished sickness, injury or maternity case of the person, or ""."""
        case = has_open_case_of_groups(self.person.pk, ("MED", "INJ", "MAT")) if self.person else None
        return case.case_no if case else ""

    @property
    def area_code(self) -> str:
        """The place of insurance the business is for: the employer's, the person's, else the operator's."""
        if self.employer is not None:
            return self.employer.area_id
        return self.person.area_id if self.person else self.application.operator.agency.area_id  # type: ignore[no-any-return]

    @property
    def months(self) -> list[int]:
        """The months of the form's range; empty when it is the wrong way round."""
        start, end = self["start_month"], self["end_month"]
        return months_of(start, end) if start and end and start <= end else []

    @cached_property
    def bills(self) -> list[BillState]:
        """Bills of the payer (the employer, or the person paying alone), with what is paid of them."""
        if self.employer is None and self.person is None:
            return []
        return bills_of_payer(employer=self.employer, person=None if self.employer else self.person)

    @cached_property
    def lines(self) -> list[LevyLine]:
        """Lines of the person in the months of the form, whoever paid."""
        if self.person is None or not self.months:
            return []
        payers = {0, *(c.employer_id for c in self.coverages if c.employer_id)}
        rows = LevyLine.objects.filter(
            employer_id__in=payers, person_id=self.person.pk, owed_period__range=(self.months[0], self.months[-1])
        )
        return list(rows.order_by("owed_period", "insurance", "source_id")[:5000])

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Verdicts of the rows of a declaration of bases; none for a year that cannot be declared now (`season_open`)."""
        if self.employer is None or not self["base_rows"] or self["year"] != self.today.year:
            return []
        return judge(rows=self["base_rows"], employer=self.employer, year=self["year"])

    @cached_property
    def refundable(self) -> tuple[list[LevyLine], int, int]:
        """Paid lines of the months, their amount, and the payer's surplus (fen)."""
        return refundable(
            employer=self.employer, person=self.person, insurances=self["insurances"] or [], start=self["start_month"] or 0,
            end=self["end_month"] or 0,
        )  # fmt: skip

    @cached_property
    def benefit(self) -> Benefit | None:
        """The monthly benefit of the person that has not ended."""
        return monthly_benefit(self.person) if self.person else None

    @cached_property
    def death(self) -> DeathRecord | None:
        """The death that partners have reported for the person; asked for where the form is about one."""
        if not self["id_number"]:
            return None
        known = death_of(self["id_number"])
        if known is None and self["death_date"] is not None:
            known, reply = live_death(self["id_number"], may_ask=self.application.may_ask)
            self._note(reply)
        return self._proven(known)

    @cached_property
    def pre_review(self) -> PreReview | None:
        """The newest agreed pre-review of the person's retirement."""
        return pre_review_of(self.person) if self.person else None

    @cached_property
    def record(self) -> ContributionRecord | None:
        """The paid months of the employees' pension up to the day of retirement, or today."""
        until = period_of(self["retire_date"] or self.today)
        return record_of(self.person, "employee_pension", until=until, coverages=self.coverages) if self.person else None

    @cached_property
    def group(self) -> RetirementGroup | None:
        """Which retirement age applies: as pre-reviewed, else by the month asked for."""
        day = self["retire_date"]
        if self.person is None or day is None:
            return None
        if self.pre_review is not None and self.pre_review.retired_on == day:
            return RetirementGroup(self.pre_review.group)
        return group_of(self.person, day)

    @cached_property
    def assessment(self) -> PersonAssessment | None:
        """The pension of a retirement on the day asked for; None without person or day.

        Raises:
            YiguiError: the record, the law or the parameters do not allow one; the sentence says why.
        """
        if self.person is None or self["retire_date"] is None:
            return None
        return assess_person(
            self.person, area=self.person.area_id, retired_on=self["retire_date"], deemed_months=self["deemed_months"] or 0,
            as_of=self.today,
        )  # fmt: skip

    @cached_property
    def given(self) -> dict[str, str]:
        """Materials handed in: code -> source."""
        return {m.code: m.source for m in self.application.materials}

    def refuse(self, check: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A refusal with the catalogue's sentence."""
        return Finding(check, self.item.check_named(check).message, Level.REFUSE, detail, field, source)

    def lacking(self, check: str, service: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A refusal for want of a partner's data; while the partner does not answer, a wait."""
        if not self.is_unanswered(service):
            return self.refuse(check, detail, field=field, source=source)
        name = contracts().services[service].name
        sentence = f"{source or name}暂时没有应答，提交后等待核验，核验通过即继续办理。"
        return Finding(check, sentence, Level.WAIT, "", field, source)

    def remind(self, check: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A reminder with the catalogue's sentence."""
        return Finding(check, self.item.check_named(check).message, Level.REMIND, detail, field, source)
