"""What was asked at hand-in (核查提示), and who answered what: kept with the case, read by everybody who decides about it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from yigui.casework.findings import Finding
from yigui.casework.models import Case
from yigui.common.reasons import reason_of

#: What is asked for beside a question that a yes does not answer.
REASON_ASKED = "请写明理由和依据的材料"


class Question(NamedTuple):
    """A question of the present round as it stands on file: what was asked, the answer, and by whom it was given."""

    asked: str
    answer: str
    by: str


def open_of(reminders: Collection[Finding], confirmed: Collection[str], reasons: Mapping[str, str]) -> list[Finding]:
    """The reminders that have not been answered: no yes, or no reason where one is asked for.

    Args:
        confirmed: ids of checks that were agreed to; reasons: what was written, by the reminders' keys.
    """
    return [f for f in reminders if f.check not in confirmed or (f.needs_reason and not _reason(f, reasons))]


def _reason(finding: Finding, reasons: Mapping[str, str]) -> str:
    """The reason given for a reminder as it is kept; "" where none was asked for, or none that says anything was given."""
    if not finding.needs_reason:
        return ""
    try:
        return reason_of(reasons.get(finding.key), REASON_ASKED, ValueError)
    except ValueError:
        return ""


def answered(reminders: Sequence[Finding], reasons: Mapping[str, str], by: str) -> list[dict[str, Any]]:
    """The reminders as a case keeps them: each with the reason given, and who answered.

    Args:
        reminders: all of them answered (`open_of` is empty).
    """
    return [f.as_dict() | {"answer": _reason(f, reasons), "by": by} for f in reminders]


def is_answered(case: Case, finding: Finding) -> bool:
    """Whether a reminder that is found again was answered when the case was handed in."""
    kept = [f for f in case.findings if f["check"] == finding.check]
    return any(f["field"] == finding.field and f.get("answer") for f in kept) if finding.needs_reason else bool(kept)


def questions_of(case: Case) -> list[Question]:
    """What was asked when a case was handed in for its present round. Cases older than this list bear no name: it is their handler's."""
    return [
        Question(
            f["message"] + f["detail"], f.get("answer") or "已确认", f.get("by") or (case.handled_by or case.accepted_by).full_name
        )
        for f in case.findings
    ]


def asked_section(case: Case) -> list[dict[str, Any]]:
    """The section of the result document that says what was asked and answered; none where nothing was asked."""
    rows = [list(question) for question in questions_of(case)]
    return [{"title": "提交时的核查提示及答复", "head": ["提示", "答复", "答复人"], "rows": rows}] if rows else []


__all__ = ["REASON_ASKED", "Question", "answered", "asked_section", "is_answered", "open_of", "questions_of"]
