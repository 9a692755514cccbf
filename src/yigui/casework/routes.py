"""Routes (环节路线): which steps a case of a class goes through. Pure: takes facts, gives steps."""

from dataclasses import dataclass

from yigui.catalogue.declarations import Item
from yigui.staff.enums import Step

_ROUTES = {
    1: (Step.ACCEPT, Step.REVIEW, Step.RECHECK, Step.REQUEST, Step.MEETING, Step.APPROVE),
    2: (Step.ACCEPT, Step.REVIEW, Step.RECHECK),
    3: (Step.ACCEPT,),
}


@dataclass(frozen=True)
class PlannedStep:
    """A step to lay out: its code, where it happens, and why it was added when the class alone does not ask for it."""

    code: str
    site: str
    reason: str = ""


def route_of(item: Item, risk_class: int, *, is_trainee: bool) -> list[PlannedStep]:
    """The steps of a case, in order, acceptance first.

    A money item of class 2 keeps its approval. A trainee's case gets a recheck right after acceptance (R014). A case raised
    to class 1 is decided in the back office, wherever its item's own review happens.
    """
    codes = list(_ROUTES[risk_class])
    if Step.APPROVE in item.route and Step.APPROVE not in codes:
        codes.append(Step.APPROVE)
    on_site = "on_site" if item.review_site == "on_site" and risk_class > 1 else "back_office"
    site_of = {Step.ACCEPT: "front_desk", Step.REVIEW: on_site, Step.RECHECK: on_site}
    steps = [PlannedStep(code, site_of.get(code, "back_office")) for code in codes]
    if is_trainee:
        steps.insert(1, PlannedStep(Step.RECHECK, "on_site", "见习柜员受理，增加一次复核"))
    return steps
