"""Signed rows as the law reads them: kept in this process for seconds, read again only when the database says that there is another one."""

import datetime as dt
import re
import time
from decimal import Decimal

from django.db.models import Count, Max

from yigui.common.cache import kept_here
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.signed_rows import NONE, Signed, SignedRow
from yigui.parameters.models import ParameterRow, Row

#: How long a process goes on without asking whether something has been signed.
SECONDS = 3.0
_PLAIN = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,8})?")
_YEAR = re.compile(r"[1-9][0-9]{3}")
#: "now": until when (monotonic), the version of the database, and the rows.
_kept: dict[object, tuple[float, tuple[object, ...], Signed]] = kept_here()


def signed_rows() -> Signed:
    """Every signed row at this moment, or some seconds ago; the same object as long as nothing else has been signed."""
    found = _kept.get("now")
    if found is not None and time.monotonic() < found[0]:
        return found[2]
    return _read(None if found is None else found[1], None if found is None else found[2])


def _read(known: tuple[object, ...] | None, rows: Signed | None) -> Signed:
    version = version_now()
    if rows is None or version != known:
        rows = _all(version)
    _kept["now"] = (time.monotonic() + SECONDS, version, rows)
    return rows


def version_now() -> tuple[object, ...]:
    """What changes whenever a row is signed: the newest one, how many there are, and when it was signed."""
    found = ParameterRow.objects.aggregate(newest=Max("id"), count=Count("id"), at=Max("signed_at"))
    return found["newest"], found["count"], found["at"]


def _all(version: tuple[object, ...]) -> Signed:
    if not version[1]:
        return NONE
    by_table: dict[str, list[SignedRow]] = {}
    rows = list(ParameterRow.objects.order_by("-id"))
    revoked = {row.revokes for row in rows}
    for row in rows:
        if row.revokes is not None or row.change_id in revoked:
            continue
        if why_unreadable(row):
            # One row never stands in the way of all others: `yigui verify` names it.
            continue
        by_table.setdefault(row.table_name, []).append(law_row(row, row.change_id))
    return Signed(int(str(version[0])), {name: tuple(rows) for name, rows in by_table.items()})


def why_unreadable(row: Row) -> str:
    """Why the law cannot read a stored row, so that it goes on without it; "" when it can. The database lets none in."""
    kind = parameter_kinds().get(row.table_name)
    keys = row.keys.split("|") if row.keys else []
    if kind is None:
        return "没有这个参数表"
    if not isinstance(row.columns, dict) or set(row.columns) != set(kind.column_names):
        return "数值的列与参数表不符"
    if any(not isinstance(value, str) or not _PLAIN.fullmatch(value) for value in row.columns.values()):
        return "数值不是数字"
    if len(keys) != len(kind.key_names) or (kind.is_by_year and not _YEAR.fullmatch(keys[0])):
        return "项目不是参数表的写法"
    return ""


def law_row(row: Row, number: int) -> SignedRow:
    """A stored row as the law has it; `number`: of its change, 0 where it is only tried."""
    columns = {name: Decimal(value) for name, value in row.columns.items()}
    last = dt.date.max if row.valid_to is None else row.valid_to
    keys = tuple(row.keys.split("|")) if row.keys else ()
    return SignedRow(
        number, row.table_name, keys, row.area_code, row.valid_from, last, columns, row.source, "verified", row.published_on
    )
