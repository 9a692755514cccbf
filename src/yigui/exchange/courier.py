"""The courier (短信发送): the one process that reads messages with sign-in codes, hands them to the gateway and removes them.

The database makes the codes (`identity/sql/outside.sql`). The application's login reads neither a code nor a message; the courier's login
(`DATABASE_COURIER_URL`) reads the messages and nothing else.
"""

import logging
import os
import signal
import threading

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from yigui.exchange.texts import send_text

logger = logging.getLogger(__name__)

#: Seconds between two looks; after a lost connection the longer ones.
EVERY, AFTER_LOSS = 0.5, 5.0
#: Messages of one look.
_BATCH = 100


def carry_texts() -> int:
    """Send what waits; gives how many messages went out. One the gateway refuses stays, and is tried again until its code is out of date."""
    with connections["courier"].cursor() as cursor:
        cursor.execute("DELETE FROM identity_text WHERE phone = '' OR made_at < clock_timestamp() - interval '10 minutes'")
        cursor.execute("SELECT id FROM identity_text ORDER BY id LIMIT %s", [_BATCH])
        waiting = [number for (number,) in cursor.fetchall()]
    return sum(_carry(number) for number in waiting)


def _carry(number: int) -> bool:
    try:
        with transaction.atomic(using="courier"), connections["courier"].cursor() as cursor:
            cursor.execute("DELETE FROM identity_text WHERE id = %s RETURNING phone, text", [number])
            row = cursor.fetchone()
            if row is not None:
                send_text(*row)
            return row is not None
    except DatabaseError:
        raise
    except Exception:
        # The person waits for it, or asks for another; who runs the gateway must hear of it.
        logger.exception("text message not sent")
        return False


def run_courier() -> int:
    """Carry messages until SIGINT or SIGTERM. Gives 0. It needs no address but its own, and says so where it was given the application's."""
    if not settings.IS_DEMO and os.environ.get("DATABASE_URL"):
        logger.warning(
            "短信发送进程的环境中有 DATABASE_URL：两个登录同处一个进程即可读取短信动态码并开启会话，请只交给它 DATABASE_COURIER_URL（见安装说明）。"
        )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    wait = EVERY
    while not stop.wait(wait):
        try:
            carry_texts()
            wait = EVERY
        except DatabaseError as error:
            wait = AFTER_LOSS
            logger.warning("短信发送与数据库的连接中断（%s），%.0f 秒后重新连接。", error, wait)
            connections["courier"].close()
    return 0
