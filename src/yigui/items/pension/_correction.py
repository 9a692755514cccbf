"""One fact of an award corrected: by the dossier, which is written anew, or by record and account as they were corrected before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from yigui.common.money import format_fen, parse_yuan
from yigui.common.months import is_half_months, period_of, plain_months
from yigui.entitlement.assess_person import PersonAssessment, group_by_month
from yigui.entitlement.disability import allowance_of, paid_as
from yigui.entitlement.dossier import NONE, Answers, Dossier, answers_of_award, retired_on_of
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import Award
from yigui.law.fact_bounds import out_of_bounds
from yigui.law.needs import BY_NAME, PRE_ACCOUNT, FactKind, Need, needs
from yigui.law.pension import Assessment
from yigui.law.province import TITLES
from yigui.law.retirement_age import RetirementGroup
from yigui.registry.models import Person

#: What the form calls a change that record and account answer, and not the dossier.
TOTAL, ACCOUNT, KIND = "01", "04", "05"
#: The need that a change of the form is about (pension_recalc_item).
NEED_OF: Mapping[str, Need] = {
    code: BY_NAME[name]
    for code, name in {
        "02": "deemed_months", "03": "average_index", "06": "titles", "07": "pre_account_months", "08": "transitional_index",
        "09": "weighted_years", "10": "notional_account", "11": "old_method_amount", "12": "supplement_percent", "13": "local_months",
        "14": "city_factor", "15": "old_indexed_wage", "16": "transition_percent", "17": "converted_months",
    }.items()
}  # fmt: skip
#: What an award keeps that follows from the facts, the day or the parameters, or is shown elsewhere.
_FOLLOWS = frozenset({
    "area", "retired_on", "base_year", "base_yuan", "years", "deemed_years", "account_since", "payout_months", "appraisal_no", "kind",
    "statutory_month", "again_from",
})  # fmt: skip
_LABELS = {
    "total_months": "累计缴费月数", "deemed_months": "视同缴费月数（含折算）", "pre_account_months": "建账前月数", "average_index": "平均缴费指数",
    "account_fen": "个人账户储存额", "notional_account_fen": "虚账储存额", "old_method_fen": "原办法过渡性养老金",
    "old_indexed_wage_fen": "原办法指数化工资",
}  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """What the newest award of a benefit rests on beside record and account: its dossier, or, of an award older than dossiers, what
    the award itself keeps."""

    answers: Answers
    dossier: Dossier | None

    @classmethod
    def of(cls, award: Award, dossier: Dossier | None) -> "Basis":
        """The basis of an award; a dossier made for another month is not its own."""
        is_own = dossier is not None and period_of(dossier.pre_review.retired_on) == period_of(retired_on_of(award.inputs))
        return cls(dossier.answers, dossier) if is_own and dossier is not None else cls(answers_of_award(award.inputs), None)

    def group_of(self, person: Person, award: Award) -> RetirementGroup:
        """The group of the retirement age."""
        if self.dossier is not None:
            return self.dossier.group
        return group_by_month(person, period_of(retired_on_of(award.inputs)))


def value_in(need: Need, text: str) -> Any:
    """What is typed for a need as the dossier keeps it; ValueError for what is none."""
    try:
        match need.kind:
            case FactKind.TITLES:
                return titles_in(text)
            case FactKind.MONEY:
                return int(_within(need, Decimal(parse_yuan(text))))
            case FactKind.MONTHS:
                return plain_months(_half(_within(need, Decimal(text))))
        value = _within(need, Decimal(text))
        return _half(value) if need is PRE_ACCOUNT else value
    except InvalidOperation as error:
        raise ValueError(text) from error


def _within(need: Need, value: Decimal) -> Decimal:
    if not value.is_finite() or out_of_bounds(need, value):
        raise ValueError(value)
    return value


def _half(value: Decimal) -> Decimal:
    if not is_half_months(value):
        raise ValueError(value)
    return value


def titles_in(text: str) -> frozenset[str]:
    """Titles by code or word, between commas; 无 for none. ValueError for a word that is none, and for nothing at all."""
    by_word = {word: code for code, word in TITLES.items()} | {code: code for code in TITLES}
    words = [w.strip() for w in text.replace("，", ",").replace("、", ",").split(",") if w.strip()]
    if words in (["无"], [NONE]):
        return frozenset()
    if not words or any(w not in by_word for w in words):
        raise ValueError(text)
    return frozenset(by_word[w] for w in words)


def corrected(basis: Answers, award: Award, what: str, value: Any) -> Answers:
    """The answers with one of them corrected.

    Raises:
        AwardRefused: the rule of the award's place and day does not use the fact.
    """
    need = NEED_OF[what]
    area, day = award.inputs["area"], retired_on_of(award.inputs)
    if need not in needs(area, day):
        raise AwardRefused(f"当地 {day} 的计发办法不使用“{need.label}”，不能据以重新核定，请核对变更项目。")
    found = replace(basis, **{need.name: value})
    if need is BY_NAME["deemed_months"] and basis.pre_account_months is not None:
        # Months before the accounts as the paper has them hold the deemed ones.
        found = replace(found, pre_account_months=basis.pre_account_months + value - basis.deemed_months)
    return found


def as_paid(found: PersonAssessment, award: Award) -> tuple[Assessment, dict[str, Any], int | None]:
    """An assessment as the benefit pays it, what the award keeps of it, and its last month where it has one (a disability allowance)."""
    statutory = award.inputs.get("statutory_month")
    if statutory is None:
        return found.assessment, found.inputs, None
    allowance = allowance_of(found.assessment, found.facts, statutory)
    kept = {key: award.inputs[key] for key in ("appraisal_no", "statutory_month") if key in award.inputs}
    end = allowance.last_month(award.start_period, statutory)
    inputs = found.inputs | kept | {"kind": allowance.kind, "again_from": allowance.again_from}
    return paid_as(found.assessment, allowance), inputs, end


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Facts in which two awards differ: label, before, after; whatever was corrected since counts, not only what the form names."""
    names = [n for n in after if n not in _FOLLOWS and _said(before.get(n)) != _said(after[n])]
    return [(_label(n), _shown(n, before.get(n)), _shown(n, after[n])) for n in names]


def _said(value: Any) -> Any:
    """A kept value so that equal ones compare equal: numbers by value."""
    if isinstance(value, list):
        return tuple(value)
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return value


def _label(name: str) -> str:
    return _LABELS[name] if name in _LABELS else BY_NAME[name].label


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "（空）"
    if name.endswith("_fen"):
        return format_fen(value)
    if isinstance(value, list):
        return "、".join(TITLES[title] for title in value) or "无"
    return str(value)


def known_value(award: Award, what: str) -> str | None:
    """The value an award was made with, as the form writes it; None where the form has no such thing, or the award did not need it."""
    inputs = award.inputs
    if what == TOTAL:
        return str(inputs["total_months"])
    if what == ACCOUNT:
        return format_fen(inputs["account_fen"]).replace(",", "")
    if what not in NEED_OF:
        return None
    value = answers_of_award(inputs).given().get(NEED_OF[what].name, inputs.get(NEED_OF[what].name))
    if value is None:
        return None
    match NEED_OF[what].kind:
        case FactKind.TITLES:
            return "、".join(TITLES[title] for title in sorted(value)) or "无"
        case FactKind.MONEY:
            return format_fen(value).replace(",", "")
    return str(value)


__all__ = [
    "ACCOUNT", "KIND", "NEED_OF", "TOTAL", "Basis", "as_paid", "corrected", "differences", "known_value", "titles_in", "value_in",
]  # fmt: skip
