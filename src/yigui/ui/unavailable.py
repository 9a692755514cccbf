"""When the database is away, full or busy for a moment: 503 with a sentence and `Retry-After`, not a fault (500)."""

import logging
from collections.abc import Iterator
from typing import cast

import psycopg
from django.db import InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

_AWAY = "数据库暂时连接不上，系统正在自动恢复，通常只需几秒钟。请稍后再试；刚才提交的内容是否已经生效，请先在列表中查看，再决定是否重新提交。"
_BUSY = "系统正忙，本次操作未生效。请稍后重新提交。"
_FULL = "数据库所在磁盘已满，本次操作未生效。请通知系统管理员清理或扩容，之后重新提交。"
#: Sentence and seconds to wait, by the beginning of SQLSTATE. What has none is a lost connection.
_SENTENCES = {"53100": (_FULL, 60), "40": (_BUSY, 2), "55": (_BUSY, 2), "57014": (_BUSY, 10), "": (_AWAY, 5)}
_READ_ONLY = "25006"


def is_passing(error: BaseException | None) -> bool:
    """Whether an error is one that goes by itself, or with the administrator's help, and says nothing against the request.

    A connection lost or refused, a deadlock, a lock not got, a full disk, a primary that has just become a standby.
    """
    if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
        return True
    return isinstance(error, InternalError) and sqlstate(error) == _READ_ONLY and _is_standby()


def sqlstate(error: BaseException | None) -> str:
    """The five characters PostgreSQL gave, or "" when the server said nothing (any more)."""
    return next((found for link in _chain(error) if (found := getattr(link, "sqlstate", None))), "")


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The answer: a page, a fragment, or JSON for the interface. Touches no database."""
    state = sqlstate(error)
    message, seconds = next(_SENTENCES[begin] for begin in _SENTENCES if state.startswith(begin))
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse({"code": "unavailable", "message": message, "data": {}}, status=503)
    else:
        again = seconds if request.method == "GET" else 0
        fragment = bool(request.headers.get("HX-Request"))
        response = HttpResponse(
            render_to_string("ui/unavailable.html", {"message": message, "again": again, "fragment": fragment}), status=503
        )
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


class ShortWhenPassing(logging.Filter):
    """One line instead of a traceback for what is passing: during a failover every request would write a page."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if is_passing(error):
            record.msg = (
                f"{record.getMessage()}: {str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__}"
            )
            record.args, record.exc_info, record.exc_text = (), None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_standby() -> bool:
    """Whether the connection leads to a server that only reads; it is closed then, so that the next finds the primary."""
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            standby = cast(bool, cursor.fetchone()[0])
    except (OperationalError, InterfaceError, InternalError):
        standby = True
    if standby:
        connection.close()
    return standby
