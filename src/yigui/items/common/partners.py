"""What partners (共享部门) say for one application: looked up, else asked for, and every answer kept as proof."""

from typing import TypeVar

from yigui.casework.application import Application
from yigui.catalogue.declarations import catalogue
from yigui.entitlement.queries import death_of
from yigui.exchange.asking import Reply, ask
from yigui.exchange.contracts import contracts
from yigui.exchange.live import live_death, live_identity, live_registration
from yigui.exchange.models import DeathRecord, EmploymentRegistration, FromPartner, IdentityRecord, PartnerAnswer
from yigui.exchange.queries import employment_registration, identity_record
from yigui.registry.models import Person

Record = TypeVar("Record", bound=FromPartner)


class Partners:
    """Records of partners as sent to us, else asked for where the application may ask.

    `answers` are those the application rests on; `shared` the papers a department's data stands in for: code and a note for the file.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self.answers: list[PartnerAnswer] = []
        self.shared: dict[str, str] = {}
        self._unanswered: set[str] = set()

    def is_unanswered(self, service: str) -> bool:
        """Whether a partner was to be asked and has not answered."""
        return service in self._unanswered

    def ask(self, service: str, **request: str) -> Reply:
        """What a partner answers to a question of its contract."""
        return self._noted(ask(service, request, may_ask=self._application.may_ask))

    def registration(self, number: str, credit_code: str) -> EmploymentRegistration | None:
        """The employment registration (就业备案) of a person with an employer."""
        known = employment_registration(number, credit_code)
        if known is None:
            known, reply = live_registration(number, credit_code, may_ask=self._application.may_ask)
            self._noted(reply)
        return self._proven(known)

    def identity(self, number: str) -> IdentityRecord | None:
        """What public security says about a number."""
        known = identity_record(number)
        if known is None:
            known, reply = live_identity(number, may_ask=self._application.may_ask)
            self._noted(reply)
        return self._proven(known)

    def death(self, person: Person | None, number: str, *, is_asked: bool) -> DeathRecord | None:
        """The death reported for a person under any of their numbers, as far as it is in force; asked for only where the application is
        about one. Of somebody who is not registered here, what is answered."""
        known = death_of(person) if person is not None else None
        if known is None and is_asked:
            told, reply = live_death(number, may_ask=self._application.may_ask)
            self._noted(reply)
            known = death_of(person) if person is not None else told
        return self._proven(known)

    def share(self, material: str, *, number: str, credit_code: str) -> bool | None:
        """Whether a department's data stands in for a paper; None when it does not answer now."""
        service = contracts().for_material(material)
        key, value = ("AAB998", credit_code) if service and service.code == "business_licence" else ("AAC002", number)
        if service is None or not value:
            return False
        reply = self.ask(service.code, **{key: value})
        if reply.data is not None:
            department = catalogue().on(self._application.today).departments[service.department]
            self.shared[material] = "，".join([department, *(f"{service.answers[n]} {v}" for n, v in reply.data.items())])
        return True if reply.data is not None else None if reply.is_unavailable else False

    def _noted(self, reply: Reply) -> Reply:
        """Keep an answer as proof, or that there was none."""
        if reply.is_unavailable:
            self._unanswered.add(reply.service.code)
        elif reply.answer is not None and reply.answer not in self.answers:
            self.answers.append(reply.answer)
        return reply

    def _proven(self, record: Record | None) -> Record | None:
        """A record that came as an answer brings its proof along."""
        if record is not None and record.answer is not None and record.answer not in self.answers:
            self.answers.append(record.answer)
        return record
