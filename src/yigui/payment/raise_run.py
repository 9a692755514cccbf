"""A raise of standards (待遇标准调整): a residents' basic part, a supplement of an age or an unemployment standard that holds from a month on reaches those
who are paid already.

A resident's pension follows the standards of its place beside the account part, an unemployment benefit has in each month the standard of that month's date;
what was awarded before a standard was published is raised from its month on, and the next pay run pays what the months since were short of. Nothing is ever
lowered here. A benefit that was taken over is raised by what the standard rose, from the month of this house's first run on.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period, months_after, months_of, period_of
from yigui.common.sqlfiles import named_sql
from yigui.entitlement.enums import BenefitKind
from yigui.law.parameter_table import ParameterMissing, areas_of, table
from yigui.law.resident_pension import resident_basic
from yigui.law.unemployment import standard_in
from yigui.law.unread import named, unread
from yigui.payment.errors import PayRefused
from yigui.payment.models import Raised
from yigui.payment.run_listings import SAMPLES, benefit_listing
from yigui.registry.queries import areas_under
from yigui.runs.checks import bar, warn
from yigui.runs.kinds import Content, Listing, Opening, RunKind, TakenOut, Unit, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus

#: Tables whose rows reach benefits in payment.
STANDARDS = ("resident/basic", "resident/age_supplement", "unemployment/amount")
#: How far back a standard that was published late is looked for by itself, and how many months an age that was reached; a person may ask for any month.
_BACK = 24
_AGES_BACK = 2
#: Grounds and sentences shown.
_SHOWN = 50
_SQL = named_sql("payment", "raise_run")
_STANDING = _SQL["standing"]


@dataclass
class Found:
    """What a raise from a month on comes to: groups of residents with what is more a month, rows of claimants, and what could not be worked out."""

    #: Keys of a group (area, years, month, age, age before, beside the account, ours), more (fen), why.
    groups: list[tuple[tuple[Any, ...], int, str]] = field(default_factory=list)
    #: Benefit, month, before, after, why.
    claimants: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    #: Sentences, with the people they are about.
    refused: dict[str, int] = field(default_factory=dict)
    #: People of benefits that were taken over, whom a month before this house's first run is about.
    before_us: int = 0

    def __bool__(self) -> bool:
        return bool(self.groups or self.claimants)

    def refuse(self, missing: ParameterMissing, people: int) -> None:
        """Some people nothing can be worked out for."""
        self.refused[missing.message] = self.refused.get(missing.message, 0) + people


def find(areas: Sequence[str], since: int, today: dt.date) -> Found:
    """Whom the standards of a month (YYYYMM) and of the amounts that begin later raise, in some areas."""
    found = Found()
    first = _first_runs(areas)
    _residents(found, areas, since, first)
    _claimants(found, areas, since, first, today)
    return found


def _given(kind: BenefitKind, areas: Sequence[str], since: int) -> dict[str, Any]:
    return {"kind": kind.value, "areas": list(areas), "from": since}


def _first_runs(areas: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL["first_runs"], {"areas": list(areas)})
        return dict(cursor.fetchall())


def _residents(found: Found, areas: Sequence[str], since: int, first: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SQL["residents"].format(standing=_STANDING), _given(BenefitKind.RESIDENT, areas, since))
        rows = cursor.fetchall()
    for *keys, people in rows:
        area, years, starts, age, age_before, beside, is_ours = keys
        try:
            parts = resident_basic(area, first_day(starts if is_ours else since), years, age=age)
            now = sum(part.amount_fen for part in parts)
            if is_ours:
                more = now - beside
            elif first.get(area, 999912) > since:
                found.before_us += people * (starts == since)
                continue
            else:
                before = resident_basic(area, first_day(add_months(since, -1)), years, age=age_before)
                more = now - sum(part.amount_fen for part in before)
        except ParameterMissing as missing:
            found.refuse(missing, people)
            continue
        if more > 0:
            found.groups.append((tuple(keys), more, "；".join(f"{p.explanation}（{p.line.source}）" for p in parts)[:300]))


def _claimants(found: Found, areas: Sequence[str], since: int, first: dict[str, int], today: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SQL["claimants"], _given(BenefitKind.UNEMPLOYMENT, areas, since))
        rows = cursor.fetchall()
    for benefit, area, start, end, paid_months, gap, is_ours, listed in rows:
        amounts = json.loads(listed) if isinstance(listed, str) else listed
        if not is_ours and first.get(area, 999912) > since:
            found.before_us += 1
            continue
        try:
            steps = list(_steps(area, start, end, paid_months, gap, amounts, max(since, start), today))
        except ParameterMissing as missing:
            found.refuse(missing, 1)
            continue
        found.claimants += [(benefit, *step) for step in steps]


def _steps(
    area: str, start: int, end: int, paid_months: int, gap: int, amounts: Sequence[Sequence[int]], since: int, today: dt.date
) -> Iterator[tuple[int, int, int, str]]:
    """The months from which a claimant's amount changes, each with what stands, what the month gets, and why; a month that falls back to what stands, too."""
    written: tuple[int, int] | None = None
    for month in months_of(since, end):
        begins, held = [(begins, fen) for begins, fen in amounts if begins <= month][-1]
        number = max(1, months_after(start, month) + 1 - gap)
        standard = max(held, standard_in(area, month, number, paid_months=paid_months, today=today))
        holds = held if written is None or written[0] < begins else written[1]
        if holds != standard:
            written = (month, standard)
            yield (
                month,
                held,
                standard,
                f"失业保险金月标准 {format_fen(standard)} 元（第 {number} 个月，自 {format_period(month)} 起）",
            )


class RaiseKind(RunKind):
    """Raises residents' pensions and unemployment benefits in payment to the standards of a month."""

    code, name, unit = "raise", "待遇标准调整", Unit.MONTH
    writes = ("benefits_amount", "benefits_back_due")
    help = "residents' pensions and unemployment benefits raised to the standards of a month"
    signers = three_people("执行月份、标准和合计已核对。", "标准所依据的文件和抽样已核对。", "同意按新标准执行。")
    steps = ("查找应调整的人员", "汇总")
    wide_parts = ("payment/runs/raise.html",)
    is_repeated = True
    is_taken_up_again = True
    hint = "填新标准开始执行的月份；标准签署生效后由系统在次日自动生成。城乡居民基础养老金、高龄加发和失业保险金标准提高后，已在领的待遇由此补到新标准。"

    def arrivals(self, *, area_code: str, today: dt.date) -> list[int]:
        """Months at which a standard of the area begins, or an age may be reached, that somebody's benefit has not got yet."""
        areas = areas_under(area_code)
        waiting = set(
            Batch.objects.filter(kind=self.code, areas__overlap=list(areas))
            .exclude(status__in=(BatchStatus.EXECUTED, BatchStatus.VOID))
            .values_list("period", flat=True)
        )
        return [month for month in months_to_ask(areas, today) if month not in waiting and find(areas, month, today)]

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            UnknownArea: no such area. PayRefused: a month after the next one.
        """
        latest = add_months(period_of(today), 1)
        if period > latest:
            raise PayRefused(f"执行月份 {format_period(period)} 尚早，最晚可填 {format_period(latest)}。", period=period)
        areas = tuple(areas_under(area_code))
        executed = Batch.objects.filter(
            kind=self.code, period=period, areas__overlap=list(areas), status=BatchStatus.EXECUTED
        ).count()
        return Opening(area_code, period, areas, f"第{executed + 1}批" if executed else "")

    def bounds(self, work: Work) -> list[int]:
        """Finds whom it is about; nothing is staged in parts.

        Raises:
            PayRefused: nobody is below the standard of the month.
        """
        with unread() as unsure:
            found = find(work.opening.areas, work.opening.period, work.today)
        if not found:
            why = "；".join(f"{words}（{people} 人）" for words, people in list(found.refused.items())[:3])
            raise PayRefused(f"没有低于 {format_period(work.opening.period)} 标准、应当调整的待遇。{why}")
        work.notes |= {"found": found, "unsure": named(unsure)}
        work.step()
        return []

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        found: Found = work.notes["found"]
        batch = work.batch
        with transaction.atomic():
            _stage(batch.pk, work.opening, found)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM benefits_raise_sums_v1(%s)", [batch.pk])
            rows, people, increase, digest = cursor.fetchone()
            given = {"batch": batch.pk, "most": _SHOWN}
            cursor.execute(_SQL["grounds"], given)
            grounds = [list(row) for row in cursor.fetchall()]
            cursor.execute(_SQL["samples"], given | {"most": SAMPLES})
            samples = [list(row) for row in cursor.fetchall()]
        work.step()
        refused = list(found.refused.items())
        checks = [
            bar("not_empty", "有应当调整的人员", passed=people > 0, detail=f"{people} 人，每月增加 {format_fen(increase)} 元"),
            warn(
                "all", "全部在领待遇均能按标准计算", passed=not refused,
                detail="；".join(f"{words}（{count} 人未列入）" for words, count in refused[:3]) or "没有缺标准的地区",
            ),
            warn(
                "before_us", "没有本系统首次发放以前的月份", passed=not found.before_us,
                detail=f"{found.before_us} 人的待遇由原系统转入，执行月份早于本系统首次发放，未列入；原系统未补发的请逐人办理",
            ),
            warn("read", "标准已按文件核对", passed=not work.notes["unsure"], detail=work.notes["unsure"] or "均有文件"),
        ]  # fmt: skip
        summary = {"people": people, "grounds": grounds, "samples": samples}
        return Content(rows, increase, f"{digest & 0xFFFFFFFFFFFFFFFF:016x}", summary, checks)

    def write(self, batch: Batch) -> Written | None:
        """Everything in the database, the second look included; gives what was really raised."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM benefits_execute_raise_v1(%s)", [batch.pk])
            rows, fen = cursor.fetchone()
        taken = (TakenOut("changed", "待遇已终止或标准已变动", rows, fen),) if rows else ()
        return Written(batch.row_count - rows, batch.total_fen - fen, taken)

    def page(self, batch: Batch) -> dict[str, Any]:
        return {"grounds": batch.summary.get("grounds", []), "most": _SHOWN}

    def listing(self, batch: Batch, name: str) -> Listing | None:
        return benefit_listing("逐人差额", batch.summary.get("samples", [])) if name == "people" else None


RAISE = RaiseKind()


def months_to_ask(areas: Sequence[str], today: dt.date) -> list[int]:
    """The months at which a standard of these areas begins, from two years back to the next one, earliest first; and those in which somebody may have come
    to an age that has a supplement there. A standard that begins within a month counts from the first of the next."""
    now = period_of(today)
    wider = {one for area in areas for one in areas_of(area)}
    rows = [(name, entry) for name in STANDARDS for entry in table(name).entries() if entry.area in wider]
    days = {entry.first_day for _, entry in rows}
    months = {add_months(period_of(day), day.day > 1) for day in days}
    if any(name == "resident/age_supplement" and entry.last_day >= today for name, entry in rows):
        months |= set(months_of(add_months(now, -_AGES_BACK), now))
    return sorted(month for month in months if add_months(now, -_BACK) <= month <= add_months(now, 1))


def _stage(batch_id: int, opening: Opening, found: Found) -> None:
    with connection.cursor() as cursor:
        if found.groups:
            names = ("area", "years", "starts", "age", "age_before", "beside", "ours")
            columns = dict(zip(names, map(list, zip(*(keys for keys, _, _ in found.groups), strict=True)), strict=True))
            given = _given(BenefitKind.RESIDENT, opening.areas, opening.period) | {
                f"g_{name}": values for name, values in columns.items()
            }
            given |= {
                "batch": batch_id,
                "g_more": [more for _, more, _ in found.groups],
                "g_words": [words for _, _, words in found.groups],
            }
            cursor.execute(_SQL["stage_residents"].format(standing=_STANDING), given)
    Raised.objects.bulk_create(
        (
            Raised(batch_id=batch_id, benefit_id=benefit, start_period=month, before_fen=before, after_fen=after, words=words)
            for benefit, month, before, after, words in found.claimants
        ),
        batch_size=1_000,
    )
