"""The recalculation (重算) of provisional awards once the base of their year, a wage or an interest rate is published; the next pay run pays the difference.

Awards are made again by the law itself, from the inputs they keep, on as many processes as there are connections for runs.
"""

import datetime as dt
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any

import django
from django.db import connection, transaction

from yigui.common.sqlfiles import named_sql
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.award import lines_of, parts_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.resident import RESIDENT, reassess_resident
from yigui.law import account_interest
from yigui.law.parameter_table import ParameterMissing
from yigui.law.province import province_of
from yigui.payment.errors import PayRefused
from yigui.payment.run_listings import SAMPLES, benefit_listing
from yigui.registry.enums import Insurance
from yigui.registry.queries import areas_under
from yigui.runs.checks import bar, warn
from yigui.runs.kinds import Content, Listing, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import CONNECTIONS

_CHUNK = 1_000
#: Awards that would be lower are left to people one by one, so many at most: more of them are no single cases but a wrong parameter.
LOWERED_MAX = 2_000
#: Below this many awards one process is as quick.
_ALONE = 4_000
_AWARDS, _WAITING = (named_sql("payment", "recalculate_run")[name] for name in ("awards", "waiting"))
_COPY = (
    "COPY benefits_recalculation (batch_id, benefit_id, start_period, base_year, is_provisional, before_fen, basic_fen, account_fen, "
    "transitional_fen, extra_fen, inputs, lines) FROM STDIN"
)
Award = tuple[int, int, dict[str, Any], int, int]


def recalculate(awards: Sequence[Award], as_of: dt.date) -> list[tuple[Any, ...]]:
    """Awards (benefit, start, inputs, total, kind) made again, as rows of the recalculation; needs no database."""
    rows = []
    for benefit_id, start, inputs, before, kind in awards:
        again = reassess_resident(inputs) if kind == BenefitKind.RESIDENT else reassess(inputs, as_of)
        assessment, made_from, is_provisional = again
        parts = parts_of(assessment.components)
        rows.append(
            (
                benefit_id, start, made_from["base_year"], is_provisional, before, parts["basic_fen"], parts["account_fen"],
                parts["transitional_fen"], parts["extra_fen"], json.dumps(made_from, ensure_ascii=False),
                json.dumps(lines_of(assessment.components), ensure_ascii=False),
            )
        )  # fmt: skip
    return rows


def _chunks(awards: Iterator[Award]) -> Iterator[list[Award]]:
    while chunk := list(islice(awards, _CHUNK)):
        yield chunk


class RecalculateKind(RunKind):
    """Makes the provisional awards of people who retired in a year again."""

    code, name, unit = "recalculate", "预发重算", Unit.YEAR
    writes = ("benefits_award", "benefits_amount", "benefits_back_due")
    help = "provisional awards made again when the year's base, a wage or an interest rate is known"
    signers = three_people("重算范围和合计已核对。", "重算结果已抽样核对。", "同意按重算结果执行。")
    steps = ("逐人重算", "完成")
    parts = ("payment/runs/recalculate.html",)
    is_repeated = True
    hint = "重算填该年任一月份，计发基数、平均工资或记账利率公布后办理；须由第三人复核。"

    def arrivals(self, *, area_code: str, today: dt.date) -> list[int]:
        """Years of retirement with provisional awards whose base, wages and interest are all there now, and no batch waits for signatures."""
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, {"areas": list(areas_under(area_code))})
            ready = {row[1] for row in cursor.fetchall() if _has_arrived(*row, today=today)}
        open_batches = Batch.objects.filter(kind=self.code, area_code=area_code).exclude(
            status__in=(BatchStatus.EXECUTED, BatchStatus.VOID)
        )
        return sorted(ready - {period // 100 for period in open_batches.values_list("period", flat=True)})

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            UnknownArea: no such area.
        """
        areas = tuple(areas_under(area_code))
        return Opening(area_code, period * 100 + 1, areas, _subject(period * 100 + 1, areas, today), {"year": period})

    def bounds(self, work: Work) -> list[int]:
        """Reads the awards; nothing is staged in parts.

        Raises:
            PayRefused: no award of the year is provisional.
        """
        year = work.opening.facts["year"]
        with connection.cursor() as cursor:
            cursor.execute(_AWARDS, {"year": year, "areas": list(work.opening.areas), "retired": f"{year}-%"})
            awards: list[Award] = [
                (b, start, inputs if isinstance(inputs, dict) else json.loads(inputs), total, kind)
                for b, start, inputs, total, kind in cursor.fetchall()
            ]
        if not awards:
            raise PayRefused(f"没有 {year} 年退休、按预发标准核定的待遇。")
        work.notes["awards"] = awards
        return []

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        batch, year, awards = work.batch, work.opening.facts["year"], work.notes["awards"]
        waiting, still = 0, 0
        lowered: list[list[int]] = []
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for rows in _made(awards, work.today):
                for row in rows:
                    if (now := sum(row[5:9])) < row[4]:
                        lowered.append([row[0], row[4], now])
                    elif _is_as_before(row):
                        waiting, still = waiting + 1, still + (row[2] < year)
                    else:
                        copy.write_row((batch.pk, *row))
        work.step()
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM benefits_recalculation_sums_v1(%s)", [batch.pk])
            count, total, difference, _, digest = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM benefits_recalculation WHERE batch_id = %s AND base_year < %s", [batch.pk, year])
            still += cursor.fetchone()[0]
            cursor.execute(
                "SELECT benefit_id, before_fen, basic_fen + account_fen + transitional_fen + extra_fen FROM benefits_recalculation "
                "WHERE batch_id = %s ORDER BY benefit_id LIMIT 200",
                [batch.pk],
            )
            samples = [list(row) for row in cursor.fetchall()]
        checks = [
            bar(
                "all",
                "全部预发待遇均已重算",
                passed=count + waiting + len(lowered) == len(awards),
                detail=f"{count} / {len(awards)}，{waiting} 人所缺依据仍未公布，{len(lowered)} 人重算后降低、未列入",
            ),
            bar("new", "至少一人的预发依据已公布", passed=count > 0, detail=f"{count} 人"),
            bar("base", f"{year} 年计发基数已公布", passed=still == 0, detail=f"仍按上年基数 {still} 人"),
            bar(
                "lowered_few", f"重算后降低的不超过 {LOWERED_MAX} 人", passed=len(lowered) <= LOWERED_MAX,
                detail=f"{len(lowered)} 人，超过的须先查明参数是否有误",
            ),
            warn(
                "lower", "没有重算后降低的待遇", passed=not lowered,
                detail=f"{len(lowered)} 人重算后低于现标准，未列入本批次，执行后逐人转为待遇复核任务（PEN-009）",
            ),
        ]  # fmt: skip
        summary = {
            "year": year, "difference_fen": difference, "lower": len(lowered), "samples": samples, "lowered": lowered[:LOWERED_MAX],
        }  # fmt: skip
        return Content(count, total, f"{digest & 0xFFFFFFFFFFFFFFFF:016x}", summary, checks)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_execute_recalculation_v2(%s)", [batch.pk])
        return None

    def listing(self, batch: Batch, name: str) -> Listing | None:
        if name == "lowered":
            return benefit_listing("重算后降低，未列入", batch.summary.get("lowered", [])[:SAMPLES])
        return benefit_listing("逐人差额", batch.summary.get("samples", [])) if name == "people" else None


RECALCULATE = RecalculateKind()


def _subject(period: int, areas: Sequence[str], today: dt.date) -> str:
    """What tells a year's batches apart: the day, and a number where one of the day is executed already."""
    executed = Batch.objects.filter(kind=RECALCULATE.code, period=period, areas__overlap=list(areas), status=BatchStatus.EXECUTED)
    count = executed.filter(subject__startswith=today.isoformat()).count()
    return today.isoformat() if not count else f"{today.isoformat()} 第{count + 1}批"


def _has_arrived(area: str, year: int, open_since: int | None, last_year: int | None, kind: int, *, today: dt.date) -> bool:
    """Whether an award that rests on these would be final if it were made today.

    Args:
        open_since: first open year of its account, None where that is final.
        last_year: of its record, None where the index was printed on paper. kind: of the benefit; a resident's waits for interest alone.
    """
    if kind == BenefitKind.RESIDENT:
        return all(
            account_interest.has_interest(RESIDENT, past, area) for past in range(year if open_since is None else open_since, year)
        )
    province = province_of(area)
    try:
        # Of a year that is there the province's may still be missing beside a place's own.
        is_base_there = not province.base_at(area, dt.date(year, 12, 31), today).is_provisional
        is_wage_there = last_year is None or not province.wage_of(last_year)[1]
    except ParameterMissing:
        return False
    rates = (
        account_interest.has_interest(Insurance.EMPLOYEE_PENSION.value, past, area)
        for past in range(year if open_since is None else open_since, year)
    )
    return is_base_there and is_wage_there and all(rates)


def _is_as_before(row: tuple[Any, ...]) -> bool:
    """Whether an award made again is still provisional and no other than it was: what it waits for is not published yet."""
    _, _, _, is_provisional, before, *parts, _, _ = row
    return bool(is_provisional) and sum(parts) == before


def _made(awards: list[Award], today: dt.date) -> Iterator[list[tuple[Any, ...]]]:
    if len(awards) < _ALONE or CONNECTIONS == 1:
        for chunk in _chunks(iter(awards)):
            yield recalculate(chunk, today)
        return
    chunks = list(_chunks(iter(awards)))
    # Fresh processes: no connection of this one may be shared with them.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(CONNECTIONS, mp_context=context, initializer=django.setup) as pool:
        yield from pool.map(recalculate, chunks, [today] * len(chunks))
