"""The route of a risk class (风险等级的环节): what no item may go below, and what is wrong with a record that does. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yigui.staff.enums import StepKind

#: The least a class asks for: high risk needs review, recheck, written request, meeting and approval; low risk an on-site review
#: and recheck; no risk the checks alone. `catalogue_minimum_route_v1` says the same to the database; a test compares.
#: Source: 社会保险经办综合柜员制, risk classes 1 to 3 (R046 to R048).
MINIMUM: Mapping[int, tuple[StepKind, ...]] = {
    1: (StepKind.ACCEPT, StepKind.REVIEW, StepKind.RECHECK, StepKind.REQUEST, StepKind.MEETING, StepKind.APPROVE),
    2: (StepKind.ACCEPT, StepKind.REVIEW, StepKind.RECHECK),
    3: (StepKind.ACCEPT,),
}


@dataclass(frozen=True)
class Record:
    """The risk record of an item: class, route, where it is reviewed (on_site, back_office, none) and finished (front_desk, back_office)."""

    risk_class: int
    route: tuple[str, ...]
    review_site: str
    finish_site: str

    def as_dict(self) -> dict[str, object]:
        return {
            "risk_class": self.risk_class, "route": [str(step) for step in self.route], "review_site": self.review_site, "finish_site": self.finish_site,
        }  # fmt: skip


def steps_for(route: Sequence[str], risk_class: int) -> list[StepKind]:
    """The steps of a case, in order: those of its item's route and at least those of its own class, which may be the stricter."""
    return [step for step in StepKind if step != StepKind.FINISH and (step in route or step in MINIMUM[risk_class])]


def wrong_with(record: Record, kind: str) -> str:
    """What is wrong with the risk record of an item of a kind (general, complex), as a sentence; "" when nothing is.

    `catalogue_effect_change_v1` asks the same. A complex item is finished in the back office whoever signs (R025, R250).
    """
    route = tuple(record.route)
    if route != tuple(step for step in StepKind if step in route):
        return "环节须按受理、审核、复核、请示、上会、审批、办结的次序排列，且不重复。"
    missing = [step for step in (*MINIMUM[record.risk_class], StepKind.FINISH) if step not in route]
    if missing:
        return f"{record.risk_class} 类业务的环节不能少于规定，缺：{'、'.join(step.label for step in missing)}。"
    is_reviewed = StepKind.REVIEW in route or StepKind.RECHECK in route
    if is_reviewed == (record.review_site == "none"):
        return "有审核或复核环节的事项须写明审核地点，没有的写“无”。"
    if record.risk_class == 1 and record.review_site != "back_office":
        return "1 类业务须在后台审核。"
    if kind == "complex" and record.finish_site == "front_desk":
        return "复杂业务由前台受理、后台办结，不能改为前台办结。"
    return ""
