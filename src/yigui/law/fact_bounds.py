"""How large a fact of a dossier (退休档案) can be: beyond the bound it is refused, above what the law's caps allow it is asked about."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from yigui.common.money import format_fen
from yigui.law.calculation import plain
from yigui.law.conditions import condition
from yigui.law.needs import AVERAGE_INDEX, BY_NAME, TRANSITIONAL_INDEX, FactKind, Need
from yigui.law.parameter_table import NATIONAL
from yigui.law.province import TITLES, province_of

#: Beyond these an answer is a slip of the hand, whatever the place: months of sixty years; an index of more than three times what the cap
#: of the base allows; weighted years of thirty years at three times the cap; percent a year not above the one percent a year of the
#: basic pension itself; amounts in fen: an account of two million yuan, fifty thousand yuan a month, a wage of a hundred thousand.
_MOST: Mapping[str, int] = {
    "deemed_months": 720, "converted_months": 720, "pre_account_months": 720, "local_months": 720, "average_index": 10,
    "transitional_index": 10, "weighted_years": 100, "supplement_percent": 1, "city_factor": 20, "transition_percent": 100,
    "notional_account": 200_000_000, "old_method_amount": 5_000_000, "old_indexed_wage": 10_000_000,
}  # fmt: skip
#: Titles of which a person has one at most: each says that the other is not so.
_EITHER = (("one_child", "childless"), ("xining", "outside_xining"))
#: Needs that no amount and no number is: what is chosen from a list.
CHOSEN = (FactKind.GROUP, FactKind.TITLES)
#: Indices of contribution: each year's base over the average wage, so that the cap of the base bounds them; none is zero.
INDICES = (AVERAGE_INDEX, TRANSITIONAL_INDEX)


def most_of(need: Need) -> Decimal:
    """The largest answer to a need that is a number; fen for money. KeyError for what is chosen from a list."""
    return Decimal(_MOST[need.name])


def out_of_bounds(need: Need, value: Decimal | int) -> str:
    """What is wrong with an answer by its size, in words; "" where nothing is.

    Args:
        value: months, index, years, percent, or fen, as the dossier holds it.
    """
    most = most_of(need)
    is_too_small = value <= 0 if need in INDICES else value < 0
    if not is_too_small and value <= most:
        return ""
    span = f"大于 0、不超过 {_shown(need, most)}" if need in INDICES else f"在 0 至 {_shown(need, most)} 之间"
    return f"“{need.label}”须{span}，所填为 {_shown(need, value)}，请按材料更正（来源：{need.source}）。"


def _shown(need: Need, value: Decimal | int) -> str:
    number = format_fen(int(value)) if need.kind is FactKind.MONEY else plain(Decimal(value))
    return f"{number} {need.unit}".rstrip()


def above_cap(need: Need, value: Decimal | int, day: dt.date) -> str:
    """In words that an index lies above what the cap of the base allows; "" where it does not, and for what is no index.

    Contributions are paid on 300 percent of the average wage at most (国发〔1995〕6号 附件; 劳办发〔1997〕116号 第八条).
    """
    if need not in INDICES:
        return ""
    cap = condition("index_cap_times", area=NATIONAL, day=day)
    if value <= cap:
        return ""
    return (
        f"“{need.label}”为 {plain(Decimal(value))}：缴费基数不超过平均工资的 {cap} 倍，指数一般不大于 {cap}，请核对手册所载指数。"
    )


def titles_against_each_other(titles: frozenset[str] | None) -> str:
    """In words that two of the titles cannot both be true of one person; "" where that is not so, and where they are not answered."""
    for one, other in _EITHER:
        if titles is not None and {one, other} <= titles:
            return f"“{BY_NAME['titles'].label}”不能同时选“{TITLES[one]}”和“{TITLES[other]}”，请按证件选其中一项。"
    return ""


def percents_of(area: str, day: dt.date) -> Mapping[str, Decimal]:
    """Percent of the indexed wage a year by title, where the place adds such percents up (Sichuan); empty elsewhere.

    Raises:
        ParameterMissing: the place has no rule for the day.
    """
    rules = province_of(area).version_at(day, area)
    return {e.when: e.percent for e in rules.extras if e.kind == "indexed_percent" and e.holds_in(area)}


def percent_without_title(titles: frozenset[str] | None, percent: Decimal | None, area: str, day: dt.date) -> str:
    """In words that percents are to be added and the titles answered entitle nobody to them; "" where that is not so, and where the
    titles are not answered: that is refused as missing."""
    if titles is None or percent is None or percent <= 0 or titles & percents_of(area, day).keys():
        return ""
    need, other = BY_NAME["supplement_percent"], BY_NAME["titles"]
    return (
        f"“{other.label}”没有选按比例加发的身份（不享受加发），“{need.label}”却填了 {plain(percent)}%："
        f"请清空“{need.label}”，或按证件选择“{other.label}”。"
    )


def percent_of_titles(titles: frozenset[str] | None, percent: Decimal | None, area: str, day: dt.date) -> str:
    """In words that the percents differ from what the place's rule gives the titles; "" where they do not."""
    if percent is None or titles is None:
        return ""
    by_rule = sum((p for title, p in percents_of(area, day).items() if title in titles), Decimal(0))
    if percent == by_rule:
        return ""
    return f"所选身份按当地规定合计 {plain(by_rule)}%，所填为 {plain(percent)}%，请核对荣誉证书等其余加发依据。"


__all__ = [
    "CHOSEN",
    "INDICES",
    "above_cap",
    "most_of",
    "out_of_bounds",
    "percent_of_titles",
    "percent_without_title",
    "percents_of",
    "titles_against_each_other",
]
