"""The law's rates and bounds as integers for SQL, one row per area, insurance, payer and risk class."""

from collections.abc import Iterable
from decimal import Decimal

from yigui.law.contribution import NotLevied, Payer, Rates, base_bounds, rates_of
from yigui.levy.enums import MONTHLY
from yigui.levy.models import LevyRate
from yigui.registry.enums import AAE140

_RISK_CLASSES = "12345678"


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
