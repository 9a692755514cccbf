"""What is asked once more before a deed that cannot be undone (再次确认): what, whose, how much, and what then cannot be taken back.

A form that wants to be asked is sent to the address of its deed with `?ask`; the view answers with `asked` what stands on record, and the form of that answer
goes to the same address without it, with all that was typed. With a script the answer opens as a dialog over the page, without one it is a page.
It is no guard: whoever may do the deed is asked by the deed itself, and a view asks nobody who may not (`wants_asking` behind the same rule).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigui.common.money import format_fen

#: The header by which a script asks for the dialog alone.
_DIALOG = "X-Dialog"


@dataclass(frozen=True)
class Sure:
    """The question.

    Args:
        title: the deed as a question.
        facts: what, whose, how much, in words.
        warning: what it leads to, and what of it cannot be undone.
        button: the deed, as the button says it.
        back: the address of the page one comes from.
        base: the template of the door's pages; "" for the staff's. `given` is what that template asks for.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    warning: str
    button: str
    back: str
    base: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


def yuan(amount_fen: int) -> str:
    """An amount as a question says it."""
    return f"{format_fen(amount_fen)} 元"


def wants_asking(request: HttpRequest) -> bool:
    """Whether a form was sent to be asked first."""
    return request.method == "POST" and "ask" in request.GET


def asked(request: HttpRequest, sure: Sure) -> HttpResponse:
    """The question as a page or as a dialog; nothing is done yet."""
    sent = [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
    template = "ui/sure_dialog.html" if _DIALOG in request.headers else "ui/sure.html"
    return render(request, template, {**sure.given, "sure": sure, "sent": sent, "action": request.path})
