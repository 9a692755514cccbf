"""Persons at the phone page and the kiosk: known by number and name, proven by a code to the mobile on record or by their card.

Whoever asks for a code gets the same answer, whether number and name belong to somebody or not.
"""

from yigui.common.identifiers import widen_citizen_number
from yigui.common.normalise import plain_code, plain_name
from yigui.identity.codes import Target, send_code, try_code
from yigui.identity.errors import LoginRefused
from yigui.identity.models import Kiosk
from yigui.identity.outside_sessions import Entered, SignInPlace
from yigui.identity.proof import asked

_UNKNOWN = "没有找到证件号码和姓名一致的参保人，请核对后重试；仍有疑问请拨打 12333。"
_WRONG = "验证码不正确或已过期，请重新获取。"
#: What the database says of a card.
_CARD = {
    "unread": "没有读到卡片，请重新放置卡片，或用身份证号码和验证码登录。", "forged": "读卡信息无法核验，请联系自助区工作人员。",
    "late": "读卡已超时，请重新放置卡片。", "unknown": _UNKNOWN,
}  # fmt: skip


def _target(id_number: str, name: str) -> Target:
    return Target("person", widen_citizen_number(id_number), plain_name(name))


def ask_code(*, id_number: str, name: str, source: str, address: str) -> None:
    """Have a code sent to the mobile on record; nothing is sent where number and name are nobody's.

    Args:
        source, address: see `codes.send_code`.

    Raises:
        TooManyTries: too many codes in an hour.
    """
    send_code(_target(id_number, name), source=source, address=address)


def enter_by_code(*, id_number: str, name: str, code: str, source: str, place: SignInPlace) -> Entered:
    """Open the session of a person, when the code sent last to them is right.

    Raises:
        LoginRefused: number and name do not agree, or the code is wrong, used or out of date: one sentence for all.
        TooManyTries: this address types too many.
    """
    target, code = _target(id_number, name), plain_code(code)
    number = try_code(target, code, source=source, address=place.address)
    secret, person = asked(
        "SELECT * FROM identity_person_enter_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s)", target.first, target.second, source, code, number,
        *place.as_parameters(),
    )  # fmt: skip
    if secret is None:
        raise LoginRefused(_WRONG)
    return Entered(secret, person)


def enter_by_card(*, kiosk: Kiosk, card: str, place: SignInPlace) -> Entered:
    """Open the session of the person whose card lies in this machine's reader now.

    Raises:
        LoginRefused: not from this machine's reader, read too long ago or used before; number and name do not agree.
    """
    outcome, secret, person = asked(
        "SELECT * FROM identity_card_enter_v1(%s, %s, %s, %s, %s)", kiosk.pk, card, *place.as_parameters()[1:]
    )
    if outcome != "ok":
        raise LoginRefused(_CARD[outcome])
    return Entered(secret, person)
