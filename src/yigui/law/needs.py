"""What a province's rule needs to know of a person on a day (计发所需事实): the form asks for it, and nothing is assessed without it.

A need that has no answer is refused by its name and by where the answer comes from. Zero and 无 are answers.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from yigui.common.errors import YiguiError
from yigui.law.province import Version, province_of, rules_at

if TYPE_CHECKING:
    from yigui.law.pension import PensionFacts


class FactKind(StrEnum):
    """How the answer is written."""

    MONTHS = "months"
    NUMBER = "number"
    MONEY = "money"
    TITLES = "titles"
    GROUP = "group"


@dataclass(frozen=True)
class Need:
    """A fact a rule needs: its name in the dossier, its label, how it is written, and where the answer comes from.

    `when` says in words whom it is asked of; `from_record`: the contribution record can answer it, a paper may correct it.
    """

    name: str
    label: str
    kind: FactKind
    unit: str
    source: str
    when: str = ""
    from_record: bool = False


class FactMissing(YiguiError):
    """The rule of the place needs a fact that was not given; the sentence names it and where it comes from."""

    code = "law.fact_missing"


GROUP = Need(
    "group", "退休年龄类别", FactKind.GROUP, "", "本人岗位的任职文件、劳动合同或聘用合同；灵活就业人员的参保记录",
    "女性：按管理技术岗位 55 周岁或其他岗位 50 周岁",
)  # fmt: skip
DEEMED = Need("deemed_months", "视同缴费月数", FactKind.MONTHS, "月", "人事档案（招工表、转正定级表等），没有的填 0")
CONVERTED = Need(
    "converted_months",
    "特殊工种折算月数",
    FactKind.MONTHS,
    "月",
    "特殊工种备案材料，没有的填 0",
    "特殊工种提前退休，当地折算工龄的",
)
PRE_ACCOUNT = Need(
    "pre_account_months", "建账前月数", FactKind.NUMBER, "月", "个人账户手册（纸质账册）或改制文件所载建账年月", "建立个人账户以前有实际缴费的",
    from_record=True,
)  # fmt: skip
AVERAGE_INDEX = Need(
    "average_index", "平均缴费工资指数", FactKind.NUMBER, "", "缴费记录逐年计算；系统没有当年平均工资的，按养老保险手册所载官方指数",
    from_record=True,
)  # fmt: skip
TRANSITIONAL_INDEX = Need(
    "transitional_index",
    "过渡性养老金指数",
    FactKind.NUMBER,
    "",
    "养老保险手册所载建账前（或视同）各年缴费指数",
    "有建账前或视同缴费年限的",
)
WEIGHTED_YEARS = Need(
    "weighted_years", "加权缴费年限", FactKind.NUMBER, "年", "各年缴费指数与年限的加权计算表（广东）", "有建账前或视同缴费年限的"
)
NOTIONAL_ACCOUNT = Need(
    "notional_account", "虚账（视同账户）储存额", FactKind.MONEY, "元", "原个人账户手册、虚账记录", "有建账前或视同缴费年限的"
)
OLD_METHOD = Need(
    "old_method_amount",
    "按原办法计算的过渡性养老金",
    FactKind.MONEY,
    "元/月",
    "按原办法测算表",
    "新旧办法过渡期内退休，有建账前年限的",
)
TITLES_ANSWER = Need(
    "titles",
    "加发待遇的身份",
    FactKind.TITLES,
    "",
    "独生子女父母光荣证、职称证书、工作地证明等，没有的选“无”",
    "当地对一定身份的人加发待遇的",
)
SUPPLEMENT_PERCENT = Need(
    "supplement_percent", "加发比例合计", FactKind.NUMBER, "%", "荣誉证书、独生子女父母光荣证等加发依据", "有几项按比例加发身份的"
)
LOCAL_MONTHS = Need(
    "local_months",
    "在当地的工作（参保）月数",
    FactKind.MONTHS,
    "月",
    "人事档案、工作地证明（西藏）或地方补充养老保险记录（深圳）",
    "按在当地年限加发的",
)
CITY_FACTOR = Need(
    "city_factor",
    "过渡性补贴参数",
    FactKind.NUMBER,
    "",
    "市里公布的参数表（郑劳社〔2007〕36号）",
    "当地发过渡性补贴，有视同缴费年限的",
)
OLD_WAGE = Need(
    "old_indexed_wage", "原办法指数化月平均缴费工资", FactKind.MONEY, "元", "深圳原办法指数化工资计算表", "有建账前或视同缴费年限的"
)
TRANSITION_PERCENT = Need(
    "transition_percent", "过渡性养老金比例", FactKind.NUMBER, "%", "深圳原办法比例表", "有建账前或视同缴费年限的"
)
ALL = (
    GROUP, DEEMED, CONVERTED, PRE_ACCOUNT, AVERAGE_INDEX, TRANSITIONAL_INDEX, WEIGHTED_YEARS, NOTIONAL_ACCOUNT, OLD_METHOD, TITLES_ANSWER,
    SUPPLEMENT_PERCENT, LOCAL_MONTHS, CITY_FACTOR, OLD_WAGE, TRANSITION_PERCENT,
)  # fmt: skip
BY_NAME = {need.name: need for need in ALL}

_Asked = Callable[["PensionFacts"], bool]


def _has_earlier(facts: "PensionFacts") -> bool:
    return max(facts.deemed_months, facts.pre_account_months) > 0


def _always(facts: "PensionFacts") -> bool:
    return True


def _rule_needs(rules: Version, area: str, retired_on: dt.date) -> Iterable[tuple[Need, _Asked]]:
    """Needs of a version in a place with whom each is asked of; the general ones (months, account) are told by the facts' type."""
    from yigui.law.pension_special import needs_of_method

    method = rules.transitional.method
    yield from needs_of_method(method, retired_on)
    if method in ("indexed", "mean") and rules.transitional.index == "transitional":
        is_deemed = rules.transitional.years == "deemed"
        yield TRANSITIONAL_INDEX, (lambda f: f.deemed_months > 0) if is_deemed else _has_earlier
    if rules.titles_at(area):
        yield TITLES_ANSWER, _always
    for extra in rules.extras:
        if not extra.holds_in(area):
            continue
        if extra.kind == "plateau":
            yield LOCAL_MONTHS, lambda f: f.titles is not None and "plateau" in f.titles
        if extra.kind == "local_supplement":
            yield LOCAL_MONTHS, _always
        if extra.kind == "city_factor":
            yield CITY_FACTOR, lambda f: f.deemed_months > 0


def needs(area: str, retired_on: dt.date) -> tuple[Need, ...]:
    """All facts the rule of a place may ask for on a day of retirement, the general ones first; what the form of a dossier asks.

    Raises:
        ParameterMissing: the place has no rule for the day.
    """
    rules = province_of(area).version_at(retired_on, area)
    special = [need for need, _ in _rule_needs(rules, area, retired_on)]
    if any(extra.kind == "indexed_percent" and extra.holds_in(area) for extra in rules.extras):
        special.append(SUPPLEMENT_PERCENT)
    return tuple(dict.fromkeys((GROUP, DEEMED, CONVERTED, PRE_ACCOUNT, AVERAGE_INDEX, *special)))


@lru_cache(maxsize=10_000)
def _needs_at(area: str, retired_on: dt.date) -> tuple[tuple[Need, _Asked], ...]:
    return tuple(_rule_needs(rules_at(area, retired_on)[1], area, retired_on))


def missing(facts: "PensionFacts") -> tuple[Need, ...]:
    """Needs of the rule for these facts that have no answer."""
    asked = _needs_at(facts.area, facts.retired_on)
    found = [need for need, is_asked in asked if is_asked(facts) and answer_of(facts, need) is None]
    return tuple(dict.fromkeys(found))


def answer_of(facts: "PensionFacts", need: Need) -> object | None:
    """What the facts say to a need, None where nothing. Weighted years may be told by the index of the years."""
    if need is WEIGHTED_YEARS:
        return facts.weighted_years if facts.weighted_years is not None else facts.transitional_index
    return getattr(facts, _ATTRIBUTE[need.name])  # type: ignore[no-any-return]


_ATTRIBUTE = {need.name: need.name for need in ALL} | {
    "notional_account": "notional_account_fen", "old_method_amount": "old_method_fen", "old_indexed_wage": "old_indexed_wage_fen",
}  # fmt: skip


def refusal_of(missed: Iterable[Need], area: str) -> FactMissing:
    """The refusal that names each missing fact and where it comes from."""
    named = "；".join(f"缺“{need.label}”（来源：{need.source}）" for need in missed)
    return FactMissing(f"{province_of(area).label}需要的事实不全：{named}。请在退休预审（PEN-001）的退休档案中补录。", area=area)


def check_numbers(values: Iterable[tuple[str, Decimal | int | None]]) -> str:
    """The label of the first number below zero; "" where none is."""
    return next((label for label, value in values if value is not None and value < 0), "")


__all__ = ["ALL", "BY_NAME", "PRE_ACCOUNT", "FactKind", "FactMissing", "Need", "answer_of", "missing", "needs", "refusal_of"]
