"""The law's rates and bounds as integers for SQL, one row per area, insurance, payer and risk class."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.forms.models import model_to_dict

from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.common.sqlfiles import named_sql
from yigui.law.contribution import NotLevied, Payer, Rates, base_bounds, rates_of
from yigui.levy.enums import MONTHLY
from yigui.levy.models import LevyRate
from yigui.registry.enums import AAE140, insurance_label

_RISK_CLASSES = "12345678"
_MOVED = named_sql("levy", "rates")["moved"]
#: What of a rate an amount is made of, in words.
_TERMS = {"employer_e8": "单位", "person_e8": "个人", "floor_fen": "下限", "ceiling_fen": "上限"}


def _e8(percent: Decimal) -> int:
    """A percentage in units of 10^-8; exact, or an error."""
    scaled = percent * 1_000_000
    assert scaled == int(scaled), f"rate too fine for the levy: {percent}"
    return int(scaled)


def levy_rates(areas: Iterable[str], period: int) -> list[LevyRate]:
    """The rates a levy of these areas and month needs, with the rules they stand in; of no batch yet.

    Raises:
        ParameterMissing: the law has no rate or bound for an area and month: no plan is made on guesses.
    """
    rows = []
    for area in areas:
        bounds = base_bounds(area, period)

        def row(rates: Rates, risk_class: str = "", area: str = area, bounds: object = bounds) -> LevyRate:
            return LevyRate(
                area_code=area, insurance=rates.insurance, aae140=AAE140[rates.insurance],
                payer=rates.payer.value, risk_class=risk_class, employer_e8=_e8(rates.employer), person_e8=_e8(rates.person),
                account_e8=_e8(rates.account), floor_fen=bounds.floor_fen, ceiling_fen=bounds.ceiling_fen,  # type: ignore[attr-defined]
                source=rates.source[:200], rule=rates.rule[:300],
                bounds_rule=bounds.rule[:300],  # type: ignore[attr-defined]
            )  # fmt: skip

        for insurance in MONTHLY:
            if insurance == "injury":
                rows += [row(rates_of(insurance, Payer.EMPLOYEE, area, period, risk_class=k), k) for k in _RISK_CLASSES]
            else:
                rows.append(row(rates_of(insurance, Payer.EMPLOYEE, area, period)))
            try:
                rows.append(row(rates_of(insurance, Payer.FLEXIBLE, area, period)))
            except NotLevied:
                continue
    return rows


def as_json(rates: Iterable[LevyRate]) -> str:
    """Rates as the functions of the database take them."""
    return json.dumps([model_to_dict(rate) for rate in rates], ensure_ascii=False)


def in_percent(e8: int) -> str:
    """A rate in units of 10^-8 as percent, exact."""
    return f"{Decimal(e8) / 1_000_000:f}".rstrip("0").rstrip(".") + "%" if e8 % 1_000_000 else f"{e8 // 1_000_000}%"


@dataclass(frozen=True)
class MovedRate:
    """A rate or bounds that are no longer what a month was charged by: what held, and what holds by law now."""

    area_code: str
    old: LevyRate
    new: LevyRate

    def terms(self) -> list[tuple[str, str, str]]:
        """What of it has moved: (单位, 16%, 15%), (下限, 4588.00, 4700.00)."""
        found = []
        for name, label in _TERMS.items():
            old, new = getattr(self.old, name), getattr(self.new, name)
            if old != new:
                shown = in_percent if name.endswith("e8") else format_fen
                found.append((label, shown(old), shown(new)))
        return found


def moved_rates(rates: Iterable[LevyRate], *, period: int, areas: Iterable[str], sign: int) -> list[MovedRate]:
    """Where the rates that hold by law for a month lie above (sign 1) or below (-1) those that everybody was charged by (`contributions_moved_v1`)."""
    by_key = {(r.area_code, r.insurance, r.payer, r.risk_class): r for r in rates}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"period": period, "areas": list(areas), "sign": sign, "rates": as_json(by_key.values())})
        rows = cursor.fetchall()
    found = []
    for area, insurance, payer, risk_class, employer, person, floor, ceiling, rule, bounds_rule in rows:
        old = LevyRate(
            area_code=area, insurance=insurance, aae140=AAE140[insurance], payer=payer, risk_class=risk_class, employer_e8=employer, person_e8=person,
            floor_fen=floor, ceiling_fen=ceiling, rule=rule, bounds_rule=bounds_rule,
        )  # fmt: skip
        found.append(MovedRate(area, old, by_key[area, insurance, payer, risk_class]))
    return found


def why_moved_since(batch_id: int, areas: Iterable[str], period: int) -> str:
    """Why a batch may not be executed by the rates it was made with: the law has others by now; "" when it has the same."""
    now = {_terms(r): r for r in levy_rates(areas, period)}
    stored = {_terms(r) for r in LevyRate.objects.filter(batch_id=batch_id)}
    moved = next((rate for terms, rate in now.items() if terms not in stored), None)
    if moved is None:
        return ""
    return (
        f"第 {batch_id} 号批次生成后，{format_period(period)} 的{insurance_label(moved.aae140)}费率或缴费基数上下限已变更"
        f"（{moved.rule}；{moved.bounds_rule}），请作废后重新生成。"
    )  # fmt: skip


def _terms(rate: LevyRate) -> tuple[object, ...]:
    return (
        rate.area_code, rate.insurance, rate.payer, rate.risk_class, rate.employer_e8, rate.person_e8, rate.account_e8, rate.floor_fen, rate.ceiling_fen,
    )  # fmt: skip
