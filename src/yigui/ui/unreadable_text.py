"""Text that no database can keep: a zero byte (NUL) in an address, a query or a form. Refused once, before any page reads it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError

from yigui.common.errors import YiguiError
from yigui.common.rooms import rooms
from yigui.ui.middleware import refusal_page

_NUL = "\x00"
_SENTENCE = "提交的内容或打开的地址中含有无法识别的字符（空字符），本次操作未生效。请删除该处内容后手工重新输入，再提交。"


class UnreadableText(YiguiError):
    code = "ui.unreadable_text"
    http_status = 400


class ReadableCookies:
    """Leaves a cookie that holds a zero byte unseen; stands before the sessions, which look theirs up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A quoted cookie spells any byte: `"\000"`. None of ours looks like that.
        for name in [name for name, value in request.COOKIES.items() if _NUL in name + value]:
            del request.COOKIES[name]
        return self.get_response(request)


class ReadableText:
    """Answers 400 with a sentence to a request whose address, query or form holds a zero byte.

    Stands behind the token of forms and the sign-in: who is refused there has no form read. What asks itself who is there (the interface for
    partners) says so in its own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        if request.path.startswith(tuple(f"/{mount.prefix}" for room in rooms() for mount in room.mounts if mount.asks_itself)):
            return None
        if any(_NUL in text for text in _texts(request, kwargs.values())):
            return refusal_page(request, UnreadableText(_SENTENCE))
        return None


def _texts(request: HttpRequest, parts: Iterable[Any]) -> Iterator[str]:
    """Whatever a page may read as text: parts of the address, names and values of query and form, names of files."""
    yield from (part for part in parts if isinstance(part, str))
    yield from _pairs(request.GET.lists())
    try:
        posted = request.POST
    except UnreadablePostError:
        # The connection broke while it was read: there is nobody to answer.
        return
    yield from _pairs(posted.lists())
    yield from (name for name, files in request.FILES.lists() for name in (name, *(str(file.name) for file in files)))


def _pairs(lists: Iterable[tuple[str, list[Any]]]) -> Iterator[str]:
    for name, values in lists:
        yield name
        yield from (value for value in values if isinstance(value, str))
