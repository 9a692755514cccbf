"""Resumption of an employee's insurance (职工续保登记)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.common.money import format_fen
from yigui.items.common.base import ItemHandler, item, needed_employer, needed_person
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.enrolment import enrol, enrolment_outcome, enrolment_preview


@item("REG-005")
class EmployeeResumeEnrolment(ItemHandler[CoverageFacts]):
    """Reopens the relations of a person insured before, under the present unit; the earlier account goes on."""

    writes = ("accounts_personal_account", "registry_coverage", "registry_employment")
    joins = True
    list_able = True
    all_insurances = True
    needs_living = True

    def check(self, facts: CoverageFacts) -> list[Finding]:
        findings = super().check(facts)
        if not any(f.is_refusal for f in findings):
            findings.extend(_employment_kept(facts))
        return findings

    def preview(self, facts: CoverageFacts) -> list[PreviewLine]:
        return enrolment_preview(facts)

    def apply(self, facts: CoverageFacts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        accounts = enrol(facts, person, employer, facts["employment_form"])
        return enrolment_outcome(facts, person, employer, accounts, "续保")


def _employment_kept(facts: CoverageFacts) -> Iterator[Finding]:
    """Insurances are added to an employment that runs on; its form and wage are not changed by that."""
    work = facts.works_here
    if work is None:
        return
    if facts["declared_wage"] != work.declared_wage_fen:
        words = (
            f"该职工仍在本单位用工，在册申报工资为 {format_fen(work.declared_wage_fen)} 元；补办险种不变更工资，请按在册金额填写。"
        )
        yield Finding("employment_kept", words, field="declared_wage")
    if facts["employment_form"] != work.employment_form:
        label = catalogue().on(facts.today).enums["employment_form"][work.employment_form]
        yield Finding("employment_kept", f"该职工仍在本单位用工，在册用工形式为“{label}”，请按在册填写。", field="employment_form")


@check("has_history")
def has_history(facts: CoverageFacts) -> Iterator[Finding]:
    """The person has an earlier relation here; otherwise use new enrolment."""
    if not facts.coverages:
        yield facts.refuse("has_history", "新参保事项编码：REG-004。", field="id_number")
