"""Cases as whoever they are about reads them (本人、本单位的办件): one rule for phone, platform and machine, which have pages of their own.

A person reads the cases about themselves, an operator those of their employer; which, say `person_id` and `employer_id`.
"""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from yigui.applying.linked import Offers, linked_items
from yigui.casework.decisions import ending_of, refusal_of
from yigui.casework.enums import Verb
from yigui.casework.models import Case
from yigui.casework.progress import channels_for_correction, progress_of
from yigui.casework.queries import cases_of, open_cases_of, own_case_of, results_for, results_of, steps_of_round
from yigui.casework.who_may import applicant_may
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.forms import shown_values
from yigui.charges.models import PaymentOrder
from yigui.common.errors import NotFound
from yigui.db.rows import rows_where
from yigui.identity.models import UnitLogin
from yigui.rating.queries import of_own_case
from yigui.registry.models import Person


def own_case(case_no: str, *, person_id: int = 0, employer_id: int = 0) -> Case:
    """A case about a person or an employer.

    Raises:
        NotFound: they have none of this number.
    """
    found = own_case_of(case_no, person_id=person_id, employer_id=employer_id)
    if found is None:
        raise NotFound(f"没有这件业务，请在“我的办件”中查看{'本单位的办件' if employer_id else ''}。")
    return found


def own_open_cases(today: dt.date, *, most: int, person_id: int = 0, employer_id: int = 0) -> dict[str, Any]:
    """What a first page shows: where unfinished cases stand (`open_cases`), and at most so many results (`feedback`)."""
    whose = {"person_id": person_id} if person_id else {"employer_id": employer_id}
    return {
        "open_cases": [progress_of(case, today) for case in open_cases_of(**whose)],
        "feedback": results_for(**whose, limit=most),
    }


def order_of(case: Case) -> PaymentOrder | None:
    """The payment order a case made, as it stands; None where it made none."""
    code = case.result.order
    return rows_where(PaymentOrder, "code = %s", code)[0] if code else None


def own_cases_listed(
    request: HttpRequest, *, rows: int, person_id: int | None = None, employer_id: int | None = None
) -> dict[str, Any]:
    """Cases through any channel, newest first, by pages of so many (`page`), with the names of the `channels`."""
    page = Paginator(cases_of(person_id=person_id, employer_id=employer_id), rows).get_page(request.GET.get("page"))
    return {"page": page, "channels": catalogue().channels}


def own_case_in_full(
    case: Case, today: dt.date, *, channel: str, offers: Offers, reader: Person | UnitLogin, about: Person | None = None
) -> dict[str, Any]:
    """One case: where it stands, what was asked, what came of it, and what its reader may do now.

    Args:
        offers: what can be begun at this door.
        about: whom the form of a linked item begins with.
    """
    item = catalogue().version(case.item_code, case.item_version)
    login, applicant = (reader, None) if isinstance(reader, UnitLogin) else (None, reader)
    return {
        "case": case, "item": item, "progress": progress_of(case, today),
        "answers": [(field.label, text) for field, text in shown_values(item, case.form)],
        "feedback": results_of(case), "refusal": refusal_of(case), "ending": ending_of(case), "order": order_of(case), "steps": steps_of_round(case),
        "may_correct": applicant_may(case, Verb.RESUBMIT, today, login=login, applicant=applicant) and channel in channels_for_correction(case),
        "may_withdraw": applicant_may(case, Verb.WITHDRAW, today, login=login, applicant=applicant),
        "rating": of_own_case(case, today),
        "linked": linked_items(item, channel=channel, offers=offers, today=today, person=about),
    }  # fmt: skip
