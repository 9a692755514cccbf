"""The query code (查询码) beside a case number: numbers can be counted through, the code cannot be guessed."""

import hmac
import unicodedata

from django.db import connection

from yigui.casework.models import Case

#: Places of an identity number or credit code that stand for the code on slips printed before there was one.
LAST_PLACES = 6
_HALF = 4


def query_code(case_no: str) -> str:
    """The code of a case number, `XXXX-XXXX`; made for any number alike, so that asking takes the same time for each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_short_code_v1(%s)", [f"case:{case_no}"])
        (code,) = cursor.fetchone()
    return f"{code[:_HALF]}-{code[_HALF:]}"


def opens(case: Case | None, case_no: str, typed: str, *, by_number: bool) -> bool:
    """Whether what was typed beside a case number is its query code, or the last six places of the number of whom the case is about.

    Args:
        by_number: False where the places of a number no longer count (tried too often).
    """
    given = folded(typed)
    is_code = hmac.compare_digest(given.encode(), folded(query_code(case_no)).encode())
    numbers = _numbers(case) if case is not None else []
    is_number = [hmac.compare_digest(given.encode(), number.encode()) for number in numbers]
    return case is not None and len(given) >= LAST_PLACES and (is_code or (by_number and any(is_number)))


def folded(typed: str) -> str:
    """What was typed without blanks and hyphens, in capitals and narrow characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())[:40]


def _numbers(case: Case) -> list[str]:
    found = [case.person.id_number if case.person else "", case.employer.credit_code if case.employer else ""]
    return [number[-LAST_PLACES:].upper() for number in found if len(number) >= LAST_PLACES]
