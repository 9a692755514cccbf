"""A refusal at a page: its sentence for the person at the screen, and its trace in the log of refusals (R054).

What leaves a view is recorded by `shell/middleware.RefusalLog`. A view that shows a refusal itself takes the sentence from `refusal_said`, which
records it; a test finds the ones that do not.
"""

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from yigui.common.errors import Forbidden, YiguiError
from yigui.common.rooms import deeds, rooms
from yigui.db.faults import is_read_only
from yigui.identity.models import UnitLogin
from yigui.registry.models import Person
from yigui.registry.queries import areas_named
from yigui.shell.sure import wants_asking
from yigui.staff.models import User
from yigui.staff.refusals import record_refusal

#: Methods that only look.
LOOKING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def refusal_said(request: HttpRequest, refused: YiguiError) -> str:
    """The sentence of a refusal that a view shows itself; who wanted what they may not is recorded."""
    if isinstance(refused, Forbidden):
        note(request, refused)
    return areas_named(refused.message)


def note(request: HttpRequest, refused: Forbidden) -> None:
    """Record who was refused what at this page. Somebody who only looked is recorded as one of the staff, and once in a while; so is who was refused at
    the question before a deed, which a script asks first and the page then asks again."""
    is_look = request.method in LOOKING
    if is_look and not isinstance(request.user, User):
        return
    is_again = is_look or wants_asking(request)
    try:
        record_refusal(refused, user=request.user, deed=deed_of(request), who=_outsider(request), is_look=is_again)
    except DatabaseError as error:
        if not is_read_only(error):
            raise


def deed_of(request: HttpRequest) -> str:
    """What is asked for, in words."""
    match = request.resolver_match or resolve(request.path)
    return _words(match, request.path, is_look=request.method in LOOKING)


def words_of(deed: str) -> str:
    """A deed of the log in words: entries of former releases have the address."""
    path = deed.rpartition(" ")[2]
    if not path.startswith("/"):
        return deed
    try:
        return _words(resolve(path), path, is_look=False)
    except Resolver404:
        return f"本版已没有的页面（{deed}）"


def _words(match: ResolverMatch, path: str, *, is_look: bool) -> str:
    known, page = deeds(), match.view_name
    verb = match.kwargs.get("verb", "")
    entry = next((f"打开“{e.label}”" for room in rooms() for e in room.menu if e.page == page), "") if is_look else ""
    shared = "" if any(e.page == page for room in rooms() for e in room.menu) else known.get(f":{match.url_name}", "")
    words = known.get(f"{page}/{verb}") or known.get(page) or entry or shared or _of_menu(path, is_look=is_look)
    number = next((value for value in match.kwargs.values() if isinstance(value, int)), None)
    return words if number is None else f"{words}（{number} 号）"


def _of_menu(path: str, *, is_look: bool) -> str:
    """The entry of the menu behind which a page lies: the longest address wins."""
    entries = [(reverse(e.page), e.label) for room in rooms() for e in room.menu]
    here = max((e for e in entries if path.startswith(e[0])), key=lambda e: len(e[0]), default=("", "本系统"))
    return f"打开“{here[1]}”" if is_look else f"在“{here[1]}”办理"


def _outsider(request: HttpRequest) -> str:
    """Somebody outside, by their kind and the number they are known by; "" for officers."""
    kept = request.session.get("outside") if hasattr(request, "session") else None
    if not kept:
        return ""
    if kept["kind"] == "unit":
        name = UnitLogin.objects.filter(pk=kept["id"]).values_list("username", flat=True).first()
        return f"单位经办人 {name or '（账号已不存在）'}"
    number = Person.objects.filter(pk=kept["id"]).values_list("person_no", flat=True).first()
    return f"个人 {number or '（编号已不存在）'}"
