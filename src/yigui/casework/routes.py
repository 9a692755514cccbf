"""Routes (环节路线): which steps a case goes through, and where. Pure: takes facts, gives steps."""

from dataclasses import dataclass, replace

from yigui.catalogue.declarations import Item
from yigui.catalogue.routes import steps_for
from yigui.staff.enums import StepKind


@dataclass(frozen=True)
class PlannedStep:
    """A step to lay out: its code, where it happens, and why it was added when the item's route does not ask for it."""

    code: str
    site: str
    reason: str = ""


def route_of(item: Item, risk_class: int, *, is_trainee: bool) -> list[PlannedStep]:
    """The steps of a case, in order, acceptance first: the route of its item's version, and what a stricter class asks for.

    Class 2 is reviewed and rechecked on the floor (R047) unless the item says otherwise; one of class 3 that is raised says nothing.
    A trainee's case gets a recheck right after acceptance (R014). A case raised to class 1 is decided in the back office, wherever
    its item's own review happens. What is finished in the back office (`finish_site`, R025) has its last step there, and a check
    of its own where the route has none.
    """
    on_site = "on_site" if item.review_site != "back_office" and risk_class > 1 else "back_office"
    site_of = {StepKind.ACCEPT: "front_desk", StepKind.REVIEW: on_site, StepKind.RECHECK: on_site}
    steps = [PlannedStep(code, site_of.get(code, "back_office")) for code in steps_for(item.route, risk_class)]
    if item.finish_site == "back_office":
        if len(steps) == 1:
            steps.append(PlannedStep(StepKind.RECHECK, "back_office", "复杂业务由后台办结"))
        steps[-1] = replace(steps[-1], site="back_office")
    if is_trainee:
        steps.insert(1, PlannedStep(StepKind.RECHECK, "on_site", "见习柜员受理，增加一次复核"))
    return steps
