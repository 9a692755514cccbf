"""What stands around every page of the staff: a refusal leaves a trace."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yigui.common.errors import Forbidden
from yigui.shell.refused import note


class RefusalLog:
    """Records who was refused, at the door (page right) or at the deed; the answer is left to `RefusalMiddleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, Forbidden):
            note(request, exception)
