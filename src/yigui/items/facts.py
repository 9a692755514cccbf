"""The facts of one application: what was typed, and what the registry and the partners know about it.

Looked up when a check first asks, at most once each. Checks take facts and never look anything up themselves.
"""

import datetime as dt
from functools import cached_property
from typing import Any

from yigui.casework.accept_case import Application
from yigui.casework.findings import Finding, Level
from yigui.casework.queries import has_open_case_of_groups
from yigui.catalogue.declarations import Item
from yigui.catalogue.windows import WindowAnswer, answer_of
from yigui.exchange.models import EmploymentRegistration, IdentityRecord
from yigui.exchange.queries import employment_registration, identity_record
from yigui.registry import queries as registry
from yigui.registry.models import Coverage, Employer, Employment, Person


class Facts:
    """Facts of an application, as the checks and the effects of its item need them."""

    def __init__(self, *, item: Item, values: dict[str, Any], application: Application) -> None:
        self.item = item
        self.values = values
        self.application = application
        self.today: dt.date = application.today
        self.channel = application.channel

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
        """The employment registration (就业备案) of the person with this employer."""
        if self.employer is None or not self["id_number"]:
            return None
        return employment_registration(self["id_number"], self.employer.credit_code)

    @cached_property
    def identity(self) -> IdentityRecord | None:
        """What public security says about the number."""
        return identity_record(self["id_number"]) if self["id_number"] else None

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

    @cached_property
    def given(self) -> dict[str, str]:
        """Materials handed in: code -> source."""
        return {m.code: m.source for m in self.application.materials}

    def refuse(self, check: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A refusal with the catalogue's sentence."""
        return Finding(check, self.item.check_named(check).message, Level.REFUSE, detail, field, source)

    def remind(self, check: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A reminder with the catalogue's sentence."""
        return Finding(check, self.item.check_named(check).message, Level.REMIND, detail, field, source)
