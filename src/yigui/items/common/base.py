"""What all items share."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine, Subject, register_handler
from yigui.casework.models import Case
from yigui.catalogue.declarations import Item as Declaration
from yigui.items.common.checks import COMMON_CHECKS, check_function
from yigui.items.common.facts import Facts
from yigui.registry.models import Employer, Person


def item(code: str) -> Callable[[type["Item"]], type["Item"]]:
    """Class decorator: this class is the behaviour of the item with this code."""

    def register(cls: type[Item]) -> type[Item]:
        cls.code = code
        register_handler(code, cls())
        return cls

    return register


class Item:
    """Behaviour of a business item. Subclasses answer `subject` and `apply`, and the rest where they differ."""

    code: ClassVar[str]
    #: Materials taken when the case calls for them, beside those the catalogue lists.
    optional_materials: tuple[str, ...] = ()

    def facts(self, *, item: Declaration, values: dict[str, Any], application: Any) -> Facts:
        return Facts(item=item, values=values, application=application)

    def subject(self, facts: Facts) -> Subject:
        """Whom the case is about: the person of the form, else its employer."""
        if facts.item.applicant == "person" or facts["id_number"]:
            return person_subject(facts.person, facts)
        return employer_subject(facts.employer)

    def materials_needed(self, facts: Facts) -> list[str]:
        """Codes of the materials this application needs: all without a condition; items add the conditional ones."""
        return [m.code for m in facts.item.materials if not m.when]

    def check(self, facts: Facts) -> list[Finding]:
        """Run the common checks and those the catalogue names, in its order; each finding once."""
        names = [*COMMON_CHECKS, *(c.id for c in facts.item.checks)]
        findings: list[Finding] = []
        for name in dict.fromkeys(names):
            found = check_function(name)(facts)
            findings.extend(f for f in found if f not in findings)
        return findings

    def risk(self, facts: Facts) -> tuple[int, list[str]]:
        """The class this application has by its own facts, and why it rises; never below the catalogue's."""
        return facts.item.risk_class, []

    def amount_fen(self, facts: Facts) -> int | None:
        """The amount decided, in fen, where one is: limits of authority look at it."""
        return None

    def preview(self, facts: Facts) -> Sequence[PreviewLine]:
        """What the case would change, for the reviewer."""
        return []

    def apply(self, facts: Facts, case: Case) -> Outcome:
        """Do it, under the open warrant."""
        raise NotImplementedError


def person_subject(person: Person | None, facts: Facts) -> Subject:
    """A person as subject; one not registered yet is known by number, in the employer's area."""
    if person is not None:
        return Subject(f"person:{person.id_number}", person.name, person.area_id, person=person, employer=facts.employer)
    area = facts.employer.area_id if facts.employer else facts.application.operator.agency.area_id
    return Subject(f"person:{facts['id_number']}", facts["person_name"] or facts["id_number"], area, employer=facts.employer)


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
        raise refusal(f"未查询到社会保障号码为 {facts['id_number']} 的参保人，请核对号码。", id_number=facts["id_number"])
    return facts.person


def needed_employer(facts: Facts) -> Employer:
    """The employer, which must be registered.

    Raises:
        YiguiError: not registered.
    """
    if facts.employer is None:
        raise refusal(f"未查询到单位编号 {facts['unit_no']}，请核对编号。", unit_no=facts["unit_no"])
    return facts.employer
