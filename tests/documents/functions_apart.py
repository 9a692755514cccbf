"""Functions that misbehave in a process of their own."""

import os
import signal
import time


def spin(content: bytes) -> None:
    while True:
        pass


def eat(content: bytes) -> int:
    return len(b"x" * (2 * 1024 * 1024 * 1024))


def talk(content: bytes) -> str:
    return "x" * 2_000_000


def stumble(content: bytes) -> None:
    raise ValueError("unexpected part in workbook")


def environment(content: bytes) -> list[str]:
    return [name for name in os.environ if name.startswith(("YIGUI", "DATABASE"))]


def sleep(content: bytes) -> None:
    time.sleep(60)


_seen: list[str] = []


def remember(content: bytes) -> list[str]:
    _seen.append(content.decode())
    return _seen


def leave_alone(content: bytes, pid: int) -> list[str]:
    """Kill the process that stands ready, if it is that one; the child goes on."""
    if os.getppid() == pid:
        os.kill(pid, signal.SIGKILL)
    return ["read"]
