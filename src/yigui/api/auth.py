"""Tokens of partners: `Authorization: Bearer <token>`. Each has a pace; who tries tokens out has a slow one."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from yigui.common.addresses import client_address, source_of
from yigui.common.errors import YiguiError
from yigui.common.pace import Pace
from yigui.exchange.models import ApiToken
from yigui.exchange.queries import api_token
from yigui.identity.proof import with_proof


class TooFast(YiguiError):
    """More calls than agreed."""

    code = "api.too_fast"
    http_status = 429


#: Calls of one token, in each process of the server: a partner's program at its busiest makes a tenth of that.
_CALLS = Pace(most=12_000, seconds=60)
#: Calls without a right token, of one address.
_WRONG = Pace(most=600, seconds=60)


class PartnerToken(HttpBearer):
    """Gives the token's row; refuses unknown and switched-off ones (401), and who calls too fast (429)."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        try:
            found = api_token(token)
        except YiguiError:
            if not _WRONG.take(source_of(client_address(request.META))):
                raise TooFast("凭证错误次数过多，请一分钟后再试。") from None
            raise
        if not _CALLS.take(str(found.pk)):
            raise TooFast("调用过于频繁，请降低频率后重试。")
        with_proof(found.user, token)
        return found
