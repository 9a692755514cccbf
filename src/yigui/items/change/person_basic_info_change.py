"""Change of a person's basic information (个人基本信息变更)."""

from collections.abc import Iterator, Mapping
from typing import Any

from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, Place, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.common.identifiers import is_mobile
from yigui.common.normalise import same_name
from yigui.items.change.facts import ChangeFacts
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.registry.models import Employer, Person
from yigui.registry.persons import change_person

#: Code of the list `person_basic_item` -> column of the person, and the code list of the column where it has one.
COLUMN = {
    "01": ("mobile", None), "02": ("address", None), "03": ("household_place", None), "04": ("ethnicity", "ethnicity"),
    "05": ("education", "education"), "06": ("marital_status", "marital_status"), "07": ("email", None),
}  # fmt: skip


def shown_basic(person: Person, change_item: str) -> str:
    """The person's present value of a basic item, in words."""
    column, options = COLUMN[change_item]
    value = getattr(person, column)
    return catalogue().enums[options].get(value, value) if options else value


def stored_basic(change_item: str, text: str) -> str | None:
    """The value to store for what was typed; None when a code list does not know it."""
    _, options = COLUMN[change_item]
    if options is None:
        return text
    codes = catalogue().enums[options]
    return text if text in codes else next((code for code, label in codes.items() if label == text), None)


@item("CHG-003")
class PersonBasicInfoChange(ItemHandler[ChangeFacts]):
    """Updates phone, address, ethnicity, education and other non-key data."""

    writes = ("registry_person",)
    own_record = tuple(column for column, _ in COLUMN.values())

    def prefill(self, known: Known) -> dict[str, Any]:
        """Not the mobile number: it may be the very thing that is to change."""
        return super().prefill(known) | {"mobile": None}

    def unasked(self, place: Place, typed: Mapping[str, Any]) -> frozenset[str]:
        """The one thing that changes is typed as the new value; a second box for it would only be puzzling."""
        return frozenset({"mobile", "address", "email"})

    def old_value(self, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
        return shown_basic(person, change_item) or "（空）" if person is not None and change_item in COLUMN else None

    def check(self, facts: ChangeFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is None:
            findings.append(Finding("person_known", "未查询到该社会保障号码的参保人，请核对号码。", field="id_number"))
        elif not same_name(facts.person.name, facts["person_name"]):
            findings.append(
                Finding(
                    "identity_match", "姓名与参保登记不一致，请核对证件。", detail="如登记有误请办理 CHG-004。", field="person_name"
                )
            )
        if facts.person is not None and facts["change_item"] in COLUMN:
            before = shown_basic(facts.person, facts["change_item"])
            if facts["old_value"] not in (before, before or "（空）"):
                findings.append(
                    Finding("old_value", f"变更前信息应为登记内容“{before or '（空）'}”，请核对后重新填写。", field="old_value")
                )
        if stored_basic(facts["change_item"], facts["new_value"]) is None:
            label = catalogue().enums["person_basic_item"][facts["change_item"]]
            findings.append(
                Finding("value_format", f"{label}没有“{facts['new_value']}”这一项，请按代码表填写。", field="new_value")
            )
        if facts["change_item"] == "07" and "@" not in facts["new_value"]:
            findings.append(Finding("value_format", "电子邮箱格式不正确，例如 name@example.cn。", field="new_value"))
        if facts["new_value"] == facts["old_value"]:
            findings.append(Finding("value_changed", "变更后内容与原内容相同。", field="new_value"))
        return findings

    def risk(self, facts: ChangeFacts) -> tuple[int, list[str]]:
        """A pensioner's phone receives the codes of payments and certification: its change is reviewed."""
        if facts.person is not None and facts.person.is_retired and facts["change_item"] == "01":
            return 2, ["领取待遇人员变更联系电话"]
        return super().risk(facts)

    def preview(self, facts: ChangeFacts) -> list[PreviewLine]:
        label = catalogue().enums["person_basic_item"][facts["change_item"]]
        return [PreviewLine(label, facts["old_value"], facts["new_value"])]

    def apply(self, facts: ChangeFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        label = catalogue().enums["person_basic_item"][facts["change_item"]]
        before = shown_basic(person, facts["change_item"])
        if facts["old_value"] not in (before, before or "（空）"):
            raise refusal(f"{label}的登记内容现为“{before}”，与填写的变更前信息不同，请刷新后重新填写。")
        column, _ = COLUMN[facts["change_item"]]
        person = change_person(person=person, values={column: stored_basic(facts["change_item"], facts["new_value"])})
        return Outcome(
            summary=f"{person.name} 的{label}已变更。",
            lines=[("个人编号", person.person_no)],
            sections=[
                {"title": "变更内容", "head": ["项目", "变更前", "变更后"],
                 "rows": [[label, before or "（空）", shown_basic(person, facts["change_item"])]]}
            ],
            person=person,
        )  # fmt: skip


@check("phone_format")
def phone_format(facts: Facts) -> Iterator[Finding]:
    """A mobile number has 11 digits."""
    wanted = facts["mobile"] or (facts["new_value"] if facts["change_item"] == "01" else None)
    if wanted and not is_mobile(wanted):
        yield facts.refuse("phone_format", f"录入的号码：{wanted}，应为 1 开头的 11 位数字。", field="new_value")
