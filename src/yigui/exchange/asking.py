"""Asking a partner now (实时核验): signed both ways, kept as proof, asked once while the answer is fresh.

A partner that does not answer is left alone for a short while, so that a queue of forms does not wait for each time limit.
"""

import datetime as dt
import re
import time
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, transaction

from yigui.common import clock
from yigui.common.cache import kept_for
from yigui.common.digests import canonical_json, digest_of
from yigui.common.errors import NotFound, YiguiError
from yigui.common.identifiers import widen_citizen_number
from yigui.common.normalise import is_name, plain_code, plain_name, plain_text, read_day
from yigui.db.presence import act_as, asked
from yigui.exchange.contracts import Service, contracts
from yigui.exchange.models import AskOutcome, Partner, PartnerAnswer
from yigui.exchange.protocol import BODY_MAX, SIGN, Malformed, Signed, read_answer, request_of
from yigui.staff.models import User
from yigui.staff.scope import refuse_below_city

#: How long a partner that did not answer is left alone.
QUIET_SECONDS = 20
_quiet_until: dict[str, float] = {}


@dataclass(frozen=True)
class Reply:
    """What is known now. Not connected: nobody to ask; unavailable: asked, or left alone, without an answer."""

    service: Service
    answer: PartnerAnswer | None
    is_connected: bool

    @property
    def data(self) -> Mapping[str, str] | None:
        """What was found, in LD/T 92 names."""
        return self.answer.data if self.answer is not None and self.answer.outcome == AskOutcome.FOUND else None

    @property
    def is_unavailable(self) -> bool:
        """Connected and without a usable answer."""
        known = self.answer is not None and self.answer.outcome in (AskOutcome.FOUND, AskOutcome.MISSING)
        return self.is_connected and not known


def ask(code: str, request: Mapping[str, str], *, may_ask: bool = True) -> Reply:
    """Ask a service, or give the answer that is still fresh.

    Args:
        code: of the service, see `contracts`.
        request: exactly the names the contract asks for.
        may_ask: False to look only at what is kept (a GET never writes).
    """
    service = contracts().services[code]
    assert set(request) == set(service.asks), (code, sorted(request))
    partner = connected(service.department)
    if partner is None:
        return Reply(service, None, is_connected=False)
    kept = _kept(service, digest_of(dict(request)))
    if kept is not None or not may_ask or _quiet_until.get(partner.code, 0) > time.monotonic():
        return Reply(service, kept, is_connected=True)
    answer = _ask(service, partner, dict(request))
    if answer.outcome == AskOutcome.UNAVAILABLE:
        _quiet_until[partner.code] = time.monotonic() + QUIET_SECONDS
    return Reply(service, answer, is_connected=True)


@kept_for(5)
def connected(code: str) -> Partner | None:
    """The partner, when it can be asked; a change is noticed within five seconds."""
    return Partner.objects.filter(code=code, is_active=True).exclude(base_url="").first()


def is_anybody_connected() -> bool:
    """Whether there is a partner to ask at all."""
    return any(connected(service.department) is not None for service in contracts().services.values())


@transaction.atomic
def connect_partner(*, code: str, address: str, key: str, user: User) -> Partner:
    """Set where a partner is asked and the key shared with it; without an address it is asked no more, and the key is forgotten.

    Args:
        key: "" leaves the one that is known, as long as there is an address.
        user: the system administrator who sets it, having signed in; kept in the row by the database.

    Raises:
        NotAuthorised: not of the city, whose partners answer every county. NotSeen: the person has not signed in. NotFound: no such partner.
        YiguiError: no address of a partner (see `partner_address`), no key, or too long.
    """
    refuse_below_city(user, "协作单位的服务地址和密钥")
    partner = Partner.objects.filter(code=code).first()
    if partner is None:
        raise NotFound("没有这个协作单位。")
    address = partner_address(address) if address else ""
    if address and not (key or partner.key):
        raise YiguiError("请同时登记双方约定的签名密钥。")
    if len(address) > 200 or len(key) > 100:
        raise YiguiError("服务地址或密钥过长，请核对后重新登记。")
    act_as(user)
    partner.base_url, partner.key = address, (key or partner.key) if address else ""
    partner.save(update_fields=["base_url", "key"])
    _quiet_until.pop(code, None)
    return partner


_HOST = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_PATH = re.compile(r"^(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*/?$")
_OWN_MACHINE = ("127.0.0.1", "localhost")


def partner_address(text: str) -> str:
    """An address at which a partner can be asked: `https://host[:port][/path]`, nothing else in it, in small letters where they do not matter.

    Plain `http` is for this machine's own tests. Where `PARTNER_HOSTS` is set, the host is one of them or lies under one of them.

    Raises:
        YiguiError: what is wrong with it.
    """
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise YiguiError("服务地址含有空格、换行或其他不允许的字符，请核对后重新登记。")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise YiguiError("服务地址的主机名或端口不正确，请核对后重新登记。") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _OWN_MACHINE and port):
        raise YiguiError("服务地址须以 https:// 开头（本机测试服务除外），请核对后重新登记。")
    if not _HOST.match(host) or "@" in parts.netloc or not _PATH.match(parts.path) or "?" in text or "#" in text:
        raise YiguiError("服务地址须为“https://主机[:端口][/路径]”，不含用户名、参数和其他内容，请核对后重新登记。")
    hosts = settings.PARTNER_HOSTS
    if hosts and host not in _OWN_MACHINE and not any(host == one or host.endswith(f".{one}") for one in hosts):
        raise YiguiError(f"主机 {host} 不在允许联网的协作单位名单内，请先由运维登记该主机后再填写。")
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}"


def _kept(service: Service, subject: str) -> PartnerAnswer | None:
    newest = PartnerAnswer.objects.filter(service=service.code, subject=subject).order_by("-id").first()
    if newest is None or newest.outcome not in (AskOutcome.FOUND, AskOutcome.MISSING):
        return None
    is_found = newest.outcome == AskOutcome.FOUND
    good_for = dt.timedelta(minutes=service.found_minutes) if is_found else dt.timedelta(seconds=service.missing_seconds)
    return newest if newest.asked_at + good_for > clock.now() else None


def _ask(service: Service, partner: Partner, request: dict[str, str]) -> PartnerAnswer:
    started = time.monotonic()
    question = question_to(partner, f"/{service.code}", request)
    outcome, answered = AskOutcome.UNAVAILABLE, Answered({}, "", "")
    data: dict[str, str] = {}
    try:
        answered = post(partner, question, timeout=service.timeout_seconds)
        outcome, data = _read(service, answered.content)
    except Malformed:
        outcome = AskOutcome.MALFORMED
    except OSError:
        outcome = AskOutcome.UNAVAILABLE
    known = {
        "request_id": question.number, "service": service.code, "partner": partner, "subject": digest_of(request), "request": request,
        "took_ms": int((time.monotonic() - started) * 1000),
    }  # fmt: skip
    if outcome in (AskOutcome.FOUND, AskOutcome.MISSING):
        try:
            with transaction.atomic():
                return PartnerAnswer.objects.create(
                    **known, outcome=outcome, data=data, signature=answered.signature, body=answered.body, moment=question.moment
                )
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != "YG006":
                raise
            # The database reads it otherwise, so it is none that can be relied on.
            outcome = AskOutcome.MALFORMED
    return PartnerAnswer.objects.create(**known, outcome=outcome, signature=answered.signature)


def _read(service: Service, content: Mapping[str, Any]) -> tuple[AskOutcome, dict[str, str]]:
    if content.get("found") is False:
        return AskOutcome.MISSING, {}
    data = content.get("data")
    if content.get("found") is not True or not isinstance(data, dict) or set(data) != set(service.answers):
        raise Malformed("fields")
    if not all(isinstance(v, str) and v and len(v) <= 200 and "\x00" not in v for v in data.values()):
        raise Malformed("values")
    return AskOutcome.FOUND, {name: _plain(name, value) for name, value in data.items()}


#: What the fields of answers hold, by their LD/T 92 names: days that have come, people, and numbers.
_DAYS, _NAMES, _NUMBERS = (
    frozenset({"ACC031", "AAC006", "AIC037", "AAE030", "AAE047"}),
    frozenset({"AAC003"}),
    frozenset({"AAC058"}),
)
_GENDERS = {"1": "1", "男": "1", "男性": "1", "2": "2", "女": "2", "女性": "2", "0": "0", "9": "9"}


def _plain(name: str, value: str) -> str:
    """A value of an answer as it is kept: plain as if it had come in a file. What cannot be read is no answer; it is not taken for "nothing known".

    Raises:
        Malformed: no day, a day to come, no name, or no gender.
    """
    if name in _DAYS:
        try:
            day = read_day(value)
        except ValueError as error:
            raise Malformed(name) from error
        if day > clock.today():
            raise Malformed(name)
        return day.isoformat()
    if name in _NAMES:
        if not is_name(found := plain_name(value)):
            raise Malformed(name)
        return found
    if name == "AAC004":
        if (gender := _GENDERS.get(plain_code(value))) is None:
            raise Malformed(name)
        return gender
    return widen_citizen_number(value) if name in _NUMBERS else plain_text(value)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


@dataclass(frozen=True)
class Question:
    """Something to be sent to a partner, signed by the database: its number, the moment (microseconds since 1970), path, headers and body."""

    number: uuid.UUID
    moment: int
    path: str
    signed: Signed


@dataclass(frozen=True)
class Answered:
    """What a partner answered: its content, as it came, and its signature, which the database has found right."""

    content: dict[str, Any]
    body: str
    signature: str


def question_to(partner: Partner, path: str, content: Mapping[str, Any], message_id: uuid.UUID | None = None) -> Question:
    """A request to `path` of a partner; a message has a number of its own. Without a key that is known it goes out unsigned, and is refused there."""
    body = canonical_json(content)
    number, moment, signature = asked(
        "SELECT number, moment, signature FROM exchange_sign_v1(%s, %s, %s, %s, %s)",
        partner.code,
        settings.AGENCY_CODE,
        path,
        body,
        message_id,
    )
    signed = request_of(
        sender=settings.AGENCY_CODE, request_id=str(number), second=moment // 1_000_000, body=body, signature=signature or ""
    )
    return Question(number, moment, path, signed)


def post(partner: Partner, question: Question, *, timeout: float) -> Answered:
    """Send something to a partner; gives its answer.

    Raises:
        OSError: not reached, not in time, or a fault of its own (5xx).
        Malformed: an answer that is not its, or a refusal (4xx).
    """
    address = partner.base_url.rstrip("/") + question.path
    request = urllib.request.Request(address, data=question.signed.body, headers=question.signed.headers, method="POST")
    try:
        with _opener.open(request, timeout=timeout) as response:
            raw, signature = response.read(BODY_MAX + 1), response.headers.get(SIGN, "")
    except HTTPError as error:
        if error.code < 500:
            raise Malformed(str(error.code)) from error
        raise
    if len(raw) > BODY_MAX:
        raise Malformed("size")
    try:
        body = raw.decode()
    except ValueError as error:
        raise Malformed("text") from error
    if (
        "\x00" in body
        or not asked("SELECT exchange_is_answer_v1(%s, %s, %s, %s)", partner.code, question.number, body, signature)[0]
    ):
        raise Malformed("signature")
    return Answered(read_answer(request_id=str(question.number), body=body), body, signature)
