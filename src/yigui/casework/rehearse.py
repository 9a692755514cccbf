"""What a case would write (核定结果): rehearsed and undone when somebody passes a step, and kept with the signature.

The database compares it with what is written when the case is finished (`sql/outcomes.sql`).
"""

import json
from typing import Any

from django.db import Error, connection, transaction

from yigui.casework import handlers
from yigui.casework.finish_case import facts_of
from yigui.casework.models import Case, Step
from yigui.catalogue.declarations import catalogue
from yigui.common.errors import YiguiError
from yigui.db.faults import is_passing
from yigui.identity.proof import proof_of, signed
from yigui.staff.models import User


class _UndoneError(Exception):
    """Ends a rehearsal: everything it wrote is undone."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome


def sign_outcome(step: Step, actor: User) -> None:
    """Keep with a step that has just been passed what the case would write: [[table, rows, fen, digest]].

    Nothing is kept of a case whose lines are not signed, nor of one whose effects would be refused now: it cannot be finished then
    without being examined again.

    Raises:
        Moved: it is no longer what the step before has signed.
    """
    outcome = rehearse(step.case_id)
    if outcome is not None:
        signed("SELECT casework_sign_outcome_v1(%s, %s, %s::jsonb)", proof_of(actor), step.pk, json.dumps(outcome))


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
