"""Business windows (受理时间) as dated data: whether a channel takes an item today, and for which period it counts."""

import datetime as dt
from dataclasses import dataclass

from yigui.catalogue.declarations import Item, Window, catalogue
from yigui.common.months import add_months, period_of


@dataclass(frozen=True)
class WindowAnswer:
    """Whether the item is taken, the period (YYYYMM) it counts for, and the rule that says so, if one does.

    `is_shifted`: it counts for the next period, which the applicant has to agree to.
    """

    is_open: bool
    period: int
    is_shifted: bool
    rule: Window | None


def answer_of(item: Item, channel: str, day: dt.date) -> WindowAnswer:
    """What the windows of an item say for a channel on a day."""
    current = period_of(day)
    for code in item.business_windows:
        rule = catalogue().windows[code]
        if channel not in rule.channels or (rule.items and item.code not in rule.items):
            continue
        if rule.kind == "day_of_month":
            is_open = rule.values["day_from"] <= day.day <= rule.values["day_to"]
            return WindowAnswer(is_open, current, False, rule)
        if rule.kind == "period_shift":
            is_shifted = day.day >= rule.values["shift_from_day"]
            return WindowAnswer(True, add_months(current, 1) if is_shifted else current, is_shifted, rule)
        if rule.kind == "season":
            start, end = rule.values["month_day_from"], rule.values["month_day_to"]
            return WindowAnswer(start <= day.strftime("%m-%d") <= end, current, False, rule)
        if rule.kind == "lock_days":
            # Shortly before the day of payment (发放日) the month's list is made; what changes then holds for the next one.
            is_locked = rule.values["pay_day"] - rule.values["lock_days_before_pay"] <= day.day < rule.values["pay_day"]
            return WindowAnswer(True, add_months(current, 1) if is_locked else current, is_locked, rule)
    return WindowAnswer(True, current, False, None)


def lead_days(item: Item) -> int:
    """How many days before today a record of a partner must have been made (e.g. 就业备案), 0 where none is asked."""
    rules = [catalogue().windows[code] for code in item.business_windows]
    return max((int(r.values["min_days"]) for r in rules if r.kind == "lead_days"), default=0)
