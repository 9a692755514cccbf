"""Who sends slowly holds a buffer and no thread: the attack itself, against the real server."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import ROOT
from yigui.config import buffering_worker

SLOW = 40
#: With the server this house had before, the page was not there after twenty seconds.
PATIENCE_SECONDS = 3


def slow_post(address: str, path: str = "/sign-in/") -> socket.socket:
    """A POST that announces a body and sends none of it."""
    parts = urlsplit(address)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), 5)
    connection.sendall(f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 100000\r\n\r\nusername=".encode())
    return connection


def test_forty_slow_posts_do_not_keep_anybody_waiting(site: str) -> None:
    slow = [slow_post(site) for _ in range(SLOW)]
    # Others send half a head, or open a connection and say nothing.
    for head in (b"GET /v/ HTTP/1.1\r\nHost", b""):
        slow += [slow_post(site) for _ in range(3)]
        slow[-1].sendall(head)
    try:
        time.sleep(0.5)
        begun = time.monotonic()
        answers = [httpx.get(f"{site}/v/", timeout=20).status_code for _ in range(8)]
        took = time.monotonic() - begun
    finally:
        for connection in slow:
            connection.close()
    assert answers == [200] * 8
    assert took < PATIENCE_SECONDS * 8, f"{took:.1f} s"


def test_a_slow_reader_of_a_large_answer_holds_no_thread(site: str) -> None:
    parts = urlsplit(site)
    readers = []
    for _ in range(12):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((parts.hostname, parts.port))
        connection.sendall(f"GET /guide/ HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        readers.append(connection)
    try:
        assert httpx.get(f"{site}/v/", timeout=20).status_code == 200
    finally:
        for connection in readers:
            connection.close()


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same server with short patience, before an application of one line."""
    home: Path = tmp_path_factory.mktemp("hasty")
    (home / "hasty_settings.py").write_text(
        "import yigui.config.buffering_worker as w\n"
        "w.HEAD_SECONDS, w.BODY_GRACE_SECONDS, w.REST_SECONDS, w._LOOK_SECONDS = 1, 1, 1, 0.2\n"
        "worker_class = 'yigui.config.buffering_worker.BufferingWorker'\n"
        "workers, threads, preload_app, max_requests, loglevel = 2, 1, True, 20, 'warning'\n"
        "control_socket_disable = True\n"
    )
    (home / "hasty_app.py").write_text(
        "def application(environ, start_response):\n"
        "    body = environ['wsgi.input'].read()\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [environ['wsgi.url_scheme'].encode() + b' ' + str(len(body)).encode()]\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:hasty_settings",
        "--bind",
        f"127.0.0.1:{port}",
        "hasty_app:application",
    ]
    process = subprocess.Popen(command, env={"PYTHONPATH": f"{ROOT / 'src'}:{home}", "PATH": "/usr/bin:/bin"})
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_who_never_ends_a_head_or_a_body_is_cut_off(hasty: str) -> None:
    parts = urlsplit(hasty)
    half_a_head = socket.create_connection((parts.hostname or "", parts.port or 0), 5)
    half_a_head.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    no_body = slow_post(hasty)
    for connection in (half_a_head, no_body):
        with closing(connection):
            connection.settimeout(8)
            assert b"200" not in connection.recv(100)


def test_a_body_that_comes_in_pieces_is_taken_whole(hasty: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000
            time.sleep(0.02)

    assert httpx.post(hasty, content=pieces(), timeout=10).text == "http 100000"


def test_processes_are_renewed_without_losing_a_request(hasty: str) -> None:
    assert [httpx.get(hasty, timeout=10).text for _ in range(90)] == ["http 0"] * 90


def test_the_scheme_is_believed_of_a_proxy(hasty: str) -> None:
    assert httpx.get(hasty, headers={"X-Forwarded-Proto": "https"}, timeout=10).text == "https 0"


def test_a_request_larger_than_any_list_is_refused(hasty: str) -> None:
    parts = urlsplit(hasty)
    with closing(socket.create_connection((parts.hostname or "", parts.port or 0), 5)) as connection:
        length = buffering_worker.BODY_MAX + 1
        connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        connection.settimeout(8)
        assert b" 413 " in connection.recv(200)
