"""People a raise of standards cannot reach become work: a benefit that was taken over and does not say what it is made of is raised by nobody's guess."""

import datetime as dt

from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.models import Benefit
from yigui.payment.raise_run import LEFT_OUT, find, months_to_ask, newest_standard
from yigui.registry.models import Area
from yigui.registry.queries import areas_under
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference

#: Kind of the origin of its task: number is the area, part the month in which its newest standard begins.
ORIGIN = "raise_left_out"
#: People whose number stands in the task; the batch lists more, and each is named until the amount is corrected.
_NAMED = 50


def look_for_left_out(today: dt.date) -> int:
    """One task for each city and newest standard in which somebody is left out of the raise; gives how many stand there without a look at them yet."""
    opened = 0
    for area in Area.objects.filter(parent=None).order_by("code").values_list("code", flat=True):
        areas = areas_under(area)
        newest = newest_standard(areas, add_months(period_of(today), 1))
        known = {"kind": "parameter_touched", "origin_kind": ORIGIN, "origin_no": area, "part": str(newest)}
        if newest is None or Task.objects.filter(**known).exists():
            continue
        asked = months_to_ask(areas, today)
        found = find(areas, asked[0] if asked else newest, today)
        if not found.left_out:
            continue
        people = Benefit.objects.filter(pk__in=found.left_named[:_NAMED]).order_by("pk").values_list("person__person_no", flat=True)
        note = (
            f"{format_period(newest)} 起的待遇标准：{found.left_out} 人的城乡居民养老金、失业保险金{LEFT_OUT}。"
            f"个人编号：{'、'.join(people)}{'等' if found.left_out > len(people) else ''}。"
        )
        open_task(
            kind="parameter_touched", origin=Reference(ORIGIN, int(area), area), part=str(newest), note=note,
            agency=agency_of_area(area), area_code=area, today=today,
        )  # fmt: skip
        opened += 1
    return opened


__all__ = ["ORIGIN", "look_for_left_out"]
