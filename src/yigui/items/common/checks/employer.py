"""Checks of employers."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.identifiers import is_credit_code
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.registry.enums import EMPLOYEE_INSURANCES, EmployerStatus
from yigui.registry.queries import active_employer_by_code


@check("credit_code_checksum")
def credit_code_checksum(facts: Facts) -> Iterator[Finding]:
    """The 18-character credit code has a right check character."""
    if not is_credit_code(facts["credit_code"]):
        yield facts.refuse("credit_code_checksum", f"录入的代码：{facts['credit_code']}。", field="credit_code")


@check("unit_not_registered")
def unit_not_registered(facts: Facts) -> Iterator[Finding]:
    """No active unit has the same credit code."""
    other = active_employer_by_code(facts["credit_code"])
    if other is not None:
        yield facts.refuse("unit_not_registered", f"已登记单位：{other.unit_no} {other.name}。", field="credit_code")


@check("five_insurances")
def five_insurances(facts: Facts) -> Iterator[Finding]:
    """An enterprise enrols in all insurances that the law requires of it."""
    chosen = set(facts["insurances"] or [])
    missing = [i for i in EMPLOYEE_INSURANCES if i not in chosen]
    if missing:
        yield facts.refuse("five_insurances", f"缺：{'、'.join(i.label for i in missing)}。", field="insurances")


@check("unit_active")
def unit_active(facts: Facts) -> Iterator[Finding]:
    """The unit is registered and its status is active."""
    if facts.employer is None:
        yield facts.refuse("unit_active", f"未查询到单位编号 {facts['unit_no']}。", field="unit_no")
    elif facts.employer.status != EmployerStatus.ACTIVE:
        label = facts.employer.get_status_display()
        yield facts.refuse("unit_active", f"{facts.employer.name}（{facts.employer.unit_no}）现为“{label}”。", field="unit_no")
