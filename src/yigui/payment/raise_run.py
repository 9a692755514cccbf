"""A raise of standards (待遇标准调整): a residents' basic part, a supplement of an age or an unemployment standard that holds from a month on reaches those
who are paid already.

A resident's pension follows the standards of its place beside the account part, an unemployment benefit has in each month the standard of that month's date;
what was awarded before a standard was published is raised from its month on, and the next pay run pays what the months since were short of. Nothing is ever
lowered here; where a standard ends, the amount falls back to what stood. A benefit that was taken over follows the standards from the month of this
house's first run on where its amount before that run was the standard to the fen; any other does not say what it is made of, is never raised by guess, and
is left out by name.
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
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.law.parameter_table import ParameterMissing, areas_of, table
from yigui.law.pension import Component
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
#: People left out who are listed by name; all of them are counted.
_NAMED = 200
_NEVER = 999912
_SQL = named_sql("payment", "raise_run")
_AGE = "extract(year FROM age(to_date({month}::text, 'YYYYMM'){less}, p.born_on))::integer"
_PARTS = {
    "age_then": _AGE.format(month="f.month", less=" - interval '1 month'"), "age_now": _AGE.format(month="%(latest)s", less=""),
    "taken": _SQL["taken"],
}  # fmt: skip
_STANDING = _SQL["standing"].format(**_PARTS)
#: What stands behind a benefit that was taken over must be the standard to the fen; else nobody knows what it is made of.
LEFT_OUT = "由原系统转入，转入时的金额与当时的标准不一致，构成不明，未列入；请逐人核对构成，集体研究后更正"


@dataclass
class Found:
    """What a raise from a month on comes to: groups of residents with what is more a month, rows of claimants, and what could not be worked out."""

    #: What the statement of the residents was asked with.
    given: dict[str, Any] = field(default_factory=dict)
    #: Keys of a group (area, years, points), month, more (fen), why.
    groups: list[tuple[tuple[str, int, str], int, int, str]] = field(default_factory=list)
    #: Benefit, month, before, after, why.
    claimants: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    #: Sentences, with the people they are about.
    refused: dict[str, int] = field(default_factory=dict)
    #: People of benefits that were taken over, whom a month before this house's first run is about.
    before_us: int = 0
    #: People of benefits that were taken over and do not say what they are made of; and the first of them (benefits).
    left_out: int = 0
    left_named: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.groups or self.claimants)

    @property
    def first_month(self) -> int | None:
        """The first month somebody gets another amount from; None where nobody does."""
        months = [month for _, month, _, _ in self.groups] + [month for _, month, _, _, _ in self.claimants]
        return min(months, default=None)

    def refuse(self, missing: ParameterMissing, people: int) -> None:
        """Some people nothing can be worked out for."""
        self.refused[missing.message] = self.refused.get(missing.message, 0) + people

    def leave_out(self, benefits: Sequence[int], people: int) -> None:
        """Some people whose right amount cannot be known."""
        self.left_out += people
        self.left_named += benefits[: max(0, _NAMED - len(self.left_named))]


def find(areas: Sequence[str], since: int, today: dt.date) -> Found:
    """Whom the standards of a month (YYYYMM) and of those after it, up to the next one, raise in some areas. A month is what is in force for it, whatever
    raised the benefit before: what stands in the amounts alone says what is done."""
    found = Found()
    first = _first_runs(areas)
    _residents(found, areas, since, first, today)
    _claimants(found, areas, since, first, today)
    return found


def _given(kind: BenefitKind, areas: Sequence[str], since: int) -> dict[str, Any]:
    return {"kind": kind.value, "areas": list(areas), "from": since}


def _first_runs(areas: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL["first_runs"], {"areas": list(areas)})
        return dict(cursor.fetchall())


class _Law:
    """What the standards give a resident beside the account, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int, int], list[Component] | ParameterMissing] = {}

    def parts(self, area: str, month: int, years: int, age: int) -> list[Component]:
        """Of a month.

        Raises:
            ParameterMissing: none is on file for it.
        """
        key = (area, month, years, age)
        if key not in self._known:
            try:
                self._known[key] = resident_basic(area, first_day(month), years, age=age)
            except ParameterMissing as missing:
                self._known[key] = missing
        found = self._known[key]
        if isinstance(found, ParameterMissing):
            raise found
        return found

    def fen(self, area: str, month: int, years: int, age: int) -> int:
        """The sum of them; errors as of `parts`."""
        return sum(part.amount_fen for part in self.parts(area, month, years, age))


def _residents(found: Found, areas: Sequence[str], since: int, first: dict[str, int], today: dt.date) -> None:
    law, latest = _Law(), add_months(period_of(today), 1)
    moments, ages = _moments(areas, since)
    found.given = _given(BenefitKind.RESIDENT, areas, since) | {
        "latest": latest, "moments": moments, "ages": ages, "f_area": list(areas), "f_month": [first.get(area, _NEVER) for area in areas],
    }  # fmt: skip
    found.given |= _taken_over(found, law, since, latest)
    with connection.cursor() as cursor:
        cursor.execute(_SQL["residents"].format(standing=_STANDING), found.given)
        rows = cursor.fetchall()
    for area, years, points, people in rows:
        try:
            steps = list(_resident_steps(law, area, years, json.loads(points), latest))
        except ParameterMissing as missing:
            found.refuse(missing, people)
            continue
        found.groups += [((area, years, points), *step) for step in steps]


def _taken_over(found: Found, law: _Law, since: int, latest: int) -> dict[str, list[Any]]:
    """Groups of residents taken over whose amount before our first run was the standard of its last month to the fen: these follow the standards. Of the
    others nobody here knows what the amount is made of: whom a standard reaches is left out by name."""
    known: list[tuple[Any, ...]] = []
    left: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(_SQL["taken_over"].format(**_PARTS), found.given)
        rows = cursor.fetchall()
    for area, years, month, age, age_now, beside, people in rows:
        if month == _NEVER:
            found.before_us += people
            continue
        try:
            then, now = law.fen(area, add_months(month, -1), years, age), law.fen(area, max(latest, month), years, age_now)
        except ParameterMissing as missing:
            found.refuse(missing, people)
            continue
        if beside == then:
            known.append((area, years, month, age, beside))
        elif beside is None or now > then or beside < then:
            found.before_us += people if month > since and beside is not None and beside < then else 0
            left.append((area, years, month, age, age_now, -1 if beside is None else beside, people))
    if left:
        given = _columns("l", ("area", "years", "first", "age", "now", "beside"), [keys[:6] for keys in left])
        with connection.cursor() as cursor:
            cursor.execute(_SQL["taken_one"].format(**_PARTS), found.given | given | {"most": _NAMED})
            found.leave_out([row[0] for row in cursor.fetchall()], sum(keys[6] for keys in left))
    return _columns("t", ("area", "years", "first", "age", "beside"), known)


def _columns(prefix: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows as parallel arrays of a statement."""
    return {f"{prefix}_{name}": [row[n] for row in rows] for n, name in enumerate(names)}


def _resident_steps(
    law: _Law, area: str, years: int, points: Sequence[Sequence[int]], latest: int
) -> Iterator[tuple[int, int, str]]:
    """The months from which a resident's amount changes, each with what is more than stands then (fen) and why. Where a standard ends, what the month gets
    falls back, never below what stood; one that begins after `latest` waits for its own batch."""
    written: tuple[int, int] | None = None
    for month, begins, held, age in points:
        holds = held if written is None or written[0] < begins else written[1]
        try:
            parts = law.parts(area, month, years, age)
        except ParameterMissing:
            if month <= latest:
                raise
            parts = []
        wanted = max(held, sum(part.amount_fen for part in parts))
        if month > latest:
            wanted = min(wanted, holds)
        if wanted != holds:
            written = (month, wanted)
            yield month, wanted - held, "；".join(f"{p.explanation}（{p.line.source}）" for p in parts)[:300] or "标准已终止"


def _moments(areas: Sequence[str], since: int) -> tuple[list[int], list[int]]:
    """Months after one in which a standard of residents of some areas begins or has ended, and the ages that have a supplement there."""
    wider = {one for area in areas for one in areas_of(area)}
    rows = [(name, entry) for name in STANDARDS[:2] for entry in table(name).entries() if entry.area in wider]
    days = {entry.first_day for _, entry in rows} | {
        entry.last_day + dt.timedelta(days=1) for _, entry in rows if entry.last_day < dt.date.max
    }
    months = {add_months(period_of(day), day.day > 1) for day in days}
    ages = {int(entry.keys[0]) for name, entry in rows if name == STANDARDS[1]}
    return sorted(month for month in months if month > since), sorted(ages)


def _claimants(found: Found, areas: Sequence[str], since: int, first: dict[str, int], today: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SQL["claimants"], _given(BenefitKind.UNEMPLOYMENT, areas, since))
        rows = cursor.fetchall()
    for benefit, area, start, end, paid_months, is_ours, *listed in rows:
        awards, amounts = (json.loads(one) if isinstance(one, str) else one for one in listed)
        claim = _Claim(area, start, end, paid_months, awards, amounts, today)
        month = first.get(area, _NEVER)
        if not is_ours and month == _NEVER:
            found.before_us += 1
            continue
        try:
            if not is_ours and not claim.is_known(month):
                if claim.may_rise(max(since, month)):
                    found.leave_out([benefit], 1)
                continue
            steps = list(claim.steps(since if is_ours else max(since, month)))
        except ParameterMissing as missing:
            found.refuse(missing, 1)
            continue
        found.claimants += [(benefit, *step) for step in steps]


@dataclass(frozen=True)
class _Claim:
    """An unemployment benefit: first and last month, months paid, its awards [[month, gap]] and amounts [[month, fen, source]] in their order."""

    area: str
    start: int
    end: int
    paid_months: int
    awards: Sequence[Sequence[int]]
    amounts: Sequence[Sequence[Any]]
    today: dt.date

    def standard(self, month: int, number: int | None = None) -> int:
        """The standard of a month, by its number among the months drawn: what a suspension kept back does not count from the resumption on.

        Raises:
            ParameterMissing: as `standard_in`.
        """
        gap = next((gap for begins, gap in reversed(self.awards) if begins <= month), 0)
        number = number or max(1, months_after(self.start, month) + 1 - gap)
        return standard_in(self.area, month, number, paid_months=self.paid_months, today=self.today)

    def is_known(self, first: int) -> bool:
        """Whether one taken over says what it is made of: before our first run (a month) it was the standard of that month to the fen, and no later month's
        standard hangs on how many were drawn before, which suspensions nobody here knows of would change.

        Raises:
            ParameterMissing: as `standard_in`.
        """
        before = add_months(first, -1)
        stood = [fen for begins, fen, source in self.amounts if begins <= before and source == AmountSource.OPENING]
        months = months_of(max(self.start, before), self.end)
        return bool(stood) and stood[-1] == self.standard(before) and all(self.standard(m) == self.standard(m, 1) for m in months)

    def may_rise(self, since: int) -> bool:
        """Whether some month since one stands below the highest standard it could have, or another standard begins in these months."""
        if since > self.end:
            return False
        months = months_of(since, self.end)
        return len({self.standard(add_months(since, -1)), *map(self.standard, months)}) > 1 or any(
            self.held(month)[1] < self.standard(month) for month in months
        )

    def held(self, month: int) -> tuple[int, int]:
        """The month since which the amount of a month stands, and that amount (fen); of a month before the first amount the first."""
        found = [(begins, fen) for begins, fen, _ in self.amounts if begins <= month]
        return found[-1] if found else (self.amounts[0][0], self.amounts[0][1])

    def steps(self, since: int) -> Iterator[tuple[int, int, int, str]]:
        """The months from which the amount changes, each with what stands, what the month gets, and why; a month that falls back to what stands, too.

        Raises:
            ParameterMissing: as `standard_in`.
        """
        written: tuple[int, int] | None = None
        since = max(since, self.start, self.amounts[0][0])
        for month in months_of(since, self.end) if since <= self.end else ():
            begins, held = self.held(month)
            standard = max(held, self.standard(month))
            holds = held if written is None or written[0] < begins else written[1]
            if holds != standard:
                written = (month, standard)
                yield month, held, standard, f"失业保险金月标准 {format_fen(standard)} 元（自 {format_period(month)} 起）"


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
    hint = (
        "填新标准开始执行的月份；近 24 个月以来至下月开始执行的标准，签署后由系统在次日自动生成，更早的按月份填写。"
        "城乡居民基础养老金、高龄加发和失业保险金标准提高后，已在领的待遇由此补到新标准。"
    )

    def arrivals(self, *, area_code: str, today: dt.date) -> list[int]:
        """The first month somebody's benefit is below the standards of, from the earliest at which one of the area begins, or an age may be reached."""
        areas = areas_under(area_code)
        waiting = set(
            Batch.objects.filter(kind=self.code, areas__overlap=list(areas))
            .exclude(status__in=(BatchStatus.EXECUTED, BatchStatus.VOID))
            .values_list("period", flat=True)
        )
        # The earliest month finds what is due in all later ones; a batch of one that waits has them.
        asked = months_to_ask(areas, today)
        first = find(areas, asked[0], today).first_month if asked else None
        month = None if first is None else min(first, add_months(period_of(today), 1))
        return [] if month is None or month in waiting else [month]

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
            left = f"{found.left_out} 人{LEFT_OUT}。" if found.left_out else ""
            raise PayRefused(f"没有低于 {format_period(work.opening.period)} 标准、应当调整的待遇。{why}{left}")
        work.notes |= {"found": found, "unsure": named(unsure)}
        work.step()
        return []

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        found: Found = work.notes["found"]
        batch = work.batch
        with transaction.atomic():
            _stage(batch.pk, found)
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
            bar("not_empty", "有应当调整的人员", passed=people > 0, detail=f"{people} 人，增加最多的月份合计每月增加 {format_fen(increase)} 元"),
            warn(
                "all", "全部在领待遇均能按标准计算", passed=not refused,
                detail="；".join(f"{words}（{count} 人未列入）" for words, count in refused[:3]) or "没有缺标准的地区",
            ),
            warn(
                "before_us", "没有本系统首次发放以前的月份", passed=not found.before_us,
                detail=f"{found.before_us} 人的待遇由原系统转入，涉及本系统首次发放以前的月份，未列入；原系统未补发的请逐人办理",
            ),
            warn(
                "left_out", "转入的待遇构成均已知", passed=not found.left_out,
                detail=f"{found.left_out} 人{LEFT_OUT}（名单见“未列入人员”，最多列 {_NAMED} 人）" if found.left_out else "没有构成不明的待遇",
            ),
            warn("read", "标准已按文件核对", passed=not work.notes["unsure"], detail=work.notes["unsure"] or "均有文件"),
        ]  # fmt: skip
        left = [[benefit, None, None] for benefit in found.left_named]
        summary = {"people": people, "grounds": grounds, "samples": samples, "left": left, "left_out": found.left_out}
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
        if name == "left":
            return benefit_listing("未列入人员：转入的待遇构成不明", batch.summary.get("left", []))
        return benefit_listing("逐人差额", batch.summary.get("samples", [])) if name == "people" else None


RAISE = RaiseKind()


def months_of_itself(today: dt.date) -> tuple[int, int]:
    """The first and the last month whose standards are looked for by themselves."""
    now = period_of(today)
    return add_months(now, -_BACK), add_months(now, 1)


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
    earliest, latest = months_of_itself(today)
    return sorted(month for month in months if earliest <= month <= latest)


def newest_standard(areas: Sequence[str], latest: int) -> int | None:
    """The month in which the newest standard of some areas begins, up to a month; None where there is none."""
    wider = {one for area in areas for one in areas_of(area)}
    months = (period_of(entry.first_day) for name in STANDARDS for entry in table(name).entries() if entry.area in wider)
    return max((month for month in months if month <= latest), default=None)


def _stage(batch_id: int, found: Found) -> None:
    if found.groups:
        rows = [(*keys, month, more, words) for keys, month, more, words in found.groups]
        given = found.given | _columns("g", ("area", "years", "points", "month", "more", "words"), rows) | {"batch": batch_id}
        with connection.cursor() as cursor:
            cursor.execute(_SQL["stage_residents"].format(standing=_STANDING), given)
    Raised.objects.bulk_create(
        (
            Raised(batch_id=batch_id, benefit_id=benefit, start_period=month, before_fen=before, after_fen=after, words=words)
            for benefit, month, before, after, words in found.claimants
        ),
        batch_size=1_000,
    )
