"""Business windows (受理时间) as dated data: whether a channel takes an item today, and for which period it counts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from yigui.catalogue.declarations import IntakeRule, Item, catalogue
from yigui.catalogue.shapes import DayOfMonth, LeadDays, LeadMonths, LockDays, PeriodShift, Season
from yigui.common.months import add_months, period_of


@dataclass(frozen=True)
class IntakeAnswer:
    """Whether the item is taken, the period (YYYYMM) it counts for, and the rule that says so, if one does.

    `is_shifted`: it counts for the next period, which the applicant has to agree to.
    """

    is_open: bool
    period: int
    is_shifted: bool
    rule: IntakeRule | None


def intake_rules_of(item: Item, day: dt.date) -> list[IntakeRule]:
    """The windows an item names, as they are in force on a day."""
    rules = catalogue().on(day).windows
    return [rules[code] for code in item.business_windows]


def intake_of(item: Item, channel: str, day: dt.date) -> IntakeAnswer:
    """What the windows of an item say for a channel on a day."""
    rules = (rule for rule in intake_rules_of(item, day) if not rule.items or item.code in rule.items)
    return _answer(rules, channel, day)


def change_intake(channel: str, day: dt.date) -> IntakeAnswer:
    """What a channel says today of additions and stops (增减业务): the window of the days of a month, or its shift."""
    rules = catalogue().on(day).windows.values()
    return _answer((rule for rule in rules if isinstance(rule, DayOfMonth | PeriodShift)), channel, day)


def _answer(rules: Iterable[IntakeRule], channel: str, day: dt.date) -> IntakeAnswer:
    current = period_of(day)
    for rule in rules:
        if channel not in rule.channels:
            continue
        if isinstance(rule, DayOfMonth):
            return IntakeAnswer(rule.day_from <= day.day <= rule.day_to, current, False, rule)
        if isinstance(rule, Season):
            return IntakeAnswer(rule.month_day_from <= day.strftime("%m-%d") <= rule.month_day_to, current, False, rule)
        if isinstance(rule, PeriodShift):
            return _shifted(day.day >= rule.shift_from_day, current, rule)
        if isinstance(rule, LockDays):
            # Shortly before the day of payment (发放日) the month's list is made; what changes then holds for the next one.
            return _shifted(rule.pay_day - rule.lock_days_before_pay <= day.day < rule.pay_day, current, rule)
    return IntakeAnswer(True, current, False, None)


def _shifted(is_shifted: bool, current: int, rule: IntakeRule) -> IntakeAnswer:
    return IntakeAnswer(True, add_months(current, 1) if is_shifted else current, is_shifted, rule)


def lead_days(item: Item, day: dt.date) -> int:
    """How many days before today a record of a partner must have been made (e.g. 就业备案), 0 where none is asked."""
    return max((rule.min_days for rule in intake_rules_of(item, day) if isinstance(rule, LeadDays)), default=0)


def lead_months(item: Item, day: dt.date) -> range | None:
    """How many months ahead of its event an item may be applied for; None where no window says so."""
    found = [range(rule.min_months, rule.max_months + 1) for rule in intake_rules_of(item, day) if isinstance(rule, LeadMonths)]
    return max(found, key=lambda months: months.stop, default=None)
