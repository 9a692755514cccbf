"""Checks of corrections of personal accounts."""

from collections.abc import Iterator

from yigui.accounts.correct import net_by_month
from yigui.accounts.queries import balance_of
from yigui.casework.findings import Finding
from yigui.common.money import format_fen, parse_yuan
from yigui.common.months import first_day
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.contribution import amount_of
from yigui.law.parameter_table import table
from yigui.registry.enums import AAE140, Insurance

PENSION = Insurance.EMPLOYEE_PENSION.value
_EVIDENCE = ("payment_receipt", "personnel_file")


def wanted_base(facts: Facts) -> int | None:
    """The monthly base the record should have, fen; 0 for none; None where it is not an amount."""
    try:
        return parse_yuan(facts["new_value"] or "")
    except ValueError:
        return None


def wanted_amount(base_fen: int, area: str, period: int) -> int:
    """What a month with this base is credited by the law of the month."""
    return amount_of(base_fen, table("account/credit").at(PENSION, "employee", area=area, day=first_day(period)).value)


@check("original_evidence")
def original_evidence(facts: Facts) -> Iterator[Finding]:
    """An original voucher supports each changed month, and the value to be recorded is a base."""
    base = wanted_base(facts)
    if base is None or base < 0:
        yield Finding("original_evidence", "“应记录”请填写应记的月缴费基数（元）；该月不应记账的填 0。", field="new_value")
    if not any(code in facts.given for code in _EVIDENCE):
        yield facts.refuse("original_evidence", "请收取缴费凭证；涉及视同缴费的收取人事档案。")


@check("balance_not_negative")
def balance_not_negative(facts: Facts) -> Iterator[Finding]:
    """The balance after the correction is not below zero."""
    base = wanted_base(facts)
    if facts.person is None or not facts.months or base is None or base < 0:
        return
    number = AAE140[PENSION]
    now = net_by_month(facts.person.pk, number, facts.months[0], facts.months[-1])
    change = sum(wanted_amount(base, facts.area_code, m) - now.get(m, (0, 0))[1] for m in facts.months)
    balance = balance_of(facts.person.pk, number)
    if balance + change < 0:
        yield facts.refuse(
            "balance_not_negative", f"现余额 {format_fen(balance)} 元，更正 {format_fen(change)} 元。", field="new_value"
        )
