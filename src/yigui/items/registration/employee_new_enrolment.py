"""New enrolment of an employee (职工参保登记)."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Direction, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import format_period, months_between, period_of
from yigui.items.common.base import ItemHandler, item, needed_employer
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.enrolment import employment_kept, enrol, enrolment_outcome, enrolment_preview
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import age_on, latest_retirement_month
from yigui.registry.persons import register_person

#: Codes of 居民身份证 and of the country whose citizens have one.
_CITIZENS_CARD, _CHINA = "01", "CHN"


def _nationality_of(id_type: str) -> str:
    """The nationality (国籍) that a kind of identity paper says by itself; "" where it says none and the form does not either."""
    return _CHINA if id_type == _CITIZENS_CARD else ""


@item("REG-004")
class EmployeeNewEnrolment(ItemHandler[CoverageFacts]):
    """Registers the person if new, opens a relation per insurance from the assigned period, and the personal accounts."""

    writes = ("accounts_personal_account", "registry_coverage", "registry_employment", "registry_person")
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

    def risk(self, facts: CoverageFacts) -> tuple[int, list[str]]:
        """A first enrolment in the last year before the retirement age is reviewed (防范突击参保)."""
        month = latest_retirement_month(facts["gender"], facts["birth_date"])
        if months_between(facts.period, month) <= facts.condition("near_retirement_months"):
            return 2, ["距法定退休年龄不足一年新参保"]
        return super().risk(facts)

    def preview(self, facts: CoverageFacts) -> list[PreviewLine]:
        return enrolment_preview(facts)

    def apply(self, facts: CoverageFacts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        person = facts.person or register_person(
            id_type=facts["id_type"], id_number=facts["id_number"], name=facts["person_name"], gender=facts["gender"],
            born_on=facts["birth_date"], area_code=employer.area_id, ethnicity=facts["ethnicity"] or "",
            household_type=facts["household_type"], nationality=facts["nationality"] or _nationality_of(facts["id_type"]),
            work_started_on=facts["work_start_date"], is_migrant=bool(facts["migrant_flag"]), mobile=facts["mobile"],
        )  # fmt: skip
        accounts = enrol(facts, person, employer, facts["employment_form"])
        return enrolment_outcome(facts, person, employer, accounts, "参保")


@check("working_age")
def working_age(facts: Facts) -> Iterator[Finding]:
    """The person has reached the working age and not yet the legal retirement age."""
    born_on: dt.date = facts["birth_date"]
    if born_on > facts.today:
        # `date_plausible` says that the date lies after today; an age does not follow from it.
        return
    youngest = facts.condition("working_age_years")
    if age_on(born_on, facts.today) < youngest:
        yield facts.refuse("working_age", f"{born_on} 出生，未满 {youngest} 周岁。", field="birth_date")
        return
    enrolled_on: dt.date | None = facts.get("enrol_date")
    if enrolled_on is not None and age_on(born_on, enrolled_on) < youngest:
        yield facts.refuse(
            "working_age", f"个人参保日期 {enrolled_on} 时未满 {youngest} 周岁（{born_on} 出生）。", field="enrol_date"
        )
        return
    month = latest_retirement_month(facts["gender"], born_on)
    if period_of(facts.today) > month:
        yield facts.refuse("working_age", f"法定退休年月为 {format_period(month)}，已达到退休年龄。", field="birth_date")
