"""Move of an employee between units of the same pooling area (职工单位间调动)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import Item, item, needed_employer, needed_person
from yigui.items.common.enrolment import enrol, enrolment_outcome
from yigui.items.common.facts import Facts
from yigui.registry.enrol import close_coverages, close_employment
from yigui.registry.enums import Insurance, StopReason

_LABOUR_CONTRACT = "01"


@item("CHG-006")
class EmployeeUnitTransfer(Item):
    """Ends the relations under the old unit and opens them under the new one in one step: no month lost or doubled."""

    def preview(self, facts: Facts) -> list[PreviewLine]:
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
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        close_coverages(coverages=facts.open_coverages, from_period=facts.period, stop_reason=StopReason.MOVED)
        form = _LABOUR_CONTRACT
        if facts.employment is not None:
            close_employment(employment=facts.employment, from_period=facts.period)
            form = facts.employment.employment_form
        accounts = enrol(facts, person, employer, form)
        return enrolment_outcome(facts, person, employer, accounts, "接续参保（单位间调动）")
