"""What a pre-review of retirement (退休预审) agreed on, kept for the claim itself."""

import datetime as dt
from collections.abc import Sequence

from yigui.entitlement.models import PreReview
from yigui.law.retirement_age import RetirementGroup
from yigui.registry.models import Person


def keep_pre_review(
    *, person: Person, group: RetirementGroup, retire_type: str, retired_on: dt.date, work_started_on: dt.date, deemed_months: int,
    paid_months: int, problems: Sequence[str], case_id: int,
) -> PreReview:  # fmt: skip
    """Keep the result under the warrant of its case; the newest of a person is what a claim begins with.

    Args:
        retire_type: code of the catalogue's `retire_type`.
        deemed_months: full months; a half one stands in the dossier.
        problems: what is still to be put right, one sentence each.
    """
    return PreReview.objects.create(
        person=person, retire_type=retire_type, group=group, retired_on=retired_on, work_started_on=work_started_on,
        deemed_months=deemed_months, paid_months=paid_months, problems=list(problems), case_id=case_id,
    )  # fmt: skip
