"""Second start of `./run` to its first page, beside the bare start of PostgreSQL on the same data."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench import ROOT, line


def start(home: Path, port: int) -> float:
    """Start, fetch the sign-in page, stop; gives the seconds to the page."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))} | {"YIGUI_DATA": str(home)}
    started = time.perf_counter()
    process = subprocess.Popen([str(ROOT / "run"), "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5).read()
            break
        except OSError:
            if process.poll() is not None:
                sys.exit("./run ended")
            time.sleep(0.05)
    seconds = time.perf_counter() - started
    process.send_signal(signal.SIGINT)
    process.wait(60)
    return seconds


def measure() -> None:
    """First start with the default city, then three more."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="yigui-start-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        first = start(home, port)
        again = sorted(start(home, port) for _ in range(3))
        from yigui.dev.embedded import EmbeddedServer

        server = EmbeddedServer(home / "postgres")
        begun = time.perf_counter()
        server.start()
        bare = time.perf_counter() - begun
        server.stop()
    line(
        "second start of ./run to the first page (median of 3)", f"{again[1]:.1f} s (first start with the city {first:.1f} s)",
        f"8 s (bare start of PostgreSQL {bare:.1f} s)", again[1] < 8,
    )  # fmt: skip


if __name__ == "__main__":
    measure()
