"""How often somebody may try: per address, per account, per both; so that nobody walks through numbers, and no stranger locks anybody out.

- The pair of account and address is locked first (axes: five wrong passwords, half an hour): the owner elsewhere notices nothing.
- One address that tries many accounts is stopped for everything it does here.
- An account tried from many addresses is slowed, never locked: one further try in ten seconds. From an address where the account has been used
  it is not even slowed.

A try is counted before it is judged, so that parallel ones do not all slip through; a right one is given back. All keys are counted alike,
known or not: the answer tells nobody which accounts exist.
"""

import datetime as dt
import time
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from yigui.common.addresses import source_of
from yigui.common.errors import YiguiError
from yigui.identity.attempts import Attempt, KnownSource

#: An address counts as an account's own for so long after its last use.
KNOWN_DAYS = 90


class TooManyTries(YiguiError):
    """Somebody tries too often."""

    code = "identity.too_many_tries"
    http_status = 429


@dataclass(frozen=True)
class Limit:
    """At most `most` tries in `seconds`, by one key."""

    name: str
    most: int
    seconds: int


#: Wrong passwords of one address, whatever the accounts: a whole firm may sit behind one.
SIGN_IN_SOURCE = Limit("sign_in:source", 60, 1800)
#: Wrong passwords for one account from addresses that are not its own; then one try in ten seconds.
SIGN_IN_ACCOUNT = Limit("sign_in:account", 30, 1800)
SIGN_IN_SLOW = Limit("sign_in:slow", 1, 10)
#: Codes: to one target from one address; to one target from strange addresses together; by one address (a telephone network has few).
CODE_PAIR = Limit("code:pair", 5, 3600)
CODE_TARGET = Limit("code:target", 10, 3600)
CODE_SOURCE = Limit("code:source", 300, 3600)
CODE_CHECK_SOURCE = Limit("code:check", 300, 3600)
#: Requests for a login of an employer.
OPENING_SOURCE = Limit("opening:source", 20, 3600)
#: Progress of a case: typed by one address; wrong places of a number for one case.
PROGRESS_SOURCE = Limit("progress:source", 60, 600)
PROGRESS_CASE = Limit("progress:case", 20, 3600)


def spend(limit: Limit, key: str) -> bool:
    """Count a try; whether it is within the limit."""
    span = int(time.time()) // limit.seconds
    until = dt.datetime.fromtimestamp((span + 1) * limit.seconds, tz=dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_attempt AS a (key, span, count, until) VALUES (%s, %s, 1, %s) "
            "ON CONFLICT (key, span) DO UPDATE SET count = a.count + 1 RETURNING count",
            [f"{limit.name}|{key}"[:200], span, until],
        )
        (count,) = cursor.fetchone()
    return bool(count <= limit.most)


def give_back(limit: Limit, key: str) -> None:
    """A try that was right counts for nothing."""
    span = int(time.time()) // limit.seconds
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_attempt SET count = count - 1 WHERE key = %s AND span = %s AND count > 0",
            [f"{limit.name}|{key}"[:200], span],
        )


def is_known(account: str, address: str) -> bool:
    """Whether the account was used from this address lately."""
    since = timezone.now() - dt.timedelta(days=KNOWN_DAYS)
    return KnownSource.objects.filter(account=account[:120], source=source_of(address), seen_at__gte=since).exists()


def before_sign_in(account: str, address: str) -> None:
    """Count a try of a password.

    Raises:
        TooManyTries: the address tries too many accounts, or too many addresses this one.
    """
    source = source_of(address)
    if not spend(SIGN_IN_SOURCE, source):
        raise TooManyTries("本网络地址登录尝试过多，请半小时后再试；其他地点不受影响。")
    known = is_known(account, address)
    if not spend(SIGN_IN_ACCOUNT, account) and not known and not spend(SIGN_IN_SLOW, account):
        raise TooManyTries("该账号正在被多处尝试登录，请十秒后再试；在您常用的网络登录不受影响。")


def after_sign_in(account: str, address: str) -> None:
    """The password was right: the try counts for nothing, and the address is the account's own."""
    give_back(SIGN_IN_SOURCE, source_of(address))
    give_back(SIGN_IN_ACCOUNT, account)
    KnownSource.objects.update_or_create(account=account[:120], source=source_of(address), defaults={"seen_at": timezone.now()})


def before_code(target: str, address: str) -> None:
    """Count a request for a code.

    Raises:
        TooManyTries: too many to this target from here, from strange addresses together, or from here to anybody.
    """
    source = source_of(address)
    within = [spend(CODE_SOURCE, source), spend(CODE_PAIR, f"{target}|{source}")]
    if not is_known(target, address):
        within.append(spend(CODE_TARGET, target))
    if not all(within):
        raise TooManyTries("获取验证码过于频繁，请一小时后再试；也可到任一窗口办理。")


def before_check(address: str) -> None:
    """Count a code that was typed.

    Raises:
        TooManyTries: this address types too many.
    """
    if not spend(CODE_CHECK_SOURCE, source_of(address)):
        raise TooManyTries("验证码输入过于频繁，请一小时后再试。")


def forget_old() -> int:
    """Delete counts that are over, and addresses not used for long; gives how many."""
    now = timezone.now()
    counts, _ = Attempt.objects.filter(until__lt=now).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_forget_v1()")
    sources, _ = KnownSource.objects.filter(seen_at__lt=now - dt.timedelta(days=KNOWN_DAYS)).delete()
    return counts + sources
