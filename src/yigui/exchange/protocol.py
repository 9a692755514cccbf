"""How we and a partner speak (共享与交换协议), both sides; described in docs/exchange.md. Knows neither Django nor the database.

A request is a POST of canonical JSON with four headers: who sends, its id, the second of sending, and an HMAC-SM3 over all of
them, the path and the body under the key the two share. An answer is signed over the request's id and its own body, so an
answer to another question, or of somebody else, is not taken.
"""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yigui.common.digests import canonical_json

FROM, ID, TIME, SIGN = "X-Yigui-From", "X-Yigui-Id", "X-Yigui-Time", "X-Yigui-Sign"
#: A request is taken when it was sent at most so many seconds ago.
REQUEST_SECONDS = 300
BODY_MAX = 1 << 20


class Malformed(Exception):
    """Not what was agreed: no JSON, another id, a wrong signature, a field missing."""


@dataclass(frozen=True)
class Signed:
    """Headers and body, ready to be sent."""

    headers: dict[str, str]
    body: bytes


def request_of(*, sender: str, request_id: str, second: int, body: str, signature: str) -> Signed:
    """A request that was signed; on our side the database signs it, which holds the key."""
    headers = {"Content-Type": "application/json", FROM: sender, ID: request_id, TIME: str(second), SIGN: signature}
    return Signed(headers, body.encode())


def read_request(*, headers: Mapping[str, str], path: str, body: bytes, key: str, now: int | None = None) -> dict[str, Any]:
    """The content of a request.

    Raises:
        Malformed: not signed under this key for this path, too old, or no JSON object.
    """
    sender, request_id, second = (headers.get(name, "") for name in (FROM, ID, TIME))
    expected = _sign(key, sender, request_id, second, path, body)
    if not hmac.compare_digest(expected.encode(), headers.get(SIGN, "").encode()):
        raise Malformed("signature")
    if not second.isdecimal() or abs((int(time.time()) if now is None else now) - int(second)) > REQUEST_SECONDS:
        raise Malformed("time")
    return _object(body)


def sign_answer(*, request_id: str, content: Mapping[str, Any], key: str) -> Signed:
    """The answer to a request."""
    body = canonical_json({"id": request_id, **content}).encode()
    return Signed({"Content-Type": "application/json", SIGN: _sign(key, request_id, body)}, body)


def read_answer(*, request_id: str, body: str) -> dict[str, Any]:
    """The content of an answer whose signature has been found right.

    Raises:
        Malformed: no JSON object with the id of its question.
    """
    content = _object(body)
    if content.get("id") != request_id:
        raise Malformed("id")
    return content


def _sign(key: str, *parts: str | bytes) -> str:
    text = b"\n".join(p.encode() if isinstance(p, str) else p for p in parts)
    return hmac.new(key.encode(), text, "sm3").hexdigest()


def _object(body: bytes | str) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("json") from error
    if not isinstance(content, dict):
        raise Malformed("json")
    return content
