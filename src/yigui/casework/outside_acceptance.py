"""What people outside may apply for by themselves.

An employer's operator: the items given to them, for their own employer and its own staff. A person: for themselves.
"""

from collections.abc import Mapping
from typing import Any

from yigui.casework.errors import FormInvalid
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import Item
from yigui.db.rows import row_where
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import may_apply
from yigui.registry.models import Employment, Person
from yigui.registry.queries import numbers_of
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


def refuse_other_subjects(login: UnitLogin, item: Item, values: Mapping[str, Any]) -> None:
    """Stop before any fact of another employer or its staff is looked at.

    Raises:
        FormInvalid: another employer's number, or somebody who never worked for this one.
    """
    employer = login.employer
    if "unit_no" in values and values["unit_no"] != employer.unit_no:
        raise FormInvalid({"unit_no": [f"只能办理本单位的业务，本单位编号为 {employer.unit_no}。"]})
    number = values.get("id_number")
    is_joining = handler_of(item).joins
    own = "employer_id = %s AND person_id = registry_person_of_v1(%s) LIMIT 1"
    if number and not is_joining and row_where(Employment, own, employer.pk, number) is None:
        raise FormInvalid({"id_number": ["本单位没有这名职工，请核对证件号码。"]})


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
