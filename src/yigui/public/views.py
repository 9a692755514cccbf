"""Public pages: verify a document, follow a case by its number. No personal data beyond a masked name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.casework.decisions import ending_of, refusal_of
from yigui.casework.models import Case
from yigui.casework.progress import progress_of
from yigui.casework.query_code import opens
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.addresses import source_of
from yigui.common.identifiers import mask_name
from yigui.common.normalise import plain_code
from yigui.documents.issue import content_digest, document_code
from yigui.documents.models import IssuedDocument
from yigui.identity.limits import PROGRESS_CASE, PROGRESS_SOURCE, spend
from yigui.identity.sign_in import address_of
from yigui.public.shown_paper import shown_paper
from yigui.rating.queries import of_slip
from yigui.receipts.electronic_receipts import void_note
from yigui.staff.rights import public_page


@public_page
@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    """Type a verification code."""
    code = document_code(request.GET.get("code", ""))
    return redirect("enquiry:verify", code=code) if code else render(request, "public/verify_form.html", {})


@public_page
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a document with this code was issued: kind, date, agency, masked holder."""
    document = IssuedDocument.objects.filter(code=document_code(code)).first()
    if document is None:
        return render(request, "public/verify.html", {"code": code, "document": None}, status=404)
    holder = mask_name(document.holder) if document.is_holder_person else document.holder
    context = {
        "code": document.code, "document": document, "holder": holder, "agency": document.content.get("agency", ""),
        "kind": catalogue().feedback_kinds.get(document.kind, ""), "is_whole": content_digest(document) == document.digest,
        "void": void_note(document.code), "paper": shown_paper(document), "digest": document.digest[:16],
    }  # fmt: skip
    return render(request, "public/verify.html", context)


@public_page
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Step, due date and result of a case, by its number and its query code, or the last places of the number of whom it is about.

    A link from the slip brings number and code; what is typed comes by POST, so that it stays out of addresses, and is counted.
    """
    given = request.POST if request.method == "POST" else request.GET
    number, typed = plain_code(given.get("case_no", ""))[:24], plain_code(given.get("code", ""))
    context = {
        "case_no": number, "code": typed, "found": None, "refusal": None, "ending": None, "message": "", "rating": None,
    }  # fmt: skip
    if not number or not typed:
        return render(request, "public/progress.html", context)
    by_number = False
    if request.method == "POST":
        if not spend(PROGRESS_SOURCE, source_of(address_of(request))):
            return render(request, "public/progress.html", context | {"message": _TOO_OFTEN}, status=429)
        by_number = spend(PROGRESS_CASE, number)
    case = Case.objects.select_related("person", "employer").filter(case_no=number).first()
    if not opens(case, number, typed, by_number=by_number) or case is None:
        return render(request, "public/progress.html", context | {"message": _NOT_FOUND}, status=404)
    return render(
        request,
        "public/progress.html",
        context
        | {
            "found": progress_of(case, clock.today()),
            "refusal": refusal_of(case, is_public=True),
            "ending": ending_of(case),
            "rating": of_slip(number, typed, clock.today()),
        },
    )


_NOT_FOUND = "没有查到：编号与查询码（或证件后六位）不相符，请核对受理回执。"
_TOO_OFTEN = "本网络地址查询过于频繁，请十分钟后再试。"
