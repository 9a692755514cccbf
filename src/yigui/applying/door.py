"""A door at which a form is filled (受理渠道的入口): its channel, who accepts, for whom, and where its pages lie."""

from collections.abc import Callable
from dataclasses import dataclass

from yigui.applying.linked import Offers
from yigui.casework.models import Draft
from yigui.catalogue.declarations import Item
from yigui.identity.models import UnitLogin
from yigui.registry.models import Person
from yigui.staff.models import User


@dataclass(frozen=True)
class Names:
    """Names of the addresses of a door's pages."""

    start: str
    form: str
    live: str
    materials: str
    form_paper: str
    answers: str
    submit: str
    drop: str
    list: str
    list_returned: str
    base_list_template: str
    #: Of lists of applications.
    lists: str
    lists_template: str
    lists_show: str
    lists_returned: str
    lists_accept: str
    lists_papers: str
    case: str
    home: str
    #: Where a form is handed over to a special desk; "" at doors that have none.
    hand_over: str = ""


def names_in(space: str, *, case: str, home: str, hand_over: str = "") -> Names:
    """The usual names in a URL namespace; `case` and `home` as they are."""
    return Names(
        start=f"{space}:start_draft", form=f"{space}:draft", live=f"{space}:draft_live", materials=f"{space}:draft_materials",
        form_paper=f"{space}:draft_form_paper", answers=f"{space}:draft_answers", submit=f"{space}:draft_submit",
        drop=f"{space}:draft_drop", list=f"{space}:draft_list",
        list_returned=f"{space}:draft_list_returned", base_list_template=f"{space}:base_list_template",
        lists=f"{space}:list_upload", lists_template=f"{space}:list_template", lists_show=f"{space}:list",
        lists_returned=f"{space}:list_returned", lists_accept=f"{space}:list_accept", lists_papers=f"{space}:list_papers",
        case=case, home=home, hand_over=hand_over,
    )  # fmt: skip


@dataclass(frozen=True)
class Door:
    """The door a form is filled at: its channel, who accepts, for which outside login, where its pages lie.

    `told_of` says whether this form may be filled from the record of a person whose number was typed, and records once a form that they are seen in
    full; None at doors where a number tells nothing. `base` is the template its pages extend; "" for the staff's. A helper fills in, and neither submits nor begins.
    """

    channel: str
    names: Names
    operator: User
    login: UnitLogin | None = None
    applicant: Person | None = None
    helper: User | None = None
    base: str = ""
    may_submit: bool = True
    #: What can be begun at the door; None where nothing can.
    offers: Offers | None = None
    told_of: Callable[[Draft, Item, Person], bool] | None = None

    @property
    def tells(self) -> bool:
        """Whether a number that is typed fills in what the house knows."""
        return self.told_of is not None

    @property
    def is_staffed(self) -> bool:
        return self.login is None and self.applicant is None
