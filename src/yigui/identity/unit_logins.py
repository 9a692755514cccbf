"""Logins of employers' operators (单位经办人账号) for the online platform and the self-service area.

The first login of an employer is opened with its enrolment or at its request and is the manager's. It has no password until
the operator sets one with a code sent to the employer's phone; no key device is needed. Whether a password is right the database decides
(`sql/outside.sql`), and it alone opens the session.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from yigui.common.identifiers import is_mobile, mask_phone
from yigui.common.item_codes import scopes_of
from yigui.common.normalise import plain_code, plain_identity, plain_phone, plain_text
from yigui.db.presence import act_as
from yigui.identity.codes import Target, send_code, try_code
from yigui.identity.errors import LoginRefused
from yigui.identity.models import UnitLogin, UnitRequest
from yigui.identity.outside_sessions import Entered, SignInPlace, end_sessions_of
from yigui.identity.proof import asked, derived_key, fresh_verifier, proof_of, signed, tried, with_proof
from yigui.registry.models import Employer
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.scope import agencies_of

OPERATORS_MAX = 50
_WAITS = "_unit_waits"


@dataclass(frozen=True)
class OpenedLogin:
    """User name of a new login, and the masked phone that receives the code of its first use."""

    username: str
    masked_phone: str


def open_unit_login(employer: Employer, *, full_name: str = "", phone: str = "") -> OpenedLogin:
    """Open an employer's first login, the manager's. It has no password until the first use sets one with a code sent to the phone."""
    login = UnitLogin.objects.create(employer=employer, username=employer.unit_no, full_name=full_name, phone=phone)
    return OpenedLogin(login.username, mask_phone(phone_of(login)))


def request_login(*, unit_no: str, credit_code: str, full_name: str, phone: str) -> UnitRequest | None:
    """Ask for an employer's first login, in one step; it is opened when the agency has made sure with the employer.

    None when nothing came of it: number and credit code belong to no employer that is insured here, or it has a login already. Who asks
    is told the same either way, else numbers and codes could be tried out.

    Raises:
        LoginRefused: name or phone is missing.
    """
    full_name, phone = _reachable(full_name, phone)
    employer = Employer.objects.filter(
        unit_no=plain_code(unit_no), credit_code=plain_identity(credit_code), status="active"
    ).first()
    if employer is None or UnitLogin.objects.filter(employer=employer).exists():
        return None
    with transaction.atomic():
        Employer.objects.select_for_update().get(pk=employer.pk)
        known = UnitRequest.objects.filter(employer=employer, decided_at=None).first()
        if known is not None:
            return known
        return UnitRequest.objects.create(employer=employer, full_name=full_name[:60], phone=phone)


def decides_for(user: User) -> QuerySet[UnitRequest]:
    """Requests of the employers that somebody's agency answers for: page, inbox and deed read the same."""
    areas = agencies_of(user).values("area_id")
    return UnitRequest.objects.filter(employer__area_id__in=areas).select_related("employer")


@transaction.atomic
def decide_request(*, number: int, by: User, is_granted: bool, note: str = "") -> UnitRequest:
    """Open the login that was asked for, the operator becoming the employer's manager; or refuse with a reason.

    Raises:
        NotAuthorised: the employer is insured with another agency. LoginRefused: decided already, or refused without a reason.
    """
    found = (
        UnitRequest.objects.select_for_update(of=("self",)).select_related("employer").filter(pk=number, decided_at=None).first()
    )
    if found is None:
        raise LoginRefused("该申请已处理，请刷新列表。")
    if not decides_for(by).filter(pk=found.pk).exists():
        raise NotAuthorised(f"{found.employer.name}的参保地不在您的管理范围，请由其参保地或市级机构办理。")
    if not is_granted and not note.strip():
        raise LoginRefused("不予开通须写明原因。")
    act_as(by)
    found.decided_by, found.decided_at, found.is_granted, found.note = by, timezone.now(), is_granted, note.strip()[:200]
    found.save()
    if is_granted:
        open_unit_login(found.employer, full_name=found.full_name, phone=found.phone)
    return found


class UnitLoginBackend(BaseBackend):
    """Checks an operator's password. Asked with `realm="unit"` only, so that staff and operators never meet."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str = "", password: str = "", realm: str = "", **kwargs: Any
    ) -> UnitLogin | None:
        if realm != "unit":
            return None
        username = username.removeprefix("unit:")
        key = key_of(username, password)
        number = tried("SELECT identity_unit_try_v1(%s, %s)", username, key)
        outcome, token = asked("SELECT * FROM identity_unit_sign_in_v1(%s, %s, %s)", username, key, number)
        if outcome not in ("ok", "code"):
            return None
        found = UnitLogin.objects.select_related("employer").filter(username=username, is_active=True).first()
        if found is not None:
            setattr(found, _WAITS, outcome == "code")
            with_proof(found, token)
        return found


def key_of(username: str, password: str) -> str:
    """The key derived from a password; as long for a name nobody has."""
    salt, parameters = asked("SELECT * FROM identity_unit_salt_v1(%s)", username)
    return derived_key(password, salt, parameters)


def unit_waits_for_code(login: UnitLogin) -> bool:
    """Whether an operator who has just typed their password must type a one-time code yet."""
    return bool(getattr(login, _WAITS, False))


def enter_unit(token: str, code: str, *, place: SignInPlace) -> Entered:
    """Open the session of an operator whose password was right.

    Args:
        token: what the right password gave (`proof_of` the login), good for five minutes.
        code: the one-time code, where there is a device; "" where not.

    Raises:
        LoginRefused: the code is wrong or used, there were too many, or the password was typed too long ago.
    """
    code = plain_code(code)
    number = tried("SELECT identity_unit_try_code_v1(%s, %s)", token, code) if code else None
    outcome, secret, login = asked(
        "SELECT * FROM identity_unit_enter_v1(%s, %s, %s, %s, %s, %s, %s)", token, code, number, *place.as_parameters()
    )
    if outcome == "locked" and code:
        raise LoginRefused("动态口令连续输错，已锁定三十分钟，请稍后再试。")
    if outcome != "ok":
        raise LoginRefused("动态口令不正确或已用过，请输入手机上新的六位数字；超过五分钟的，请重新输入用户名和密码。")
    return Entered(secret, login)


def ask_code_for(username: str, *, source: str, address: str) -> None:
    """Have a code sent to the phone of a login; nothing is sent where there is none. Unknown names are counted alike.

    Args:
        source, address: see `codes.send_code`.

    Raises:
        TooManyTries: too many codes in an hour.
    """
    send_code(Target("unit", username), source=source, address=address)


def phone_of(login: UnitLogin) -> str:
    """Where codes of this login go: the operator's phone, or the employer's where none was given."""
    return login.phone or login.employer.phone


def set_password_by_code(*, username: str, code: str, password: str, source: str, address: str) -> None:
    """Set or reset a login's password with the code sent last to this browser; every open session of the login ends.

    Raises:
        LoginRefused: the code is wrong, used, or out of date; the password is too weak.
        TooManyTries: this address types too many.
    """
    code = plain_code(code)
    number = try_code(Target("unit", username), code, source=source, address=address)
    _must_be_strong(password)
    (is_set,) = asked(
        "SELECT identity_unit_password_by_code_v1(%s, %s, %s, %s, %s, %s, %s)", username, source, code, number,
        *fresh_verifier(password),
    )  # fmt: skip
    if not is_set:
        raise LoginRefused("验证码不正确或已过期，请重新获取。")


def change_unit_password(login: UnitLogin, old: str, new: str) -> None:
    """An operator changes their own password; their other sessions end.

    Raises:
        LoginRefused: it is too weak. NotSeen: they have not signed in. CodeWrong: the old one is wrong.
    """
    _must_be_strong(new)
    key = key_of(login.username, old)
    number = tried("SELECT identity_unit_try_v1(%s, %s)", login.username, key)
    signed("SELECT identity_unit_change_password_v1(%s, %s, %s, %s, %s, %s)", proof_of(login), key, number, *fresh_verifier(new))


def _must_be_strong(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise LoginRefused("".join(error.messages)) from error


def add_operator(*, manager: UnitLogin, full_name: str, phone: str, items: Collection[str]) -> UnitLogin:
    """A further operator of the employer with their own items; the first password is set with a code sent to their phone.

    Raises:
        LoginRefused: the person who asks is no manager, no name or mobile, the mobile of another of the
            employer's operators, or the employer has `OPERATORS_MAX` logins.
    """
    _must_manage(manager)
    full_name, phone = _reachable(full_name, phone)
    with transaction.atomic():
        act_as(manager)
        employer = Employer.objects.select_for_update().get(pk=manager.employer_id)
        count = UnitLogin.objects.filter(employer=employer).count()
        same = UnitLogin.objects.filter(employer=employer, phone=phone, is_active=True).first()
        if same is not None:
            raise LoginRefused(
                f"手机号码 {mask_phone(phone)} 已用于本单位的经办账号 {same.username}。一人一号、一号一人，请填写该经办人本人的手机号码。"
            )
        if count >= OPERATORS_MAX:
            raise LoginRefused(f"一个单位最多 {OPERATORS_MAX} 个经办账号，请先停用后由窗口清理。")
        return UnitLogin.objects.create(
            employer=employer, username=f"{employer.unit_no}-{count + 1}", full_name=full_name, phone=phone, is_manager=False,
            items=sorted(items),
        )  # fmt: skip


def change_operator(*, manager: UnitLogin, operator_id: int, items: Collection[str], is_active: bool) -> UnitLogin:
    """Change what another operator of the same employer may apply for, or close the login.

    Raises:
        LoginRefused: no manager, not an operator of this employer, or the manager's own login.
    """
    _must_manage(manager)
    found = UnitLogin.objects.filter(pk=operator_id, employer_id=manager.employer_id, is_manager=False).first()
    if found is None:
        raise LoginRefused("没有这个经办账号；管理员账号的权限由经办机构维护。")
    found.items, found.is_active = sorted(items), is_active
    with transaction.atomic():
        act_as(manager)
        found.save(update_fields=["items", "is_active"])
        if not is_active:
            end_sessions_of(login=found)
    return found


def _reachable(full_name: str, phone: str) -> tuple[str, str]:
    """Name and mobile number as they are kept.

    Raises:
        LoginRefused: one of them is missing.
    """
    full_name, phone = plain_text(full_name), plain_phone(phone)
    if not full_name or not is_mobile(phone):
        raise LoginRefused("请填写经办人姓名和 11 位手机号码。")
    return full_name, phone


def _must_manage(login: UnitLogin) -> None:
    if not login.is_manager:
        raise LoginRefused("只有单位管理员可以管理经办人员。")


def may_apply(login: UnitLogin, item_code: str) -> bool:
    """Whether the employer has given this operator the item."""
    return not scopes_of(item_code).isdisjoint(login.items)
