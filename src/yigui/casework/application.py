"""What a channel hands in (申请), and what the form and the checks make of it; nothing is stored here."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from yigui.casework import handlers
from yigui.casework.enums import MaterialSource
from yigui.casework.errors import CaseRefused, FormInvalid, ItemNotOpen, NotConfirmed
from yigui.casework.findings import Finding, Level, said_by_check
from yigui.casework.given_materials import refuse_unproved
from yigui.casework.handlers import CaseFacts
from yigui.casework.models import Case
from yigui.casework.outside_acceptance import refuse_other_item, refuse_other_items, refuse_other_person, refuse_other_subjects
from yigui.casework.papers import refuse_of_others
from yigui.casework.questions import open_of
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.field_kinds import kind_of
from yigui.catalogue.forms import form_class
from yigui.catalogue.shapes import Field
from yigui.common.identifiers import read_citizen_number, widen_citizen_number
from yigui.documents.models import Paper
from yigui.identity.models import UnitLogin
from yigui.registry.models import Person
from yigui.staff.models import User


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
        reasons: what was written for reminders that ask for a reason, by their `key`.
        handed_by: the colleague who began the form and handed it over to the operator's special desk.
        login: the employer's operator who applies by themselves; they can apply for their own employer and its staff only.
        applicant: the person who applies by themselves, for themselves only.
        idempotency_key: the same key and request give the same case again.
        is_listed: one row of a list (名单) that was handed in as a whole.
        agreed_to: of a row of a list, by check the sentence that was agreed to; a reminder that says another one now is not agreed to. None: no list.
        counted: of a row of a list, what `promised_days` counts once for all of them.
        list_people: how many people are handed in with that list; the promised day depends on it (`promised_days`).
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
    reasons: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str | None = None
    case_id: int | None = field(default=None)
    handed_by: User | None = None
    login: UnitLogin | None = None
    applicant: Person | None = None
    may_ask: bool = True
    is_listed: bool = False
    list_people: int = 1
    agreed_to: Mapping[str, str] | None = None
    counted: dict[str, int] | None = None

    @property
    def whoever(self) -> User | UnitLogin | Person:
        """Who hands it in and has signed in: the employer's operator, the person, or the officer."""
        return self.login or self.applicant or self.operator

    @property
    def answered_by(self) -> str:
        """Who answers the questions of the checks, in words."""
        if self.applicant is not None:
            return f"申请人 {self.applicant.name}"
        if self.login is not None:
            return f"单位经办人 {self.login.full_name or self.login.username}"
        return self.operator.full_name


@dataclass(frozen=True)
class Examination:
    """A form that has been read and checked: cleaned values, the item's facts, and what the checks found."""

    item: Item
    values: dict[str, Any]
    facts: CaseFacts
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


def item_in_force(code: str, on: dt.date) -> Item:
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


def item_of(application: Application) -> Item:
    """The version of the item an application is made under: of a correction that of its case, which it keeps for good (R039); else today's.

    Raises:
        ItemNotOpen: see `item_in_force`.
    """
    if application.case_id is None:
        return item_in_force(application.item_code, application.today)
    return item_of_case(Case.objects.only("item_code", "item_version").get(pk=application.case_id))


def item_of_case(case: Case) -> Item:
    """The version of the item a case was accepted under: it is examined, routed, asked about and finished by it.

    Raises:
        ItemNotOpen: without code.
    """
    item = catalogue().version(case.item_code, case.item_version)
    handlers.handler_of(item)
    return item


def examine(application: Application) -> Examination:
    """Read and check a form; nothing is stored.

    Raises:
        ItemNotOpen: see `item_in_force`.
        FormInvalid: a field cannot be read, or an operator named another employer or its staff.
        NotAuthorised: an operator may not apply for this item.
    """
    item, values, form = _read(application)
    if not form.is_valid():
        raise FormInvalid(_of_the_number(item, values, {name: [str(m) for m in said] for name, said in form.errors.items()}))
    _refuse_others(application, item, form.cleaned_data)
    handler = handlers.handler_of(item)
    facts = handler.facts(item=item, values=form.cleaned_data, application=application)
    return Examination(item, form.cleaned_data, facts, handler.check(facts))


def examine_so_far(application: Application) -> tuple[list[Finding], frozenset[str]]:
    """What can be said already of a form that is not whole yet: the findings of the checks whose fields can be read, and the names of the checks
    that wait for others. Nothing is stored.

    Raises:
        ItemNotOpen, NotAuthorised: see `examine`. FormInvalid: an operator named another employer or its staff; nothing of them was looked at.
    """
    item, _, form = _read(application)
    unread = frozenset(form.errors)
    _refuse_others(application, item, form.cleaned_data)
    handler = handlers.handler_of(item)
    facts = handler.facts(item=item, values=dict(form.cleaned_data), application=application)
    return handler.check_so_far(facts, unread)


def _read(application: Application) -> tuple[Item, dict[str, Any], forms.Form]:
    """The item, the raw values of the form as text, and the form that reads them."""
    item = item_of(application)
    if application.login is not None:
        refuse_other_items(application.login, item)
    if application.applicant is not None:
        refuse_other_item(item)
    unknown = set(application.form) - {f.name for f in item.input_fields}
    if unknown:
        raise FormInvalid({name: [f"事项 {item.code} 没有“{name}”这一栏。"] for name in sorted(unknown)})
    values = plain_form(application.form)
    listed = [f.name for f in item.input_fields if isinstance(values.get(f.name), list) and not kind_of(f).takes_list]
    if listed:
        raise FormInvalid({name: ["此项只能填一个值。"] for name in listed})
    return item, values, form_class(item, application.today)(filled_by_number(item, values))


def _refuse_others(application: Application, item: Item, values: Mapping[str, Any]) -> None:
    """Stop people outside before any fact of somebody else is looked at."""
    if application.login is not None:
        refuse_other_subjects(application.login, item, values, application.today)
    if application.applicant is not None:
        refuse_other_person(application.applicant, values)


#: LD/T 92: what a citizen number says of whoever bears it.
_BORN, _GENDER = "AAC006", "AAC004"


def filled_by_number(item: Item, values: Mapping[str, Any]) -> dict[str, Any]:
    """A form in which birth and gender, where they were left blank, are what the citizen number says; what was typed stays, and is checked."""
    number = _citizen_number_in(values)
    citizen = read_citizen_number(number) if number else None
    if citizen is None:
        return dict(values)
    says = {_BORN: citizen.born_on.isoformat(), _GENDER: citizen.gender}
    return {**values, **{f.name: says[str(f.index_code)] for f in _told_by_number(item) if values.get(f.name) in (None, "")}}


def _told_by_number(item: Item) -> list[Field]:
    """Fields that a citizen number fills. A form may ask for the birth of somebody else too, under another label."""
    return [f for f in item.input_fields if f.index_code in (_BORN, _GENDER) and f.label in ("出生日期", "性别")]


def _citizen_number_in(values: Mapping[str, Any]) -> str:
    """What a form gives as a citizen number; "" where it gives none, or a number of another kind."""
    number = values.get("id_number")
    return widen_citizen_number(number) if isinstance(number, str) and values.get("id_type", "01") in ("", "01") else ""


def _of_the_number(item: Item, values: Mapping[str, Any], said: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is wrong with a form: where birth and gender were left blank for the number to tell and the number cannot be one, the number is."""
    number = _citizen_number_in(values)
    blank = [f.name for f in _told_by_number(item) if f.name in said and values.get(f.name) in (None, "")]
    if not blank or not number or read_citizen_number(number) is not None:
        return said
    left = {name: sentences for name, sentences in said.items() if name not in blank}
    return {"id_number": [f"社会保障号码 {number} 校验未通过，请核对证件后重新录入。"], **left}


def agreed(application: Application) -> Examination:
    """Examine a form that is to be stored: nothing refuses it, and every reminder has been answered.

    Raises:
        CaseRefused, NotConfirmed: with the findings; beside those of `examine`.
        MaterialUnproved: a material is only claimed. MaterialOfAnother: a paper is not that of whom the form is about.
    """
    examination = examine(application)
    refuse_unproved(application)
    if examination.refusals:
        raise CaseRefused(examination.refusals)
    if any(material.paper is not None for material in application.materials):
        subject = handlers.handler_of(examination.item).subject(examination.facts)
        refuse_of_others(
            examination.item, application.materials, person=subject.person, employer=subject.employer, subject_key=subject.key,
            case_id=application.case_id, is_listed=application.is_listed,
        )  # fmt: skip
    if unanswered := open_of(examination.reminders, _confirmed(application, examination), application.reasons):
        raise NotConfirmed(unanswered)
    return examination


def _confirmed(application: Application, examination: Examination) -> Collection[str]:
    """The checks whose reminders were agreed to, as they read now."""
    if application.agreed_to is None:
        return application.confirmed
    now = said_by_check(examination.reminders)
    return [check for check in application.confirmed if now.get(check) == application.agreed_to.get(check)]


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
