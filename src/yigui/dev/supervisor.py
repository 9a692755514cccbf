"""Behind `./run`: database, migrations, city, web server, worker; each started again when it dies, all stopped together by Ctrl-C.

The children die with this process even when it is killed, and a database that was killed recovers at the next start.
"""

import argparse
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from yigui.config.cli import set_up
from yigui.dev.children import Child, Database, KeepsDying, keep_alive
from yigui.dev.embedded import EmbeddedServer, EmbeddedServerError
from yigui.dev.where import alone, data_home, use_server

#: What is the courier's alone.
_COURIERS = ("DATABASE_COURIER_URL",)


def run(chosen: argparse.Namespace) -> None:
    """Start everything, print the address, look after it until Ctrl-C; exits 1 with a sentence where that is not possible."""
    home = data_home()
    with alone(home):
        if _is_taken(chosen.host, chosen.port):
            sys.exit(f"端口 {chosen.port} 已被占用。请以 --port 指定其他端口。")
        _run(home, chosen)


def _run(home: Path, chosen: argparse.Namespace) -> None:
    # A shell starts a background job with Ctrl-C ignored; whoever sends the signal by hand means it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    server = None if os.environ.get("DATABASE_URL") else EmbeddedServer(home / "postgres")
    try:
        if server is not None:
            server.start()
        _environment(home, chosen, server)
        _prepare(chosen)
        _serve(chosen, server)
    except (EmbeddedServerError, KeepsDying) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("\n已中止。", flush=True)
    finally:
        if server is not None:
            server.stop()


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _environment(home: Path, chosen: argparse.Namespace, server: EmbeddedServer | None) -> None:
    os.environ["YIGUI_DATA"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "yigui.config.settings"
    os.environ.setdefault("YIGUI_PUBLIC_URL", f"http://{chosen.host}:{chosen.port}")
    if chosen.today:
        os.environ["YIGUI_TODAY"] = chosen.today.isoformat()
    if server is not None:
        use_server(home, server)


def _prepare(chosen: argparse.Namespace) -> None:
    set_up()
    from django.db import OperationalError, connections

    from yigui.config.prepare import prepare_database
    from yigui.config.static_files import collect_static
    from yigui.dev.demo import found_city_where_none_is

    collect_static()
    try:
        prepare_database()
        if os.environ.get("YIGUI_DEMO") == "1":
            found_city_where_none_is(chosen.persons)
    except OperationalError as error:
        sys.exit(f"准备数据库时连接不上或连接中断，请检查数据库后重新运行 ./run，已完成的部分不会丢失。数据库的说明：{error}")
    connections.close_all()


def _serve(chosen: argparse.Namespace, server: EmbeddedServer | None) -> None:
    web = Child("网页服务", [
        sys.executable, "-m", "gunicorn", "-c", "python:yigui.config.web_server", "yigui.config.wsgi:application",
        "--bind", f"{chosen.host}:{chosen.port}", "--workers", str(chosen.workers),
    ], without=_COURIERS)  # fmt: skip
    worker = Child("后台任务", [sys.executable, "-m", "yigui.config", "worker"], without=_COURIERS)
    courier = Child("短信发送", [sys.executable, "-m", "yigui.config", "courier"])
    children, database = [web, worker, courier], Database(server) if server is not None else None
    begun = time.monotonic()
    try:
        keep_alive(children, database, until=lambda: _answers(chosen) or time.monotonic() - begun > 60)
        if not _answers(chosen):
            sys.exit("网页服务在 60 秒内没有应答，请查看以上日志。")
        _announce()
        keep_alive(children, database)
    except KeyboardInterrupt:
        print("\n正在停止…", flush=True)
    finally:
        for child in children:
            child.stop()
        for child in children:
            child.wait()


def _answers(chosen: argparse.Namespace) -> bool:
    try:
        socket.create_connection((chosen.host, chosen.port), 1).close()
    except OSError:
        return False
    return True


def _announce() -> None:
    address = os.environ["YIGUI_PUBLIC_URL"]
    print(f"\n一柜已启动：{address}/    （Ctrl-C 停止）")
    if os.environ.get("YIGUI_DEMO") == "1":
        from yigui.dev.demo import announce_accounts

        announce_accounts(address)
    print("", flush=True)
