"""Refusals of casework. `code` is stable for the API."""

from collections.abc import Sequence
from typing import Any

from yigui.casework.findings import Finding
from yigui.common.errors import Conflict, Forbidden, NotFound, YiguiError
from yigui.common.texts import in_one


class ItemNotOpen(YiguiError):
    """The item is declared but has no code yet, or is not in force."""

    code = "casework.item_not_open"


class FormInvalid(YiguiError):
    """The form cannot be read; `data["fields"]` maps field to sentences."""

    code = "casework.form_invalid"

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("表单有未填或填错的项目，请按各栏旁的提示改正后再提交。", fields=fields)
        self.fields = fields


class MaterialUnproved(YiguiError):
    """A material is only claimed: no file, nobody who saw the original, no record of the house."""

    code = "casework.material_unproved"


class MaterialOfAnother(MaterialUnproved):
    """A paper is another person's, or another employer's."""

    code = "casework.material_of_another"


class SubjectMissing(YiguiError):
    """The form does not tell whom the case is about."""

    code = "casework.subject_missing"


class CaseRefused(YiguiError):
    """Checks refuse the case; `findings` says why."""

    code = "casework.refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(in_one(f.message for f in findings), findings=[f.as_dict() for f in findings])
        self.findings = list(findings)


class NotConfirmed(YiguiError):
    """Reminders wait for a yes, or for a reason; repeat with their ids confirmed, and the reasons by their keys."""

    code = "casework.not_confirmed"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "请确认以下提示后再提交：" + in_one(f.message + ("（须写明理由）" if f.needs_reason else "") for f in findings),
            findings=[f.as_dict() for f in findings],
        )
        self.findings = list(findings)


class OwnKin(Forbidden):
    """Somebody is to decide about themselves or their kin (回避)."""

    code = "casework.own_kin"


class CaseNotFound(NotFound):
    code = "casework.not_found"

    def __init__(self, case_no: str) -> None:
        super().__init__(f"未查询到办件编号 {case_no}。请核对回执上的编号。", case_no=case_no)


class SamePerson(Forbidden):
    """同一办件的受理、审核、复核不能由同一人办理。"""

    code = "casework.same_person"


class StepMoved(Conflict):
    """Somebody else decided or claimed the step first, or the case is in another state now."""

    code = "casework.step_moved"


class KeyReused(Conflict):
    """The idempotency key was used for another request."""

    code = "casework.key_reused"


class NoMeeting(YiguiError):
    """A class-1 case has no minutes of a meeting that decided it."""

    code = "casework.no_meeting"


class OpinionMissing(YiguiError):
    """The step needs a written opinion."""

    code = "casework.opinion_missing"


class PointUnknown(YiguiError):
    """A return names a material, field or reason that the item does not have."""

    code = "casework.point_unknown"


class FeedbackMoved(Conflict):
    """A result cannot be sent again as it stands."""

    code = "casework.feedback_moved"


class ReasonMissing(YiguiError):
    """A deed that others will read about has to say why."""

    code = "casework.reason_missing"


def refusal(message: str, **data: Any) -> YiguiError:
    """A plain refusal raised by effects: what cannot be done and what to do next."""
    return YiguiError(message, **data)
