"""Reads of what partners have sent, and of what they did not take."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from yigui.common.cache import kept_for
from yigui.common.digests import sm3
from yigui.db.rows import look_ahead, row_where
from yigui.exchange.errors import TokenRefused
from yigui.exchange.models import ApiToken, EmploymentRegistration, IdentityRecord, OutMessage
from yigui.registry.models import Agency
from yigui.staff.models import User
from yigui.staff.scope import is_at_city, own_areas

_REGISTRATION = "id_number = %s AND credit_code = %s ORDER BY registered_on DESC, id DESC LIMIT 1"
_IDENTITY = "id_number = %s ORDER BY id DESC LIMIT 1"


def employment_registration(id_number: str, credit_code: str) -> EmploymentRegistration | None:
    """The newest employment registration of a person with an employer; of one day the one that came in last."""
    return row_where(EmploymentRegistration, _REGISTRATION, id_number, credit_code)


def identity_record(id_number: str) -> IdentityRecord | None:
    """The newest identity record of public security for a number."""
    return row_where(IdentityRecord, _IDENTITY, id_number)


def look_ahead_for_records(numbers: Iterable[str], credit_code: str) -> None:
    """Read at once what `employment_registration` and `identity_record` will be asked about people and an employer, see `look_ahead`."""
    known = list(numbers)
    look_ahead(EmploymentRegistration, _REGISTRATION, ((number, credit_code) for number in known))
    look_ahead(IdentityRecord, _IDENTITY, ((number,) for number in known))


def standing_messages() -> QuerySet[OutMessage]:
    """Messages that wait for a person, the oldest first: refused by their partner, or set aside because our program failed on them."""
    rows = OutMessage.objects.filter(taken_at=None, dropped_at=None).exclude(refused="")
    return rows.select_related("partner").order_by("id")


def standing_messages_of(user: User) -> QuerySet[OutMessage]:
    """Those somebody answers for: about cases of agencies of their own areas; at city level those about no case too."""
    agencies = Agency.objects.filter(area_id__in=own_areas(user)).values_list("pk", flat=True)
    wanted = Q(content__AAE011__in=list(agencies))
    return standing_messages().filter(wanted | ~Q(content__has_key="AAE011") if is_at_city(user) else wanted)


def api_token(secret: str) -> ApiToken:
    """The token a partner showed, with its user.

    Raises:
        TokenRefused: unknown, or switched off, it or its partner or its user; noticed within five seconds.
    """
    token = _token_of(sm3(secret))
    if token is None:
        raise TokenRefused("接口凭证无效或已停用，请向经办机构申请。")
    return token


@kept_for(5)
def _token_of(digest: str) -> ApiToken | None:
    rows = ApiToken.objects.filter(digest=digest, is_active=True, partner__is_active=True, user__is_active=True)
    return rows.select_related("partner", "user", "user__agency", "user__desk").first()
