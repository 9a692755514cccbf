"""What a case would write (核定结果): rehearsed and undone when somebody passes a step, and kept with the signature.

The database compares it with what is written when the case is finished (`sql/outcomes.sql`).
"""

import json
from typing import Any, NamedTuple

from django.db import Error, connection, transaction

from yigui.casework import handlers
from yigui.casework.findings import Finding
from yigui.casework.finish_case import facts_of
from yigui.casework.models import Case, Step
from yigui.catalogue.declarations import catalogue
from yigui.common.errors import YiguiError
from yigui.db.faults import is_passing
from yigui.db.presence import asked
from yigui.identity.proof import proof_of, signed
from yigui.staff.models import User


class _UndoneError(Exception):
    """Ends a rehearsal: everything it wrote is undone."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome


#: What the tables of an outcome are to whoever reads it.
WORDS = {
    "benefits_benefit": "待遇", "benefits_award": "待遇核定", "benefits_amount": "待遇标准", "benefits_recovery": "多领追回",
    "benefits_recovery_return": "退回明细", "benefits_reissue": "退票重发", "accounts_entry": "个人账户记账", "contributions_refund": "退费",
    "contributions_refund_due": "退费应付", "contributions_allocation": "到账使用",
}  # fmt: skip


class ToSign(NamedTuple):
    """What whoever decides next is shown of what the case would write: (words, rows, fen) by table, and the digest that is given back with
    the last step; "" where nobody has signed a result."""

    lines: list[tuple[str, int, int]]
    shown: str


def to_sign(case_id: int) -> ToSign:
    """What the step before has signed, for the page of whoever decides next; the database compares it when the last step is passed."""
    outcome, shown = asked("SELECT * FROM casework_to_sign_v1(%s)", case_id)
    rows = json.loads(outcome) if isinstance(outcome, str) else outcome or []
    return ToSign([(WORDS[table], count, fen) for table, count, fen, _ in rows], shown or "")


def before_signing(case: Case) -> list[Finding]:
    """What whoever passes a step of a case has to know as it stands now; a refusal bars the step (`Handler.before_signing`)."""
    item = catalogue().version(case.item_code, case.item_version)
    return handlers.handler_of(item).before_signing(lambda: facts_of(case))


def sign_outcome(step: Step, actor: User, shown: str) -> None:
    """Keep with a step that has just been passed what the case would write: [[table, rows, fen, digest]].

    Args:
        shown: the digest of what the signer was shown (`ToSign.shown`), which the last step asks for.

    Nothing is kept of a case whose lines are not signed, nor of one whose effects would be refused now: it cannot be finished then
    without being examined again.

    Raises:
        Moved: it is no longer what the step before has signed, or not what the signer of the last step was shown.
    """
    outcome = rehearse(step.case_id)
    if outcome is not None:
        signed("SELECT casework_sign_outcome_v1(%s, %s, %s::jsonb, %s)", proof_of(actor), step.pk, json.dumps(outcome), shown)


def rehearse(case_id: int) -> list[list[Any]] | None:
    """What a case under review would write; None where its lines are not signed or its effects are refused. Nothing of it remains."""
    case = Case.objects.get(pk=case_id)
    try:
        with transaction.atomic():
            warrant = _one("SELECT casework_rehearse_v1(%s)", case_id)
            if warrant is None:
                return None
            item = catalogue().version(case.item_code, case.item_version)
            handlers.handler_of(item).apply(facts_of(case), case)
            raise _UndoneError(_one("SELECT casework_written_v1(%s)", warrant))
    except _UndoneError as done:
        found = done.outcome
        return json.loads(found) if isinstance(found, str) else found
    except (YiguiError, Error) as error:
        if is_passing(error):
            raise
        # Said to whoever finishes it, by the effects themselves.
        return None


def _one(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        (found,) = cursor.fetchone()
    return found
