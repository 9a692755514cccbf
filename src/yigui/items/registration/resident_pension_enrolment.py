"""Enrolment in the residents' pension (城乡居民基本养老保险参保登记)."""

from collections.abc import Iterator

from yigui.accounts.open_accounts import open_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.months import format_period
from yigui.items.common.base import ItemHandler, item
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import age_on
from yigui.levy.resident_grade import record_grade
from yigui.registry.enums import Insurance
from yigui.registry.persons import open_coverages, register_person
from yigui.registry.queries import area_name

_INSURANCE = Insurance.RESIDENT_PENSION.value


@item("REG-009")
class ResidentPensionEnrolment(ItemHandler[CoverageFacts]):
    """Opens the relation and the account with the grade chosen; the yearly contribution follows by LVY-008."""

    writes = ("contributions_resident_grade", "registry_coverage", "registry_person")
    needs_living = True
    optional_materials = ("assistance_identity", "disability_certificate")

    def preview(self, facts: CoverageFacts) -> list[PreviewLine]:
        return [
            PreviewLine(
                Insurance.RESIDENT_PENSION.label, "未参保", f"自 {format_period(facts.period)} 起，每年 {facts['grade_amount']} 元"
            )
        ]

    def apply(self, facts: CoverageFacts, case: Case) -> Outcome:
        area = facts.area_code
        person = facts.person or register_person(
            id_type="01", id_number=facts["id_number"], name=facts["person_name"], gender=facts["gender"],
            born_on=facts["birth_date"], area_code=area, household_type="02", household_place=facts["household_address"] or "",
            nationality="CHN", mobile=facts["mobile"],
        )  # fmt: skip
        open_coverages(person=person, employer=None, insurances=[_INSURANCE], area_code=area, start_period=facts.period)
        record_grade(
            person=person, grade_fen=int(facts["grade_amount"]) * 100, start_year=facts.period // 100,
            subsidy_group=facts["subsidy_group"] or "", reason="enrolment",
        )  # fmt: skip
        open_accounts(person=person, insurances=[_INSURANCE], period=facts.period)
        return Outcome(
            summary=f"{person.name} 已参加城乡居民基本养老保险，缴费档次每年 {facts['grade_amount']} 元。",
            lines=[("个人编号", person.person_no), ("参保归属地", area_name(area)), ("起始年月", format_period(facts.period))],
            notes=["请在本年度内按所选档次缴费（LVY-008），缴费到账后记入个人账户；应享的政府缴费补贴在缴费时核定。"],
            person=person,
        )  # fmt: skip


@check("resident_age")
def resident_age(facts: Facts) -> Iterator[Finding]:
    """The person has the age from which residents enrol."""
    if facts["birth_date"] and age_on(facts["birth_date"], facts.today) < facts.condition("resident_age_years"):
        yield facts.refuse("resident_age", field="birth_date")


@check("not_in_other_pension")
def not_in_other_pension(facts: CoverageFacts) -> Iterator[Finding]:
    """The person is not in the pension of employees or of civil servants, nor draws one."""
    others = (Insurance.EMPLOYEE_PENSION, Insurance.CIVIL_SERVICE_PENSION)
    if any(c.insurance in others for c in facts.running_coverages) or (facts.person is not None and facts.person.is_retired):
        yield facts.refuse("not_in_other_pension", field="id_number")
