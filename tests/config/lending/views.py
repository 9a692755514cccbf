"""The page of loans."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from lending.models import Loan

from yigui.staff.rights import page_right


@page_right("lending")
def loans(request: HttpRequest) -> HttpResponse:
    """All loans."""
    return render(request, "lending/loans.html", {"loans": Loan.objects.order_by("id")[:50]})


def forgotten(request: HttpRequest) -> HttpResponse:
    """A page whose writer forgot to say who may open it."""
    return HttpResponse("secret")
