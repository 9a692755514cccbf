"""What all items share."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

from yigui.casework.application import Application
from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import About, Direction, Offer, Outcome, Place, PreviewLine, Subject, key_of_person, register_handler
from yigui.casework.models import Case
from yigui.catalogue.declarations import Item
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, format_period
from yigui.items.common.checks import COMMON_CHECKS, check_function
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts, NotReadYet
from yigui.items.common.known import Known, values_of
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Employer, Person
from yigui.registry.queries import bare_coverages_of, stated_dead

F = TypeVar("F", bound=Facts)
_ONE_AT_A_TIME = "no_open_case"
ItemClass = TypeVar("ItemClass", bound="type[ItemHandler[Any]]")


def item(code: str) -> Callable[[ItemClass], ItemClass]:
    """Class decorator: this class is the behaviour of the item with this code."""

    def register(cls: ItemClass) -> ItemClass:
        cls.code = code
        register_handler(code, cls())
        return cls

    return register


class ItemHandler(Generic[F]):
    """Behaviour of a business item. Subclasses answer `subject` and `apply`, and the rest where they differ.

    `ItemHandler[PensionFacts]` says which facts the item works with.
    """

    code: ClassVar[str]
    facts_class: ClassVar[type[Facts]] = Facts
    #: Protected tables its cases write, each by a use case of the room that owns it: the warrant opens these and no others (YG011).
    writes: tuple[str, ...] = ()
    #: Materials taken when the case calls for them, beside those the catalogue lists.
    optional_materials: tuple[str, ...] = ()
    #: Takes somebody on who is not yet the employer's.
    joins: bool = False
    #: Field of its form that says the place of insurance where nobody it is about is registered yet; else it is the acceptor's agency's.
    area_field: str = ""
    #: Its cases open the first login of the employer they register (YG009 for any other).
    opens_login: bool = False
    #: Columns of a registered person's own row that its cases change (YG011). Whoever takes somebody on changes none.
    own_record: tuple[str, ...] = ()
    #: Its form says which key fact of a record is changed, a merge and a death taken back among them: the guards of records ask for that.
    changes_keys: bool = False
    #: Its cases suspend a benefit: a report that is the reason is decided by that.
    suspends: bool = False
    #: Its cases resume a suspended benefit from the month `start_month` of the form: those before it stay unpaid.
    resumes: bool = False
    #: Columns of relations and bases with an employer the case is not about that its cases change (YG011): death and retirement end them.
    elsewhere: tuple[str, ...] = ()
    #: Fields of its form that may name another record of the person (重复档案): a reviewed case opens its rows too.
    other_records: tuple[str, ...] = ()
    #: An employer can send it for many people at once.
    list_able: bool = False
    #: The button of a door that begins it, where there is one.
    offered_for: Offer | None = None
    #: It is for the living: nobody whose death was stated is offered it, and where one is applied for it is asked about.
    needs_living: bool = False
    #: Whether its list takes people into a unit or out of it: what says the contrary beside a row is heard. None where it does neither.
    direction: Direction | None = None
    #: Channels of the catalogue through which it cannot be applied for here.
    closed_channels: frozenset[str] = frozenset()
    #: Its form begins with all its insurances chosen.
    all_insurances: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in getattr(cls, "__orig_bases__", ()):
            origin, arguments = get_origin(base), get_args(base)
            if isinstance(origin, type) and issubclass(origin, ItemHandler) and isinstance(arguments[0], type):
                cls.facts_class = arguments[0]

    @property
    def decides_amount(self) -> AnyMapping[str, Any] | None:
        """What a form contains whose case decides an amount (`amount_fen`), None for no form: one without counts as above every limit."""
        return None if type(self).amount_fen is ItemHandler.amount_fen else {}

    def facts(self, *, item: Item, values: dict[str, Any], application: Application) -> F:
        return self.facts_class(item=item, values=values, application=application)  # type: ignore[return-value]

    def unasked(self, place: Place, typed: AnyMapping[str, Any]) -> frozenset[str]:
        """Fields that a door need not show, given what has been typed: the rule of the place does not ask them."""
        return frozenset()

    def hints(self, typed: AnyMapping[str, Any]) -> AnyMapping[str, str]:
        """What is wanted in a field, by its name, given what has been typed; a page shows it until the field is filled."""
        return {}

    def offered(self, place: Place, typed: AnyMapping[str, Any]) -> AnyMapping[str, frozenset[str]]:
        """Codes that any door offers in a field of choices, where the rule of the place knows fewer than the list has; all where it is not named."""
        return {}

    def about(self, item: Item) -> frozenset[About]:
        """On whose page it is offered: of a person whom its form names, of an employer who applies."""
        names = {f.name for f in item.fields}
        found = {About.PERSON} if "id_number" in names else set()
        return frozenset(found | ({About.EMPLOYER} if item.applicant == "employer" and "unit_no" in names else set()))

    def prefill(self, known: Known) -> dict[str, Any]:
        """Raw values by field name that a new form begins with; those it has no field for, and empty ones, are left out."""
        return {"insurances": list(known.item.insurances) if self.all_insurances else []} | values_of(known)

    def old_value(self, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
        """Of an item that changes a record: the registered value of what is about to change."""
        return None

    def subject(self, facts: F) -> Subject:
        """Whom the case is about: the person of the form, else its employer."""
        if facts.item.applicant == "person" or facts.get("id_number"):
            return person_subject(facts.person, facts)
        return employer_subject(facts.employer)

    def materials_needed(self, facts: F) -> list[str]:
        """Codes of the materials this application needs: all without a condition; items add the conditional ones."""
        return [m.code for m in facts.item.materials if not m.when]

    def check(self, facts: F) -> list[Finding]:
        """Run the common checks and those the catalogue names, in its order; each finding once.

        What a check or the amount decided cannot be worked out from (a parameter of the law that is not stored, a record that cannot be)
        is a finding too, with its sentence: the effects would refuse it.
        """
        names, findings = _names(facts), _first_findings(facts)
        if _ONE_AT_A_TIME not in names and facts.item.group != "enquiry" and not any(f.is_refusal for f in findings):
            # The acceptance refuses it for every item but enquiries; where all else is well it is said here already.
            findings.extend(_found(_ONE_AT_A_TIME, facts))
        if self.needs_living and facts.person is not None and not any(f.is_refusal for f in findings):
            findings.extend(_death_stated(facts, facts.person))
        if not any(f.is_refusal for f in findings):
            try:
                self.amount_fen(facts)
            except YiguiError as refused:
                findings.append(Finding("computable", refused.message))
        return findings

    def check_so_far(self, facts: F, unread: frozenset[str]) -> tuple[list[Finding], frozenset[str]]:
        """What the common checks and those of the catalogue find in a form that is not whole yet: each speaks as soon as the fields it asks
        for can be read. Gives the names of those that could not speak to the end too.

        Args:
            unread: fields that are missing or cannot be read.
        """
        facts.unread = unread
        silent = set[str]()
        return _first_findings(facts, silent), frozenset(silent)

    def risk(self, facts: F) -> tuple[int, list[str]]:
        """The class this application has by its own facts, and why it rises; never below the catalogue's."""
        return facts.item.risk_class, []

    def amount_fen(self, facts: F) -> int | None:
        """The amount decided, in fen, where one is: limits of authority look at it."""
        return None

    def preview(self, facts: F) -> Sequence[PreviewLine]:
        """What the case would change, for the reviewer."""
        return []

    def waiting_money(self, facts: F) -> Sequence[tuple[int, int]]:
        """The money in suspense the case uses: receipt and fen. It is kept with the case as it was accepted, and no other is used (`waiting_money`)."""
        return []

    def before_signing(self, facts: Callable[[], F]) -> list[Finding]:
        """What whoever passes a step has to know beside the answers of the form, as it stands now: a refusal bars the step until it is settled.

        Args:
            facts: gives those of the case; most items ask for none.
        """
        return []

    def apply(self, facts: F, case: Case) -> Outcome:
        """Do it, under the open warrant."""
        raise NotImplementedError


#: The check of the number itself.
_NUMBER = "id_checksum"


def _names(facts: Facts) -> list[str]:
    """The checks of every item and those the catalogue names for this one, in order."""
    return list(dict.fromkeys([*COMMON_CHECKS, *(c.id for c in facts.item.checks)]))


def _first_findings(facts: Facts, silent: set[str] | None = None) -> list[Finding]:
    """What the checks find, each finding once; into `silent` go those that asked for a field which cannot be read yet."""
    findings: list[Finding] = []
    for name in _names(facts):
        findings.extend(f for f in _found(name, facts, silent) if f not in findings)
    if any(f.check == _NUMBER and f.field == "id_number" for f in findings):
        # The number cannot be one: what was not found under it follows from that, and is not said.
        findings = [f for f in findings if f.check == _NUMBER or f.field != "id_number"]
    return findings


def _found(name: str, facts: Facts, silent: set[str] | None = None) -> list[Finding]:
    """What a check finds; one that cannot be worked out is a finding too. What it found before it asked for a field that cannot be read stands."""
    found: list[Finding] = []
    try:
        found.extend(check_function(name, facts.item.code)(facts))
    except YiguiError as refused:
        return [Finding(name, refused.message)]
    except NotReadYet:
        if silent is None:
            raise
        silent.add(name)
    return found


def _death_stated(facts: Facts, person: Person) -> list[Finding]:
    """The question about somebody whom an employer has stopped as dead, while the record has them alive; the dead are refused."""
    if person.life_status == LifeStatus.DEAD:
        return [
            Finding(
                "death_stated", "该人员已登记死亡，不能办理此业务；登记有误的，请先办理关键信息变更（CHG-004）。", field="id_number"
            )
        ]
    stated = stated_dead(facts.coverages if isinstance(facts, CoverageFacts) else bare_coverages_of(person))
    if stated is None or stated.end_period is None:
        return []
    words = f"单位以死亡为由停保，自 {format_period(add_months(stated.end_period, 1))} 起；请核实本人在世，写明如何核实。"
    return [Finding.question("death_stated", words, field="id_number")]


def person_subject(person: Person | None, facts: Facts) -> Subject:
    """A person as subject; one not registered yet is known by number, in the employer's area."""
    if person is not None:
        return Subject(key_of_person(person.id_number), person.name, person.area_id, person=person, employer=facts.employer)
    area = facts.employer.area_id if facts.employer else facts.application.operator.agency.area_id
    return Subject(
        key_of_person(facts.get("id_number") or ""),
        facts.get("person_name") or facts.get("id_number") or "",
        area,
        employer=facts.employer,
    )


def employer_subject(employer: Employer | None) -> Subject:
    """An employer as subject."""
    if employer is None:
        raise refusal("未查询到该单位编号，请核对后重新录入。")
    return Subject(f"employer:{employer.pk}", employer.name, employer.area_id, employer=employer)


def needed_person(facts: Facts) -> Person:
    """The person, who must be registered.

    Raises:
        YiguiError: not registered.
    """
    if facts.person is None:
        raise refusal(f"未查询到社会保障号码为 {facts.get('id_number')} 的参保人，请核对号码。", id_number=facts.get("id_number"))
    return facts.person


def needed_employer(facts: Facts) -> Employer:
    """The employer, which must be registered.

    Raises:
        YiguiError: not registered.
    """
    if facts.employer is None:
        raise refusal(f"未查询到单位编号 {facts.get('unit_no')}，请核对编号。", unit_no=facts.get("unit_no"))
    return facts.employer
