"""What people outside may apply for by themselves.

An employer's operator: the items given to them, for their own employer and its own staff. A person: for themselves.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yigui.casework.errors import FormInvalid
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import Item
from yigui.common.months import period_of
from yigui.db.rows import row_where
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import may_apply
from yigui.registry.models import Employment, Person
from yigui.registry.queries import employs, numbers_of
from yigui.staff.errors import NotAuthorised


def is_for_employers(item: Item) -> bool:
    """Whether an employer may apply for the item."""
    return "employer" in (item.applicant, *item.also_applicant)


def refuse_other_items(login: UnitLogin, item: Item) -> None:
    """Stop an operator at items that are not theirs.

    Raises:
        NotAuthorised: the item is not for employers, or not given to this operator.
    """
    if not is_for_employers(item):
        raise NotAuthorised(f"“{item.name}”由本人申请，不能由单位代办，请职工本人通过个人渠道办理。", item=item.code)
    if not may_apply(login, item.code):
        raise NotAuthorised(f"您的账号没有办理“{item.name}”的权限，请联系本单位管理员。", item=item.code)


#: What of class 1 touches somebody's own account (`accounts_of_relation_v1`).
_ACCOUNT = "accounts_personal_account"


def why_not_for(login: UnitLogin, item: Item, person_id: int, today: dt.date) -> str:
    """Why an operator may not bring an item for one of their employer's people, who are theirs in it; "" where they may.

    What changes somebody's own record, or of class 1 their account, takes a relation that the database accepts (`registry_employs_v1`): it asks
    the same function when the case is finished.
    """
    handler = handler_of(item)
    asks = bool(handler.own_record) or (item.risk_class == 1 and _ACCOUNT in handler.writes)
    if handler.joins or not asks or employs(login.employer_id, person_id, period_of(today)):
        return ""
    return (
        f"单位只能为本月以前入职、离职不满两年且用工关系不是事后补报的职工办理“{item.name}”，此人不在其中，"
        "请由本人（已去世的由近亲属）通过个人渠道或到窗口办理。"
    )


def refuse_other_subjects(login: UnitLogin, item: Item, values: Mapping[str, Any], today: dt.date) -> None:
    """Stop before any fact of another employer or its staff is looked at.

    Raises:
        FormInvalid: another employer's number, somebody who never worked for this one, or somebody for whom it may not bring this item.
    """
    employer = login.employer
    if "unit_no" in values and values["unit_no"] != employer.unit_no:
        raise FormInvalid({"unit_no": [f"只能办理本单位的业务，本单位编号为 {employer.unit_no}。"]})
    number = values.get("id_number")
    is_joining = handler_of(item).joins
    if not number or is_joining:
        return
    found = row_where(Employment, "employer_id = %s AND person_id = registry_person_of_v1(%s) LIMIT 1", employer.pk, number)
    if found is None:
        raise FormInvalid({"id_number": ["本单位没有这名职工，请核对证件号码。"]})
    if words := why_not_for(login, item, found.person_id, today):
        raise FormInvalid({"id_number": [words]})


def refuse_other_item(item: Item) -> None:
    """Stop a person at items that an employer or the agency begins.

    Raises:
        NotAuthorised: the item is not for persons.
    """
    if "person" not in (item.applicant, *item.also_applicant):
        raise NotAuthorised(f"“{item.name}”由用人单位申请，请联系单位经办人。", item=item.code)


def refuse_other_person(applicant: Person, values: Mapping[str, Any]) -> None:
    """Stop before any fact of somebody else is looked at.

    Raises:
        FormInvalid: somebody else's number.
    """
    number = values.get("id_number")
    if number and number != applicant.id_number and number not in numbers_of(applicant):
        raise FormInvalid({"id_number": ["只能办理本人的业务；替家人办理请使用家人的登录，或到窗口办理。"]})
