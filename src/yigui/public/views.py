"""Public pages: verify a document, follow a case by its number. No personal data beyond a masked name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from yigui.casework.models import Case
from yigui.casework.progress import progress_of
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.documents.issue import content_digest
from yigui.documents.models import IssuedDocument
from yigui.receipts.electronic_receipts import void_note
from yigui.staff.rights import public_page


@public_page
@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    """Type a verification code."""
    code = request.GET.get("code", "").strip().upper()
    return redirect("enquiry:verify", code=code) if code else render(request, "public/verify_form.html", {})


@public_page
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a document with this code was issued: kind, date, agency, masked holder."""
    document = IssuedDocument.objects.filter(code=code.strip().upper()).first()
    if document is None:
        return render(request, "public/verify.html", {"code": code, "document": None}, status=404)
    holder = mask_name(document.holder) if document.is_holder_person else document.holder
    context = {
        "code": document.code, "document": document, "holder": holder, "agency": document.content.get("agency", ""),
        "kind": catalogue().feedback_kinds.get(document.kind, ""), "is_whole": content_digest(document) == document.digest,
        "void": void_note(document.code),
    }  # fmt: skip
    return render(request, "public/verify.html", context)


@public_page
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Step, due date and result of a case by its number."""
    number = request.GET.get("case_no", "").strip()
    case = Case.objects.filter(case_no=number).first() if number else None
    found = progress_of(case, clock.today()) if case else None
    return render(request, "public/progress.html", {"case_no": number, "found": found}, status=404 if number and not found else 200)
