"""The screen of one window (窗口屏): the number at the desk, and when a service has ended, the question how it was."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.hall.devices import device_here, state_of
from yigui.hall.rating_screen import asked_here
from yigui.rating.queries import choices_on
from yigui.staff.rights import public_page
from yigui.ui.requests import HtmxRequest
from yigui.visits import queries
from yigui.visits.enums import DeviceKind, TicketState


@public_page
@require_GET
def window(request: HtmxRequest) -> HttpResponse:
    """The number at one desk, for the visitor in front of it; asked again every two seconds."""
    device, day = device_here(request, DeviceKind.WINDOW), clock.today()
    assert device.desk is not None
    current = queries.current_of(device.hall, day).get(device.desk.pk)
    # Somebody who is called looks for their number, not for a question to the one before.
    asked = None if current is not None and current.state == TicketState.CALLED else asked_here(request)
    context = {
        "device": device, "desk": device.desk, "state": state_of(device.desk, day), "ticket": current,
        "asked": asked, "choices": choices_on(day, asked.site) if asked is not None else [],
    }  # fmt: skip
    return render(request, "hall/includes/window.html" if request.htmx else "hall/window.html", context)
