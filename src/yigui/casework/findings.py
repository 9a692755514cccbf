"""Findings (核查结果): what a check says about a form, before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """A refusal stops the case; a reminder asks for a yes; a wait lets it in, to go on when a partner has answered."""

    REFUSE = "refuse"
    REMIND = "remind"
    WAIT = "wait"


#: The check that every paper the application needs is there.
PAPERS = "materials_complete"


@dataclass(frozen=True)
class Finding:
    """One result of a check.

    Args:
        check: id of the check in the catalogue.
        message: the catalogue's sentence, word for word.
        detail: which record and period, and what to do next.
        field: the form field it concerns, or "" for the whole form.
        source: whose data it rests on (e.g. 公安人口信息).
        needs_reason: a reminder whose answer is a reason in writing, which the reviewers read; a yes alone does not do.
        lacks: codes of the papers that are not there, of the check that asks for them (`PAPERS`).
    """

    check: str
    message: str
    level: Level = Level.REFUSE
    detail: str = ""
    field: str = ""
    source: str = ""
    needs_reason: bool = False
    lacks: tuple[str, ...] = ()

    @classmethod
    def reminder(cls, check: str, message: str, *, detail: str = "", field: str = "", source: str = "") -> "Finding":
        """A reminder whose sentence is not the catalogue's."""
        return cls(check, message, Level.REMIND, detail, field, source)

    @classmethod
    def question(cls, check: str, message: str, *, field: str) -> "Finding":
        """What can be and seldom is: a reminder that is answered with a reason in writing."""
        return cls(check, message, Level.REMIND, field=field, needs_reason=True)

    @property
    def key(self) -> str:
        """By what its reason is given: a check may ask about several fields."""
        return f"{self.check}.{self.field}"

    @property
    def word(self) -> str:
        """What it is called on a page."""
        return {Level.REFUSE: "不能办理", Level.REMIND: "请确认", Level.WAIT: "等待核验"}[self.level]

    @property
    def place(self) -> str:
        """The id of the part of a form's page where it is mended; "" where no part of it can."""
        return f"wrap_{self.field}" if self.field else "materials-card" if self.check == PAPERS else ""

    @property
    def sentence(self) -> str:
        """What it says with its detail, each a sentence of its own: some messages of the catalogue are words without an end."""
        return f"{self.message}{self.stop}{self.detail}"

    @property
    def stop(self) -> str:
        """What stands between the message and its detail."""
        return _stop(self.message) if self.detail else ""

    @property
    def is_refusal(self) -> bool:
        return self.level == Level.REFUSE

    def as_dict(self) -> dict[str, Any]:
        """For the API."""
        return {
            "check": self.check, "level": str(self.level), "message": self.message, "detail": self.detail,
            "field": self.field, "source": self.source, "needs_reason": self.needs_reason,
        }  # fmt: skip


#: What a sentence of the catalogue ends with before its details follow; some are words without an end.
_ENDS = ("。", "：", "？", "！")


def sentences_of(findings: Sequence[Finding]) -> list[str]:
    """What findings say, each sentence once: a message that several share stands before all their details."""
    said: dict[str, list[str]] = {}
    for finding in findings:
        details = said.setdefault(finding.message, [])
        if finding.detail and finding.detail not in details:
            details.append(finding.detail)
    return [f"{message}{_stop(message) if details else ''}{''.join(details)}" for message, details in said.items()]


def _stop(message: str) -> str:
    return "" if message.endswith(_ENDS) else "。"


def said_by_check(findings: Sequence[Finding]) -> dict[str, str]:
    """By check what its findings say together: what is agreed to for a list."""
    return {
        check: "".join(sentences_of([f for f in findings if f.check == check]))
        for check in dict.fromkeys(f.check for f in findings)
    }
