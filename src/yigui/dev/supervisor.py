"""Behind `./run`: database, migrations, city, web server, worker; all stopped together by Ctrl-C.

The children die with this process even when it is killed, and a database that was killed recovers at the next start.
"""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from yigui.dev.embedded import EmbeddedServer, EmbeddedServerError, die_with_parent
from yigui.dev.where import ROOT, data_home, use_server


def run(chosen: argparse.Namespace) -> None:
    """Start everything, print the address, wait."""
    home = data_home()
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"数据目录 {home} 已有一个一柜在运行。请先停止它，或以 YIGUI_DATA 指定另一个目录。")
    if _is_taken(chosen.host, chosen.port):
        sys.exit(f"端口 {chosen.port} 已被占用。请以 --port 指定其他端口。")
    # A shell starts a background job with Ctrl-C ignored; whoever sends the signal by hand means it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    server = None
    try:
        server = _database(home)
        _environment(home, chosen, server)
        _prepare(chosen)
        _serve(chosen)
    except EmbeddedServerError as error:
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


def _database(home: Path) -> EmbeddedServer | None:
    """The embedded server, unless `DATABASE_URL` names another."""
    if os.environ.get("DATABASE_URL"):
        return None
    server = EmbeddedServer(home / "postgres")
    server.start()
    return server


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
    import django

    django.setup()
    from django.db import connections

    from yigui.config.prepare import prepare_database
    from yigui.config.static_files import pack_static
    from yigui.dev.demo import found_city_where_none_is

    pack_static()
    prepare_database()
    if os.environ.get("YIGUI_DEMO") == "1":
        found_city_where_none_is(chosen.persons)
    connections.close_all()


def _serve(chosen: argparse.Namespace) -> None:
    web = [
        sys.executable, "-m", "gunicorn", "yigui.config.wsgi:application", "--bind", f"{chosen.host}:{chosen.port}",
        "--workers", str(chosen.workers), "--threads", "2", "--log-level", "warning", "--no-control-socket", "--preload",
        "--graceful-timeout", "10",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2"]
    children = [_child(web), _child(worker)]
    try:
        _wait_for(chosen, children[0])
        _announce()
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        sys.exit("网页服务或后台任务意外退出，请查看以上日志。")
    except KeyboardInterrupt:
        print("\n正在停止…", flush=True)
    finally:
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()


def _child(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM))


def _wait_for(chosen: argparse.Namespace, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and web.poll() is None:
        try:
            socket.create_connection((chosen.host, chosen.port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("网页服务未能启动，请查看以上日志。")


def _announce() -> None:
    address = os.environ["YIGUI_PUBLIC_URL"]
    print(f"\n一柜已启动：{address}/    （Ctrl-C 停止）")
    if os.environ.get("YIGUI_DEMO") == "1":
        from yigui.dev.demo import announce_accounts

        announce_accounts(address)
    print("", flush=True)
