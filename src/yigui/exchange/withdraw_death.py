"""A reported death taken back because the person lives (误报死亡更正)."""

from yigui.exchange.models import DeathRecord, DeathWithdrawal
from yigui.registry.models import Person


def withdraw_death(*, record: DeathRecord, person: Person, case_id: int) -> None:
    """Put the withdrawal of a class-1 case beside a report, which stays as it was received; from then on the death is none.

    Raises:
        IntegrityError: the report was taken back before; the room's `taken` has the sentence.
        DatabaseError: no warrant of class 1 is open, or the report is about somebody else.
    """
    DeathWithdrawal.objects.create(person=person, record=record, case_id=case_id)
