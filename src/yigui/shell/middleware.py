"""What stands around every page of the staff: a refusal leaves a trace."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yigui.common.errors import Forbidden
from yigui.identity.models import UnitLogin
from yigui.registry.models import Person
from yigui.staff.refusals import record_refusal

#: Methods that only look; a page that is looked at never writes.
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class RefusalLog:
    """Records who was refused an action, at the door (page right) or at the deed; the answer is left to `RefusalMiddleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, Forbidden) and request.method not in _LOOKING:
            record_refusal(exception, user=request.user, deed=request.path, who=_outsider(request))


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
