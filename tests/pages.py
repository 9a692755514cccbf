"""Pages as a person opens and reads them."""

import html
from typing import Any

from django.test import Client

from tests import city


def text_of(answer: Any) -> str:
    """The source of an answer's page with entities read and white space folded, as a browser folds it."""
    return " ".join(html.unescape(answer.content.decode()).split())


def signed_in(username: str = "teller") -> Client:
    """The browser of one of the city's officers."""
    client = Client()
    client.force_login(city.user(username), backend="django.contrib.auth.backends.ModelBackend")
    return client
