"""Checks of changes of data."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.catalogue.declarations import catalogue
from yigui.common.identifiers import is_identity_number, widen_citizen_number
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.registry.queries import person_by_number

#: Key items of a person (个人关键信息): 姓名 01, 证件 02, 性别 03, 出生日期 04, 参加工作日期 05, 重复档案合并 06.
NAME, NUMBER, GENDER, BIRTH, WORK_START, MERGE = "01", "02", "03", "04", "05", "06"


@check("item_not_key")
def item_not_key(facts: Facts) -> Iterator[Finding]:
    """The item to change is not a key item: it must be one of the basic list of this item."""
    field = next(f for f in facts.item.fields if f.name == "change_item")
    if facts["change_item"] not in catalogue().enums[field.options or ""]:
        yield facts.refuse("item_not_key", field="change_item")


@check("value_changed")
def value_changed(facts: Facts) -> Iterator[Finding]:
    """The new value differs from the old one."""
    if (facts["new_value"] or "").strip() == (facts["old_value"] or "").strip():
        yield facts.refuse("value_changed", field="new_value")


@check("number_not_used")
def number_not_used(facts: Facts) -> Iterator[Finding]:
    """The new number is not used by another person."""
    if facts["change_item"] != NUMBER:
        return
    number = widen_citizen_number(facts["new_value"])
    if not is_identity_number(facts.person.id_type if facts.person else "01", number):
        yield Finding("number_not_used", "新证件号码校验未通过，请核对后重新录入。", field="new_value")
        return
    other = person_by_number(number)
    if other is not None and other != facts.person:
        yield facts.refuse("number_not_used", f"占用该号码的个人编号：{other.person_no}。", field="new_value")


@check("police_agrees")
def police_agrees(facts: Facts) -> Iterator[Finding]:
    """The new identity agrees with public security data, or a proof is attached."""
    wanted = facts["change_item"]
    if wanted not in (NAME, NUMBER, GENDER, BIRTH) or "identity_change_proof" in facts.given:
        return
    number = widen_citizen_number(facts["new_value"]) if wanted == NUMBER else facts["id_number"]
    record = facts.identity_of(number)
    told = {
        NAME: record.name if record else "", NUMBER: record.id_number if record else "",
        GENDER: record.gender if record else "", BIRTH: record.born_on.isoformat() if record else "",
    }[wanted]  # fmt: skip
    new = number if wanted == NUMBER else _plain_gender(facts["new_value"])
    if told != new:
        yield facts.refuse("police_agrees", "请上传公安机关出具的身份信息变更证明。", field="new_value", source="公安人口信息")


def _plain_gender(value: str) -> str:
    return {"男": "1", "女": "2"}.get(value.strip(), value.strip())


@check("file_earliest")
def file_earliest(facts: Facts) -> Iterator[Finding]:
    """A change of birth date or of the start of work follows the earliest record in the personnel file.

    Source: 劳社部发〔1999〕8号 二（二）.
    """
    if facts["change_item"] in (BIRTH, WORK_START) and "personnel_file" not in facts.given:
        yield facts.refuse("file_earliest", "请上传职工人事档案中最早记载的页面。", field="new_value")
