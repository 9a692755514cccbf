"""Move of an employee between units of the same pooling area (职工单位间调动)."""

from collections.abc import Iterator, Sequence
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import About, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.declarations import Item
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.common.normalise import same_name
from yigui.items.change.facts import ChangeFacts
from yigui.items.common.base import ItemHandler, item, needed_employer, needed_person
from yigui.items.common.checks import check
from yigui.items.common.checks.relations import describe
from yigui.items.common.enrolment import enrol, enrolment_outcome
from yigui.items.common.known import Known
from yigui.registry.enums import Insurance, StopReason
from yigui.registry.models import Employment
from yigui.registry.persons import close_coverages, close_employment

_LABOUR_CONTRACT = "01"


@item("CHG-006")
class EmployeeUnitTransfer(ItemHandler[ChangeFacts]):
    """Ends the relations under the old unit and opens them under the new one in one step: no month lost or doubled."""

    writes = ("registry_coverage", "registry_employment")

    joins = True
    list_able = True
    all_insurances = True
    needs_living = True

    def about(self, item: Item) -> frozenset[About]:
        """On the page of the person who moves: the form begins with the employer they come from."""
        return frozenset({About.PERSON})

    def prefill(self, known: Known) -> dict[str, Any]:
        old, new = known.employment, known.employer
        units = {"from_unit_no": old.employer.unit_no if old else None, "unit_no": new.unit_no if new else None}
        return super().prefill(known) | units

    def check(self, facts: ChangeFacts) -> list[Finding]:
        findings = super().check(facts)
        dropped = _dropped(facts)
        if dropped and not any(f.is_refusal and f.check == "one_month_one_unit" for f in findings):
            words = f"调动后不再参加{_names(dropped)}，自 {format_period(facts.period)} 起停保；请写明调入单位不办理的依据。"
            findings.append(Finding.question("moves_all", words, field="insurances"))
        return findings

    def preview(self, facts: ChangeFacts) -> list[PreviewLine]:
        old = facts.from_employer.name if facts.from_employer else ""
        new = facts.employer.name if facts.employer else ""
        chosen = "、".join(Insurance(i).label for i in facts["insurances"])
        return [
            PreviewLine("参保单位", old, new),
            PreviewLine("险种", chosen, f"{chosen}（自 {format_period(facts.period)} 起）"),
            PreviewLine(
                "申报工资",
                format_fen(facts.employment.declared_wage_fen if facts.employment else None),
                format_fen(facts["declared_wage"]),
            ),
            *(PreviewLine("不再参保", Insurance(i).label, f"自 {format_period(facts.period)} 起停保") for i in _ending(facts)),
        ]

    def apply(self, facts: ChangeFacts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        dropped, ending = _names(_dropped(facts)), _names(_ending(facts))
        close_coverages(coverages=facts.running_coverages, from_period=facts.period, stop_reason=StopReason.MOVED)
        form = _LABOUR_CONTRACT
        if facts.employment is not None:
            close_employment(employment=facts.employment, from_period=facts.period)
            form = facts.employment.employment_form
        accounts = enrol(facts, person, employer, form)
        outcome = enrolment_outcome(facts, person, employer, accounts, "接续参保（单位间调动）")
        if ending:
            outcome.summary = f"{outcome.summary.removesuffix('。')}；{ending}自 {format_period(facts.period)} 起停保。"
        if dropped:
            outcome.notes.append(f"调入单位未申报{dropped}；应当参保的，由调入单位办理续保（REG-005），无须重新就业备案。")
        return outcome


def _ending(facts: ChangeFacts) -> list[str]:
    """Insurances the person holds at the old employer and the new one does not take over: they end with the move."""
    return [c.insurance for c in facts.running_coverages if c.insurance not in facts["insurances"]]


def _dropped(facts: ChangeFacts) -> list[str]:
    """Those of them that the form offers: why the new employer does not take over what nobody can choose is not asked."""
    return [i for i in _ending(facts) if i in facts.item.insurances]


def _names(insurances: Sequence[str]) -> str:
    return "、".join(Insurance(i).label for i in insurances)


def _works_for(facts: ChangeFacts, working: Employment) -> str:
    """For whom somebody works besides; an employer's operator is not told whom."""
    if facts.application.login is not None:
        return "另有单位登记为其职工"
    return f"自 {format_period(working.start_period)} 起登记为 {working.employer.name} 的职工"


@check("one_month_one_unit")
def one_month_one_unit(facts: ChangeFacts) -> Iterator[Finding]:
    """Only one unit pays for the same month: the old unit's relation began before the period, and is the one named."""
    person = facts.person
    if person is None:
        yield Finding("one_month_one_unit", f"未查询到社会保障号码 {facts['id_number']} 的参保人。", field="id_number")
        return
    if not same_name(person.name, facts["person_name"]):
        yield Finding("one_month_one_unit", "姓名与参保登记不一致，请核对社会保障号码。", field="person_name")
    if facts.from_employer is None:
        yield Finding("one_month_one_unit", f"未查询到调出单位编号 {facts['from_unit_no']}。", field="from_unit_no")
        return
    if facts.from_employer == facts.employer:
        yield Finding("one_month_one_unit", "调入单位与调出单位相同，无需调动。", field="from_unit_no")
        return
    if not any(c.employer_id == facts.from_employer.pk for c in facts.coverages):
        yield Finding(
            "one_month_one_unit", f"该人员未在调出单位 {facts.from_employer.name} 参保，请核对调出单位编号。", field="from_unit_no"
        )
    working = facts.employment
    if working is not None and working.employer_id not in {
        facts.from_employer.pk,
        *([facts.employer.pk] if facts.employer else []),
    }:
        yield facts.refuse(
            "one_month_one_unit",
            f"{person.name} {_works_for(facts, working)}，请先由该单位办理减员（REG-006）。",
            field="from_unit_no",
        )
        return
    for coverage in facts.running_coverages:
        if coverage.employer_id != facts.from_employer.pk:
            yield facts.refuse("one_month_one_unit", f"{describe(facts, coverage)}。", field="from_unit_no")
            return
        if coverage.start_period >= facts.period:
            yield facts.refuse("one_month_one_unit", f"{describe(facts, coverage)}，本期已由调出单位申报。", field="settle_period")
            return
