"""What enrolment, resumption and transfer share: opening relations, and their words."""

from collections.abc import Iterator

from yigui.accounts.open_accounts import open_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.catalogue.declarations import catalogue
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.levy.queries import is_levied
from yigui.registry.enums import Insurance
from yigui.registry.models import Employer, Person
from yigui.registry.persons import open_coverages, open_employment
from yigui.registry.queries import area_name


def enrol(facts: Facts, person: Person, employer: Employer, employment_form: str) -> list[str]:
    """Open employment, coverages and accounts from the assigned period; gives the labels of accounts touched.

    An employment with the employer that runs on stays as it is.
    """
    if not (isinstance(facts, CoverageFacts) and facts.works_here is not None):
        open_employment(
            person=person, employer=employer, employment_form=employment_form, declared_wage_fen=facts.needed("declared_wage"),
            start_period=facts.period,
        )  # fmt: skip
    open_coverages(
        person=person,
        employer=employer,
        insurances=facts.needed("insurances"),
        area_code=employer.area_id,
        start_period=facts.period,
    )
    accounts = open_accounts(person=person, insurances=facts.needed("insurances"), period=facts.period)
    return [Insurance(a.insurance).label for a in accounts]


def employment_kept(facts: CoverageFacts) -> Iterator[Finding]:
    """Insurances are added to an employment that runs on; its form and wage are not changed by that, and what is typed of them is not dropped: it
    agrees with what is on file. A form that is not on the list any more nobody can choose; it stays what it is."""
    work = facts.works_here
    if work is None:
        return
    if facts["declared_wage"] != work.declared_wage_fen:
        words = (
            f"该职工仍在本单位用工，在册申报工资为 {format_fen(work.declared_wage_fen)} 元；补办险种不变更工资，请按在册金额填写。"
        )
        yield Finding("employment_kept", words, field="declared_wage")
    label = catalogue().on(facts.today).enums["employment_form"].get(work.employment_form)
    if label is not None and facts["employment_form"] != work.employment_form:
        yield Finding("employment_kept", f"该职工仍在本单位用工，在册用工形式为“{label}”，请按在册填写。", field="employment_form")


def enrolment_preview(facts: Facts) -> list[PreviewLine]:
    """Relations that would be opened."""
    unit = facts.employer.name if facts.employer else ""
    lines = [
        PreviewLine(Insurance(i).label, "未参保", f"自 {format_period(facts.period)} 起在 {unit} 参保")
        for i in facts.needed("insurances")
    ]
    return [*lines, PreviewLine("申报工资", "", f"{format_fen(facts.get('declared_wage'))} 元/月")]


def enrolment_outcome(facts: Facts, person: Person, employer: Employer, accounts: list[str], verb: str) -> Outcome:
    """The receipt of an enrolment."""
    month = format_period(facts.period)
    notes = [f"申报工资 {format_fen(facts.get('declared_wage'))} 元/月，自 {month} 起列入征缴计划。"]
    if is_levied(employer.area_id, facts.period):
        notes = [
            f"申报工资 {format_fen(facts.get('declared_wage'))} 元/月。{month} 的征缴计划已执行，该月由征缴补收另行出具缴费单。"
        ]
    if accounts:
        notes.append(f"个人账户：{'、'.join(accounts)}。")
    opened = [Insurance(i) for i in facts.needed("insurances")]
    only = f"（{'、'.join(i.label for i in opened)}）" if set(facts.item.insurances) - set(opened) else ""
    return Outcome(
        summary=f"{person.name} 已在 {employer.name} {verb}{only}，业务期 {format_period(facts.period)}。",
        lines=[("个人编号", person.person_no), ("单位名称", employer.name), ("单位编号", employer.unit_no),
               ("业务期", format_period(facts.period))],
        sections=[
            {
                "title": "参保险种",
                "head": ["险种", "起始年月", "参保归属地"],
                "rows": [[Insurance(i).label, format_period(facts.period), area_name(employer.area_id)] for i in facts.needed("insurances")],
            }
        ],
        notes=notes,
        person=person,
    )  # fmt: skip
