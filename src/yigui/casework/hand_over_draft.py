"""Handing a draft over to a special desk (转交特殊业务窗口, R029): what was typed goes on there, nobody types it twice."""

import datetime as dt
import uuid

from django.db import transaction

from yigui.casework.drafts import DraftNotFound
from yigui.casework.models import Draft
from yigui.casework.who_may import needs_special_desk
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.db.presence import act_as, be_present
from yigui.staff.enums import DeskKind, StepKind
from yigui.staff.locations import Desk
from yigui.staff.models import User
from yigui.staff.rights import may

#: Special desks a page offers, people of one desk asked, and drafts a desk's list shows, at most.
DESKS_MAX, PEOPLE_MAX, WAITING_MAX = 50, 20, 20


class NotHandedOver(YiguiError):
    """The draft is not one for a special desk, or the desk cannot go on with it."""

    code = "casework.not_handed_over"


def special_desks(teller: User) -> list[Desk]:
    """Open special desks of the teller's agency, by place and number."""
    desks = Desk.objects.filter(agency=teller.agency_id, kind=DeskKind.SPECIAL, closed_on=None)
    return list(desks.select_related("location").order_by("location__name", "number")[:DESKS_MAX])


@transaction.atomic
def hand_over_draft(*, teller: User, token: uuid.UUID, desk_id: int | None, today: dt.date) -> Draft:
    """Leave an own draft to the people of a special desk. Until one of them takes it, it stays the teller's too.

    Raises:
        DraftNotFound: not there, or not this teller's.
        NotHandedOver: no special business for this teller; a correction; a desk elsewhere, closed, or where nobody may accept it.
    """
    own = Draft.objects.select_for_update(of=("self",)).filter(token=token, user=teller, login=None, applicant=None)
    draft = own.select_related("person", "employer").first()
    if draft is None:
        raise DraftNotFound("该草稿不存在或已提交，请在“我的办件”中查看。")
    item = catalogue().item(draft.item_code, today)
    if not needs_special_desk(teller, item, "counter", today):
        raise NotHandedOver(f"“{item.name}”可在本窗口受理，不必转交。")
    if draft.case_id is not None:
        raise NotHandedOver("补正件不能转交，请由特殊业务窗口的人员调出该件接手补正。")
    desk = next((d for d in special_desks(teller) if d.pk == desk_id), None)
    if desk is None:
        raise NotHandedOver("所选窗口不是本机构在用的特殊业务窗口，请刷新后重新选择。")
    if not _can_accept(desk, draft, teller, today):
        raise NotHandedOver(f"{desk} 目前没有可受理“{item.name}”的人员，请改选其他窗口。")
    act_as(teller)
    draft.desk, draft.handed_by, draft.handed_at = desk, teller, clock.now()
    draft.save(update_fields=["desk", "handed_by", "handed_at", "updated_at"])
    return draft


def _can_accept(desk: Desk, draft: Draft, teller: User, today: dt.date) -> bool:
    subject = draft.person or draft.employer
    area = subject.area_id if subject else teller.agency.area_id
    return any(
        may(user_id=number, step=StepKind.ACCEPT, item_code=draft.item_code, area_code=area, on=today)
        for number in desk.people.filter(is_active=True).values_list("pk", flat=True)[:PEOPLE_MAX]
    )


def handed_to(teller: User) -> list[Draft]:
    """Drafts that wait for the people of this teller's special desk, the longest waiting first."""
    if teller.desk is None or not _is_open(teller.desk, teller):
        return []
    rows = Draft.objects.filter(desk=teller.desk_id).exclude(user=teller).select_related("person", "employer", "handed_by")
    return list(rows.order_by("handed_at", "id")[:WAITING_MAX])


def _is_open(desk: Desk, teller: User) -> bool:
    return desk.is_special and desk.closed_on is None and desk.agency_id == teller.agency_id


@transaction.atomic
def take_draft(*, teller: User, token: uuid.UUID) -> Draft:
    """Go on with a draft that was handed over to the teller's own special desk; from then on it is this teller's alone.

    Raises:
        DraftNotFound: not there, taken by a colleague, or not for this desk.
    """
    draft = Draft.objects.select_for_update(of=("self",)).select_related("person", "employer").filter(token=token).first()
    at = teller.desk if draft is not None and draft.desk_id and draft.desk_id == teller.desk_id else None
    if draft is None or at is None or not _is_open(at, teller):
        raise DraftNotFound("该草稿不存在、已由同事接办或不是转到您的窗口的，请刷新工作台后查看。")
    be_present(teller)
    draft.user, draft.desk = teller, None
    draft.save(update_fields=["user", "desk", "updated_at"])
    return draft
