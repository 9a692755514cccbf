"""Checks of bases and months."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.money import format_fen, parse_yuan
from yigui.common.months import format_period, period_of
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.contribution import base_bounds
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.queries import is_levied
from yigui.registry.enums import AAE140, INSURANCE_OF


def chosen_base(facts: Facts) -> tuple[str, int | None]:
    """The form's base: field name and fen; None where it is not an amount."""
    if facts.get("contribution_base") is not None:
        return "contribution_base", facts.get("contribution_base")
    if facts.get("declared_wage") is not None:
        return "declared_wage", facts.get("declared_wage")
    try:
        return "new_value", parse_yuan(facts.get("new_value") or "")
    except ValueError:
        return "new_value", None


@check("base_range")
def base_range(facts: Facts) -> Iterator[Finding]:
    """The base lies between floor and ceiling of every month; a declared wage outside them is capped, and only said."""
    field, fen = chosen_base(facts)
    if fen is None:
        yield facts.refuse("base_range", f"“{facts.get('new_value')}”不是金额，请填写元，最多两位小数。", field=field)
        return
    if fen <= 0:
        yield facts.refuse("base_range", "基数须大于零。", field=field)
        return
    for period in facts.months or [facts.period]:
        try:
            bounds = base_bounds(facts.area_code, period)
        except ParameterMissing as missing:
            yield facts.refuse("base_range", missing.message, field=field)
            return
        if not bounds.floor_fen <= fen <= bounds.ceiling_fen:
            words = f"{format_period(period)} 下限 {format_fen(bounds.floor_fen)} 元，上限 {format_fen(bounds.ceiling_fen)} 元"
            if field == "declared_wage":
                yield facts.remind("base_range", f"{words}，将按上下限核定基数。", field=field)
            else:
                yield facts.refuse("base_range", f"{words}。", field=field)
            return


@check("month_order")
def month_order(facts: Facts) -> Iterator[Finding]:
    """The start month is not later than the end month and neither is in the future."""
    start, end = facts["start_month"], facts["end_month"]
    if start and end and (start > end or end > period_of(facts.today)):
        yield facts.refuse("month_order", f"填写的是 {format_period(start)} 至 {format_period(end)}。", field="end_month")


@check("no_overlap")
def no_overlap(facts: BillFacts) -> Iterator[Finding]:
    """The months were not levied before; refunded months are free again."""
    wanted = {AAE140[i] for i in facts.get("insurances") or []}
    net: dict[tuple[int, int], int] = {}
    for line in facts.lines:
        key = (line.owed_period, line.insurance)
        net[key] = net.get(key, 0) + line.base_fen
    for (period, insurance), base_fen in sorted(net.items()):
        if insurance in wanted and base_fen > 0:
            yield facts.refuse(
                "no_overlap", f"{INSURANCE_OF[insurance].label} {format_period(period)} 已列入征缴。", field="start_month"
            )
            return
    for period in facts.months:
        # Months the coverage holds and the levy will still take are not missed months; a plan that is executed takes nobody any more.
        if period == period_of(facts.today) and wanted and not is_levied(facts.area_code, period):
            held = [c for c in facts.running_coverages if AAE140[c.insurance] in wanted and c.start_period <= period]
            if held:
                yield facts.refuse("no_overlap", f"{format_period(period)} 由当期征缴计划征收，不需补收。", field="end_month")
                return
