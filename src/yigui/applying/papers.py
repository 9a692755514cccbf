"""What a case gives its applicant on paper (结果文书、受理回执、导出文件), the same at every door that has checked who asks."""

import mimetypes
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from yigui.casework.application_form import form_of_case
from yigui.casework.decisions import letter_of, letter_without_code
from yigui.casework.models import Case
from yigui.casework.slip import acceptance_slip
from yigui.common.errors import NotFound
from yigui.documents.models import StoredFile
from yigui.documents.render import render_content, render_pdf
from yigui.documents.store import read_file

Guard = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]


def receipt_of(case: Case) -> HttpResponse:
    """The result document as PDF.

    Raises:
        NotFound: not finished yet, or without a document.
    """
    if case.document is None:
        raise NotFound(f"办件 {case.case_no} 尚未办结，没有结果文书。")
    return pdf_page(render_pdf(case.document), case.case_no)


def letter_page(case: Case) -> HttpResponse:
    """What was decided or is to be corrected, as PDF (不予办理决定书、一次性告知单).

    Raises:
        NotFound: the case was neither declined nor returned.
    """
    if letter := letter_of(case):
        return pdf_page(render_pdf(letter), f"{case.case_no}-letter")
    content = letter_without_code(case)
    if content is None:
        raise NotFound(f"办件 {case.case_no} 没有不予办理，也没有退回补正，没有决定书或告知单。")
    return pdf_page(render_content(content), f"{case.case_no}-letter")


def slip_of(case: Case) -> HttpResponse:
    """The acceptance slip as PDF: materials taken, due date, how to follow it."""
    return pdf_page(render_content(acceptance_slip(case)), f"{case.case_no}-slip")


def form_paper_of(case: Case) -> HttpResponse:
    """The application form (业务申请表) as PDF, with the answers the case was accepted with."""
    return pdf_page(render_content(form_of_case(case)), f"{case.case_no}-form")


def export_of(case: Case) -> HttpResponse:
    """The file the case made.

    Raises:
        NotFound: it made none.
    """
    stored = StoredFile.objects.filter(pk__in=case.result.files).first()
    if stored is None:
        raise NotFound("本办件没有导出文件。")
    response = HttpResponse(read_file(stored), content_type=stored.media_type)
    response["Content-Disposition"] = f'attachment; filename="{case.case_no}{mimetypes.guess_extension(stored.media_type) or ""}"'
    return response


def pdf_page(content: bytes, name: str) -> HttpResponse:
    """A PDF that opens in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def paper_pages(guard: Guard, case_of: Callable[..., Case]) -> list[URLPattern]:
    """Addresses of a case's papers at a door.

    Args:
        guard: the channel's decorator that lets people in; what it gives a view after the request goes to `case_of`.
        case_of: who and case number, to their own case; raises `NotFound` for any other.
    """

    def page(gives: Callable[[Case], HttpResponse]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, *who: Any, case_no: str) -> HttpResponse:
            return gives(case_of(*who, case_no))

        view.__doc__ = gives.__doc__
        return require_GET(guard(view))

    return [
        path("cases/<str:case_no>/receipt.pdf", page(receipt_of), name="receipt"),
        path("cases/<str:case_no>/letter.pdf", page(letter_page), name="letter"),
        path("cases/<str:case_no>/slip.pdf", page(slip_of), name="slip"),
        path("cases/<str:case_no>/form.pdf", page(form_paper_of), name="form_paper"),
        path("cases/<str:case_no>/export/", page(export_of), name="export"),
    ]
