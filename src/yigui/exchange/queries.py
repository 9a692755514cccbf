"""Reads of what partners have sent."""

import datetime as dt

from yigui.common.digests import sm3
from yigui.exchange.errors import TokenRefused
from yigui.exchange.models import ApiToken, EmploymentRegistration, IdentityRecord


def employment_registration(id_number: str, credit_code: str) -> EmploymentRegistration | None:
    """The newest employment registration of a person with an employer."""
    rows = EmploymentRegistration.objects.filter(id_number=id_number, credit_code=credit_code)
    return rows.select_related("file").order_by("-registered_on").first()


def identity_record(id_number: str) -> IdentityRecord | None:
    """The newest identity record of public security for a number."""
    return IdentityRecord.objects.filter(id_number=id_number).select_related("file").order_by("-id").first()


def api_token(secret: str) -> ApiToken:
    """The token a partner showed.

    Raises:
        TokenRefused: unknown, switched off, or of a partner switched off.
    """
    rows = ApiToken.objects.filter(digest=sm3(secret), is_active=True, partner__is_active=True, user__is_active=True)
    token = rows.select_related("user", "user__agency", "user__window").first()
    if token is None:
        raise TokenRefused("接口凭证无效或已停用，请向经办机构申请。")
    return token


def registered_since(day: dt.date) -> int:
    """How many registrations have come in since a day; for the page of imports."""
    return EmploymentRegistration.objects.filter(file__received_at__date__gte=day).count()
