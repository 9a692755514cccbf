"""Checks of employers."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.registry.enums import EmployerStatus


@check("unit_active")
def unit_active(facts: Facts) -> Iterator[Finding]:
    """The unit is registered and its status is active."""
    if facts.employer is None:
        yield facts.refuse("unit_active", f"未查询到单位编号 {facts['unit_no']}。", field="unit_no")
    elif facts.employer.status != EmployerStatus.ACTIVE:
        label = facts.employer.get_status_display()
        yield facts.refuse("unit_active", f"{facts.employer.name}（{facts.employer.unit_no}）现为“{label}”。", field="unit_no")
