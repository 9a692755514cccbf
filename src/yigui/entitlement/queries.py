"""Reads of benefits: what a person has, what holds in a month, what was paid."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max, Sum

from yigui.common.months import months_of
from yigui.db.rows import row_where, rows_where
from yigui.entitlement.enums import MONTHLY_KINDS, BenefitStatus
from yigui.entitlement.models import Amount, AssistedTask, Award, Benefit, Certification, PreReview, Recovery
from yigui.exchange.models import DeathRecord
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Person
from yigui.warrants.enums import WarrantKind
from yigui.warrants.models import Change, Warrant


def benefits_of(person: Person) -> list[Benefit]:
    """All benefits of a person, newest first."""
    return list(Benefit.objects.filter(person=person).order_by("-id")[:50])


def monthly_benefit(person: Person, *, kinds: Sequence[int] = MONTHLY_KINDS) -> Benefit | None:
    """The monthly benefit of a person that has not ended."""
    return Benefit.objects.filter(person=person, kind__in=kinds).exclude(status=BenefitStatus.ENDED).first()


def amount_at(benefit: Benefit, period: int) -> Amount | None:
    """The amount that holds in a month."""
    return Amount.objects.filter(benefit=benefit, start_period__lte=period).order_by("-start_period", "-id").first()


def amounts_in(benefit_ids: Sequence[int], period: int) -> dict[int, Amount]:
    """The amounts that hold in a month, of several benefits at once, by benefit."""
    rows = Amount.objects.filter(benefit_id__in=list(benefit_ids), start_period__lte=period)
    return {a.benefit_id: a for a in rows.order_by("benefit_id", "-start_period", "-id").distinct("benefit_id")}


def due_between(benefit: Benefit, start: int, end: int) -> int:
    """What is due of a benefit for all months of a range (YYYYMM, both ends), fen, each at the amount that holds in it.

    At least the first month, also where it has not come yet: it is what a decision for the range sets free.
    """
    rows = amounts_of(benefit)
    return sum(a.total_fen for month in months_of(start, max(start, end)) if (a := holding(rows, month)) is not None)


def holding(amounts: Sequence[Amount], period: int) -> Amount | None:
    """Of some amounts of one benefit the one that holds in a month, as `amount_at`."""
    rows = [a for a in amounts if a.start_period <= period]
    return max(rows, key=lambda a: (a.start_period, a.pk), default=None)


def amounts_of(benefit: Benefit) -> list[Amount]:
    """All amounts in the order in which they were decided."""
    return list(Amount.objects.filter(benefit=benefit).order_by("id")[:100])


def awards_of(benefit: Benefit) -> list[Award]:
    """All awards, newest first."""
    return list(Award.objects.filter(benefit=benefit).order_by("-version")[:50])


def end_that_stood(benefit: Benefit) -> int | None:
    """The last month (YYYYMM) an ended benefit had before it was ended, by its field history; None where it had none, as a pension, and
    where it came here ended."""
    rows = Change.objects.filter(table_name="benefits_benefit", row_id=benefit.pk, after__status=BenefitStatus.ENDED)
    ended = rows.exclude(before__status=BenefitStatus.ENDED).order_by("-id").values_list("before__end_period", flat=True)
    return ended.first()


def suspended_by(benefit: Benefit) -> int | None:
    """The case (its id) that suspended a benefit last, by its field history; None where none did, as of one that came here suspended."""
    rows = Change.objects.filter(table_name="benefits_benefit", row_id=benefit.pk, after__status=BenefitStatus.SUSPENDED)
    by = rows.exclude(before__status=BenefitStatus.SUSPENDED).order_by("-id").values_list("warrant_id", flat=True).first()
    if by is None:
        return None
    return Warrant.objects.filter(pk=by, kind=WarrantKind.CASE).values_list("subject_id", flat=True).first()


def certified_until(person_id: int) -> int:
    """The month to whose end a person is certified, 0 when never."""
    return Certification.objects.filter(person_id=person_id).aggregate(until=Max("valid_until"))["until"] or 0


def certifications_of(person_id: int) -> list[Certification]:
    """Certifications of a person, newest first."""
    return list(Certification.objects.filter(person_id=person_id).order_by("-certified_on", "-id")[:50])


def assisted_task_of(person: Person) -> AssistedTask | None:
    """The open assisted certification of a person."""
    return AssistedTask.objects.filter(person=person, closed_on=None).first()


def pre_review_of(person: Person) -> PreReview | None:
    """The newest pre-review of a person."""
    return PreReview.objects.filter(person=person).order_by("-id").first()


#: A report that holds: of several days each, until one is settled. `exchange_deaths_v1` says how a report stands.
_IN_FORCE = "('in_force', 'other_day')"


def death_of(person: Person) -> DeathRecord | None:
    """The death partners have reported for a person under any number and name they have or had, as far as it is in force."""
    known = f"id IN (SELECT record_id FROM exchange_deaths_v1(%s) WHERE standing IN {_IN_FORCE}) ORDER BY died_on, id LIMIT 1"
    return row_where(DeathRecord, known, person.pk)


def deaths_in_force(person: Person) -> list[DeathRecord]:
    """Every report of a person's death that is in force, the earliest day first; at most 100."""
    known = f"id IN (SELECT record_id FROM exchange_deaths_v1(%s) WHERE standing IN {_IN_FORCE}) ORDER BY died_on, id LIMIT 100"
    return rows_where(DeathRecord, known, person.pk)


def open_recoveries(benefit: Benefit) -> list[tuple[Recovery, int]]:
    """Recoveries of a benefit with what is still to come back, fen."""
    rows = Recovery.objects.filter(benefit=benefit).annotate(back=Sum("returns__amount_fen")).order_by("id")
    return [(r, r.amount_fen - (r.back or 0)) for r in rows if r.amount_fen > (r.back or 0)]


def months_asked_back(benefit: Benefit) -> list[tuple[int, int]]:
    """First and last months (YYYYMM) of recoveries of a benefit that stand: their money came back, or is still to come; not of one that was
    lifted."""
    rows = Recovery.objects.filter(benefit=benefit).exclude(returns__source="lifted")
    return list(rows.order_by("id").values_list("start_period", "end_period")[:100])


def claims_of_death(benefit: Benefit) -> list[tuple[Recovery, int]]:
    """Those of a benefit's open recoveries that rest on a death, opened by a run or by the case of the heirs, with what is still to come
    back, fen."""
    return [(r, left) for r, left in open_recoveries(benefit) if r.case_id < 0 or "死亡" in r.ground]


def claims_without_death(person: Person) -> list[tuple[Recovery, int]]:
    """Recoveries that rest on a death of somebody who lives, while no report of a death is in force and none waits for a reviewer, with what
    is still to come back, fen."""
    if person.life_status == LifeStatus.DEAD:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM exchange_deaths_v1(%s) WHERE standing NOT IN ('dismissed', 'withdrawn') LIMIT 1", [person.pk])
        if cursor.fetchone() is not None:
            return []
    return [claim for benefit in benefits_of(person) for claim in claims_of_death(benefit)]
