"""Opening, changing and ending benefits, under the class-1 or class-2 warrant of their case."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yigui.common.months import add_months, months_after, period_of
from yigui.entitlement.enums import CERTIFIED_KINDS, MONTHLY_KINDS, AmountSource, BenefitKind, BenefitStatus, CertifyWay
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import Amount, AssistedTask, Award, BackDue, Benefit, Certification
from yigui.entitlement.queries import end_that_stood
from yigui.law.conditions import condition
from yigui.law.parameter_table import NATIONAL
from yigui.law.pension import Component
from yigui.registry.models import Employment, Person
from yigui.warrants.queries import open_warrant_id

#: Column of each component kind; what a province adds beside the three parts is a subsidy.
_COLUMN = {"basic": "basic_fen", "years": "basic_fen", "account": "account_fen", "transitional": "transitional_fen"}


@dataclass(frozen=True)
class Payee:
    """Who is paid, and into which account."""

    name: str
    number: str
    account_name: str
    account_no: str
    bank_code: str = ""


def _account_of(payee: Payee) -> dict[str, str]:
    """Where the payee is paid, as a benefit's columns."""
    return {"account_name": payee.account_name, "account_no": payee.account_no, "bank_code": payee.bank_code}


def parts_of(components: Sequence[Component]) -> dict[str, int]:
    """Components as the columns of an amount, fen."""
    found = dict.fromkeys(("basic_fen", "account_fen", "transitional_fen", "extra_fen", "adjusted_fen"), 0)
    for component in components:
        found[_COLUMN.get(component.kind, "extra_fen")] += component.amount_fen
    return found


def lines_of(components: Sequence[Component]) -> list[list[Any]]:
    """Components as an award keeps them: [kind, label, text, fen, source]."""
    return [[c.kind, c.label, c.explanation, c.amount_fen, c.line.source] for c in components]


def open_benefit(
    *, person: Person, kind: BenefitKind, insurance: int, area: str, start: int, payee: Payee, components: Sequence[Component],
    inputs: dict[str, Any], case_id: int, today: dt.date, end: int | None = None, contribution_months: int = 0,
    base_year: int | None = None, is_provisional: bool = False, is_pending: bool = False, adjusted_fen: int = 0,
) -> Benefit:  # fmt: skip
    """Award a benefit: the entitlement, its award with all lines, its amount, and for pensioners the first certification.

    `is_pending`: it is paid only after its first payment has been released (首次拨付). `adjusted_fen`: what adjustments had given a benefit
    whose amount it takes over.

    Raises:
        AwardRefused: nothing would be paid, or the person has a monthly benefit already.
    """
    total = sum(c.amount_fen for c in components)
    if total <= 0:
        raise AwardRefused("核定金额为零，请核对核定依据。")
    if kind in MONTHLY_KINDS:
        _make_way(person, kind, start)
    benefit = Benefit.objects.create(
        person=person, kind=kind, insurance=insurance, area_id=area, start_period=start, end_period=end,
        status=BenefitStatus.PENDING if is_pending else BenefitStatus.ACTIVE, contribution_months=contribution_months,
        payee_name=payee.name, payee_number=payee.number, case_id=case_id, **_account_of(payee),
    )  # fmt: skip
    add_award(
        benefit, start=start, components=components, inputs=inputs, source=AmountSource.AWARD, source_id=case_id, today=today,
        base_year=base_year, is_provisional=is_provisional, adjusted_fen=adjusted_fen,
    )  # fmt: skip
    if kind in CERTIFIED_KINDS:
        certify(person_id=person.pk, on=today, way=CertifyWay.AWARD, source_id=case_id)
    if not is_pending:
        owe_back(benefit, start=start)
    return benefit


def stands_in_the_way(person: Person, kind: BenefitKind, start: int) -> str:
    """Why a monthly benefit of a kind cannot begin in a month: what is drawn beside it; "" where nothing is."""
    for other in _drawn(person):
        has_run_out = other.end_period is not None and other.end_period < start
        gives_way = (kind == BenefitKind.PENSION and other.kind in (BenefitKind.DISABILITY, BenefitKind.UNEMPLOYMENT)) or (
            # Computed again when five years are left to the age: the same allowance from a later month on.
            kind == BenefitKind.DISABILITY == other.kind and start > other.start_period and _is_computed_again(other, start)
        ) or (
            # Work has stopped it, and ended again: what is left of its months is taken along (社会保险法 第四十六条).
            kind == BenefitKind.UNEMPLOYMENT == other.kind and (worked := work_since(other)) is not None and worked < start
        ) or (
            # So is what a suspension has left of them.
            kind == BenefitKind.UNEMPLOYMENT == other.kind and other.suspended_from is not None and other.suspended_from < start
        )  # fmt: skip
        if not has_run_out and not gives_way:
            return f"{person.name} 在领{other.get_kind_display()}，请先终止后再核定。"
    return ""


def work_since(benefit: Benefit) -> int | None:
    """The month (YYYYMM) in which somebody who draws a benefit began to work again; None where nobody did."""
    rows = Employment.objects.filter(person_id=benefit.person_id, start_period__gte=benefit.start_period)
    return rows.order_by("start_period").values_list("start_period", flat=True).first()


def _is_computed_again(benefit: Benefit, start: int) -> bool:
    """Whether an allowance by the own basic part is due to be made by the full formula in a month (人社部发〔2024〕72号第四条)."""
    award = benefit.awards.order_by("-version").first()
    again = award.inputs.get("again_from") if award else None
    return again is not None and start >= again


def _drawn(person: Person) -> list[Benefit]:
    """Monthly benefits of a person that have not ended."""
    rows = Benefit.objects.filter(person=person, kind__in=MONTHLY_KINDS).exclude(status=BenefitStatus.ENDED)
    return list(rows.order_by("id")[:20])


def _make_way(person: Person, kind: BenefitKind, start: int) -> None:
    """End what has run out before `start`, and what gives way to a pension: the allowance before it, the unemployment benefit."""
    if sentence := stands_in_the_way(person, kind, start):
        raise AwardRefused(sentence)
    before = add_months(start, -1)
    for other in _drawn(person):
        last = min(other.end_period or before, before)
        if kind == BenefitKind.UNEMPLOYMENT == other.kind and (worked := work_since(other)) is not None:
            last = min(last, add_months(worked, -1))
        if other.suspended_from is not None:
            last = min(last, add_months(other.suspended_from, -1))
        end_benefit(benefit=other, last_period=last, reason=f"改领{kind.label}")


def add_award(
    benefit: Benefit, *, start: int, components: Sequence[Component], inputs: dict[str, Any], source: AmountSource, source_id: int,
    today: dt.date, base_year: int | None = None, is_provisional: bool = False, reason: str = "", adjusted_fen: int = 0,
) -> Award:  # fmt: skip
    """Append an award and the amount that follows from it; earlier ones stay beside it."""
    warrant = open_warrant_id()
    parts = parts_of(components) | {"adjusted_fen": adjusted_fen}
    total = sum(parts.values())
    last = benefit.awards.order_by("-version").first()
    award = Award.objects.create(
        warrant_id=warrant, benefit=benefit, version=last.version + 1 if last else 1, start_period=start, base_year=base_year,
        is_provisional=is_provisional, total_fen=total, inputs=inputs, lines=lines_of(components), source=source,
        source_id=source_id, reason=reason[:200], assessed_on=today,
    )  # fmt: skip
    Amount.objects.create(
        warrant_id=warrant, benefit=benefit, start_period=start, total_fen=total, source=source, source_id=source_id, **parts
    )
    if source == AmountSource.RECALCULATION:
        _carry_adjustments(benefit, start, parts, source_id, warrant)
    return award


def _carry_adjustments(benefit: Benefit, start: int, parts: dict[str, int], source_id: int, warrant: int) -> None:
    """What later adjustments gave stays on top of a recalculation: an amount that began after it is written again with its increase."""
    later = Amount.objects.filter(benefit=benefit, start_period__gt=start).order_by("start_period", "id")
    by_start = {row.start_period: row.adjusted_fen for row in later}
    Amount.objects.bulk_create(
        [
            Amount(
                warrant_id=warrant, benefit=benefit, start_period=period, total_fen=sum(renewed.values()), source=AmountSource.RECALCULATION,
                source_id=source_id, **renewed,
            )
            for period, adjusted in sorted(by_start.items())
            for renewed in [parts | {"adjusted_fen": adjusted}]
        ]
    )  # fmt: skip


def renew_terms(benefit: Benefit, *, contribution_months: int, end: int | None) -> None:
    """Keep what a new award found of the benefit itself: its contribution months, which adjustments and survivors go by, and its last month."""
    if (benefit.contribution_months, benefit.end_period) != (contribution_months, end):
        Benefit.objects.filter(pk=benefit.pk).update(contribution_months=contribution_months, end_period=end)


def add_step(benefit: Benefit, *, start: int, fen: int, case_id: int) -> Amount:
    """Append the amount of a benefit from a later month on that its award knows beforehand (unemployment benefit falls by steps)."""
    return Amount.objects.create(
        warrant_id=open_warrant_id(), benefit=benefit, start_period=start, basic_fen=fen, account_fen=0, total_fen=fen,
        source=AmountSource.AWARD, source_id=case_id,
    )  # fmt: skip


def owe_back(benefit: Benefit, *, start: int) -> None:
    """Have the next run pay what the months since `start` (YYYYMM) still lack (补发)."""
    BackDue.objects.create(benefit_id=benefit.pk, from_period=start)


def release_first_payment(*, benefit: Benefit, payee: Payee) -> None:
    """Release a newly awarded benefit (首次拨付): from the next run on it is paid, with the months since its start."""
    if benefit.status != BenefitStatus.PENDING:
        raise AwardRefused("该待遇不在待首次拨付状态。")
    Benefit.objects.filter(pk=benefit.pk).update(status=BenefitStatus.ACTIVE, **_account_of(payee))
    owe_back(benefit, start=benefit.start_period)


def suspend(*, benefit: Benefit, from_period: int, reason: str) -> None:
    """Suspend (暂停) a benefit from a month on."""
    if benefit.status != BenefitStatus.ACTIVE:
        raise AwardRefused("该待遇不在正常发放状态，不能暂停。")
    Benefit.objects.filter(pk=benefit.pk).update(
        status=BenefitStatus.SUSPENDED, suspended_from=max(from_period, benefit.start_period), status_reason=reason[:100]
    )


def carry_on_unemployment(
    *,
    benefit: Benefit,
    start: int,
    standards: Sequence[int],
    component: Component,
    case_id: int,
    today: dt.date,
    meanwhile: int = 0,
) -> int:
    """Have the months that a suspension kept from an unemployment benefit follow from the month of its resumption (恢复领取), each at its
    standard (fen); gives its new last month.

    Args:
        meanwhile: months between the suspension and `start` that were paid and count as drawn.

    Source: 劳社厅函〔2000〕108号.
    """
    assert benefit.suspended_from is not None
    last = benefit.awards.order_by("-version").first()
    before = last.inputs if last else {"paid_months": benefit.contribution_months}
    gap = int(before.get("gap_months", 0)) + months_after(benefit.suspended_from, start) - meanwhile
    add_award(
        benefit, start=start, components=[component], inputs=before | {"gap_months": gap}, source=AmountSource.AWARD, source_id=case_id,
        today=today, reason="恢复领取",
    )  # fmt: skip
    rows = list(Amount.objects.filter(benefit=benefit).order_by("id"))
    for number, fen in enumerate(standards):
        month = add_months(start, number)
        holds = max((a for a in rows if a.start_period <= month), key=lambda a: (a.start_period, a.pk))
        if holds.total_fen != fen:
            rows.append(add_step(benefit, start=month, fen=fen, case_id=case_id))
    end = add_months(start, len(standards) - 1)
    renew_terms(benefit, contribution_months=benefit.contribution_months, end=end)
    return end


def resume(*, benefit: Benefit, from_period: int, reason: str) -> None:
    """Resume (恢复) a suspended benefit; months since `from_period` that were not paid are paid by the next run."""
    if benefit.status != BenefitStatus.SUSPENDED:
        raise AwardRefused("该待遇不在暂停状态，不能恢复。")
    Benefit.objects.filter(pk=benefit.pk).update(status=BenefitStatus.ACTIVE, suspended_from=None, status_reason=reason[:100])
    owe_back(benefit, start=max(from_period, benefit.start_period))


def end_benefit(*, benefit: Benefit, last_period: int, reason: str, heir: Payee | None = None) -> None:
    """End (终止) a benefit after its last month; a month before its start means that it is never paid.

    What was held of its months, or not paid yet, is paid by the next run: to the heir, where there is one. One that has run out before
    keeps the end it has.
    """
    last_period = min(last_period, benefit.end_period or last_period)
    change: dict[str, Any] = {} if heir is None else {"payee_name": heir.name, "payee_number": heir.number} | _account_of(heir)
    if last_period < benefit.start_period:
        # Its end cannot lie before its start: that it is stopped from there on keeps every run from its first month.
        change["suspended_from"] = benefit.start_period
    Benefit.objects.filter(pk=benefit.pk).update(
        status=BenefitStatus.ENDED, end_period=max(last_period, benefit.start_period), status_reason=reason[:100], **change
    )
    if last_period >= benefit.start_period:
        owe_back(benefit, start=benefit.start_period)


def reopen_after_death(*, benefit: Benefit, person: Person) -> None:
    """A benefit that was ended for a death that was none waits, suspended since, for the person to confirm the account (PEN-007 pays it on); it
    ends when it would have ended."""
    if benefit.status != BenefitStatus.ENDED or benefit.end_period is None:
        raise AwardRefused("该待遇没有因死亡终止，不能重新开启。")
    Benefit.objects.filter(pk=benefit.pk).update(
        status=BenefitStatus.SUSPENDED, suspended_from=add_months(benefit.end_period, 1), end_period=end_that_stood(benefit),
        payee_name=person.name, payee_number=person.id_number, status_reason="误报死亡更正，待确认账户",
    )  # fmt: skip


def change_account(*, benefit: Benefit, payee: Payee) -> None:
    """Pay into another account from the next run on (账户维护)."""
    Benefit.objects.filter(pk=benefit.pk).update(**_account_of(payee))


def certify(*, person_id: int, on: dt.date, way: CertifyWay, source_id: int) -> int:
    """Record a certification; gives the month (YYYYMM) to whose end it is good. One of the same day and way counts once.

    It closes the task of helping the person, where one is open.
    """
    until = add_months(period_of(on), condition("certification_months", area=NATIONAL, day=on))
    Certification.objects.bulk_create(
        [
            Certification(
                warrant_id=open_warrant_id(), person_id=person_id, certified_on=on, valid_until=until, way=way, source_id=source_id
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    AssistedTask.objects.filter(person_id=person_id, closed_on=None).update(closed_on=on)
    return until
