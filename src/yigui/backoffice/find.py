"""The box that finds anything (全局查找): a person, an employer, a case, a batch, a page. What is typed comes by POST, and stands in no address."""

import re
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yigui.backoffice.case_lists import CASES, cases_about, grouped
from yigui.casework.models import Case
from yigui.common import clock
from yigui.common.months import period_of
from yigui.common.normalise import plain_code, plain_identity, plain_text
from yigui.common.texts import int_or_none
from yigui.law.retirement_age import age_on
from yigui.registry.models import Employer
from yigui.registry.queries import areas_under
from yigui.registry.search import SearchResult, search_employers, search_persons, told_apart
from yigui.runs.models import Batch
from yigui.shell.menu import entries_of
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.looks import employers_within, people_within

CASES_MAX = 10
_BATCH = re.compile(r"(?:批次|第|#)?([0-9]{1,9})号?(?:批次)?")


@require_POST
@page_right("inbox")
def find(request: OfficerRequest) -> HttpResponse:
    """What a text names, as far as somebody's post opens it; the one thing that is meant opens at once."""
    text = plain_text(request.POST.get("find", ""))[:60]
    user = request.user
    if text and (where := _exact(user, text)) is not None:
        return where
    none: SearchResult[Any] = SearchResult([], False)
    people, units = none, none
    cases: list[Case] = []
    if text and has_page_right(user, "persons"):
        people, units = search_persons(text, people_within(user)), search_employers(text, employers_within(user))
    if has_page_right(user, CASES.right) and (people.rows or units.rows):
        cases = list(cases_about(user, [p.pk for p in people.rows], [e.pk for e in units.rows])[:CASES_MAX])
    today = clock.today()
    told = told_apart(people.rows, text, period_of(today)) if people.rows else {}
    context = {
        "q": text, "may_search": has_page_right(user, "persons"), "employers": units, "pages": entries_of(user, text) if text else [],
        "cases": [(case, grouped(case.case_no)) for case in cases],
        "persons": {
            "rows": [{"person": p, "age": age_on(p.born_on, today), "told": told[p.pk]} for p in people.rows], "has_more": people.has_more,
        },
    }  # fmt: skip
    return render(request, "backoffice/find.html", context)


def _exact(user: User, text: str) -> HttpResponse | None:
    """The page of what a whole number names."""
    code = plain_code(text)
    if has_page_right(user, CASES.right) and Case.objects.filter(case_no=code).exists():
        return redirect("backoffice:case", case_no=code)
    if has_page_right(user, "persons"):
        is_number = re.fullmatch(r"[0-9]{12}|[0-9]{15}|[0-9]{17}[0-9X]", plain_identity(text)) is not None
        people = search_persons(text, people_within(user)).rows if is_number else []
        if len(people) == 1:
            return redirect("counter:person", person_no=people[0].person_no)
        unit = Employer.objects.filter(employers_within(user) or Q(), unit_no=code).first()
        if unit is not None:
            return redirect("counter:employer", unit_no=unit.unit_no)
    batch = _BATCH.fullmatch(code)
    number = int_or_none(batch[1]) if batch and not code.isdigit() else None
    if number is not None and has_page_right(user, "finance"):
        found = Batch.objects.filter(pk=number, area_code__in=areas_under(user.agency.area_id)).first()
        if found is not None:
            return redirect("finance:batch", batch_id=found.pk)
    return None
