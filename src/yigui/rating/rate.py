"""Giving a rating (评价): at a window's screen, by whoever has signed in from outside, with the code of a slip. The database says who may, once a service.

A bad one becomes somebody's work in the same transaction (`bad_ratings`).
"""

import datetime as dt
from typing import Any

from django.db import transaction

from yigui.db.presence import proof_of
from yigui.rating.bad_ratings import look_for_bad
from yigui.rating.given import Given
from yigui.staff.asking import done


def rate_at_window(*, secret: str, service: int, given: Given, today: dt.date) -> str:
    """The visitor at a desk rates at its second screen; gives the receipt of the rating.

    Raises:
        NotAuthorised: no window's screen in use. Moved: not (any more) to be rated here, rated already, or not like this.
    """
    return _rate(today, "SELECT rating_at_window_v1(%s, %s, %s, %s, %s, %s, %s, %s)", secret, service, *given.parameters)


def rate_own(*, holder: Any, case_no: str, given: Given, today: dt.date) -> str:
    """Somebody who has signed in from outside rates a case of theirs; gives the receipt of the rating.

    Raises:
        NotSeen: not signed in. NotAuthorised: somebody else's case. Moved: as above.
    """
    return _rate(today, "SELECT rating_by_holder_v1(%s, %s, %s, %s, %s, %s, %s, %s)", proof_of(holder), case_no, *given.parameters)


def rate_by_slip(*, case_no: str, code: str, given: Given, today: dt.date) -> str:
    """Whoever has the query code of a slip rates its case; gives the receipt of the rating.

    Raises:
        NotAuthorised: the code is another one. Moved: as above.
    """
    return _rate(today, "SELECT rating_by_slip_v1(%s, %s, %s, %s, %s, %s, %s, %s)", case_no, code, *given.parameters)


@transaction.atomic
def _rate(today: dt.date, statement: str, *parameters: Any) -> str:
    receipt = str(done(statement, *parameters, today))
    look_for_bad(today, receipt)
    return receipt


@transaction.atomic
def rate_again(*, receipt: str, opinion: str, words: str, today: dt.date) -> None:
    """Whoever has the receipt says whether they are content with the answer; who is not has it looked into once more.

    Raises:
        NotAuthorised: no such receipt. Moved: there is no answer yet, or it was said already.
    """
    done("SELECT rating_second_v1(%s, %s, %s, %s)", receipt, opinion, words, today)
    look_for_bad(today, receipt)
