"""The monthly pay run (支付计划): prepared by set-based SQL into fresh tables, compared, checked by rules, decided by three people,
executed once under their class-1 warrant.

Prepared anew it starts clean; a crash leaves nothing behind but tables nobody reads, which the next preparation drops.
"""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections, connection, connections, transaction

from yigui.common import clock
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, is_period
from yigui.entitlement.enums import MONTHLY_KINDS, BenefitKind
from yigui.entitlement.models import BackDue
from yigui.law.parameter_table import table
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.payment.enums import Hold, LineReason
from yigui.payment.errors import PayRefused
from yigui.payment.models import Reissue
from yigui.registry.enums import INSURANCE_OF, insurance_label
from yigui.registry.models import Area
from yigui.registry.queries import areas_under
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content, void_batch
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "pay"
#: Connections that fill a run side by side, each a part of the benefits.
CONNECTIONS = int(os.environ.get("YIGUI_RUN_CONNECTIONS", "2"))
STEPS = 5
SAMPLES = 200
OnStep = Callable[[int, int, str], Any]
DIFFERENCES = {
    "new": "新增", "stopped": "停发", "held": "拦截", "adjusted": "标准变化", "back": "补发", "recovered": "抵扣多领",
}  # fmt: skip
FLAGS = {"over_limit": "单笔金额超过提示限额", "no_account": "缺少账号或户名", "shared_account": "同一账号发给多人"}


@dataclass(frozen=True)
class RunSum:
    """Lines of a run for one area, insurance, kind, reason and hold; fen."""

    area: int
    insurance: int
    kind: int
    reason: int
    hold: int
    lines: int
    people: int
    basic_fen: int
    account_fen: int
    transitional_fen: int
    extra_fen: int
    adjusted_fen: int
    amount_fen: int
    digest: int


def run_sums(batch_id: int, parts: int) -> list[RunSum]:
    """Sums of the staged lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM benefits_stage_sums_v1(%s, %s)", [batch_id, parts])
        return [RunSum(*row) for row in cursor.fetchall()]


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        return cursor.fetchone()


def side_by_side(work: Callable[[int], Any], count: int) -> list[Any]:
    """Run `work(k)` for every part, each on a connection of its own."""
    if count == 1:
        return [work(0)]

    def alone(k: int) -> Any:
        try:
            return work(k)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def plan_pay(*, area_code: str, period: int, user: User, on_step: OnStep | None = None) -> Batch:
    """Prepare the pay run of an area (with its counties) for a month; gives the batch, ready to be checked and approved.

    Raises:
        PayRefused: not a month, a month to come, no such area, or nobody to be paid.
        BatchRefused: executed already, or approved and waiting.
        RunIsBusy: the same run is being prepared in another session.
    """
    with run_job(kind="pay-plan", area_code=area_code[:6], period=str(period)[:10], total_steps=STEPS, user=user) as progress:
        if not is_period(period) or first_day(period) > clock.today():
            raise PayRefused(f"{period} 不是年月，或尚未到月。")
        areas = areas_under(area_code)
        done = 0

        def step(name: str) -> None:
            nonlocal done
            done += 1
            progress.step()
            if on_step is not None:
                on_step(done, STEPS, name)

        with transaction.atomic():
            batch = open_batch(kind=KIND, area_code=area_code, period=period, areas=areas, user=user, needs_check=True)
        for old in Batch.objects.filter(kind=KIND, area_code=area_code, period=period, status=BatchStatus.VOID):
            _call("benefits_drop_stage_v1", old.pk)
        (bounds,) = _call("benefits_bounds_v1", CONNECTIONS)
        if not bounds:
            raise PayRefused("没有待发放的待遇。")
        parts = len(bounds) - 1
        wanted = ["*"] if len(areas) == Area.objects.count() else areas
        last_mark = BackDue.objects.order_by("-id").values_list("id", flat=True).first() or 0
        step("准备")
        before = add_months(period, -1)

        def fill(k: int) -> list[tuple[Any, ...]]:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT benefits_stage_v1(%s, %s, %s, %s, %s::text[], %s)",
                    [batch.pk, k, bounds[k], bounds[k + 1], wanted, period],
                )
                cursor.execute(
                    "SELECT * FROM benefits_differences_v1(%s, %s, %s, %s, %s::text[], %s, %s)",
                    [batch.pk, k, bounds[k], bounds[k + 1], wanted, before, SAMPLES],
                )
                return cursor.fetchall()

        differences = _differences(side_by_side(fill, parts))
        step("发放明细，与上月比较")
        (payments,) = _call("benefits_finish_stage_v1", batch.pk, parts)
        step("支付指令")
        sums = run_sums(batch.pk, parts)
        paid = [s for s in sums if not s.hold]
        count, fen, payment_digest = _call("benefits_payment_sums_v1", batch.pk)
        limit = table("pension/pay_flags").at(area=area_code, day=first_day(period))["single_payment"]
        flags = _flags(batch.pk, int(limit * 100))
        step("校验")
        digest = f"{_digest(sums):016x}{payment_digest & 0xFFFFFFFFFFFFFFFF:016x}"
        waiting = _waiting_reissues(areas)
        summary = {
            "bounds": bounds, "last_mark": last_mark, "before": before, "differences": differences, "payments": payments,
            "pay": [_shown(s) for s in sums], "held": _held(batch.pk, parts), "flags": flags,
            "reissues": {"count": len(waiting), "fen": sum(r.amount_fen for r in waiting)},
        }  # fmt: skip
        checks = _checks(paid, count=count, fen=fen, flags=flags, areas=areas, before=before, period=period)
        batch = seal_content(
            batch, row_count=sum(s.lines for s in paid), total_fen=fen, digest=digest, summary=summary, checks=checks
        )
        step("完成")
    return batch


def _digest(sums: Sequence[RunSum]) -> int:
    found = 0
    for row in sums:
        found ^= row.digest
    return found & 0xFFFFFFFFFFFFFFFF


def _shown(row: RunSum) -> dict[str, Any]:
    return {
        "area": str(row.area), "insurance": row.insurance, "label": BenefitKind(row.kind).label, "kind": row.kind,
        "reason": row.reason, "reason_label": LineReason(row.reason).label, "hold": row.hold, "hold_label": Hold(row.hold).label,
        "lines": row.lines, "people": row.people, "amount_fen": row.amount_fen,
    }  # fmt: skip


def _held(batch_id: int, parts: int) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM benefits_staged_held_v1(%s, %s, %s)", [batch_id, parts, SAMPLES])
        return [list(row) for row in cursor.fetchall()]


def _flags(batch_id: int, limit_fen: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM benefits_flags_v1(%s, %s, %s)", [batch_id, limit_fen, SAMPLES])
        rows = cursor.fetchall()
    return [{"flag": flag, "label": FLAGS[flag], "found": found, "benefits": list(ids or [])} for flag, found, ids in rows]


def _differences(parts: Sequence[Sequence[tuple[Any, ...]]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for reason, lines, before_fen, after_fen, samples in (row for part in parts for row in part):
        total = found.setdefault(
            reason, {"reason": reason, "label": DIFFERENCES[reason], "lines": 0, "before_fen": 0, "after_fen": 0, "samples": []}
        )
        total["lines"] += lines
        total["before_fen"] += before_fen
        total["after_fen"] += after_fen
        total["samples"] = (total["samples"] + json.loads(samples))[:SAMPLES]
    return [found[reason] for reason in DIFFERENCES if reason in found]


def _waiting_reissues(areas: Sequence[str]) -> list[Reissue]:
    return list(Reissue.objects.filter(sent_batch=None, benefit__area_id__in=areas).order_by("id")[:10_000])


def _checks(
    paid: Sequence[RunSum], *, count: int, fen: int, flags: Sequence[dict[str, Any]], areas: Sequence[str], before: int, period: int
) -> list[dict[str, Any]]:
    lines_fen = sum(s.amount_fen for s in paid)
    missing = next(f["found"] for f in flags if f["flag"] == "no_account")
    ran = Batch.objects.filter(kind=KIND, status=BatchStatus.EXECUTED, areas__overlap=list(areas))
    skipped = ran.filter(period__lt=period).exists() and not ran.filter(period=before).exists()
    return [
        check("not_empty", "有可发放的待遇", passed=count > 0, detail=f"{count} 笔"),
        check(
            "amount", "支付指令金额等于明细金额", passed=fen == lines_fen, detail=f"{format_fen(fen)} / {format_fen(lines_fen)} 元"
        ),
        check("accounts", "支付指令均有户名和账号", passed=missing == 0, detail=f"缺 {missing} 笔"),
        check("positive", "没有不大于零的发放明细", passed=all(s.amount_fen > 0 for s in paid if s.reason != LineReason.DEDUCTION)),
        check("no_gap", "上月已发放", passed=not skipped, detail=f"{before}"),
    ]


def execute_pay(*, batch_id: int, on_step: OnStep | None = None) -> Batch:
    """Execute an approved run under its warrant: lines, payments, vouchers; running it again changes nothing.

    Raises:
        BatchRefused: not checked and approved.
        PayRefused: the staged tables are gone or no longer what was approved.
        Error: the database refuses (a month of a benefit that was paid meanwhile, a closed book).
    """
    close_old_connections()
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        parts = len(batch.summary["bounds"]) - 1
        names = [f"benefits_stage_{batch.pk}_{k}" for k in range(parts)] + [f"benefits_payment_{batch.pk}"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relname = ANY(%s)", [names])
            (found,) = cursor.fetchone()
        sums = run_sums(batch.pk, parts) if found == len(names) else []
        paid = [s for s in sums if not s.hold]
        _, fen, payment_digest = _call("benefits_payment_sums_v1", batch.pk) if sums else (0, 0, 0)
        digest = f"{_digest(sums):016x}{payment_digest & 0xFFFFFFFFFFFFFFFF:016x}"
        if (sum(s.lines for s in paid), fen, digest) != (batch.row_count, batch.total_fen, batch.digest):
            raise PayRefused(f"第 {batch.pk} 号支付计划与审批时不一致，请作废后重新生成。", batch=batch.pk)
        if on_step is not None:
            on_step(1, 3, "核对")
        issue_warrant(batch)
        _call("benefits_execute_v1", batch.pk, parts)
        if on_step is not None:
            on_step(2, 3, "写入")
        _post_paid(batch, paid)
        _post_reissued(batch)
        batch = mark_executed(batch)
    if on_step is not None:
        on_step(3, 3, "记账")
    return batch


@transaction.atomic
def void_pay(*, batch_id: int, user: User) -> Batch:
    """Void a run that has not been executed, and throw its staged tables away."""
    batch = void_batch(batch_id=batch_id, user=user)
    _call("benefits_drop_stage_v1", batch_id)
    return batch


#: Amount of the posting rule for the benefits that are no pension.
_DETAIL = {
    BenefitKind.DISABILITY: "disability", BenefitKind.UNEMPLOYMENT: "unemployment", BenefitKind.FUNERAL: "death",
    BenefitKind.SURVIVOR: "death", BenefitKind.ACCOUNT: "account_lump", BenefitKind.RURAL_GRANT: "other",
}  # fmt: skip


def posting_amounts(rows: Sequence[RunSum]) -> dict[str, int]:
    """What one book's lines come to by the amounts of the rule `benefit_payment`, fen; none below zero.

    A deduction for this year's months lowers the expense of the months, also when it is kept back from a grant that is paid once;
    one for earlier years is other income. Source: 财会〔2017〕28号.
    """
    found: dict[str, int] = {}
    for row in rows:
        if row.kind in (BenefitKind.PENSION, BenefitKind.RESIDENT) and row.reason != LineReason.DEDUCTION:
            parts = {
                "basic": row.basic_fen + row.adjusted_fen, "account": row.account_fen, "transitional": row.transitional_fen,
                "subsidy": row.extra_fen,
            }  # fmt: skip
        elif row.reason == LineReason.DEDUCTION:
            monthly = "unemployment" if INSURANCE_OF[row.insurance].value == "unemployment" else "basic"
            detail = _DETAIL.get(BenefitKind(row.kind), "basic") if row.kind in MONTHLY_KINDS else monthly
            parts = {detail: row.basic_fen, "recovered": -row.extra_fen}
        else:
            parts = {_DETAIL[BenefitKind(row.kind)]: row.amount_fen}
        for name, fen in parts.items():
            found[name] = found.get(name, 0) + fen
    # A part that a new assessment made smaller is made up by the largest one.
    for name in [n for n, fen in found.items() if fen < 0]:
        largest = max((n for n in found if n != "recovered"), key=lambda n: found[n])
        found[largest] += found[name]
        found[name] = 0
    found["total"] = sum(fen for name, fen in found.items() if name != "recovered") - found.get("recovered", 0)
    return found


def _post_paid(batch: Batch, paid: Sequence[RunSum]) -> None:
    today = clock.today()
    for area, insurance in sorted({(s.area, s.insurance) for s in paid}):
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        post(
            event="benefit_payment", fund=fund, area_code=str(area), on=posting_day(today, area=str(area), fund=fund),
            amounts=posting_amounts([s for s in paid if (s.area, s.insurance) == (area, insurance)]), source_kind="batch",
            source_id=batch.pk, summary=f"{batch.period} 期{insurance_label(insurance)}待遇发放",
        )  # fmt: skip


def _post_reissued(batch: Batch) -> None:
    today = clock.today()
    sums: dict[tuple[str, int], int] = {}
    for reissue in Reissue.objects.filter(sent_batch=batch.pk).select_related("benefit"):
        key = (reissue.benefit.area_id, reissue.benefit.insurance)
        sums[key] = sums.get(key, 0) + reissue.amount_fen
    for (area, insurance), fen in sorted(sums.items()):
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        post(
            event="benefit_reissued", fund=fund, area_code=area, on=posting_day(today, area=area, fund=fund), amounts={"total": fen},
            source_kind="batch", source_id=batch.pk,
        )  # fmt: skip
