"""Accounts (账号): made without a post, edited, switched off and on. A post comes by two people, rights by four."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from yigui.common.identifiers import read_citizen_number
from yigui.common.normalise import plain_identity
from yigui.registry.models import Agency
from yigui.staff.enums import LocationKind, StaffVerb, UserKind
from yigui.staff.errors import AccountRefused, NotAuthorised
from yigui.staff.locations import Location
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.staff.posts import BUSINESS, Post
from yigui.staff.records import deed
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import administers_accounts


def drawn_password() -> str:
    """A first password (初始密码): drawn, shown once, and changed at the first sign-in."""
    while True:
        password = f"{secrets.token_urlsafe(9)}-A1"
        try:
            validate_password(password)
        except ValidationError:
            continue
        return password


def make_account(
    *, actor: User, username: str, full_name: str, id_number: str, agency: Agency, section: Section | None,
    managing_department: Section | None, is_trainee: bool, kind: str = UserKind.PERSON,
) -> tuple[User, str]:  # fmt: skip
    """A new account without a post; gives it and its first password, which is shown once. A partner's program gets none: its token is made by
    `yigui token`.

    Raises:
        NotAuthorised: no system administrator who answers for the agency.
        AccountRefused: user name or number taken (一人一号), a name of another kind of accounts, a number that is none, a section of another agency.
    """
    _refuse_stranger(actor, agency.pk)
    user = User(username=username.strip(), agency=agency, kind=kind, must_change_password=kind == UserKind.PERSON)
    _fill(user, full_name, id_number, section, managing_department, is_trainee)
    if not user.username.isascii() or not user.username.replace("-", "").replace("_", "").isalnum():
        raise AccountRefused("用户名由字母、数字、- 和 _ 组成，请重新填写。")
    _refuse_name(user)
    password = drawn_password() if kind == UserKind.PERSON else ""
    user.set_password(password or None)
    try:
        with deed(actor=actor, verb=StaffVerb.ACCOUNT_MADE, reason="建立账号"):
            user.save()
    except IntegrityError as error:
        if "username" not in str(error):
            raise
        raise AccountRefused(f"用户名 {user.username} 已被使用，请换一个。") from error
    return user, password


def edit_account(
    *, actor: User, user: User, full_name: str, id_number: str, section: Section | None, managing_department: Section | None,
    location: Location | None, is_trainee: bool, reason: str,
) -> User:  # fmt: skip
    """Change name, number, section, department, place or trainee mark; nobody changes the own account here.

    Raises:
        NotAuthorised: no system administrator who answers for the agency.
        AccountRefused: no reason, the own account, a number taken away again or changed while a post is held,
            a section or place of another agency, a trainee at a special desk,
            a post of another class than business at a service point.
    """
    _refuse_stranger(actor, user.agency_id)
    if is_one_of(actor, [user.pk]):
        raise AccountRefused("本人账号须由另一名系统管理员修改。")
    if not reason.strip():
        raise AccountRefused("请填写修改依据。")
    if user.id_number and not id_number.strip():
        raise AccountRefused(f"{user.full_name} 的身份证号已登记，可以更正，不能清空（岗位互斥按证件号核对）。")
    if user.id_number and user.role and plain_identity(id_number) != user.id_number:
        raise AccountRefused(f"{user.full_name} 在岗，身份证号不能由一人更正，请先办理免去岗位，更正后重新任岗。")
    _fill(user, full_name, id_number, section, managing_department, is_trainee)
    if location is not None and location.agency_id != user.agency_id:
        raise AccountRefused(f"“{location.name}”不属于 {user.full_name} 所在机构，请重新选择。")
    _refuse_place(user, location)
    user.location = location
    with deed(actor=actor, verb=StaffVerb.ACCOUNT_EDITED, reason=reason.strip()):
        user.save(update_fields=["full_name", "id_number", "section", "managing_department", "location", "is_trainee"])
    return user


def switch_account(*, actor: User, user: User, is_active: bool, reason: str, details: Mapping[str, Any] | None = None) -> User:
    """Switch an account off at once, or on again; who has left comes back by a new post only. Work in hand: see
    `casework.hand_over.suspend`.

    Args:
        details: what else belongs to the record, as JSON.

    Raises:
        NotAuthorised: no system administrator who answers for the agency.
        AccountRefused: no reason, the own account, or there is nothing to switch.
    """
    _refuse_stranger(actor, user.agency_id)
    if is_one_of(actor, [user.pk]):
        raise AccountRefused("不能停用或启用本人账号。")
    if not reason.strip():
        raise AccountRefused("请填写停用或启用的原因。")
    if user.is_active == is_active:
        raise AccountRefused(f"{user.full_name} 的账号已{'启用' if is_active else '停用'}，请刷新后查看。")
    with deed(actor=actor, verb=StaffVerb.SWITCHED, reason=reason.strip(), **(details or {})):
        user.is_active = is_active
        user.save(update_fields=["is_active"])
    return user


def _refuse_place(user: User, location: Location | None) -> None:
    """A service point has posts of the business class alone; the database refuses others too (`staff_place_guard_v1`)."""
    post = Post.objects.filter(pk=user.role).exclude(post_class=BUSINESS).first()
    if location is not None and location.kind != LocationKind.HALL and post is not None:
        raise AccountRefused(
            f"“{location.name}”只设业务经办岗位，{user.full_name} 任 {post.name}（{post.class_name}），不能在此任职，请安排在所属机构。"
        )


def _refuse_name(user: User) -> None:
    """By the beginning of a name people know what an account is; the database refuses others too (`staff_user_hand_v1`)."""
    if user.kind not in (UserKind.PERSON, UserKind.PROGRAM):
        raise AccountRefused("渠道账号由系统安装时建立（yigui install-doors），不在此建立。")
    if user.kind == UserKind.PROGRAM and not user.username.startswith("api-"):
        raise AccountRefused(f"接口账号的用户名须以 api- 开头（例如 api-{user.username[:20]}），请重新填写。")
    if user.kind == UserKind.PERSON and user.username.startswith(("channel-", "api-")):
        raise AccountRefused(
            "用户名不能以 channel-、api- 开头（分别留给渠道账号、接口账号），请换一个；接口单位的程序请选择“接口账号”。"
        )


def _refuse_stranger(actor: User, agency_code: str) -> None:
    if not administers_accounts(actor, agency_code):
        raise NotAuthorised("账号须由本机构或市级的系统管理员建立和修改。")


def _fill(
    user: User, full_name: str, id_number: str, section: Section | None, department: Section | None, is_trainee: bool
) -> None:  # fmt: skip
    number = plain_identity(id_number)
    if not full_name.strip():
        raise AccountRefused("请填写姓名。")
    if number and read_citizen_number(number) is None:
        raise AccountRefused(f"{full_name} 的身份证号 {number} 校验不符，请核对证件。")
    if number:
        same = User.objects.filter(id_number=number, agency=user.agency_id, is_active=True).exclude(pk=user.pk).first()
        if same is not None:
            raise AccountRefused(f"该身份证号在本机构已有账号 {same.username}（一人一号），请使用原账号。")
    for one in (section, department):
        if one is not None and (one.agency_id != user.agency_id or one.valid_to is not None):
            raise AccountRefused(f"科室“{one.name}”已撤销或不属于所在机构，请重新选择。")
    if is_trainee and user.desk is not None and user.desk.is_special:
        raise AccountRefused(f"{full_name} 在特殊业务窗口，不能标为见习，请先调整柜台。")
    changed: dict[str, Any] = {
        "full_name": full_name.strip(), "id_number": number, "section": section, "managing_department": department, "is_trainee": is_trainee,
    }  # fmt: skip
    for name, value in changed.items():
        setattr(user, name, value)
