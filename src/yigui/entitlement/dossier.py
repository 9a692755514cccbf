"""The retirement dossier (退休档案): the facts a rule needs of a person, built by the pre-review and read by every assessment."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yigui.common.months import plain_months
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import DossierFact, PreReview
from yigui.entitlement.queries import pre_review_of
from yigui.law.needs import BY_NAME, FactKind, Need
from yigui.law.retirement_age import RetirementGroup
from yigui.registry.models import Person
from yigui.warrants.queries import open_warrant_id

#: How the dossier writes that the person has none of the titles.
NONE = "none"


@dataclass(frozen=True)
class Answers:
    """What is known of a person beside the record and the account; None where nothing was answered. Money is fen; months are whole or half.

    `group`: None for men. `pre_account_months` and `average_index`: only where a paper corrects or replaces the record.
    """

    deemed_months: Decimal | int
    group: RetirementGroup | None = None
    converted_months: Decimal | int | None = None
    pre_account_months: Decimal | None = None
    average_index: Decimal | None = None
    transitional_index: Decimal | None = None
    weighted_years: Decimal | None = None
    notional_account: int | None = None
    old_method_amount: int | None = None
    titles: frozenset[str] | None = None
    supplement_percent: Decimal | None = None
    local_months: Decimal | int | None = None
    city_factor: Decimal | None = None
    old_indexed_wage: int | None = None
    transition_percent: Decimal | None = None
    work_started_on: dt.date | None = None

    def given(self) -> dict[str, Any]:
        """The answers by the name of their need."""
        return {name: getattr(self, name) for name in BY_NAME if getattr(self, name) is not None}


@dataclass(frozen=True)
class Dossier:
    """A dossier: the pre-review it was confirmed by, its answers, and its facts as they stand on file."""

    pre_review: PreReview
    answers: Answers
    facts: tuple[DossierFact, ...]

    @property
    def group(self) -> RetirementGroup:
        return RetirementGroup(self.pre_review.group)


def text_of(need: Need, value: Any) -> str:
    """An answer as the dossier keeps it."""
    if need.kind is FactKind.TITLES:
        return ",".join(sorted(value)) if value else NONE
    if need.kind is FactKind.MONTHS:
        return str(plain_months(Decimal(value)))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def value_of(need: Need, text: str) -> Any:
    """The answer a text of the dossier is; the other way round of `text_of`."""
    match need.kind:
        case FactKind.TITLES:
            return frozenset() if text == NONE else frozenset(text.split(","))
        case FactKind.GROUP:
            return RetirementGroup(text)
        case FactKind.NUMBER:
            return Decimal(text)
        case FactKind.MONTHS:
            return plain_months(Decimal(text))
    return int(text)


def answers_of(values: Mapping[str, Any], *, work_started_on: dt.date | None) -> Answers:
    """Answers from values by the name of their need."""
    return Answers(**values, work_started_on=work_started_on)


def retired_on_of(inputs: Mapping[str, Any]) -> dt.date:
    """The day of retirement an award was made for."""
    return dt.date.fromisoformat(inputs["retired_on"])


def answers_of_award(inputs: Mapping[str, Any]) -> Answers:
    """The answers an award rests on, from what it keeps: of one older than dossiers nothing else says them.

    The index counts as printed where its years are not kept.
    """

    def number(key: str) -> Decimal | None:
        return None if inputs.get(key) is None else Decimal(inputs[key])

    local = number("local_months")
    return Answers(
        deemed_months=plain_months(Decimal(inputs["deemed_months"])), pre_account_months=Decimal(inputs["pre_account_months"]),
        average_index=None if inputs.get("years") else Decimal(inputs["average_index"]), transitional_index=number("transitional_index"),
        weighted_years=number("weighted_years"), notional_account=inputs["notional_account_fen"], old_method_amount=inputs["old_method_fen"],
        titles=None if inputs["titles"] is None else frozenset(inputs["titles"]), supplement_percent=number("supplement_percent"),
        local_months=None if local is None else plain_months(local), city_factor=number("city_factor"),
        old_indexed_wage=inputs.get("old_indexed_wage_fen"), transition_percent=number("transition_percent"),
    )  # fmt: skip


def write_dossier(
    *, pre_review: PreReview, answers: Answers, source: str, dated_on: dt.date | None, kept: Sequence[DossierFact] = ()
) -> None:
    """Put the answers of a pre-review on file, each with its source, under the open warrant of its case.

    Args:
        kept: facts of the dossier before this one; what says the same keeps its source and date.
    """
    warrant = open_warrant_id()
    before = {(fact.name, fact.value): fact for fact in kept}

    def origin(name: str, value: str) -> tuple[str, dt.date | None]:
        if (old := before.get((name, value))) is not None:
            return old.source, old.dated_on
        return f"{BY_NAME[name].source}{f'：{source}' if source else ''}"[:200], dated_on

    DossierFact.objects.bulk_create(
        [
            DossierFact(
                warrant_id=warrant, pre_review=pre_review, person_id=pre_review.person_id, name=name, value=text, source=said, dated_on=day
            )
            for name, value in answers.given().items()
            for text in [text_of(BY_NAME[name], value)]
            for said, day in [origin(name, text)]
        ]
    )  # fmt: skip


def dossier_of(person: Person) -> Dossier | None:
    """The dossier of the newest pre-review of a person; None where there is none, or where it was made before dossiers were."""
    pre_review = pre_review_of(person)
    if pre_review is None:
        return None
    facts = tuple(pre_review.facts.order_by("id")[: len(BY_NAME)])
    values = {fact.name: value_of(BY_NAME[fact.name], fact.value) for fact in facts}
    if "deemed_months" not in values:
        return None
    return Dossier(pre_review, answers_of(values, work_started_on=pre_review.work_started_on), facts)


def needed_dossier(person: Person) -> Dossier:
    """The dossier of a person.

    Raises:
        AwardRefused: there is none.
    """
    found = dossier_of(person)
    if found is None:
        raise AwardRefused(f"{person.name} 没有退休档案，请先办理退休预审（PEN-001），由审核人员核实当地计发办法需要的各项事实。")
    return found
