"""The levy plan as partners need it (征缴计划传递): one row per bill, LD/T 92 heads, the partner's own insurance codes."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from yigui.common.money import plain_fen
from yigui.common.sqlfiles import named_sql
from yigui.exchange.money_formats import PartnerFormat

HEAD = (
    "AAZ288", "AAA027", "AAB001", "AAB998", "AAB004", "AAC002", "AAC003", "AAE140", "AAE002", "AAE003", "AAB119", "AAB120",
    "AAE020", "AAE022", "AAE019", "AAE030",
)  # fmt: skip

_BILLS = named_sql("levy", "tax_plan")["bills"]


def plan_rows(*, areas: list[str], period: int, form: PartnerFormat, after: int = 0, limit: int = 5000) -> list[dict[str, Any]]:
    """Rows of unpaid bills after a bill number, at most `limit`; the last row's AAZ288 is where the next page begins."""
    codes: dict[int, str] = {}
    for code, number in form.insurances.items():
        if code.isdecimal():  # words are read, and never written
            codes[number] = code  # the partner's own code stands after the standard's in its file, and wins
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, {"period": period, "areas": [int(a) for a in areas], "after": after, "limit": limit})
        rows = cursor.fetchall()
    return [_row(row, codes) for row in rows]


def _row(row: tuple[Any, ...], codes: dict[int, str]) -> dict[str, Any]:
    number, area, unit, credit, name, id_number, person, insurance, period, owed, people, base, employer, personal, left, due = row
    values = (
        number, area, unit, credit, name, id_number, person, codes.get(insurance, str(insurance)), period, owed, people, plain_fen(base),
        plain_fen(employer), plain_fen(personal), plain_fen(left), due.isoformat(),
    )  # fmt: skip
    return dict(zip(HEAD, values, strict=True))


def plan_lines(*, areas: list[str], period: int, form: PartnerFormat) -> Iterator[list[Any]]:
    """All rows as lists under `HEAD`, read page by page."""
    after = 0
    while rows := plan_rows(areas=areas, period=period, form=form, after=after):
        for row in rows:
            yield [row[h] for h in HEAD]
        after = rows[-1]["AAZ288"]
