"""The database away for some seconds, and its standby in its place: 503 with a sentence meanwhile, and nothing acknowledged is lost."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests import clusters
from tests.conftest import ROOT, TODAY
from tests.dev.houses import PEOPLE, TOKEN, Writer, is_over, wait_for
from yigui.config.settings import database
from yigui.dev.embedded import EmbeddedServer

pytestmark = pytest.mark.slow
_SETTINGS = {"shared_buffers": "128MB", "wal_level": "replica", "max_wal_senders": "6"}
_PREPARE = """
import datetime as dt
import django
django.setup()
from yigui.config.prepare import prepare_database
from yigui.synthetic.demo_staff import create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city
prepare_database()
today = dt.date(2026, 11, 10)
generate_city(CitySize(insured=600, pensioners=30, employers=20, seekers=50), today)
create_demo_staff(today)
"""
_DEFER = """
import django
django.setup()
from procrastinate.contrib.django import app
print(app.configure_task("casework.finish_stuck").defer(timestamp=0))
"""


class Pair:
    """A primary and its standby, and the environment of programs that know both."""

    def __init__(self, home: Path) -> None:
        self.home = home
        clusters.lay(clusters.PREPARED, home / "one")
        self.primary = EmbeddedServer(home / "one", dict(_SETTINGS))
        self.primary.start()
        self.python("-c", _PREPARE, environment=self.environment(self.primary))
        self.standby = EmbeddedServer(home / "two", dict(_SETTINGS))
        self.standby.follow(self.primary)
        self.standby.start()
        # What is acknowledged is on both.
        with psycopg.connect(self.primary.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        self.primary.stop()
        self.standby.stop()

    def environment(self, *servers: EmbeddedServer) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
        logins = {
            "DATABASE_URL": "yigui_app", "DATABASE_OWNER_URL": "yigui_owner", "DATABASE_OUTSIDE_URL": "yigui_outside",
            "DATABASE_COURIER_URL": "yigui_courier",
        }  # fmt: skip
        places = ",".join(f"127.0.0.1:{server.port}" for server in servers)
        urls = {name: f"{servers[0].url(login).rpartition('@')[0]}@{places}/yigui" for name, login in logins.items()}
        if len(servers) > 1:
            urls = {name: f"{url}?target_session_attrs=read-write" for name, url in urls.items()}
        return kept | urls | {
            "YIGUI_DATA": str(self.home), "YIGUI_DEMO": "1", "YIGUI_TODAY": TODAY.isoformat(), "YIGUI_SECRET_KEY": "only for tests",
            "DJANGO_SETTINGS_MODULE": "yigui.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }  # fmt: skip

    def python(self, *arguments: str, environment: dict[str, str]) -> str:
        done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def program(self, *arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen([sys.executable, *arguments], env=environment)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)

    @contextmanager
    def served(self, *servers: EmbeddedServer) -> Iterator[str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = (
            "-m",
            "gunicorn",
            "-c",
            "python:yigui.config.web_server",
            "yigui.config.wsgi:application",
            "--bind",
            f"127.0.0.1:{port}",
        )
        with self.program(*command, environment=self.environment(*servers)):
            address = f"http://127.0.0.1:{port}"
            wait_for(lambda: _status(address, "live") == 200, 60)
            yield address


def _status(address: str, asked: str = "ready") -> int:
    try:
        return httpx.get(f"{address}/health/{asked}", timeout=20).status_code
    except httpx.TransportError:
        return 0


@pytest.fixture
def pair() -> Iterator[Pair]:
    home = Path(tempfile.mkdtemp(prefix="yigui-pair-"))
    home.chmod(0o755)
    made = Pair(home)
    yield made
    made.stop()
    shutil.rmtree(home, ignore_errors=True)


def test_the_standby_takes_the_place_of_a_killed_primary_and_nothing_acknowledged_is_lost(pair: Pair) -> None:
    def ask(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(pair.standby.url("postgres"), autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    _a_server_that_only_reads_is_no_fault_of_the_request(pair, ask(PEOPLE)[0])
    both = pair.environment(pair.primary, pair.standby)
    with (
        pair.served(pair.primary, pair.standby) as address,
        pair.program("-m", "yigui.config", "worker", environment=both) as worker,
        Writer(address, ask(PEOPLE)) as writer,
    ):
        writer.goes_on(10)
        assert pair.primary.process is not None
        pair.primary.process.send_signal(signal.SIGKILL)
        pair.primary.process.wait()
        _refused_with_a_sentence(address)
        time.sleep(3)
        ask("SELECT pg_promote()")
        writer.goes_on(10)
        assert _status(address) == 200
        job = int(pair.python("-c", _DEFER, environment=both))
        wait_for(lambda: is_over(ask, job), 60)
        # A done job is not kept; one that failed would still stand there.
        assert ask("SELECT status::text FROM procrastinate_jobs WHERE id = %s", job) == []
        assert worker.poll() is None
    assert writer.refused
    writer.check(ask)
    assert pair.python("-m", "yigui.config", "verify", environment=both) == ""


def _a_server_that_only_reads_is_no_fault_of_the_request(pair: Pair, person: tuple[str, str, str]) -> None:
    """As after a failover in which the program still holds a connection to what has become a standby."""
    form = {
        "id_number": person[0],
        "person_name": person[1],
        "change_item": "01",
        "old_value": person[2],
        "new_value": "13900000001",
    }
    body = {"item_code": "CHG-003", "form": form, "materials": [{"code": "id_card"}]}
    with pair.served(pair.standby) as address:
        assert _status(address) == 503
        answer = httpx.post(f"{address}/api/cases", json=body, headers=TOKEN, timeout=20)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (503, "5", "unavailable")


def _refused_with_a_sentence(address: str) -> None:
    """While there is no primary: a page, a fragment and the interface say so, and when to come again."""
    page = httpx.get(f"{address}/v/ABCD-EFGH-2345", timeout=20)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "数据库暂时连接不上" in page.text
    assert 'http-equiv="refresh"' in page.text
    fragment = httpx.get(f"{address}/v/ABCD-EFGH-2345", headers={"HX-Request": "true"}, timeout=20)
    assert (fragment.status_code, "<html" in fragment.text, "数据库暂时连接不上" in fragment.text) == (503, False, True)
    answer = httpx.get(f"{address}/api/cases/5111002026111000000001", headers=TOKEN, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_several_servers_may_be_named_and_the_one_that_writes_is_used() -> None:
    made = database("postgresql://app:p%40ss@one:5432,two/yigui?target_session_attrs=read-write")
    assert (made["HOST"], made["PORT"], made["USER"], made["PASSWORD"]) == ("one,two", "5432,", "app", "p@ss")
    assert made["OPTIONS"]["target_session_attrs"] == "read-write"
    assert (database("postgresql://app@one/yigui")["PORT"], database("postgresql:///yigui?host=/run/postgresql")["HOST"]) == (
        "",
        "/run/postgresql",
    )
