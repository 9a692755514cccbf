"""Logins of employers (单位登录账号) for the online platform and the self-service area: made here, used there."""

from dataclasses import dataclass

from yigui.common.identifiers import mask_phone
from yigui.registry.models import Employer
from yigui.staff.models import UnitLogin


@dataclass(frozen=True)
class OpenedLogin:
    """User name of a new login, and the masked phone that receives the code of its first use."""

    username: str
    masked_phone: str


def open_unit_login(employer: Employer) -> OpenedLogin:
    """Open an employer's first login. It has no password until the first use sets one with a code sent to the phone."""
    login = UnitLogin.objects.create(employer=employer, username=employer.unit_no)
    return OpenedLogin(login.username, mask_phone(employer.phone))
