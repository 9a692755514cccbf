"""Checks that items of registration share."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.identifiers import is_credit_code
from yigui.common.normalise import same_name
from yigui.items.common.checks import check
from yigui.items.common.checks.relations import chosen_insurances, describe, same_slot
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.registry.queries import active_employer_by_code

#: Source: 劳动法 (2018) 第十五条.


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


@check("no_active_relation")
def no_active_relation(facts: CoverageFacts) -> Iterator[Finding]:
    """The person has no active relation of the same insurance here, nor of one that excludes it.

    An employer that does not name the person rightly is told nothing of them but that.
    """
    if facts.application.login is not None and facts.person is not None and not same_name(facts.person.name, facts["person_name"]):
        return
    for insurance in chosen_insurances(facts):
        for coverage in same_slot(facts, insurance):
            if facts.employer is not None and coverage.employer_id == facts.employer.pk:
                words = f"{describe(facts, coverage)}，无须再次申报；只补其余险种的，请取消选择已参加的险种。"
                yield facts.refuse("no_active_relation", words, field="insurances")
                return
            yield facts.refuse(
                "no_active_relation",
                f"{describe(facts, coverage)}，请先办理停保，或办理单位间调动（CHG-006）。",
                field="insurances",
            )
            return
