"""Machines of the self-service area (自助终端): registered by the agency, known by a secret they keep."""

import hashlib
import hmac
import secrets

from django.http import HttpRequest
from django.utils import timezone

from yigui.common.digests import sm3
from yigui.common.errors import YiguiError
from yigui.identity.models import Kiosk
from yigui.identity.proof import proof_of, signed
from yigui.staff.enums import StaffVerb
from yigui.staff.errors import NotAuthorised
from yigui.staff.locations import Location
from yigui.staff.models import User
from yigui.staff.records import deed
from yigui.ui.headers import MACHINE_COOKIE, own_program

COOKIE = MACHINE_COOKIE
COOKIE_AGE = 5 * 365 * 86400
#: The last contact is written at most this often.
_SEEN_EVERY_MINUTES = 5


def register_kiosk(*, actor: User, location: Location, name: str, place: str, reader_url: str = "") -> tuple[Kiosk, str, str]:
    """Register a machine at a place; gives it, the secret it is activated with, and the key of its reader ("" without one), both shown once.

    Args:
        place: where in the place it stands (布设位置).

    Raises:
        YiguiError: no name or position, the place is closed, or the agency has a machine of this name.
    """
    if not name or not place:
        raise YiguiError("请填写终端名称和布设位置。")
    if reader_url and not own_program(reader_url):
        raise YiguiError("读卡器地址须是终端本机的程序，如 http://127.0.0.1:9101/card，请核对后重新填写。")
    if location.closed_on is not None:
        raise YiguiError(f"“{location.name}”已停用，请选择其他办事场所。")
    if Kiosk.objects.filter(agency=location.agency_id, name=name).exists():
        raise YiguiError(f"本机构已有名为“{name}”的终端，请换一个名称。")
    secret, key = secrets.token_urlsafe(24), ""
    with deed(actor=actor, verb=StaffVerb.KIOSK_EDITED, reason="登记自助终端"):
        kiosk = Kiosk.objects.create(
            agency_id=location.agency_id, location=location, name=name, place=place, digest=sm3(secret), reader_url=reader_url,
        )  # fmt: skip
        if reader_url:
            key = str(signed("SELECT identity_issue_reader_v1(%s, %s)", proof_of(actor), kiosk.pk))
    return kiosk, secret, key


def move_kiosk(*, actor: User, kiosk: Kiosk, location: Location) -> None:
    """Say where a machine stands now.

    Raises:
        YiguiError: the place is closed or of another agency.
    """
    if location.closed_on is not None or location.agency_id != kiosk.agency_id:
        raise YiguiError(f"“{location.name}”已停用或不属于本机构，请选择其他办事场所。")
    with deed(actor=actor, verb=StaffVerb.KIOSK_EDITED, reason="移动自助终端"):
        kiosk.location = location
        kiosk.save(update_fields=["location"])


def switch_kiosk(*, actor: User, kiosk: Kiosk, is_active: bool) -> None:
    """Switch a machine on or off."""
    with deed(actor=actor, verb=StaffVerb.KIOSK_EDITED, reason="启用自助终端" if is_active else "停用自助终端"):
        kiosk.is_active = is_active
        kiosk.save(update_fields=["is_active"])


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """The machine the request comes from, if it is registered and in use."""
    secret = request.COOKIES.get(COOKIE, "")
    return Kiosk.objects.select_related("agency").filter(digest=sm3(secret), is_active=True).first() if secret else None


def needed_kiosk(request: HttpRequest) -> Kiosk:
    """The machine the request comes from.

    Raises:
        NotAuthorised: not a registered machine.
    """
    kiosk = kiosk_of(request)
    if kiosk is None:
        raise NotAuthorised("本机不是已登记的自助终端，请联系自助区工作人员。")
    return kiosk


def sign_card(key: str, *, id_number: str, name: str, at: int) -> str:
    """What a reader gives for a card: number, name, second of reading, and their HMAC-SHA-256 under the machine's key. The database checks it
    (`identity_card_enter_v1`); each reading is good once and for thirty seconds."""
    text = f"{id_number}|{name}|{at}"
    return f"{text}|{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def note_contact(kiosk: Kiosk) -> None:
    """Note that the machine was heard of; called by what posts from it."""
    now = timezone.now()
    if kiosk.seen_at is None or (now - kiosk.seen_at).total_seconds() > _SEEN_EVERY_MINUTES * 60:
        Kiosk.objects.filter(pk=kiosk.pk).update(seen_at=now)
