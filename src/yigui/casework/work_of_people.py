"""What people did and have in hand, for the two lines they answer to: the guiding section and the managing department (R011)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, QuerySet

from yigui.casework.enums import FINAL, CaseStatus, StepState
from yigui.casework.models import Case, Step


@dataclass(frozen=True)
class Work:
    """One person's figures: of the days since a date, and what is in hand now.

    `returned` are cases the person accepted that a check sent back; `overdue` unfinished cases the person accepted or holds a
    step of, past their promised day. `first_at` and `last_at` are the first and last deed of the last day.
    """

    accepted: int = 0
    decided: int = 0
    returned: int = 0
    claimed: int = 0
    overdue: int = 0
    first_at: dt.datetime | None = None
    last_at: dt.datetime | None = None

    @property
    def returned_share(self) -> str:
        """Share of accepted cases that came back, in percent; empty when nothing was accepted."""
        return f"{100 * self.returned / self.accepted:.1f}%" if self.accepted else ""


def work_of_people(people: Collection[int], *, since: dt.date, today: dt.date) -> dict[int, Work]:
    """Figures per person, from `since` to today; everybody asked for is in the answer. Seven statements, however many people."""
    accepted = _by(Case.objects.filter(accepted_by__in=people, accepted_on__range=(since, today)), "accepted_by")
    steps = Step.objects.filter(decided_by__in=people, decided_on__range=(since, today)).exclude(seq=1)
    sent_back = Step.objects.filter(state=StepState.RETURNED, decided_on__range=(since, today), case__accepted_by__in=people)
    claimed = Step.objects.filter(claimed_by__in=people, state=StepState.READY)
    late = Case.objects.filter(due_on__lt=today, accepted_by__in=people).exclude(status__in=(*FINAL, CaseStatus.RETURNED))
    days = {
        row["decided_by"]: (row["first"], row["last"])
        for row in Step.objects.filter(decided_by__in=people, decided_on=today)
        .values("decided_by")
        .annotate(first=Min("decided_at"), last=Max("decided_at"))
    }
    counts = {
        "accepted": accepted,
        "decided": _by(steps, "decided_by"),
        "returned": _by(sent_back, "case__accepted_by"),
        "claimed": _by(claimed, "claimed_by"),
        "overdue": _by(late, "accepted_by"),
    }
    held_late = _by(claimed.filter(case__due_on__lt=today).exclude(case__accepted_by=F("claimed_by")), "claimed_by")
    return {
        pk: Work(
            **{name: found.get(pk, 0) + (held_late.get(pk, 0) if name == "overdue" else 0) for name, found in counts.items()},
            first_at=days.get(pk, (None, None))[0],
            last_at=days.get(pk, (None, None))[1],
        )
        for pk in people
    }


def _by(rows: "QuerySet[Case] | QuerySet[Step]", key: str) -> dict[int, int]:
    return dict(rows.values_list(key).annotate(n=Count("id")))


def waiting_and_overdue(steps: "QuerySet[Step]", today: dt.date) -> tuple[int, int]:
    """How many waiting steps, and how many of them past the promised day of their case."""
    found = steps.order_by().aggregate(n=Count("id"), late=Count("id", filter=Q(case__due_on__lt=today)))
    return found["n"], found["late"]
