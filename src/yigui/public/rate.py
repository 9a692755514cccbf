"""Rating with the query code of a slip (凭回执评价): nobody signs in; whoever has the slip of the case may say how it was served."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from yigui.applying.rating import rating_form
from yigui.common import clock
from yigui.common.addresses import source_of
from yigui.common.errors import YiguiError
from yigui.common.normalise import plain_code
from yigui.identity.limits import PROGRESS_SOURCE, give_back, spend
from yigui.identity.sign_in import address_of
from yigui.rating.given import given_in
from yigui.rating.queries import of_slip
from yigui.rating.rate import rate_by_slip
from yigui.shell.refused import refusal_said
from yigui.staff.rights import public_page

_NOT_FOUND = "没有查到可以评价的办件：编号与查询码不相符，或尚未办结，请核对受理回执。"
_TOO_OFTEN = "本网络地址尝试过于频繁，请十分钟后再试。"


@public_page
@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """The level that was chosen, with its tags; sent, it is the rating. Number and code come by POST; wrong ones are counted, of whoever
    tries: nobody shuts a case for its visitor."""
    number, code = plain_code(request.POST.get("case_no", ""))[:24], plain_code(request.POST.get("code", ""))[:40]
    context = {"case_no": number, "code": code, "is_done": False, "receipt": "", "message": ""}
    source = source_of(address_of(request))
    if not spend(PROGRESS_SOURCE, source):
        return render(request, "public/rate.html", context | {"chosen": None, "message": _TOO_OFTEN}, status=429)
    stands = of_slip(number, code, clock.today())
    if stands is not None:
        give_back(PROGRESS_SOURCE, source)
    if stands is None or stands.refusal:
        message = _NOT_FOUND if stands is None else stands.refusal
        return render(
            request, "public/rate.html", context | {"chosen": None, "message": message}, status=404 if stands is None else 409
        )
    given = given_in(request.POST)
    context |= rating_form(given, stands.site)
    if "send" not in request.POST:
        return render(request, "public/rate.html", context)
    try:
        receipt = rate_by_slip(case_no=number, code=code, given=given, today=clock.today())
    except YiguiError as refused:
        return render(request, "public/rate.html", context | {"message": refusal_said(request, refused)}, status=422)
    return render(request, "public/rate.html", context | {"is_done": True, "receipt": receipt})
