"""Text the database can keep: every operation of the interface asks it once, before it does anything with what came in."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from pydantic import BaseModel

from yigui.common.errors import YiguiError

#: Faults an answer names at most.
FAULTS_MAX = 20


class Unstorable(YiguiError):
    """A text holds NUL or half of a surrogate pair; `data["faults"]` says where."""

    code = "api.unreadable"


def only_storable_text(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator of an operation: path, query, form and body, whatever their schema, hold only text that can be kept.

    Raises:
        Unstorable: with the places.
    """

    @wraps(view)
    def checked(request: HttpRequest, **values: Any) -> Any:
        places = list(_unstorable(values, ""))
        if places:
            raise Unstorable(
                "请求含有无法保存的字符（空字符或不完整的编码），请按 data.faults 所列位置改正。",
                faults=[{"where": place, "what": "无法保存的字符"} for place in places[:FAULTS_MAX]],
            )
        return view(request, **values)

    return checked


def _unstorable(value: Any, place: str) -> Iterator[str]:
    """Where such text stands. A name of a field is text too: it is told by the place of what holds it."""
    if isinstance(value, str):
        if "\x00" in value or not _is_unicode(value):
            yield place
    elif isinstance(value, UploadedFile):
        yield from _unstorable(value.name, f"{place}.name")
    elif isinstance(value, BaseModel):
        yield from _unstorable(value.__dict__, place)
    elif isinstance(value, dict):
        for name, inner in value.items():
            at = f"{place}.{name}" if place else str(name)
            if list(_unstorable(str(name), place)):
                yield place
            else:
                yield from _unstorable(inner, at)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _unstorable(inner, f"{place}.{number}")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
