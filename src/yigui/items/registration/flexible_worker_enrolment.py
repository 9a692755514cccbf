"""Enrolment of a flexible worker (灵活就业人员参保登记)."""

import datetime as dt
from collections.abc import Iterator

from yigui.accounts.open_accounts import open_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.charges.case_bills import month_due, record_base
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.items.common.base import ItemHandler, item
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import age_on, latest_retirement_month
from yigui.registry.enums import Insurance
from yigui.registry.persons import change_person, open_coverages, register_person
from yigui.registry.queries import area_name


@item("REG-007")
class FlexibleWorkerEnrolment(ItemHandler[CoverageFacts]):
    """Opens a personal relation with the chosen base; the levy plan and the account follow."""

    writes = ("accounts_personal_account", "contributions_base", "registry_coverage", "registry_person")
    own_record = ("household_place", "household_type", "mobile")
    all_insurances = True
    needs_living = True

    def preview(self, facts: CoverageFacts) -> list[PreviewLine]:
        lines = []
        for insurance in facts["insurances"]:
            due = month_due(
                insurance=insurance,
                declared_fen=facts["contribution_base"],
                period=facts.period,
                area=facts.area_code,
                employer=None,
            )
            lines.append(
                PreviewLine(
                    Insurance(insurance).label,
                    "未参保",
                    f"自 {format_period(facts.period)} 起，每月 {format_fen(due.total_fen)} 元",
                )
            )
        return [
            *lines,
            *(
                PreviewLine(label, _shown(name, before), _shown(name, after))
                for name, (label, before, after) in changes_of(facts).items()
            ),
        ]

    def apply(self, facts: CoverageFacts, case: Case) -> Outcome:
        area, changed = facts.area_code, changes_of(facts)
        if facts.person is not None and changed:
            change_person(person=facts.person, values={name: after for name, (_, _, after) in changed.items()})
        person = facts.person or register_person(
            id_type="01", id_number=facts["id_number"], name=facts["person_name"], gender=facts["gender"],
            born_on=facts["birth_date"], area_code=area, household_type=facts["household_type"],
            household_place=facts["household_address"] or "", nationality="CHN", mobile=facts["mobile"],
        )  # fmt: skip
        open_coverages(person=person, employer=None, insurances=facts["insurances"], area_code=area, start_period=facts.period)
        record_base(
            person=person, employer=None, declared_fen=facts["contribution_base"], start=facts.period, end=None, reason="chosen"
        )
        open_accounts(person=person, insurances=facts["insurances"], period=facts.period)
        rows, total = [], 0
        for insurance in facts["insurances"]:
            due = month_due(
                insurance=insurance, declared_fen=facts["contribution_base"], period=facts.period, area=area, employer=None
            )
            total += due.total_fen
            rows.append([Insurance(insurance).label, format_period(facts.period), area_name(area), format_fen(due.total_fen)])
        told = [f"{label}由“{_shown(n, before)}”改为“{_shown(n, after)}”。" for n, (label, before, after) in changed.items()]
        return Outcome(
            summary=f"{person.name} 已以灵活就业身份参保，自 {format_period(facts.period)} 起每月应缴 {format_fen(total)} 元。",
            lines=[("个人编号", person.person_no), ("缴费基数（元）", format_fen(facts["contribution_base"]))],
            sections=[{"title": "参保险种", "head": ["险种", "起始年月", "参保归属地", "月缴费额（元）"], "rows": rows}],
            notes=["登记当天即可持社会保障卡缴费。", *told],
            person=person,
        )  # fmt: skip


def _shown(name: str, value: str) -> str:
    """A value of the record in words."""
    return (reason_label("household_type", value) if name == "household_type" else value) or "（空）"


def changes_of(facts: CoverageFacts) -> dict[str, tuple[str, str, str]]:
    """What the form says of somebody known already and the record does not: column -> label, before, after. What is left empty changes
    nothing."""
    if facts.person is None:
        return {}
    typed = {
        "mobile": ("移动电话", facts["mobile"]), "household_place": ("户口所在地", facts["household_address"]),
        "household_type": ("户口性质", facts["household_type"]),
    }  # fmt: skip
    known = facts.person
    return {
        name: (label, getattr(known, name), value)
        for name, (label, value) in typed.items()
        if value and value != getattr(known, name)
    }


@check("flexible_age")
def flexible_age(facts: Facts) -> Iterator[Finding]:
    """Age is from the working age up to the legal retirement age."""
    born_on: dt.date = facts["birth_date"]
    month = latest_retirement_month(facts["gender"], born_on)
    if age_on(born_on, facts.today) < facts.condition("working_age_years") or period_of(facts.today) > month:
        yield facts.refuse("flexible_age", f"{born_on} 出生，法定退休年月 {format_period(month)}。", field="birth_date")
