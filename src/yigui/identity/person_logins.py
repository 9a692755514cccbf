"""Persons at the phone page and the kiosk: known by number and name, proven by a code to the mobile on record."""

from yigui.common.identifiers import widen_citizen_number
from yigui.identity.codes import check_code, make_code, use_code
from yigui.identity.errors import LoginRefused
from yigui.registry.models import Person

_UNKNOWN = "没有找到证件号码和姓名一致的参保人，请核对后重试；仍有疑问请拨打 12333。"


def _person(id_number: str, name: str) -> Person:
    found = Person.objects.filter(id_number=widen_citizen_number(id_number.strip()), name=name.strip(), merged_into=None).first()
    if found is None:
        raise LoginRefused(_UNKNOWN)
    return found


def send_code_to(*, id_number: str, name: str) -> tuple[Person, str]:
    """A code for the mobile on record, to be sent by the caller.

    Raises:
        LoginRefused: number and name do not agree, no mobile, or too many codes in an hour.
    """
    person = _person(id_number, name)
    if not person.mobile:
        raise LoginRefused("您还没有登记手机号码，请到任一窗口登记后使用，当场生效。")
    return person, make_code(f"person:{person.pk}")


def person_by_code(*, id_number: str, name: str, code: str) -> Person:
    """The person, when the code sent last is right.

    Raises:
        LoginRefused: number and name do not agree, or the code is wrong, used or out of date.
    """
    person = _person(id_number, name)
    use_code(check_code(f"person:{person.pk}", code))
    return person


def person_by_card(*, id_number: str, name: str) -> Person:
    """The person whose card a machine has read.

    Raises:
        LoginRefused: number and name do not agree.
    """
    return _person(id_number, name)
