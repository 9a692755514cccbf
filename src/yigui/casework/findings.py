"""Findings (核查结果): what a check says about a form, before anything is stored."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """A refusal stops the case; a reminder asks for a yes; a wait lets it in, to go on when a partner has answered."""

    REFUSE = "refuse"
    REMIND = "remind"
    WAIT = "wait"


@dataclass(frozen=True)
class Finding:
    """One result of a check.

    Args:
        check: id of the check in the catalogue.
        message: the catalogue's sentence, word for word.
        detail: which record and period, and what to do next.
        field: the form field it concerns, or "" for the whole form.
        source: whose data it rests on (e.g. 公安人口信息).
    """

    check: str
    message: str
    level: Level = Level.REFUSE
    detail: str = ""
    field: str = ""
    source: str = ""

    @classmethod
    def reminder(cls, check: str, message: str, *, detail: str = "", field: str = "", source: str = "") -> "Finding":
        """A reminder whose sentence is not the catalogue's."""
        return cls(check, message, Level.REMIND, detail, field, source)

    @property
    def is_refusal(self) -> bool:
        return self.level == Level.REFUSE

    def as_dict(self) -> dict[str, Any]:
        """For the API."""
        return {
            "check": self.check, "level": str(self.level), "message": self.message, "detail": self.detail,
            "field": self.field, "source": self.source,
        }  # fmt: skip
