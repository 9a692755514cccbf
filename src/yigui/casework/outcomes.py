"""What came of a case (办理结果): as an item's effects hand it over, as it is stored on the case, and read again.

Cases finished before the outcome had fields of its own keep their list of flags; their digests cover it, so it is read, never
rewritten.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yigui.registry.models import Employer, Person
from yigui.tasks.references import Reference

_FILE, _ORDER = "file:", "order:"
#: Kinds of work that had another name among the flags.
_RENAMED = {"award": "first_payment"}


@dataclass(frozen=True)
class FollowUp:
    """Work a finished case leaves to somebody (后续任务), and is promised to the applicant.

    Args:
        kind: kind of the task, as `tasks` declares it.
        note: what is to be done, in one sentence, for whoever takes it.
        amount_fen: money it is about, in fen.
        due_on: the day it must be done by; by the kind's term when not given.
        part: tells follow-ups of one kind and case apart.
        origin: what it is about, where that is not the case: a claim that is watched, a year's subsidies that are one task for all.
        is_about_subject: whether it is about the person or employer of the case.
        form: values the case that settles it begins with: item code -> field -> raw value, as typed.
    """

    kind: str
    note: str
    amount_fen: int | None = None
    due_on: dt.date | None = None
    part: str = ""
    origin: Reference | None = None
    is_about_subject: bool = True
    form: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass
class Outcome:
    """What the effects of a case did, for the receipt and the record.

    Args:
        summary: one sentence for the applicant.
        lines: label and value pairs of the receipt's head.
        sections: tables of the receipt: {"title", "head", "rows"}, and "widths" where columns are not alike.
        notes: sentences below them.
        files: digests (SM3) of stored files the case made, for the applicant.
        order: code of the payment order the case asks the applicant to pay, "" when there is none.
        follow_ups: work that is left to do and is promised.
        scan: what a QR code of its own on the document is for, and the public path it opens: (label, path).
        person, employer: the subject when the case created it.
    """

    summary: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    order: str = ""
    follow_ups: list[FollowUp] = field(default_factory=list)
    scan: tuple[str, str] | None = None
    person: Person | None = None
    employer: Employer | None = None


@dataclass(frozen=True)
class Result:
    """What is stored of an outcome. `follow_ups` are the kinds of work it left behind; all empty before the case is finished."""

    summary: str = ""
    files: tuple[str, ...] = ()
    order: str = ""
    follow_ups: tuple[str, ...] = ()


def stored_outcome(outcome: Outcome, *, warrant_id: int, changes: int, task_ids: Sequence[int] = ()) -> dict[str, Any]:
    """The value of `Case.outcome`; the last link of the chain holds its digest, and so which tasks the case left behind."""
    return {
        "summary": outcome.summary, "files": list(outcome.files), "order": outcome.order,
        "follow_ups": [{"kind": f.kind, "task": pk} for f, pk in zip(outcome.follow_ups, task_ids, strict=True)],
        "warrant": warrant_id, "changes": changes,
    }  # fmt: skip


def result_of(stored: Mapping[str, Any]) -> Result:
    """Read `Case.outcome`, of today or with the flags of earlier cases (`file:…`, `order:…`, else a kind of work)."""
    if "flags" in stored:
        flags = [str(flag) for flag in stored["flags"]]
        return Result(
            summary=str(stored["summary"]),
            files=tuple(f.removeprefix(_FILE) for f in flags if f.startswith(_FILE)),
            order=next((f.removeprefix(_ORDER) for f in flags if f.startswith(_ORDER)), ""),
            follow_ups=tuple(_RENAMED.get(f, f) for f in flags if not f.startswith((_FILE, _ORDER))),
        )
    if not stored:
        return Result()
    return Result(
        summary=str(stored["summary"]), files=tuple(stored["files"]), order=str(stored["order"]),
        follow_ups=tuple(f["kind"] for f in stored["follow_ups"]),
    )  # fmt: skip
