"""Sums and digest of a levy plan, and verification: every executed batch still has what it was approved with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from yigui.runs.models import Batch, BatchStatus


@dataclass
class PlanSum:
    """Lines and bills of a plan for one area and insurance; fen. `payers`: lines with something to pay."""

    area: int
    insurance: int
    people: int = 0
    payers: int = 0
    base_fen: int = 0
    employer_fen: int = 0
    person_fen: int = 0
    account_fen: int = 0
    negative: int = 0
    digest: int = 0
    bills: int = 0
    bill_people: int = 0
    bill_fen: int = 0
    bill_account_fen: int = 0


def line_sums(batch_id: int, part: int, using: str = "default") -> list[tuple[Any, ...]]:
    """Sums per area and insurance of one part's lines, staged or attached."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT * FROM contributions_stage_sums_v1(%s, %s)", [batch_id, part])
        return cursor.fetchall()


def bill_sums(batch_id: int, using: str = "default") -> list[tuple[Any, ...]]:
    """Sums per area and insurance of a plan's bills."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT * FROM contributions_stage_bill_sums_v1(%s)", [batch_id])
        return cursor.fetchall()


def terms_of(batch_id: int, using: str = "default") -> str:
    """Digest of the rates, bounds and days of a plan as they stand now (`contributions_terms_v1`)."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT contributions_terms_v1(%s)", [batch_id])
        return str(cursor.fetchone()[0])


def plan_sums(parts: Sequence[Sequence[tuple[Any, ...]]], bills: Sequence[tuple[Any, ...]]) -> list[PlanSum]:
    """Parts and bills added up, by area and insurance."""
    found: dict[tuple[int, int], PlanSum] = {}
    for area, insurance, people, payers, base, employer, person, account, negative, digest in (r for p in parts for r in p):
        total = found.setdefault((area, insurance), PlanSum(area, insurance))
        total.people += people
        total.payers += payers
        total.base_fen += base
        total.employer_fen += employer
        total.person_fen += person
        total.account_fen += account
        total.negative += negative
        total.digest ^= digest
    for area, insurance, count, people, fen, account in bills:
        total = found.setdefault((area, insurance), PlanSum(area, insurance))
        total.bills, total.bill_people, total.bill_fen, total.bill_account_fen = count, people, fen, account
    return [found[key] for key in sorted(found)]


def stored_sums(batch_id: int, parts: int, using: str = "default") -> list[PlanSum]:
    """The sums of a plan as its tables stand now."""
    return plan_sums([line_sums(batch_id, k, using) for k in range(parts)], bill_sums(batch_id, using))


def totals_of(sums: Sequence[PlanSum]) -> tuple[int, int, str]:
    """Lines, amount (fen) and digest of a plan's lines. The database adds the digest of rates, bounds and days when the batch is frozen."""
    digest = 0
    for row in sums:
        digest ^= row.digest
    return sum(r.people for r in sums), sum(r.employer_fen + r.person_fen for r in sums), str(digest)


#: Kinds of runs that are plans: their lines and bills lie in partitions of their own.
PLANS = ("levy", "levy-supplement", "levy-credit", "resident-pension", "resident-medical")


def differing_plans(using: str) -> Iterator[str]:
    """A sentence for every executed levy plan whose lines or bills no longer agree with what was approved."""
    for batch in Batch.objects.using(using).filter(kind__in=PLANS, status=BatchStatus.EXECUTED).order_by("id"):
        sums = stored_sums(batch.pk, len(batch.summary["bounds"]) - 1, using)
        lines, fen, digest = totals_of(sums)
        of_lines, _, terms = batch.digest.partition(".")
        if (lines, fen, digest) != (batch.row_count, batch.total_fen, of_lines):
            yield f"contributions_line（征缴计划第 {batch.pk} 号批次）：明细与审批时的摘要不符。"
        elif terms and terms != terms_of(batch.pk, using):
            yield f"contributions_levy_rate（征缴计划第 {batch.pk} 号批次）：费率、上下限或缴费期限与审批时的摘要不符。"
        elif any(r.payers != r.bill_people or r.employer_fen + r.person_fen != r.bill_fen for r in sums):
            yield f"contributions_bill（征缴计划第 {batch.pk} 号批次）：缴费单与明细不符。"
