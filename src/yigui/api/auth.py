"""Tokens of partners: `Authorization: Bearer <token>`."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from yigui.exchange.models import ApiToken
from yigui.exchange.queries import api_token


class PartnerToken(HttpBearer):
    """Gives the token's row; refuses unknown and switched-off ones (401)."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        return api_token(token)
