"""Programs that are started again when they die: with back-off, a sentence each time, and an end when it does not help."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from yigui.dev.embedded import EmbeddedServer, EmbeddedServerError, die_with_parent
from yigui.dev.where import ROOT

#: Deaths within so many seconds that end the patience.
DEATHS_MAX, WITHIN_SECONDS = 5, 60.0
#: Seconds before the second start, the third …; the first is at once.
WAITS = (0.0, 0.5, 1.0, 2.0, 4.0)


class KeepsDying(RuntimeError):
    """A child died too often in too short a time; the message says what to do."""


@dataclass
class Patience:
    """How often something died lately, and how long to wait before it is started again."""

    name: str
    deaths: deque[float] = field(default_factory=deque)

    def died(self, how: str) -> float:
        """Note a death and say so; gives the seconds to wait.

        Raises:
            KeepsDying: this was one too many.
        """
        now = time.monotonic()
        while self.deaths and now - self.deaths[0] > WITHIN_SECONDS:
            self.deaths.popleft()
        self.deaths.append(now)
        if len(self.deaths) >= DEATHS_MAX:
            raise KeepsDying(
                f"{self.name}在 {WITHIN_SECONDS:.0f} 秒内 {len(self.deaths)} 次意外退出（最近一次：{how}），不再重新启动。"
                "请按以上日志排除原因（磁盘是否已满、端口是否被占用、内存是否不足），再运行 ./run；已受理的业务不会丢失。"
            )
        wait = WAITS[min(len(self.deaths), len(WAITS)) - 1]
        print(f"{self.name}意外退出（{how}），{'立即' if not wait else f'{wait:g} 秒后'}重新启动。", flush=True)
        return wait


def how_it_ended(code: int) -> str:
    """`信号 SIGKILL` or `退出码 3`."""
    return f"信号 {signal.Signals(-code).name}" if code < 0 else f"退出码 {code}"


@dataclass
class Child:
    """One program in a process group of its own; `without` are variables of the environment that are not for it."""

    name: str
    command: list[str]
    without: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    start_at: float | None = 0.0

    def __post_init__(self) -> None:
        self.patience = Patience(self.name)

    def look(self) -> None:
        """Start it where its time has come, note where it died.

        Raises:
            KeepsDying: see `Patience`.
        """
        if self.process is not None and (code := self.process.poll()) is not None:
            self._end_group()
            self.process = None
            self.start_at = time.monotonic() + self.patience.died(how_it_ended(code))
        if self.process is None and self.start_at is not None and time.monotonic() >= self.start_at:
            environment = {name: value for name, value in os.environ.items() if name not in self.without} | {
                "PYTHONPATH": str(ROOT / "src")
            }
            self.process = subprocess.Popen(
                self.command, env=environment, start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM)
            )

    def stop(self) -> None:
        """Ask it to stop; `wait` sees to it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = 15) -> None:
        """Wait until it has stopped, and end what is left of it."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """End what the program left behind: orphans of a web server hold its port."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Database:
    """The embedded server, started again where it died, on the same port, so that its clients find it."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server, self.patience = server, Patience("数据库")
        self.start_at: float | None = None

    def look(self) -> None:
        """Start it again where it died.

        Raises:
            KeepsDying: see `Patience`.
        """
        process = self.server.process
        if process is not None and (code := process.poll()) is not None:
            self.server.process = None
            self.start_at = time.monotonic() + self.patience.died(how_it_ended(code))
        if self.start_at is None or time.monotonic() < self.start_at:
            return
        begun, self.start_at = time.monotonic(), None
        try:
            self.server.start()
        except EmbeddedServerError as error:
            print(error, file=sys.stderr, flush=True)
            self.start_at = time.monotonic() + self.patience.died("未能启动")
        else:
            print(f"数据库已恢复，用时 {time.monotonic() - begun:.1f} 秒。", flush=True)


def keep_alive(children: list[Child], database: Database | None, until: Callable[[], bool] = lambda: False) -> None:
    """Look after everything until `until` says so (or Ctrl-C comes), five times a second.

    Raises:
        KeepsDying: something died too often.
    """
    watched: list[Any] = [*([database] if database else []), *children]
    while not until():
        for one in watched:
            one.look()
        time.sleep(0.2)
