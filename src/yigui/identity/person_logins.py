"""Persons at the phone page and the kiosk: known by number and name, proven by a code to the mobile on record.

Whoever asks for a code gets the same answer, whether number and name belong to somebody or not.
"""

from yigui.common.digests import sm3
from yigui.common.identifiers import widen_citizen_number
from yigui.identity.codes import check_code, make_code, use_code
from yigui.identity.errors import LoginRefused
from yigui.registry.models import Person

_UNKNOWN = "没有找到证件号码和姓名一致的参保人，请核对后重试；仍有疑问请拨打 12333。"
_WRONG = "验证码不正确或已过期，请重新获取。"


def _asked_for(id_number: str, name: str) -> tuple[str, str]:
    return widen_citizen_number(id_number.strip()), name.strip()


def _found(id_number: str, name: str) -> Person | None:
    number, name = _asked_for(id_number, name)
    return Person.objects.filter(id_number=number, name=name, merged_into=None).first()


def _holder(id_number: str, name: str) -> str:
    """By what codes know somebody: number and name as they were typed, whether they are somebody's or not."""
    return f"person:{sm3('|'.join(_asked_for(id_number, name)))[:40]}"


def ask_code(*, id_number: str, name: str, source: str, address: str) -> tuple[str, str] | None:
    """The mobile on record and a code for it, to be sent by the caller; None when nothing is to be sent.

    Args:
        source, address: see `codes.make_code`.

    Raises:
        TooManyTries: too many codes in an hour.
    """
    code = make_code(_holder(id_number, name), source=source, address=address)
    person = _found(id_number, name)
    return (person.mobile, code) if person is not None and person.mobile else None


def person_by_code(*, id_number: str, name: str, code: str, source: str, address: str) -> Person:
    """The person, when the code sent last to them is right.

    Raises:
        LoginRefused: number and name do not agree, or the code is wrong, used or out of date: one sentence for all.
        TooManyTries: this address types too many.
    """
    good = check_code(_holder(id_number, name), code, source=source, address=address)
    person = _found(id_number, name)
    if person is None or not person.mobile:
        raise LoginRefused(_WRONG)
    use_code(good)
    return person


def person_by_card(*, id_number: str, name: str) -> Person:
    """The person whose card a machine has read.

    Raises:
        LoginRefused: number and name do not agree.
    """
    person = _found(id_number, name)
    if person is None:
        raise LoginRefused(_UNKNOWN)
    return person
