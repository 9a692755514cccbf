"""What an operator can apply for at a place: reached by its channel, for employers, and given to them by their unit."""

from yigui.applying.linked import Offers
from yigui.casework.handlers import reaches
from yigui.casework.outside_acceptance import is_for_employers
from yigui.catalogue.declarations import Item
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import may_apply


def offers_to(login: UnitLogin, channel: str) -> Offers:
    """Whether an item is offered to this operator through a channel."""

    def offers(item: Item) -> bool:
        return reaches(item, channel) and is_for_employers(item) and may_apply(login, item.code)

    return offers
