"""Facts of the items of pensions: the record, the group of the retirement age, and the pension they come to."""

from functools import cached_property

from yigui.common.months import period_of
from yigui.entitlement.assess_person import PersonAssessment, assess_person, group_of
from yigui.entitlement.models import PreReview
from yigui.entitlement.queries import pre_review_of
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.bill_facts import BillFacts
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import ContributionRecord, record_of


class PensionFacts(BenefitFacts, BillFacts):
    """Facts of an item about the pension of an employee."""

    @cached_property
    def pre_review(self) -> PreReview | None:
        """The newest agreed pre-review of the person's retirement."""
        return pre_review_of(self.person) if self.person else None

    @cached_property
    def record(self) -> ContributionRecord | None:
        """The paid months of the employees' pension up to the day of retirement, or today."""
        until = period_of(self.get("retire_date") or self.today)
        return record_of(self.person, "employee_pension", until=until, coverages=self.coverages) if self.person else None

    @cached_property
    def group(self) -> RetirementGroup | None:
        """Which retirement age applies: as pre-reviewed, else by the month asked for."""
        day = self.get("retire_date")
        if self.person is None or day is None:
            return None
        if self.pre_review is not None and self.pre_review.retired_on == day:
            return RetirementGroup(self.pre_review.group)
        return group_of(self.person, day)

    @cached_property
    def assessment(self) -> PersonAssessment | None:
        """The pension of a retirement on the day asked for; None without person or day.

        Raises:
            YiguiError: the record, the law or the parameters do not allow one; the sentence says why.
        """
        if self.person is None or self.get("retire_date") is None:
            return None
        return assess_person(
            self.person, area=self.person.area_id, retired_on=self.get("retire_date"), deemed_months=self.get("deemed_months") or 0,
            as_of=self.today,
        )  # fmt: skip
