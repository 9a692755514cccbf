"""The embedded server: durable, recovered after a crash, one at a time, and stopped cleanly."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import clusters
from tests.conftest import ROOT
from yigui.dev.embedded import EmbeddedServer


@contextmanager
def folder() -> Iterator[Path]:
    """A data directory that a server of another user may read."""
    path = Path(tempfile.mkdtemp(prefix="yigui-embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    with folder() as path:
        yield path


@pytest.fixture(scope="module")
def house() -> Iterator[Path]:
    """Of `./run`: whichever test is the first makes the city in it, the next begins with what that one has left."""
    with folder() as path:
        yield path


def test_a_killed_server_is_recovered_with_what_was_committed(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    assert server.process is not None
    with psycopg.connect(server.url("yigui_owner"), autocommit=True) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        connection.execute("CREATE TABLE kept (n integer)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert (home / "pg" / "postmaster.pid").exists()
    again = EmbeddedServer(home)
    again.start()
    try:
        with psycopg.connect(again.url("yigui_owner")) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    finally:
        again.stop()
    assert not (home / "pg" / "postmaster.pid").exists()


def test_the_passwords_are_read_by_their_owner_only_and_needed(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    try:
        assert (home / "secrets.json").stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"postgresql://yigui_app@127.0.0.1:{server.port}/yigui")
    finally:
        server.stop()


def _as_in_the_background() -> None:
    """A shell's background job begins with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.slow
def test_run_serves_restarts_in_seconds_and_stops_on_ctrl_c(house: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "YIGUI_DATA": str(house)}
    port = 18_000 + os.getpid() % 7_000
    command = [sys.executable, "-m", "yigui", "run", "--persons", "2000", "--port", str(port), "--today", "2026-11-10"]
    for _ in range(2):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_as_in_the_background
        )
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        import urllib.request

        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/").read().decode()
        assert "一柜通办" in page
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        clusters.keep_house(house)
    assert not (house / "postgres" / "pg" / "postmaster.pid").exists()


@pytest.mark.slow
def test_children_do_not_outlive_a_killed_run(house: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "YIGUI_DATA": str(house)}
    port = 25_000 + os.getpid() % 7_000
    command = [sys.executable, "-m", "yigui", "run", "--persons", "2000", "--port", str(port), "--today", "2026-11-10"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    while "Ctrl-C" not in process.stdout.readline():
        assert process.poll() is None
    process.kill()
    process.wait()
    import socket

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                break
        time.sleep(0.2)
    else:
        pytest.fail("the web server outlived its supervisor")
    server = EmbeddedServer(house / "postgres")
    server.start()
    with psycopg.connect(server.url("yigui_owner")) as connection:
        assert connection.execute("SELECT count(*) FROM registry_person").fetchone() == (2550,)
    server.stop()
