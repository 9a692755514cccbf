"""Rules a batch is held against, as they are frozen with it: bars, which must pass, and warnings, which must be answered in writing."""

from typing import Any

#: Levels of a check that did not pass: the batch cannot be signed, or only with a written answer of every signer.
BAR, WARNING = "bar", "warning"


def bar(check_id: str, label: str, *, passed: bool, detail: str = "") -> dict[str, Any]:
    """A rule that must hold: a batch that breaks it cannot be approved."""
    return {"id": check_id, "label": label, "passed": passed, "detail": detail, "level": BAR}


def warn(check_id: str, label: str, *, passed: bool, detail: str = "") -> dict[str, Any]:
    """A rule that a person may decide against: where it does not hold, whoever signs has to write why he signs all the same."""
    return {"id": check_id, "label": label, "passed": passed, "detail": detail, "level": WARNING}


def is_bar(row: dict[str, Any]) -> bool:
    """Whether a check stops the batch. Batches made before there were levels have bars only."""
    return not row["passed"] and row.get("level", BAR) == BAR


def is_warning(row: dict[str, Any]) -> bool:
    """Whether a check asks for a written answer."""
    return not row["passed"] and row.get("level", BAR) == WARNING
