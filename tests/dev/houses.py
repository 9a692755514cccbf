"""A `./run` of its own for tests that kill parts of it, and a program that hands cases in meanwhile and remembers what was acknowledged."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from tests import clusters
from tests.conftest import ROOT
from yigui.dev.where import embedded_of
from yigui.synthetic.demo_staff import API_TOKEN

TOKEN = {"Authorization": f"Bearer {API_TOKEN}"}
#: People whom nobody has a case about, for the writer.
PEOPLE = (
    "SELECT id_number, name, mobile FROM registry_person p WHERE retired_on IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM casework_case c WHERE c.person_id = p.id) ORDER BY id"
)


@dataclass
class House:
    """A running `./run`: what it says, its parts, its database."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, login: str = "postgres") -> str:
        server = embedded_of(self.home)
        assert server is not None
        return server.url(login)

    def ask(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def part(self, words: str) -> psutil.Process:
        """The child whose command line holds `words`; the first of them in the tree."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if words in " ".join(child.cmdline()))

    def backends(self) -> list[psutil.Process]:
        """The database's processes that serve our programs."""
        leader = self.part("postgres")
        return [child for child in leader.children() if " yigui_" in " ".join(child.cmdline())]

    def says(self, words: str, since: int = 0, within: float = 40) -> str:
        """Wait until it has said a line with `words`; gives the line."""
        return wait_for(lambda: next((line for line in self.said[since:] if words in line), ""), within, lambda: "".join(self.said))

    def answers(self, within: float = 30) -> float:
        """Wait until it is ready again, the database included; gives the seconds."""
        begun = time.monotonic()
        wait_for(lambda: self._page() == 200, within, lambda: "".join(self.said))
        return time.monotonic() - begun

    def _page(self) -> int:
        try:
            return httpx.get(f"{self.address}/health/ready", timeout=10).status_code
        except httpx.TransportError:
            return 0


def wait_for(found: Callable[[], Any], within: float, tell: Callable[[], str] = str) -> Any:
    """What `found` gives as soon as it gives something."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError(f"not within {within} s: {tell()}")


def is_over(ask: Callable[..., list[tuple[Any, ...]]], job: int) -> bool:
    """Whether nobody is at a background job any more, however it ended: done ones are deleted, failed ones are kept."""
    return not ask("SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status IN ('todo', 'doing')", job)


@contextmanager
def house(*arguments: str, database_url: str = "") -> Iterator[House]:
    """A `./run` with a small city of its own: the one that another `./run` of these tests has made, where there is one by now."""
    home = Path(tempfile.mkdtemp(prefix="yigui-house-"))
    home.chmod(0o755)
    clusters.lay_house(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "YIGUI_DATA": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "yigui", "run", "--persons", "2000", "--port", str(port), "--today", "2026-11-10", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    made = House(home, port, process)
    reader = threading.Thread(target=lambda: made.said.extend(iter(process.stdout.readline, "")), daemon=True)  # type: ignore[union-attr]
    reader.start()
    try:
        made.says("Ctrl-C", within=120)
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.kill()
            shutil.rmtree(home, ignore_errors=True)


class Writer:
    """Hands in class-3 cases one after the other; each is asked for again with its key until it is acknowledged."""

    def __init__(self, address: str, people: list[tuple[str, str, str]]) -> None:
        self.address, self.people = address, people
        self.acknowledged: dict[str, str] = {}
        self.answers: dict[int, int] = {}
        self.refused: list[httpx.Response] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._thread.join(90)
        assert not self._thread.is_alive()

    def _write(self) -> None:
        with httpx.Client(base_url=self.address, headers=TOKEN, timeout=30) as client:
            for number, (id_number, name, mobile) in enumerate(self.people):
                form = {"id_number": id_number, "person_name": name, "change_item": "01", "old_value": mobile,
                        "new_value": f"139{number:08d}"}  # fmt: skip
                body = {"item_code": "CHG-003", "form": form, "materials": [{"code": "id_card"}]}
                key = str(uuid.uuid4())
                while not self._hand_in(client, body, key):
                    if self._stop.wait(0.1):
                        return
                if self._stop.is_set():
                    return

    def _hand_in(self, client: httpx.Client, body: dict[str, Any], key: str) -> bool:
        try:
            answer = client.post("/api/cases", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            self.answers[0] = self.answers.get(0, 0) + 1
            return False
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        if answer.status_code == 503:
            self.refused.append(answer)
            return False
        assert answer.status_code in (200, 201), answer.text
        self.acknowledged[key] = answer.json()["case_no"]
        return True

    def check(self, ask: Callable[..., list[tuple[Any, ...]]]) -> None:
        """What was acknowledged stands, once, and is finished; nothing was answered as a fault."""
        for key, case_no in self.acknowledged.items():
            found = ask("SELECT case_no, status FROM casework_case WHERE idempotency_key LIKE '%%' || %s", key)
            assert found == [(case_no, "finished")]
        assert set(self.answers) <= {0, 200, 201, 503}, self.answers
        for answer in self.refused:
            assert answer.headers["Retry-After"].isdecimal()
            assert answer.json()["code"] == "unavailable"

    def goes_on(self, cases: int = 3, within: float = 40) -> None:
        """Wait until so many more cases have been acknowledged."""
        enough = len(self.acknowledged) + cases
        wait_for(lambda: len(self.acknowledged) >= enough, within, lambda: f"{len(self.acknowledged)} of {enough}, {self.answers}")
