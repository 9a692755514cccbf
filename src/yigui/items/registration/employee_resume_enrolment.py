"""Resumption of an employee's insurance (职工续保登记)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Direction, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.items.common.base import ItemHandler, item, needed_employer, needed_person
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.enrolment import employment_kept, enrol, enrolment_outcome, enrolment_preview


@item("REG-005")
class EmployeeResumeEnrolment(ItemHandler[CoverageFacts]):
    """Reopens the relations of a person insured before, under the present unit; the earlier account goes on."""

    writes = ("accounts_personal_account", "registry_coverage", "registry_employment")
    joins = True
    list_able = True
    direction = Direction.IN
    all_insurances = True
    needs_living = True

    def check(self, facts: CoverageFacts) -> list[Finding]:
        findings = super().check(facts)
        if not any(f.is_refusal for f in findings):
            findings.extend(employment_kept(facts))
        return findings

    def preview(self, facts: CoverageFacts) -> list[PreviewLine]:
        return enrolment_preview(facts)

    def apply(self, facts: CoverageFacts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        accounts = enrol(facts, person, employer, facts["employment_form"])
        return enrolment_outcome(facts, person, employer, accounts, "续保")


@check("has_history")
def has_history(facts: CoverageFacts) -> Iterator[Finding]:
    """The person has an earlier relation here; otherwise use new enrolment."""
    if not facts.coverages:
        yield facts.refuse("has_history", "新参保事项编码：REG-004。", field="id_number")
