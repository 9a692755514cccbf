"""Checks of dates: nothing happens before a birth or far ahead, and what was declared late is asked about."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.catalogue.field_kinds import OLDEST_DAY
from yigui.catalogue.intake import lead_months
from yigui.catalogue.shapes import DateSpan, Field, FieldType
from yigui.common import clock
from yigui.common.identifiers import read_citizen_number
from yigui.common.months import add_months, first_day, format_period, months_after, period_of
from yigui.items.common.checks import check
from yigui.items.common.date_spans import FIRST_MONTH, LEVIED_MEANWHILE, span_of
from yigui.items.common.facts import Facts

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.MONTH, FieldType.YEAR})


#: The condition of the law that says from which age somebody may be employed (劳动法 第十五条), years.
YOUNGEST = "working_age_years"


@check("date_plausible")
def date_plausible(facts: Facts) -> Iterator[Finding]:
    """Every date, month and year of the form can be true (`date_spans`)."""
    for field in facts.item.input_fields:
        value = facts.values.get(field.name)
        if field.type not in _DATES or value in (None, ""):
            continue
        span = span_of(facts.item.code, field.name, facts.today)
        found = list(_out_of_span(field, span, value, facts))
        yield from found
        if span.declared and not found and isinstance(value, dt.date):
            yield from _declared_late(field, value, facts)
    yield from _of_birth_and_work(facts)


def _day_of(value: dt.date | dt.datetime) -> dt.date:
    return clock.local(value).date() if isinstance(value, dt.datetime) else value


def _out_of_span(field: Field, span: DateSpan, value: object, facts: Facts) -> Iterator[Finding]:
    """A refusal for a date that cannot be."""
    now, born = period_of(facts.today), _born_on(facts) if span.of_person and field.name != "birth_date" else None
    last = add_months(now, span.ahead_months)
    if isinstance(value, dt.date):
        day = _day_of(value)
        shown, is_early, is_before_birth = str(day), day < OLDEST_DAY, born is not None and day < born
        is_late = day > facts.today if span.ahead_months == 0 else period_of(day) > last
    else:
        period = int(str(value)) if field.type == FieldType.MONTH else int(str(value)) * 100 + 12
        shown = format_period(period) if field.type == FieldType.MONTH else f"{value} 年"
        is_early = period < FIRST_MONTH
        is_before_birth = born is not None and period < period_of(born)
        is_late = period > last if field.type == FieldType.MONTH else period // 100 > last // 100
    if is_early:
        yield _refused(field, f"{field.label} {shown} 过早，不可能属实。")
    elif is_before_birth:
        yield _refused(field, f"{field.label} {shown} 早于出生日期 {born}。")
    elif span.in_period and isinstance(value, dt.date) and _counts_for_a_month(facts) and period_of(_day_of(value)) > facts.period:
        yield _after_period(field, shown, facts)
    elif is_late and span.ahead_months == 0:
        yield _refused(field, f"{field.label} {shown} 晚于今天 {facts.today}。")
    elif is_late:
        yield _refused(field, f"{field.label} {shown} 过晚，本事项最晚可填到 {format_period(_last_of(field, last, facts))}。")


def _counts_for_a_month(facts: Facts) -> bool:
    """Whether the form has a month that its business counts for (做账期号)."""
    return "settle_period" in {f.name for f in facts.item.input_fields}


def _after_period(field: Field, shown: str, facts: Facts) -> Finding:
    """A refusal for what begins after the month that the business counts for."""
    return Finding(
        "date_plausible", f"{field.label} {shown} 晚于今天 {facts.today} 和业务期 {format_period(facts.period)}。",
        detail="请核对日期；确实以后才开始的，到当月再办理。", field=field.name,
    )  # fmt: skip


def _last_of(field: Field, last: int, facts: Facts) -> int:
    """The last month a person is told (YYYYMM): that of the item's window of intake where it has one, so that its own check says the same."""
    window = lead_months(facts.item, facts.today) if field.name == "retire_date" else None
    return last if window is None else min(last, add_months(period_of(facts.today), window.stop - 1))


def _refused(field: Field, sentence: str) -> Finding:
    return Finding("date_plausible", sentence, detail="请核对后重新录入。", field=field.name)


def _declared_late(field: Field, day: dt.date, facts: Facts) -> Iterator[Finding]:
    """A question about an event long before the period that the business counts for."""
    if not _counts_for_a_month(facts):
        return
    count = months_after(period_of(day), facts.period)
    if count < LEVIED_MEANWHILE:
        return
    yield Finding.reminder(
        "declared_late",
        f"{field.label} {day} 比业务期 {format_period(facts.period)} 早 {count} 个月。",
        detail=f"本业务自 {format_period(facts.period)} 起生效，此前各月已按原登记征缴，不随本业务追溯；"
        "请核对日期；此前月份确有差错的，请申报退费或补缴。",
        field=field.name,
    )


def _born_on(facts: Facts) -> dt.date | None:
    """The birth of the person of the form: as registered, as typed, or as the number says."""
    if facts.person is not None:
        return facts.person.born_on
    typed: dt.date | None = facts.get("birth_date") if span_of(facts.item.code, "birth_date", facts.today).of_person else None
    citizen = read_citizen_number(facts.get("id_number") or "")
    return typed or (citizen.born_on if citizen else None)


def _of_birth_and_work(facts: Facts) -> Iterator[Finding]:
    """The birth and the start of work that a form asks for, against each other and against the number."""
    names = {f.name for f in facts.item.input_fields}
    if not span_of(facts.item.code, "birth_date", facts.today).of_person:
        return
    born: dt.date | None = facts.get("birth_date") if "birth_date" in names else None
    started: dt.date | None = facts.get("work_start_date") if "work_start_date" in names else None
    if born is not None:
        first = started or (facts.person.work_started_on if facts.person else None)
        yield from birth_findings(born, first_work=first, youngest=facts.condition(YOUNGEST), field="birth_date")
        if not any(c.id == "id_checksum" for c in facts.item.checks):
            yield from number_findings(born, facts.get("id_number") or "", field="birth_date")
    elif started is not None and (known := _born_on(facts)) is not None:
        yield from young_findings(known, started, youngest=facts.condition(YOUNGEST), field="work_start_date")


def birth_findings(born: dt.date, *, first_work: dt.date | None, youngest: int, field: str) -> Iterator[Finding]:
    """What speaks against a birth date beside a first day of work: a refusal after it, a question where somebody was a child."""
    if first_work is None:
        return
    if born >= first_work:
        yield Finding(
            "date_plausible", f"出生日期 {born} 不早于首次工作时间 {first_work}。", detail="请核对后重新录入。", field=field
        )
    else:
        yield from young_findings(born, first_work, youngest=youngest, field=field)


def young_findings(born: dt.date, first_work: dt.date, *, youngest: int, field: str) -> Iterator[Finding]:
    """A question about work before the age from which somebody may be employed (`youngest`, years)."""
    if period_of(first_work) < add_months(period_of(born), 12 * youngest):
        yield Finding.reminder(
            "worked_young", f"出生日期 {born}、首次工作时间 {first_work}：工作时未满 {youngest} 周岁。",
            detail="请核对两个日期；确属文艺、体育等特殊招用的，收取批准材料后继续。", field=field,
        )  # fmt: skip


def number_findings(born: dt.date, number: str, *, field: str) -> Iterator[Finding]:
    """A question about a birth date that the citizen number contradicts."""
    citizen = read_citizen_number(number)
    if citizen is not None and citizen.born_on != born:
        yield Finding.reminder(
            "birth_not_of_number", f"出生日期 {born} 与身份证号码所载的 {citizen.born_on} 不一致。",
            detail="请核对证件和材料；确认以所填日期登记的，可以继续。", field=field,
        )  # fmt: skip


def not_ahead(day: dt.date, today: dt.date, *, label: str, field: str) -> Iterator[Finding]:
    """A refusal of a day that has not come yet, or that nobody can remember."""
    if day > today:
        yield Finding("date_plausible", f"{label} {day} 晚于今天 {today}。", detail="请核对后重新录入。", field=field)
    elif day < OLDEST_DAY:
        yield Finding("date_plausible", f"{label} {day} 过早，不可能属实。", detail="请核对后重新录入。", field=field)


def first_day_of_work(started: dt.date | None, first_period: int | None) -> dt.date | None:
    """The earlier of the registered start of work and the first month of an employment."""
    days = [d for d in (started, first_day(first_period) if first_period else None) if d is not None]
    return min(days, default=None)
