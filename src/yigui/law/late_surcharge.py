"""Late payment surcharge (滞纳金): by the day, in segments where the daily rate changed.

Source: 社会保险费征缴暂行条例 (1999) 第十三条; 社会保险法 第八十六条. It is never reduced and is booked as other income (4501).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from yigui.common.errors import YiguiError
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day
from yigui.common.workdays import is_workday
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.conditions import condition
from yigui.law.parameter_table import NATIONAL, table


class WrongDays(YiguiError):
    """The last day lies before the first."""

    code = "law.wrong_days"


@dataclass(frozen=True)
class Surcharge:
    """The surcharge of one month's arrears: amount (fen) and a line for each segment."""

    amount_fen: int
    lines: tuple[CalculationLine, ...]


#: Way 2 of `rest_day_term_rule`: a term that ends on a day of rest ends with the next working day.
_MOVED = 2


def term_end(area: str, day: dt.date) -> dt.date:
    """The last day of a payment term that ends on a day, as the area has ruled for days of rest (缴费期限遇休息日). No national rule of
    contributions is known; days of rest are those of the State Council's calendar, Saturday and Sunday in years not announced yet.

    Raises:
        ParameterMissing: no rule in force on the day.
    """
    if condition("rest_day_term_rule", area=area, day=day) == _MOVED:
        while not is_workday(day):
            day += dt.timedelta(days=1)
    return day


def due_day_of(area: str, period: int) -> dt.date:
    """The last day on which a month's contributions are in time."""
    day = int(table("contribution/calendar").at(area=area, day=first_day(period))["due_day"])
    return term_end(area, first_day(add_months(period, 1)).replace(day=day))


def late_surcharge(arrears_fen: int, first: dt.date, last: dt.date, *, area: str = NATIONAL, period: int = 0) -> Surcharge:
    """Surcharge on arrears from the first day to the last, both counted; rounded once, for the month of arrears.

    Raises:
        WrongDays: the last day is before the first.
        ParameterMissing: days before 1999-01-22.
    """
    if last < first:
        raise WrongDays(f"滞纳金计算止日 {last} 早于起日 {first}，请核对缴费日期。")
    rates = table("contribution/late_surcharge")
    exact, lines, day = Decimal(0), [], first
    while day <= last:
        entry = rates.at(area=area, day=day)
        end = min(last, entry.last_day)
        days = (end - day).days + 1
        part = Decimal(arrears_fen) * entry.value * days
        exact += part
        text = f"{format_fen(arrears_fen)} × {plain(entry.value * 100)}% × {days} 天（{day} 至 {end}）"
        lines.append(CalculationLine(text, round_half_up(part), period, entry.source))
        if end == last:
            break
        day = end + dt.timedelta(days=1)
    amount = round_half_up(exact)
    cap = table("contribution/surcharge_cap").at(area=area, day=last)
    if cap.value and amount > arrears_fen:
        amount = arrears_fen
        lines.append(CalculationLine("不超过本金", amount, period, cap.source))
    return Surcharge(amount, tuple(lines))


def surcharge_of_bill(arrears_fen: int, due_on: dt.date, paid_on: dt.date, *, area: str, period: int = 0) -> Surcharge:
    """Surcharge of a bill paid on a day: from the day after it was due to the day of payment; none when in time."""
    if paid_on <= due_on or arrears_fen <= 0:
        return Surcharge(0, ())
    return late_surcharge(arrears_fen, due_on + dt.timedelta(days=1), paid_on, area=area, period=period)
