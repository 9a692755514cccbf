"""Whether this process lives (`/health/live`) and may be sent requests (`/health/ready`), for proxies and service managers."""

import os
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse


def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database takes writes, has the schema of this code, and papers can be stored; else 503, each fault in a sentence. What the process
    should not hold, but works with, is a warning."""
    faults = {}
    for name, check in _CHECKS.items():
        try:
            fault = check()
        except (DatabaseError, InterfaceError) as error:
            fault = f"数据库连接不上：{str(error).strip().splitlines()[0]}"
        if fault:
            faults[name] = fault
    body: dict[str, object] = {
        "status": "unavailable" if faults else "ok",
        "checks": {name: faults.get(name, "ok") for name in _CHECKS},
    }
    if held := why_not_apart():
        body["warnings"] = {"logins": held}
    response = JsonResponse(body, status=503 if faults else 200, json_dumps_params={"ensure_ascii": False})
    if faults:
        response["Retry-After"] = "5"
        # Asked every few seconds: whoever asks knows the answer, the log need not.
        response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def why_not_apart() -> str:
    """What is wrong with the logins this process was given; "" when it has none that is another's, and in a demonstration."""
    if settings.IS_DEMO or not os.environ.get("DATABASE_COURIER_URL"):
        return ""
    return "本进程的环境中有 DATABASE_COURIER_URL：与应用登录同处一个进程即可读取短信动态码，请只交给短信发送进程（见安装说明）。"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")
        (only_reads,) = cursor.fetchone()
    return "数据库只读（可能正在主备切换）。" if only_reads else ""


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        missing = _migrations() - set(cursor.fetchall())
    return f"数据库尚未升级到本版本，还差 {len(missing)} 步，请运行 yigui migrate。" if missing else ""


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """What this code's migrations are called."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _documents() -> str:
    folder = settings.DOCUMENT_STORE if settings.DOCUMENT_STORE.exists() else settings.DATA
    return "" if os.access(folder, os.W_OK) else f"材料目录 {folder} 不可写。"


_CHECKS: dict[str, Callable[[], str]] = {"database": _database, "schema": _schema, "documents": _documents}
