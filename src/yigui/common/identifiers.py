"""Numbers of people and organisations: GB 11643, GB 32100, permits of foreigners; and how they are masked."""

import datetime as dt
import re
from dataclasses import dataclass

from yigui.common.normalise import plain_identity

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_OLD_PERMIT = re.compile(r"^[A-Z]{3}[0-9]{12}$")
_PASSPORT = re.compile(r"^[A-Z0-9]{5,18}$")
_HK_MACAU_PASS = re.compile(r"^[HM][0-9]{8}([0-9]{2})?$")
_TAIWAN_PASS = re.compile(r"^[0-9]{8}([0-9]{2})?$")


@dataclass(frozen=True)
class CitizenNumber:
    """What a citizen number says: born_on and gender ('1' 男, '2' 女)."""

    number: str
    born_on: dt.date
    gender: str


def citizen_check_character(first17: str) -> str:
    """Check character of a citizen number (公民身份号码). Source: GB 11643-1999."""
    assert len(first17) == 17
    return _CHECK_CHARACTERS[citizen_weighted_sum(first17, 0) % 11]


def citizen_weighted_sum(digits: str, place: int) -> int:
    """Share of some digits, beginning at `place` (0 for the first), in the sum the check character rests on."""
    return sum(w * int(d) for w, d in zip(_WEIGHTS[place:], digits, strict=False))


def widen_citizen_number(number: str) -> str:
    """Turn a 15-digit number of the old kind into 18 characters; any other number comes plain (`plain_identity`).

    The century is 19, as the 15-digit numbers were issued until 1999. Source: GB 11643-1999.
    """
    plain = plain_identity(number)
    if len(plain) == 15 and plain.isascii() and plain.isdigit():
        first17 = plain[:6] + "19" + plain[6:]
        return first17 + citizen_check_character(first17)
    return plain


def read_citizen_number(number: str) -> CitizenNumber | None:
    """Read an 18- or 15-digit citizen number; None when its form, birth date or check character is wrong.

    The division (first six digits) is the one of first issue, so historic codes are accepted; residence permits for
    Hong Kong, Macau (81, 82) and Taiwan (83) residents follow the same standard.
    """
    plain = widen_citizen_number(number)
    # What was not made plain at the door is no number: whoever asks would store it as it stands.
    if not number.isascii() or not re.fullmatch(r"[0-9]{17}[0-9X]", plain) or citizen_check_character(plain[:17]) != plain[17]:
        return None
    try:
        born_on = dt.date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None
    return CitizenNumber(plain, born_on, "1" if int(plain[16]) % 2 else "2")


def is_permit_number(number: str) -> bool:
    """Whether this is a foreigner's permanent residence permit (外国人永久居留身份证).

    Two kinds are in use: 15 places (three letters and twelve digits), and 18 places beginning with 9 that follow
    the check character of GB 11643.
    """
    plain = number.strip().upper()
    if _OLD_PERMIT.match(plain):
        return True
    return plain.startswith("9") and read_citizen_number(plain) is not None


def is_identity_number(id_type: str, number: str) -> bool:
    """Whether the number has the form of its kind of document (证件类型, AAC058)."""
    plain = number.strip().upper()
    if id_type == "01":
        return read_citizen_number(plain) is not None
    if id_type == "07":
        return is_permit_number(plain)
    if id_type == "04":
        return bool(_HK_MACAU_PASS.match(plain))
    if id_type == "06":
        return bool(_TAIWAN_PASS.match(plain))
    return bool(_PASSPORT.match(plain))


def kind_of_document(number: str) -> str:
    """The kind of document (证件类型, AAC058) a number alone shows: a foreigner's permit, a pass of Hong Kong or Macau; "01" for any other."""
    plain = plain_identity(number)
    return "07" if is_permit_number(plain) else "04" if is_identity_number("04", plain) else "01"


def says_its_kind(number: str) -> bool:
    """Whether a number alone shows that it is one: of a citizen, a foreigner's permit, a pass of Hong Kong or Macau. Passports and passes of Taiwan are
    digits or letters like any others: whether one is right, only a register says.
    """
    plain = plain_identity(number)
    return read_citizen_number(plain) is not None or kind_of_document(plain) != "01"


def is_credit_code(code: str) -> bool:
    """Whether the unified social credit code (统一社会信用代码) has a right check character.

    The category in the second place may be a letter. Source: GB 32100-2015.
    """
    plain = code.strip().upper()
    if len(plain) != 18 or any(c not in _USCC_ALPHABET for c in plain):
        return False
    return credit_code_check_character(plain[:17]) == plain[17]


def credit_code_check_character(first17: str) -> str:
    """Check character of a unified social credit code. Source: GB 32100-2015."""
    total = sum(_USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def is_mobile(number: str) -> bool:
    """Whether this is a mainland mobile number: 11 digits, beginning with 1."""
    return bool(re.fullmatch(r"1[3-9][0-9]{9}", number.strip()))


def is_phone(number: str) -> bool:
    """Whether this is a mobile number or a fixed line with area code (0812-1234567)."""
    return is_mobile(number) or bool(re.fullmatch(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?", number.strip()))


def is_bank_account(number: str) -> bool:
    """Whether this can be a bank account or card number: 8 to 32 digits, hyphens allowed."""
    return bool(re.fullmatch(r"[0-9]{8,32}", number.strip().replace("-", "").replace(" ", "")))


def mask_name(name: str) -> str:
    """张三丰 -> 张*丰; 张三 -> *三."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return "*" + name[1]
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """Keep the first six and the last four places of a number; of a short one only the last two."""
    if len(number) > 11:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return "*" * max(0, len(number) - 2) + number[-2:]


def mask_phone(number: str) -> str:
    """13812345678 -> 138****5678."""
    return number[:3] + "****" + number[-4:] if len(number) >= 11 else mask_number(number)
