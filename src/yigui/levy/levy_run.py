"""The monthly levy plan (征缴计划): set-based SQL fills fresh tables, which execution attaches under the run's warrant."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection, transaction

from yigui.common.errors import NotFound
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.common.sqlfiles import named_sql
from yigui.common.tables import delimited_lines
from yigui.exchange.money_formats import formats
from yigui.law.late_surcharge import due_day_of
from yigui.levy.errors import PlanRefused
from yigui.levy.left_out import LeftOut, left_out
from yigui.levy.models import LevyRate
from yigui.levy.rates import in_percent, levy_rates, why_moved_since
from yigui.levy.tax_plan import HEAD, plan_lines
from yigui.levy.verify import PlanSum, bill_sums, line_sums, plan_sums, totals_of
from yigui.registry.enums import insurance_label
from yigui.registry.models import Employer, Person
from yigui.registry.queries import area_name
from yigui.runs.batches import batch_of
from yigui.runs.checks import bar, warn
from yigui.runs.errors import ContentChanged
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, FileContent, FileLink, Listing, Opening, RunKind, Work, Written, two_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import CONNECTIONS, together

#: Lines kept of each reason why a plan differs from the month before, and of each reason to look at.
SAMPLES = 200
#: Rows of rates shown of a plan: some twenty an area.
SHOWN_MAX = 2000
DIFFERENCES = {"new": "新增", "gone": "减少", "employer": "单位变更", "base": "基数变更", "rate": "费率或比例变更"}


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        (answer,) = cursor.fetchone()
    return answer


class LevyKind(RunKind):
    """The plan of a month: a line per person and insurance, a bill per payer and insurance."""

    code, name, help = "levy", "征缴计划", "monthly levy plan"
    writes = ("contributions_line", "contributions_bill")
    signers = two_people("费率、人数和差额已核对。", "同意按本计划征缴。")
    steps = ("费率与基数上下限", "征缴明细，与上期比较", "缴费单", "校验", "完成")
    parts = ("runs/differences.html",)
    wide_parts = ("levy/runs/sums.html",)
    hint = "征缴计划按月生成，到生成日系统自动生成。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            UnknownArea: no such area.
        """
        areas = areas_left(self.code, area_code, period)
        facts = {"due": due_day_of(area_code, period), "before": last_plans(areas, period), "rates": levy_rates(areas, period)}
        return Opening(area_code, period, tuple(areas), facts=facts)

    def begin(self, work: Work) -> None:
        rates: list[LevyRate] = work.opening.facts["rates"]
        for rate in rates:
            rate.batch_id = work.batch.pk
        LevyRate.objects.bulk_create(rates)

    def bounds(self, work: Work) -> list[int]:
        work.step()
        bounds = _call("contributions_person_bounds_v1", CONNECTIONS, _bounds_of(work.opening.facts["before"]))
        if not bounds or len(bounds) < 2:
            raise PlanRefused("没有参保关系，不能生成征缴计划。")
        return list(bounds)

    def stage(self, work: Work, part: int) -> "_Part":
        batch, low, high = work.batch, work.bounds[part], work.bounds[part + 1]
        before = work.opening.facts["before"]
        # One transaction: pages read by the one that wrote them need not be marked as committed, which would log them all.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT contributions_stage_lines_v1(%s, %s, %s, %s, %s::text[], %s)",
                [batch.pk, part, low, high, work.wanted, batch.period],
            )
            cursor.execute("SELECT * FROM contributions_capped_v1(%s, %s, %s, %s)", [batch.pk, part, batch.period, SAMPLES])
            capped = [tuple(row) for row in cursor.fetchall()]
            if not before:
                return _Part([], capped)
            cursor.execute(
                "SELECT * FROM contributions_part_differences_v1(%s, %s, %s, %s, %s::bigint[], %s::text[], %s)",
                [batch.pk, part, low, high, before, work.wanted, SAMPLES],
            )
            return _Part(cursor.fetchall(), capped)

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        batch, facts, areas = work.batch, work.opening.facts, list(work.opening.areas)
        # Who is left out is looked for while the bills are made: the one is bound by one core, the other by the other.
        _, missing = together(
            lambda: _call("contributions_stage_bills_v1", batch.pk, work.parts, batch.period, facts["due"]),
            lambda: left_out(areas, batch.period, samples=SAMPLES),
        )
        work.step()
        sums = plan_sums([line_sums(batch.pk, k) for k in range(work.parts)], bill_sums(batch.pk))
        work.step()
        lines, fen, digest = totals_of(sums)
        capped = _capped(staged)
        summary = {
            "bounds": work.bounds, "due_on": facts["due"].isoformat(), "before": facts["before"], "sums": [shown_sum(row) for row in sums],
            "differences": _differences([part.differences for part in staged]), "capped": capped,
            "left_out": [row.__dict__ for row in missing],
        }  # fmt: skip
        checks = [*_checks(sums, areas, batch.period), *_warnings(work, capped, missing)]
        _call("contributions_drop_parts_v1", batch.pk, work.parts)
        return Content(lines, fen, digest, summary, checks)

    def look_again(self, batch: Batch) -> None:
        """The rates and bounds of the month are still those it was made with."""
        refuse_moved(batch)

    def write(self, batch: Batch) -> Written | None:
        _call("contributions_execute_levy_v2", batch.pk)
        return None

    def drop(self, batch_id: int) -> None:
        _call("contributions_drop_stage_v1", batch_id)

    def of_areas(self, batch: Batch, areas: Sequence[str]) -> list[tuple[str, int, int]]:
        """Bills by insurance."""
        with connection.cursor() as cursor:
            cursor.execute(named_sql("levy", "levy_run")["of_areas"], {"batch": batch.pk, "areas": list(areas)})
            return [(insurance_label(insurance), count, fen) for insurance, count, fen in cursor.fetchall()]

    def page(self, batch: Batch) -> dict[str, Any]:
        return sums_page(batch)

    def listing(self, batch: Batch, name: str) -> Listing | None:
        if name in ("floor", "ceiling"):
            return _capped_listing(batch, name)
        if name == "left-out":
            return left_out_listing(batch)
        if name not in DIFFERENCES:
            return None
        rows = difference_rows(batch, name)
        people = Person.objects.in_bulk([r.person_id for r in rows])
        units = Employer.objects.in_bulk([e for r in rows for e in (r.old_employer, r.new_employer) if e])
        shown = [
            {
                "line": r, "person": people.get(r.person_id), "insurance": insurance_label(r.insurance),
                "old_unit": units.get(r.old_employer or 0), "new_unit": units.get(r.new_employer or 0),
            }
            for r in rows
        ]  # fmt: skip
        return Listing("levy/runs/differences.html", {"label": DIFFERENCES[name], "rows": shown, "most": SAMPLES})

    def files(self, batch: Batch) -> list[FileLink]:
        return [FileLink(f"{code}.csv", f"导出给{form.label}") for code, form in formats().items()]

    def file(self, batch: Batch, name: str) -> FileContent:
        form = formats().get(name.removesuffix(".csv"))
        if form is None:
            raise NotFound(f"征缴计划没有文件 {name}：协作单位须为已约定格式的单位。")
        lines = plan_lines(areas=batch.areas, period=batch.period, form=form)
        file_name = f"levy-{batch.period}-{batch.area_code}-{name}"
        return FileContent(_csv(lines), "text/csv; charset=utf-8", file_name)

    def lines(self, batch: Batch) -> list[str]:
        return [f"与上期比较：{row['label']} {row['lines']} 行" for row in batch.summary.get("differences", [])]


def refuse_moved(batch: Batch) -> None:
    """Refuse a plan of a month whose rates or bounds have become others since it was made.

    Raises:
        ContentChanged: it has to be made anew.
    """
    areas = set(LevyRate.objects.filter(batch_id=batch.pk).values_list("area_code", flat=True))
    if moved := why_moved_since(batch.pk, sorted(areas), batch.period):
        raise ContentChanged(moved)


def sums_page(batch: Batch) -> dict[str, Any]:
    """What `levy/runs/sums.html` needs: the plan's sums by area and insurance, and by insurance."""
    sums = [row | {"area_name": area_name(row["area"])} for row in batch.summary.get("sums", [])]
    by_insurance: dict[str, dict[str, int]] = {}
    for row in sums:
        empty = {"people": 0, "employer_fen": 0, "person_fen": 0, "account_fen": 0, "bills": 0}
        total = by_insurance.setdefault(row["label"], empty)
        for key in total:
            total[key] += row[key]
    return {"sums": sums, "by_insurance": by_insurance, "rates": shown_rates(batch)}


def shown_rates(batch: Batch) -> list[dict[str, Any]]:
    """The rates and bounds a plan was made with (percent, fen), those of equal areas together: what is signed with it."""
    found: dict[tuple[Any, ...], list[str]] = {}
    rows = LevyRate.objects.filter(batch_id=batch.pk).order_by("aae140", "payer", "risk_class", "area_code")
    for rate in rows[:SHOWN_MAX]:
        terms = (
            rate.aae140,
            rate.payer,
            rate.risk_class,
            rate.employer_e8,
            rate.person_e8,
            rate.account_e8,
            rate.floor_fen,
            rate.ceiling_fen,
        )
        found.setdefault((*terms, rate.rule or rate.source), []).append(rate.area_code)
    shown: list[dict[str, Any]] = []
    before: list[str] = []
    for (number, payer, risk_class, employer, person, account, floor, ceiling, rule), areas in found.items():
        # A list of areas stands once: rows below it that hold in the same ones say so.
        named = ["同上"] if len(areas) > 1 and areas == before else [area_name(code) for code in areas]
        before = areas
        shown.append({
            "insurance": insurance_label(number), "payer": PAYERS.get(payer, payer), "risk_class": risk_class, "employer": in_percent(employer),
            "person": in_percent(person), "account": in_percent(account), "floor_fen": floor, "ceiling_fen": ceiling, "rule": rule,
            "areas": named,
        })  # fmt: skip
    return shown


PAYERS = {"employee": "单位职工", "flexible": "灵活就业", "resident": "居民"}


@dataclass(frozen=True)
class _Part:
    """What a part's staging found besides its lines: differences to the month before, bases at the bounds."""

    differences: Sequence[tuple[Any, ...]]
    capped: Sequence[tuple[Any, ...]]


def _csv(rows: Iterator[list[Any]]) -> Iterator[str]:
    yield "\ufeff"
    yield from delimited_lines(chain([HEAD], rows))


def shown_sum(row: PlanSum) -> dict[str, Any]:
    """A sum as the batch's summary keeps it."""
    return {
        "area": str(row.area), "insurance": row.insurance, "label": insurance_label(row.insurance), "people": row.people,
        "base_fen": row.base_fen, "employer_fen": row.employer_fen, "person_fen": row.person_fen, "account_fen": row.account_fen,
        "bills": row.bills,
    }  # fmt: skip


def _capped(staged: Sequence[_Part]) -> dict[str, dict[str, Any]]:
    """Employees whose wage was lifted to the floor or lowered to the ceiling: how many, and the farthest from it."""
    found: dict[str, dict[str, Any]] = {"floor": {"people": 0, "samples": []}, "ceiling": {"people": 0, "samples": []}}
    for bound, people, samples in (row for part in staged for row in part.capped):
        found[bound]["people"] += people
        found[bound]["samples"] += json.loads(samples) if isinstance(samples, str) else samples
    for bound, row in found.items():
        row["samples"] = sorted(row["samples"], key=lambda r: r[2], reverse=bound == "ceiling")[:SAMPLES]
    return found


def _warnings(work: Work, capped: dict[str, dict[str, Any]], missing: Sequence[LeftOut]) -> list[dict[str, Any]]:
    period = work.batch.period
    floor, ceiling = capped["floor"]["people"], capped["ceiling"]["people"]
    return [
        warn("month_ended", "本月已终了，参保关系不再变动", passed=period < period_of(work.today), detail=format_period(period)),
        warn("capped", "缴费基数均在上下限之内", passed=not floor + ceiling, detail=f"保底 {floor} 人，封顶 {ceiling} 人"),
        warn(
            "relations",
            "在保关系均已列入计划",
            passed=not missing,
            detail="、".join(f"{row.label} {row.count} 条" for row in missing),
        ),
    ]


_WITHOUT_BASE = named_sql("levy", "levy_run")["without_base"]


def _checks(sums: Sequence[PlanSum], areas: Sequence[str], period: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_BASE, {"areas": list(areas), "period": period})
        (without_base,) = cursor.fetchone()
    missing = bar("flexible_base", "灵活就业人员均有缴费基数", passed=without_base == 0, detail=f"缺基数 {without_base} 人")
    return [*sum_checks(sums), missing]


def sum_checks(sums: Sequence[PlanSum]) -> list[dict[str, Any]]:
    """That a plan is not empty and its bills agree with its lines."""
    lines, payers, billed = sum(r.people for r in sums), sum(r.payers for r in sums), sum(r.bill_people for r in sums)
    fen, bill_fen = sum(r.employer_fen + r.person_fen for r in sums), sum(r.bill_fen for r in sums)
    account, bill_account = sum(r.account_fen for r in sums), sum(r.bill_account_fen for r in sums)
    negative = sum(r.negative for r in sums)
    return [
        bar("not_empty", "计划不为空", passed=lines > 0, detail=f"明细 {lines} 行"),
        bar("people", "缴费单人数等于应缴明细行数", passed=payers == billed, detail=f"{billed} / {payers}"),
        bar("amount", "缴费单金额等于明细金额", passed=fen == bill_fen, detail=f"{format_fen(bill_fen)} / {format_fen(fen)} 元"),
        bar(
            "account",
            "记入个人账户金额相符",
            passed=account == bill_account,
            detail=f"{format_fen(bill_account)} / {format_fen(account)} 元",
        ),
        bar("negative", "没有负数金额", passed=negative == 0, detail=f"{negative} 行"),
    ]


def last_plans(areas: Sequence[str], period: int) -> list[int]:
    """The executed plans of the newest month before `period` that hold these areas."""
    rows = Batch.objects.filter(kind=LevyKind.code, status=BatchStatus.EXECUTED, period__lt=period, areas__overlap=list(areas))
    newest = rows.order_by("-period").values_list("period", flat=True).first()
    return list(rows.filter(period=newest).order_by("id").values_list("id", flat=True)) if newest else []


def _bounds_of(before: Sequence[int]) -> list[int]:
    """Where the parts of the plan before begin, when it was one."""
    return list(batch_of(before[0]).summary["bounds"]) if len(before) == 1 else []


def _differences(parts: Sequence[Sequence[tuple[Any, ...]]]) -> list[dict[str, Any]]:
    """What the parts found, added up by reason."""
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


@dataclass(frozen=True)
class Difference:
    """A line beside the same person's and insurance's line of the month before; fen, None on the side where there is none."""

    person_id: int
    insurance: int
    old_employer: int | None
    old_base: int | None
    old_fen: int | None
    new_employer: int | None
    new_base: int | None
    new_fen: int | None


def difference_rows(batch: Batch, reason: str) -> list[Difference]:
    """The first lines of the plan that differ from the month before for one reason, at most `SAMPLES`, by person."""
    return [
        Difference(*row) for found in batch.summary.get("differences", []) if found["reason"] == reason for row in found["samples"]
    ]


def _capped_listing(batch: Batch, name: str) -> Listing:
    found = batch.summary.get("capped", {}).get(name, {"samples": []})
    people = Person.objects.in_bulk([row[0] for row in found["samples"]])
    units = Employer.objects.in_bulk([row[1] for row in found["samples"]])
    rows = [
        {"person": people.get(person), "unit": units.get(employer), "wage_fen": wage, "base_fen": base}
        for person, employer, wage, base in found["samples"]
    ]
    label = {"floor": "按下限核定（保底）", "ceiling": "按上限核定（封顶）"}[name]
    return Listing("levy/runs/capped.html", {"label": label, "rows": rows, "most": SAMPLES})


def left_out_listing(batch: Batch) -> Listing:
    """The first relations a plan makes no line for, by reason."""
    found = batch.summary.get("left_out", [])
    people = Person.objects.in_bulk([person for row in found for person, _ in row["samples"]])
    rows = [
        {"label": row["label"], "person": people.get(person), "insurance": insurance_label(number)}
        for row in found
        for person, number in row["samples"]
    ]
    return Listing("levy/runs/left_out.html", {"label": "未列入计划的参保关系", "rows": rows, "most": SAMPLES})


LEVY = LevyKind()
