"""Change of a unit's basic information (单位基本信息变更)."""

from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.common.identifiers import is_phone
from yigui.items.change.facts import ChangeFacts
from yigui.items.common.base import ItemHandler, item, needed_employer
from yigui.registry.models import Employer, Person
from yigui.registry.persons import change_employer

#: Code of the list `unit_basic_item` -> column of the employer.
COLUMN = {"01": "address", "02": "postcode", "03": "contact_name", "04": "phone", "05": "email", "06": "agent_name"}


@item("CHG-001")
class UnitBasicInfoChange(ItemHandler[ChangeFacts]):
    """Updates contact, address, phone and other non-key data of the unit; old and new are kept in the field history."""

    writes = ("registry_employer",)

    def old_value(self, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
        if employer is None or change_item not in COLUMN:
            return None
        return str(getattr(employer, COLUMN[change_item])) or "（空）"

    def check(self, facts: ChangeFacts) -> list[Finding]:
        findings = super().check(facts)
        wanted, new = facts["change_item"], facts["new_value"]
        if facts.employer is not None and wanted in COLUMN:
            before = getattr(facts.employer, COLUMN[wanted])
            if facts["old_value"] not in (before, before or "（空）"):
                findings.append(
                    Finding("old_value", f"变更前信息应为登记内容“{before or '（空）'}”，请核对后重新填写。", field="old_value")
                )
        if wanted == "04" and not is_phone(new):
            findings.append(Finding("value_format", "请填写 11 位手机号码，或带区号的固定电话。", field="new_value"))
        if wanted == "02" and not (len(new) == 6 and new.isdecimal()):
            findings.append(Finding("value_format", "邮政编码应为 6 位数字。", field="new_value"))
        if wanted == "05" and "@" not in new:
            findings.append(Finding("value_format", "电子邮箱格式不正确，例如 name@example.cn。", field="new_value"))
        return findings

    def preview(self, facts: ChangeFacts) -> list[PreviewLine]:
        label = catalogue().enums["unit_basic_item"][facts["change_item"]]
        return [PreviewLine(label, facts["old_value"], facts["new_value"])]

    def apply(self, facts: ChangeFacts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        column = COLUMN[facts["change_item"]]
        label = catalogue().enums["unit_basic_item"][facts["change_item"]]
        before = getattr(employer, column)
        if facts["old_value"] not in (before, before or "（空）"):
            raise refusal(f"{label}的登记内容现为“{before}”，与填写的变更前信息不同，请刷新后重新填写。")
        employer = change_employer(employer=employer, values={column: facts["new_value"]})
        return Outcome(
            summary=f"{employer.name} 的{label}已变更。",
            lines=[("单位编号", employer.unit_no), ("变更日期", facts["change_date"].isoformat())],
            sections=[
                {
                    "title": "变更内容",
                    "head": ["项目", "变更前", "变更后"],
                    "rows": [[label, before or "（空）", facts["new_value"]]],
                }
            ],
        )
