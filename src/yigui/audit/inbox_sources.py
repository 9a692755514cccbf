"""Findings about one's own work as a source of the inbox: something can be said of them until a day."""

import datetime as dt
from collections.abc import Iterable

from yigui.audit.models import Finding
from yigui.audit.queries import unanswered
from yigui.common.inbox import Row, Source, Target, Turn
from yigui.db.chosen import chosen_row
from yigui.staff.enums import BUSINESS
from yigui.staff.models import User


def _row(finding: Finding) -> Row:
    case = finding.examination.sampled.case
    return Row(
        key=str(finding.pk), kind="差错告知", what=f"{case.case_no} {case.item_name}", more=f"{finding.kind_name}：{finding.words}",
        whose=f"{finding.examination.made_by.full_name} 登记", due_on=finding.answer_until, since=finding.examination.at,
        target=Target("audit_finding", str(finding.pk)), is_mine=True, turn=Turn.MINE,
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(finding) for finding in unanswered(user, today)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return list(unanswered(user, today).order_by().values_list("answer_until", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(unanswered(user, today), key)
    if found is None:
        return None
    case = found.examination.sampled.case
    return [
        ("办件", f"{case.case_no} {case.item_name}"), ("差错", f"{found.kind_name}（{found.points} 分）"), ("情况", found.words),
        ("登记", found.examination.made_by.full_name), ("提出意见期限", str(found.answer_until)),
    ]  # fmt: skip


FINDINGS = Source(
    62, "audit_findings", "差错告知", "flag", "help", BUSINESS, rows=_rows, days=_days, lines=_lines
)  # fmt: skip
