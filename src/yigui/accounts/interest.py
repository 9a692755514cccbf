"""The yearly interest run (年度计息): staged by set-based SQL, checked, approved, attached under its warrant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import Max, Min

from yigui.accounts.errors import YearRefused
from yigui.accounts.models import PersonalAccount
from yigui.common.money import format_fen
from yigui.law.account_interest import interest_rate
from yigui.registry.enums import Insurance
from yigui.registry.models import Area
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content, void_batch
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "interest"
_PENSION = Insurance.EMPLOYEE_PENSION.value
_AAE140 = 110
_PARTS = 2
STEPS = 3

OnStep = Callable[[int, int, str], Any]


def _call(statement: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))
        return cursor.fetchone()


def plan_interest(*, area_code: str, year: int, user: User, on_step: OnStep | None = None) -> Batch:
    """Prepare the interest of a year for the pension accounts of an area; gives the batch, ready for approval.

    Raises:
        ParameterMissing: the year's rate is not published.
        YearRefused: no such area, or no accounts.
        BatchRefused: executed already, or approved and waiting.
    """
    with run_job(kind="interest-plan", area_code=area_code[:6], period=str(year)[:10], total_steps=STEPS, user=user) as progress:
        # Within the run's record, so that a refusal stands where the page looks for it.
        area = Area.objects.filter(pk=area_code).first()
        if area is None:
            raise YearRefused(f"没有区划代码为 {area_code} 的地区，请核对。")
        rate = interest_rate(_PENSION, year, area_code)
        span = PersonalAccount.objects.filter(insurance=_PENSION).aggregate(low=Min("person_id"), high=Max("person_id"))
        if span["low"] is None:
            raise YearRefused("没有养老保险个人账户。")
        areas = sorted({area_code, *Area.objects.filter(parent_id=area_code).values_list("code", flat=True)})
        # The whole system's accounts need no look at where a person is insured.
        wanted = ["*"] if area.parent_id is None else areas
        low, high = span["low"], span["high"] + 1
        bounds = sorted({low + (high - low) * k // _PARTS for k in range(_PARTS + 1)})

        def step(number: int, name: str) -> None:
            progress.step()
            if on_step is not None:
                on_step(number, STEPS, name)

        batch = open_batch(kind=KIND, area_code=area_code, period=year * 100 + 12, areas=areas, user=user)
        # Voiding the drafts before has waited for whoever still wrote for them: what they left can go.
        for old in Batch.objects.filter(kind=KIND, area_code=area_code, period=batch.period, status=BatchStatus.VOID):
            _call("SELECT accounts_drop_stage_v1(%s)", old.pk)

        def fill(k: int) -> None:
            try:
                _call(
                    "SELECT accounts_stage_year_v1(%s, %s, %s, %s, %s::text[], %s::smallint, %s, %s, %s::numeric)",
                    batch.pk, k, bounds[k], bounds[k + 1], wanted, _AAE140, _PENSION, year, rate,
                )  # fmt: skip
                _call("SELECT accounts_stage_key_v1(%s, %s)", batch.pk, k)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(_PARTS) as pool:
            list(pool.map(fill, range(len(bounds) - 1)))
        step(1, "计息与结转")
        sums = _call("SELECT * FROM accounts_stage_sums_v1(%s, %s)", batch.pk, len(bounds) - 1)
        count, opening, credits, interest, closing, negative, digest = sums
        step(2, "校验")
        checks = [
            check("not_empty", "有应计息账户", passed=count > 0, detail=f"{count} 户"),
            check(
                "sum",
                "年初余额加记账加利息等于年末余额",
                passed=opening + credits + interest == closing,
                detail=f"{format_fen(closing)} 元",
            ),
            check("negative", "没有负余额", passed=negative == 0, detail=f"{negative} 户"),
        ]
        summary = {
            "year": year, "rate": str(rate), "bounds": bounds, "opening_fen": opening, "credits_fen": credits,
            "interest_fen": interest, "closing_fen": closing,
        }  # fmt: skip
        batch = seal_content(batch, row_count=count, total_fen=interest, digest=digest, summary=summary, checks=checks)
        step(3, "完成")
    return batch


def execute_interest(*, batch_id: int) -> Batch:
    """Attach an approved interest run, under its warrant; running it again changes nothing.

    Raises:
        BatchRefused: not approved.
        YearRefused: the staged tables are no longer what was approved.
    """
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        bounds = batch.summary["bounds"]
        found = _call("SELECT count(*) FROM pg_class WHERE relname ~ %s", f"^accounts_year_{batch.pk}_[0-9]+$")[0]
        sums = _call("SELECT * FROM accounts_stage_sums_v1(%s, %s)", batch.pk, len(bounds) - 1) if found else (0,)
        if found != len(bounds) - 1 or (sums[0], sums[-1]) != (batch.row_count, batch.digest):
            raise YearRefused(f"第 {batch.pk} 号计息批次与审批时不一致，请作废后重新生成。", batch=batch.pk)
        issue_warrant(batch)
        _call("SELECT accounts_execute_year_v1(%s, %s::bigint[])", batch.pk, bounds)
        return mark_executed(batch)


@transaction.atomic
def void_interest(*, batch_id: int, user: User) -> Batch:
    """Void an interest run that has not been executed, and throw its staged tables away."""
    batch = void_batch(batch_id=batch_id, user=user)
    _call("SELECT accounts_drop_stage_v1(%s)", batch_id)
    return batch
