"""New enrolment of an employee (职工参保登记)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import months_between
from yigui.items.common.base import Item, item, needed_employer
from yigui.items.common.enrolment import enrol, enrolment_outcome, enrolment_preview
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import latest_retirement_month
from yigui.registry.enrol import register_person


@item("REG-004")
class EmployeeNewEnrolment(Item):
    """Registers the person if new, opens a relation per insurance from the assigned period, and the personal accounts."""

    def risk(self, facts: Facts) -> tuple[int, list[str]]:
        """A first enrolment in the last year before the retirement age is reviewed (防范突击参保)."""
        month = latest_retirement_month(facts["gender"], facts["birth_date"])
        if months_between(facts.period, month) <= 12:
            return 2, ["距法定退休年龄不足一年新参保"]
        return super().risk(facts)

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return enrolment_preview(facts)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        person = facts.person or register_person(
            id_type=facts["id_type"], id_number=facts["id_number"], name=facts["person_name"], gender=facts["gender"],
            born_on=facts["birth_date"], area_code=employer.area_id, ethnicity=facts["ethnicity"] or "",
            household_type=facts["household_type"], nationality=facts["nationality"] or "CHN",
            work_started_on=facts["work_start_date"], is_migrant=bool(facts["migrant_flag"]), mobile=facts["mobile"],
        )  # fmt: skip
        accounts = enrol(facts, person, employer, facts["employment_form"])
        return enrolment_outcome(facts, person, employer, accounts, "参保")
