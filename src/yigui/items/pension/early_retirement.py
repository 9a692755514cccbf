"""Application for early retirement (城镇职工提前退休（退职）申请)."""

from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.items.common.base import item
from yigui.items.common.checks.award import SICK, SPECIAL_WORK
from yigui.items.common.facts import Facts
from yigui.items.pension._retire import retire
from yigui.items.pension.normal_retirement import AwardedPension

_KIND = {SPECIAL_WORK: "特殊工种提前退休", SICK: "病残提前退休", "04": "退职"}


@item("PEN-003")
class EarlyRetirement(AwardedPension):
    """Records the ground (special work or loss of capacity) and awards as a normal retirement."""

    optional_materials = ("special_work_record", "labour_capacity_conclusion")

    def apply(self, facts: Facts, case: Case) -> Outcome:
        return retire(facts, case, _KIND[facts["retire_type"]])
