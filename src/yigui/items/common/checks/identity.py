"""Checks of who somebody is."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common import clock
from yigui.common.identifiers import is_identity_number, read_citizen_number
from yigui.common.normalise import is_name, plain_name, same_name
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts

_POLICE = "公安人口信息"


@check("value_changed")
def value_changed(facts: Facts) -> Iterator[Finding]:
    """The new value differs from the old one."""
    if (facts["new_value"] or "").strip() == (facts["old_value"] or "").strip():
        yield facts.refuse("value_changed", field="new_value")


def _id_type(facts: Facts) -> str:
    return facts.get("id_type") or (facts.person.id_type if facts.person else "01")


def is_number_wrong(facts: Facts) -> bool:
    """Whether the number of the form cannot be one, where the item asks: nothing that was looked up by it says anything."""
    return any(c.id == "id_checksum" for c in facts.item.checks) and not is_identity_number(_id_type(facts), facts["id_number"])


@check("id_checksum")
def id_checksum(facts: Facts) -> Iterator[Finding]:
    """The number has the form of its document and a right check digit; birth date and gender agree with it."""
    if is_number_wrong(facts):
        yield facts.refuse("id_checksum", f"录入的号码：{facts['id_number']}。", field="id_number")
        return
    citizen = read_citizen_number(facts["id_number"]) if _id_type(facts) == "01" else None
    born_on: dt.date | None = facts.get("birth_date")
    if citizen is not None and born_on is not None and born_on != citizen.born_on:
        yield Finding(
            "id_checksum",
            f"出生日期 {born_on} 与身份证号码所载的 {citizen.born_on} 不一致。",
            detail="请核对证件；确属登记差错的，先按号码登记，再办理个人关键信息变更（CHG-004）。",
            field="birth_date",
        )
    if citizen is not None and facts.get("gender") not in (None, citizen.gender):
        yield Finding("id_checksum", "性别与身份证号码所载不一致。", detail="请核对证件后重新录入。", field="gender")


@check("identity_match")
def identity_match(facts: Facts) -> Iterator[Finding]:
    """Name and number agree with the shared register of public security, and with our own record."""
    name = facts["person_name"]
    if facts.person is None and not is_name(plain_name(name)):
        yield Finding(
            "identity_match", f"“{name}”不是姓名。", detail="请填汉字（少数民族姓名可用间隔号“·”）或外文字母，不要带括号、数字和说明。",
            field="person_name",
        )  # fmt: skip
        return
    if facts.identity is not None and not same_name(facts.identity.name, name):
        received = facts.identity.received_at
        since = f"（{clock.local(received):%Y-%m-%d} 接收）" if received else ""
        yield facts.refuse(
            "identity_match",
            f"数据来源：{_POLICE}{since}。请核对姓名用字。",
            field="person_name",
            source=_POLICE,
        )
    elif facts.person is not None and not same_name(facts.person.name, name):
        yield Finding(
            "identity_match",
            "姓名与参保登记不一致。",
            detail="登记姓名以证件为准；确需更正的请办理个人关键信息变更（CHG-004）。",
            field="person_name",
        )
    elif facts.identity is None and facts.person is None:
        yield Finding.reminder(
            "identity_unshared", "公安人口信息暂未返回该号码，请核验证件原件后继续。", field="id_number", source=_POLICE
        )
