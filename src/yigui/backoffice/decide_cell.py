"""What somebody may do with a request that goes from hand to hand: carry it on, refuse it, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from yigui.shell.sure import Sure, asked, wants_asking
from yigui.staff.requests import OfficerRequest


@dataclass(frozen=True)
class DecideCell:
    """The cell of one request for one reader (`includes/decide_cell.html`).

    Args:
        page: of the deeds, with the request's number and the verb.
        of: what is refused, for who listens.
        verb, label: what carries it on, and its button.
        is_turn: whether it is the reader's turn to carry it on or refuse it.
        wants_code: carried on with a one-time code only.
        is_late: its day has come, and it is dropped instead.
        no: what a refusal is called (不批准, 不同意).
    """

    page: str
    number: int
    of: str
    verb: str
    label: str
    is_turn: bool
    may_take_back: bool
    wants_code: bool = False
    is_late: bool = False
    no: str = "不批准"


def asked_back(
    request: OfficerRequest, *, may: bool, what: str, facts: Sequence[tuple[str, str]], back: str
) -> HttpResponse | None:
    """The question before somebody takes back what they have asked for; None where they are not to be asked, or may not.

    Args:
        what: the request, as the question says it (权限申请 3 号).
        back: the name of the page of the requests, or an address.
    """
    if not (may and wants_asking(request)):
        return None
    warning = "撤回后该申请终结，不能恢复；需要时须重新提出。"
    return asked(request, Sure(f"撤回{what}？", facts, warning, "确认撤回", back if back.startswith("/") else reverse(back)))
