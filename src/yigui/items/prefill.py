"""Values a form begins with, from the registry and the calendar: nobody types what the house knows."""

from typing import Any

from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import Item
from yigui.catalogue.windows import answer_of
from yigui.charges.case_bills import base_in_force
from yigui.common.money import plain_fen
from yigui.common.months import format_period
from yigui.items.change.person_basic_info_change import COLUMN as BASIC_COLUMN
from yigui.items.change.person_basic_info_change import shown_basic
from yigui.items.change.person_key_info_change import shown_key
from yigui.items.change.unit_basic_info_change import COLUMN as UNIT_COLUMN
from yigui.items.prefill_benefits import benefit_values
from yigui.law.contribution import base_bounds, capped_base
from yigui.registry.models import Employer, Person
from yigui.registry.queries import active_coverages, active_employment

#: Items that begin with all their insurances chosen.
_ALL_INSURANCES = (
    "REG-001", "REG-004", "REG-005", "CHG-006", "REG-007", "LVY-003", "LVY-004", "LVY-005", "LVY-006", "LVY-007", "LVY-011", "FND-001",
)  # fmt: skip


_ONLY_IF_REQUIRED = frozenset({
    "year", "start_month", "end_month", "contact_name", "phone", "account_name", "account_no", "industry_risk",
})  # fmt: skip


def initial_values(item: Item, *, channel: str, today: Any, person: Person | None, employer: Employer | None) -> dict[str, Any]:
    """Raw form values for a new form about a person, an employer, or both."""
    handler_of(item)
    period = answer_of(item, channel, today).period
    known: dict[str, Any] = {
        "settle_period": format_period(period), "change_date": today.isoformat(), "enrol_date": today.isoformat(),
        "unit_enrol_date": today.isoformat(), "nationality": "CHN", "id_type": "01", "employment_form": "01", "levy_method": "01",
        "insurances": list(item.insurances) if item.code in _ALL_INSURANCES else [], "year": today.year,
        "start_month": format_period(period), "end_month": format_period(period),
    }  # fmt: skip
    if person is not None:
        known |= _of_person(item, person, period)
        if item.zone == "pension" or item.code in ("FND-002", "FND-003"):
            known |= benefit_values(item, person, today, channel)
        employment = active_employment(person, period)
        if employment is not None and item.applicant == "employer":
            key = "from_unit_no" if item.code == "CHG-006" else "unit_no"
            known[key] = employment.employer.unit_no
            known["declared_wage"] = plain_fen(employment.declared_wage_fen)
            if item.code == "LVY-002":
                declared = base_in_force(person=person, employer=employment.employer, period=period) or employment.declared_wage_fen
                known["old_value"] = plain_fen(capped_base(declared, base_bounds(employment.employer.area_id, period)))
    if employer is not None:
        known |= {"unit_no": employer.unit_no, "credit_code": employer.credit_code, "contact_name": employer.contact_name,
                  "phone": employer.phone, "account_name": employer.account_name, "account_no": employer.account_no,
                  "industry_risk": employer.industry_risk}  # fmt: skip
    # What narrows a question, or only stands beside the change, is left to be filled in where the item does not require it.
    names = {f.name for f in item.input_fields if f.required or f.name not in _ONLY_IF_REQUIRED}
    return {name: value for name, value in known.items() if name in names and value not in (None, "", [])}


def _of_person(item: Item, person: Person, period: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id_type": person.id_type, "id_number": person.id_number, "person_name": person.name, "gender": person.gender,
        "birth_date": person.born_on.isoformat(), "ethnicity": person.ethnicity, "nationality": person.nationality,
        "household_type": person.household_type, "mobile": person.mobile,
        "work_start_date": person.work_started_on.isoformat() if person.work_started_on else None,
    }  # fmt: skip
    if item.applicant == "person" and "contribution_base" in {f.name for f in item.input_fields}:
        base = base_in_force(person=person, employer=None, period=period)
        values["contribution_base"] = plain_fen(base) if base else None
    if item.code == "REG-008":
        values["insurances"] = [
            c.insurance for c in active_coverages(person, period) if c.employer_id is None and c.insurance in item.insurances
        ]
    if item.code == "REG-006":
        values["insurances"] = [c.insurance for c in active_coverages(person, period) if c.employer_id]
    if item.code.startswith("CHG"):
        values.pop("mobile")
    return values


def old_value(item_code: str, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
    """The registered value of the item that is about to change; None when the form has no such thing."""
    if item_code == "CHG-001" and employer is not None and change_item in UNIT_COLUMN:
        return str(getattr(employer, UNIT_COLUMN[change_item])) or "（空）"
    if item_code == "CHG-003" and person is not None and change_item in BASIC_COLUMN:
        return shown_basic(person, change_item) or "（空）"
    if item_code == "CHG-004" and person is not None and change_item:
        return shown_key(person, change_item) or "（空）"
    return None
