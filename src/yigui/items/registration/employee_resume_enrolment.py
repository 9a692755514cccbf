"""Resumption of an employee's insurance (职工续保登记)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.items.common.base import Item, item, needed_employer, needed_person
from yigui.items.common.enrolment import enrol, enrolment_outcome, enrolment_preview
from yigui.items.common.facts import Facts


@item("REG-005")
class EmployeeResumeEnrolment(Item):
    """Reopens the relations of a person insured before, under the present unit; the earlier account goes on."""

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return enrolment_preview(facts)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        accounts = enrol(facts, person, employer, facts["employment_form"])
        return enrolment_outcome(facts, person, employer, accounts, "续保")
