"""The facts of one application: what was typed, and who and what it is about.

What was typed has the type of its field (`field_names`, made from the catalogue): a misspelt name does not pass the type checker, and raises.
A group that needs to know more derives its own facts from these. What is looked up is looked up when first asked for, at most once.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from yigui.casework.application import Application
from yigui.casework.errors import refusal
from yigui.catalogue.declarations import Item, field_names
from yigui.catalogue.intake import IntakeAnswer, intake_of
from yigui.common.months import months_of
from yigui.exchange.models import EmploymentRegistration, IdentityRecord, PartnerAnswer
from yigui.items.common.partners import Partners
from yigui.items.common.sentences import Sentences
from yigui.law.conditions import condition
from yigui.registry import queries as registry
from yigui.registry.models import Employer, Person

if TYPE_CHECKING:
    # Only the type checker reads it: it is made by the very program that would import it.
    from yigui.items.common.field_names import (
        Day,
        Decimals,
        Instant,
        Listed,
        OpenDay,
        OpenDecimals,
        OpenListed,
        OpenWhole,
        Text,
        Tick,
        Whole,
    )


class UnknownField(KeyError):
    """A field was asked for that the form does not have: a programming mistake, never an answer."""


class NotReadYet(LookupError):
    """A check asked for a field of a form that is not whole yet, and whose answer is missing or wrong: it has nothing to say so far."""


class Facts(Sentences):
    """Facts of an application, as the checks and the effects of its item need them."""

    def __init__(self, *, item: Item, values: dict[str, Any], application: Application) -> None:
        self.item = item
        self.values = values
        self.application = application
        self.today: dt.date = application.today
        self.channel = application.channel
        self.partners = Partners(application)
        #: Fields of a form that is not whole yet whose answer is missing or cannot be read: whoever asks for one is told so.
        self.unread: frozenset[str] = frozenset()
        self._names = frozenset(f.name for f in item.fields)

    @overload
    def __getitem__(self, name: Text) -> str: ...
    @overload
    def __getitem__(self, name: Tick) -> bool: ...
    @overload
    def __getitem__(self, name: Listed) -> list[Any]: ...
    @overload
    def __getitem__(self, name: OpenListed) -> list[Any] | None: ...
    @overload
    def __getitem__(self, name: Whole) -> int: ...
    @overload
    def __getitem__(self, name: OpenWhole) -> int | None: ...
    @overload
    def __getitem__(self, name: Decimals) -> Decimal: ...
    @overload
    def __getitem__(self, name: OpenDecimals) -> Decimal | None: ...
    @overload
    def __getitem__(self, name: Day) -> dt.date: ...
    @overload
    def __getitem__(self, name: OpenDay) -> dt.date | None: ...
    @overload
    def __getitem__(self, name: Instant) -> dt.datetime: ...
    def __getitem__(self, name: str) -> Any:
        """The cleaned value of a field of this form; None, or "" of text, where it was left empty.

        Raises:
            UnknownField: the item has no such field.
        """
        if name not in self._names:
            raise UnknownField(f"{self.item.code} has no field {name!r}")
        return self._read(name)

    @overload
    def get(self, name: Text) -> str | None: ...
    @overload
    def get(self, name: Tick) -> bool | None: ...
    @overload
    def get(self, name: Listed | OpenListed) -> list[Any] | None: ...
    @overload
    def get(self, name: Whole | OpenWhole) -> int | None: ...
    @overload
    def get(self, name: Decimals | OpenDecimals) -> Decimal | None: ...
    @overload
    def get(self, name: Day | OpenDay) -> dt.date | None: ...
    @overload
    def get(self, name: Instant) -> dt.datetime | None: ...
    def get(self, name: str) -> Any:
        """The value of a field that only some items have; None where this one has not. For what items share.

        Raises:
            UnknownField: no item at all has such a field.
        """
        return self.named(name)

    @overload
    def needed(self, name: Text) -> str: ...
    @overload
    def needed(self, name: Listed | OpenListed) -> list[Any]: ...
    @overload
    def needed(self, name: Whole | OpenWhole) -> int: ...
    @overload
    def needed(self, name: Decimals | OpenDecimals) -> Decimal: ...
    @overload
    def needed(self, name: Day | OpenDay) -> dt.date: ...
    def needed(self, name: str) -> Any:
        """The value of a field that some items leave open and this one cannot do without.

        Raises:
            UnknownField: the item has no such field.
            YiguiError: nothing was filled in; the sentence names the field.
        """
        if name not in self._names:
            raise UnknownField(f"{self.item.code} has no field {name!r}")
        value = self._read(name)
        if value in (None, "", []):
            label = next(f.label for f in self.item.fields if f.name == name)
            raise refusal(f"请填写{label}。", field=name)
        return value

    def named(self, name: str) -> Any:
        """As `get`, of a field whose name is worked out, or that an item beside the house declares: neither is known to the type checker.

        Raises:
            UnknownField: no item at all has such a field.
        """
        if name not in self._names and name not in field_names():
            raise UnknownField(f"no item has a field {name!r}")
        return self._read(name)

    def asks(self, name: str) -> bool:
        """Whether the form of this version asks for a field: what a case was accepted under before it did was never asked."""
        return name in self._names

    def condition(self, name: str) -> int:
        """A number of `law.conditions` where the application is made, today."""
        return condition(name, area=self.area_code, day=self.today)

    def _read(self, name: str) -> Any:
        if name in self.unread:
            raise NotReadYet(name)
        return self.values.get(name)

    @cached_property
    def person(self) -> Person | None:
        """The person the form names by number."""
        number = self.get("id_number")
        return registry.person_by_number(number) if number else None

    @cached_property
    def employer(self) -> Employer | None:
        """The employer the form names by unit number."""
        number = self.get("unit_no")
        return registry.employer_by_unit_no(number) if number else None

    @property
    def area_code(self) -> str:
        """The place of insurance the business is for: the employer's, the person's, else the operator's."""
        subject = self.employer or self.person
        return str(subject.area_id if subject else self.application.operator.agency.area_id)

    @cached_property
    def intake(self) -> IntakeAnswer:
        """Whether the channel takes the item today, and for which period."""
        return intake_of(self.item, self.channel, self.today)

    @property
    def period(self) -> int:
        """The period (YYYYMM) the business counts for."""
        return self.intake.period

    @property
    def months(self) -> list[int]:
        """The months of the form's range; empty when it has none, or the wrong way round."""
        start, end = self.get("start_month"), self.get("end_month")
        return months_of(start, end) if start and end and start <= end else []

    @cached_property
    def given(self) -> dict[str, str]:
        """Materials handed in: code -> source."""
        return {m.code: m.source for m in self.application.materials}

    @property
    def answers(self) -> list[PartnerAnswer]:
        """Answers of partners this application rests on."""
        return self.partners.answers

    @property
    def shared(self) -> dict[str, str]:
        """Papers a department's data stands in for: code and a note for the file."""
        return self.partners.shared

    @cached_property
    def identity(self) -> IdentityRecord | None:
        """What public security says about the number of the form."""
        number = self.get("id_number")
        return self.partners.identity(number) if number else None

    @cached_property
    def registration(self) -> EmploymentRegistration | None:
        """The employment registration (就业备案) of the person with the employer of the form."""
        number = self.get("id_number")
        return self.partners.registration(number, self.employer.credit_code) if self.employer and number else None
