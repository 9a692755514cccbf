"""Facts of the items of pensions: the record, the group of the retirement age, and the pension they come to."""

from decimal import Decimal
from functools import cached_property

from yigui.common.months import period_of
from yigui.entitlement.after_allowance import pension_after_allowance
from yigui.entitlement.assess_person import PersonAssessment, assess_person, group_by_month
from yigui.entitlement.dossier import Answers, Dossier, dossier_of, needed_dossier
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import PreReview
from yigui.entitlement.queries import pre_review_of
from yigui.items.common.base import needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.bill_facts import BillFacts
from yigui.items.pension._answers import PREREVIEW, SICK, typed_answers
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

    def record_until(self, period: int) -> ContributionRecord:
        """The paid months of the employees' pension up to a month (YYYYMM)."""
        return record_of(needed_person(self), "employee_pension", until=period, coverages=self.coverages)

    @cached_property
    def dossier(self) -> Dossier | None:
        """The retirement dossier of the person; None where there is none."""
        return dossier_of(self.person) if self.person else None

    @cached_property
    def deemed_months(self) -> Decimal | int | None:
        """Deemed months as the dossier says; None where there is none."""
        return self.dossier.answers.deemed_months if self.dossier else None

    @cached_property
    def known_facts(self) -> Answers | None:
        """The facts an assessment is made from beside record and account: of a pre-review what its form says, else the dossier's.

        Raises:
            AwardRefused: there is no dossier, or it was made for another day; the sentence says what to do.
        """
        if self.person is None:
            return None
        if self.item.code == PREREVIEW:
            return typed_answers(self)
        dossier, day = needed_dossier(self.person), self.get("retire_date")
        if day is not None and dossier.pre_review.retired_on != day:
            raise AwardRefused(
                f"退休档案按 {dossier.pre_review.retired_on} 退休建立，与所填 {day} 不同，请更正日期或重新办理退休预审（PEN-001）。"
            )
        return dossier.answers

    @cached_property
    def group(self) -> RetirementGroup | None:
        """Which retirement age applies: men theirs; women as the dossier says, of a pre-review as its form says; None while unknown.

        A version of its form that does not ask it leaves it to the month (`group_by_month`).
        """
        if self.person is None:
            return None
        if self.person.gender != "2":
            return RetirementGroup.MEN
        if self.item.code == PREREVIEW:
            if not self.asks("retirement_group"):
                day = self.get("retire_date")
                return group_by_month(self.person, period_of(day)) if day else None
            typed = self.get("retirement_group")
            return RetirementGroup(typed) if typed else None
        return self.dossier.group if self.dossier else None

    @cached_property
    def assessment(self) -> PersonAssessment | None:
        """The pension of a retirement on the day asked for; None without person or day.

        Raises:
            YiguiError: the record, the law or the parameters do not allow one; the sentence says why.
        """
        if self.person is None or self.get("retire_date") is None:
            return None
        assert self.known_facts is not None
        if self.get("retire_type") != SICK and (after := self._after_allowance()) is not None:
            return after
        return assess_person(
            self.person, area=self.person.area_id, retired_on=self.needed("retire_date"), answers=self.known_facts, as_of=self.today,
        )  # fmt: skip

    def _after_allowance(self) -> PersonAssessment | None:
        """The pension that takes a disability allowance over; None where it is computed."""
        assert self.person is not None
        assert self.record is not None
        return pension_after_allowance(self.person, retired_on=self.needed("retire_date"), as_of=self.today, record=self.record)
