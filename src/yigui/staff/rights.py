"""Which role may open which page, and whether a person may do a step. Functions of user and object."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse

from yigui.common.rooms import page_rights, public_pages
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User


def has_page_right(user: Any, right: str) -> bool:
    """Whether the signed-in person's role may open pages of this right."""
    return isinstance(user, User) and user.is_active and user.role in page_rights()[right]


def page_right(right: str) -> Callable[..., Any]:
    """View decorator: refuse a person whose role does not hold the page right (403, with a sentence).

    Which roles hold it stands in the `room.py` that declares it.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_page_right(request.user, right):
                raise NotAuthorised("您的岗位没有打开本页的权限。如工作需要，请由科室负责人提出权限申请。", right=right)
            return view(request, *args, **kwargs)

        guarded_view.page_right = right  # type: ignore[attr-defined]
        return guarded_view

    return decorate


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """View decorator: a page for everybody, signed in or not. It must show nothing that is not meant for everybody.

    It stands among the `public` pages of its room too; without that it is refused.
    """
    view.is_public = True  # type: ignore[attr-defined]
    opened: Callable[..., HttpResponse] = login_not_required(view)
    return opened


def is_declared(view: Any, page: str) -> bool:
    """Whether a page, by its view and its name, says who may open it: a page right, one kind of outsider, or everybody.

    For everybody it must stand in its room's declaration as well. Any other is refused.
    """
    if hasattr(view, "is_public"):
        return page in public_pages()
    return hasattr(view, "page_right") or hasattr(view, "outside_kind")


#: The question to the database: person, step, item, area, day, amount.
MAY = "staff_may_v1(%s, %s, %s, %s, %s, %s)"


def may(*, user_id: int, step: str, item_code: str, area_code: str, on: dt.date, amount_fen: int | None = None) -> bool:
    """Whether a person may do a step of an item in an area on a day. The database answers: it is the one that enforces."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MAY}", [user_id, step, item_code, area_code, on, amount_fen])
        (answer,) = cursor.fetchone()
    return bool(answer)
