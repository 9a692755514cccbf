"""Which role may open which page, and whether a person may do a step. Functions of user and object."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

_BUSINESS = frozenset({Role.TELLER, Role.REVIEWER, Role.RECHECKER, Role.SECTION_HEAD, Role.DIRECTOR})

#: Page right -> roles. The permission matrix test opens every route as every role and compares with this table.
PAGE_RIGHTS: dict[str, frozenset[str]] = {
    "counter": frozenset({Role.TELLER}),
    "queue": _BUSINESS - {Role.TELLER},
    "cross_check": _BUSINESS,
    "cases": _BUSINESS | {Role.AUDITOR, Role.CASHIER, Role.ACCOUNTANT},
    "persons": _BUSINESS | {Role.AUDITOR, Role.CASHIER, Role.ACCOUNTANT},
    "meeting": frozenset({Role.DIRECTOR}),
    "overdue": frozenset({Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR}),
    "catalogue": frozenset(Role) - {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "imports": frozenset({Role.SECTION_HEAD}),
    "integrity": frozenset({Role.AUDITOR, Role.AUDIT_ADMIN}),
    "calendar": frozenset({Role.SECTION_HEAD}),
    "sampling": frozenset({Role.AUDITOR}),
    "view_log": frozenset({Role.AUDITOR, Role.AUDIT_ADMIN}),
    "accounts": frozenset({Role.SYSTEM_ADMIN}),
    "organisation": frozenset(
        {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR}
    ),
    "organisation_edit": frozenset({Role.SYSTEM_ADMIN}),
    "section": _BUSINESS | {Role.AUDITOR},
    "rights_apply": frozenset({Role.SECTION_HEAD, Role.DIRECTOR}),
    "rights": frozenset({Role.SECTION_HEAD, Role.DIRECTOR, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    "item_changes": frozenset({Role.SECTION_HEAD, Role.DIRECTOR, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR}),
    "finance": frozenset({Role.CASHIER, Role.ACCOUNTANT, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR}),
    "money_in": frozenset({Role.CASHIER, Role.ACCOUNTANT}),
    "books": frozenset({Role.CASHIER, Role.ACCOUNTANT, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR}),
    "bills": _BUSINESS | {Role.CASHIER, Role.ACCOUNTANT, Role.AUDITOR},
    "help": frozenset({Role.TELLER, Role.GUIDE}),
    "devices": frozenset({Role.SECTION_HEAD}),
    "unit_requests": frozenset({Role.SECTION_HEAD}),
    "partners": frozenset({Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR, Role.SYSTEM_ADMIN}),
    "account": frozenset(Role),
}


def has_page_right(user: Any, right: str) -> bool:
    """Whether the signed-in person's role may open pages of this right."""
    return isinstance(user, User) and user.is_active and user.role in PAGE_RIGHTS[right]


def page_right(right: str) -> Callable[..., Any]:
    """View decorator: refuse a person whose role does not hold the page right (403, with a sentence)."""
    assert right in PAGE_RIGHTS

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_page_right(request.user, right):
                raise NotAuthorised("您的岗位没有打开本页的权限。如工作需要，请由科室负责人提出权限申请。", right=right)
            return view(request, *args, **kwargs)

        guarded_view.page_right = right  # type: ignore[attr-defined]
        return guarded_view

    return decorate


def may(*, user_id: int, step: str, item_code: str, area_code: str, on: dt.date, amount_fen: int | None = None) -> bool:
    """Whether a person may do a step of an item in an area on a day. The database answers: it is the one that enforces."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff_may_v1(%s, %s, %s, %s, %s, %s)", [user_id, step, item_code, area_code, on, amount_fen])
        (answer,) = cursor.fetchone()
    return bool(answer)
