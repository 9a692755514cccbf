"""A server and programs on it that may be killed at any point, program or database: what the kill tests share.

A server of its own, durable as in production, because it is killed too.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import clusters
from yigui.dev.embedded import EmbeddedServer

ROOT = Path(__file__).resolve().parents[1]

#: How many times as often a run is killed as in `./check`: `YIGUI_KILLS=4 pytest tests/payment/test_kill.py`.
TIMES = int(os.environ.get("YIGUI_KILLS", "1"))


def many_kills(usual: int) -> int:
    """Kills of a test: as many as `./check` has time for, or as many times that as somebody asks for."""
    return usual * TIMES


# Everything is imported once; each order is carried out by a child of its own, on a connection of its own.
_STABLE = """
import json, os, sys, traceback
import django
django.setup()
from django.db import connections
from tests import money, seen
seen.carry()
from yigui.payment import pay_run
from yigui.levy import levy_run as levy, verify
from yigui.receipts import files as receipts
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        for name in ("default", "owner", "super"):
            connections[name].settings_dict["PORT"] = order["port"]
        sys.argv = ["", *order["arguments"]]
        print(os.getpid(), flush=True)
        try:
            exec(order["program"], {"json": json, "sys": sys})
        except BaseException:
            if order["loud"]:
                traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass
class Killable:
    """A server and programs on it, all of which may be killed."""

    home: Path
    #: The kept cluster it begins with, where there is one.
    like: str
    rolls: random.Random = field(default_factory=lambda: random.Random(11))
    #: Kills fall within so many seconds; less after a program that was through before, more after one that was not.
    within: float = 0.5
    kills: int = 0
    server_kills: int = 0

    def __post_init__(self) -> None:
        self.is_ready = clusters.lay(self.like, self.home / "postgres")
        if not self.is_ready:
            clusters.lay(clusters.PREPARED, self.home / "postgres")
        self.server = EmbeddedServer(self.home / "postgres", {"shared_buffers": "128MB"})
        self.server.start()
        environment = {
            **os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "YIGUI_DATA": str(self.home),
            **self.server.environment(), "YIGUI_TEST_SUPER_URL": self.server.url("postgres"),
        }  # fmt: skip
        self.stable = subprocess.Popen(
            [sys.executable, "-c", _STABLE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        assert self.stable.stdin is not None
        self.stable.stdin.close()
        self.stable.wait(30)
        self.server.stop()

    def _order(self, program: str, *arguments: str, loud: bool) -> int:
        """Begin a program; gives its process number."""
        assert self.stable.stdin is not None
        order = {"program": program, "arguments": arguments, "port": self.server.port, "loud": loud}
        self.stable.stdin.write(json.dumps(order) + "\n")
        self.stable.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self.stable.stdout is not None
        return self.stable.stdout.readline()

    def _end(self) -> tuple[list[str], int]:
        """What the program printed, and its exit code."""
        said: list[str] = []
        while not (line := self._line()).startswith("ended"):
            assert line, "the stable ended"
            said.append(line)
        return said, int(line.split()[1])

    def ask(self, program: str, *arguments: str) -> Any:
        """Run a program to its end; gives what it printed, read as JSON."""
        self._order(program, *arguments, loud=True)
        said, code = self._end()
        assert code == 0
        return json.loads(said[-1]) if said else None

    def run_and_kill(self, program: str, *arguments: str) -> None:
        """Run a program and kill it, or the server under it, at a random moment after it began."""
        kills = self.kills
        self._kill(program, *arguments)
        self.within = self.within * 0.7 if self.kills == kills else min(3.0, self.within * 1.2)

    def _kill(self, program: str, *arguments: str) -> None:
        pid = self._order(program, *arguments, loud=False)
        time.sleep(self.rolls.uniform(0.0, self.within))
        if self.rolls.random() < 0.3:
            assert self.server.process is not None
            self.server.process.send_signal(signal.SIGKILL)
            self.server.process.wait()
            _, code = self._end()
            self.server.start()
            # Not counted when the program had done its work before.
            self.kills += code != 0
            self.server_kills += code != 0
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, code = self._end()
        self.kills += code == -signal.SIGKILL


@contextmanager
def killable_server(prepare: str) -> Iterator[Killable]:
    """A server prepared by a program, thrown away at the end; the next one of the same program begins with a copy."""
    home = Path(tempfile.mkdtemp(prefix="yigui-kill-"))
    home.chmod(0o755)
    made = Killable(home, f"killable-{hashlib.sha256(prepare.encode()).hexdigest()[:12]}")
    if not made.is_ready:
        made.ask(prepare)
        clusters.keep(made.server, made.like)
    yield made
    made.close()
    shutil.rmtree(home, ignore_errors=True)
