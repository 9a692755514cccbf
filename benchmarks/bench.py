"""What the benchmarks share: a database with a city, a web server, percentiles."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
TODAY = "2026-11-10"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
os.environ["YIGUI_TODAY"] = TODAY
os.environ["YIGUI_DEMO"] = "1"
os.environ.setdefault("YIGUI_SECRET_KEY", "only for benchmarks")


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def answers(batch: object) -> dict[str, str]:
    """What a benchmark writes where a batch's warnings ask whoever signs for an answer."""
    return {row["id"]: "已核实，同意办理。" for row in batch.warnings}  # type: ignore[attr-defined]


@contextmanager
def database() -> Iterator[object]:
    """An embedded server with fsync on; Django is set up on it when the block begins."""
    from yigui.dev.embedded import EmbeddedServer

    kept = os.environ.get("YIGUI_BENCH_DATA")
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="yigui-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    os.environ["YIGUI_DATA"] = str(home)
    server = EmbeddedServer(home / "postgres", {"shared_buffers": "1GB"})
    server.start()
    os.environ.update(server.environment())
    os.environ["YIGUI_BENCH_SUPER_URL"] = os.environ["YIGUI_TEST_SUPER_URL"] = server.url("postgres")
    import django

    django.setup()
    from yigui.config.prepare import prepare_database

    prepare_database()
    try:
        yield server
    finally:
        server.stop()
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


def settle_disk() -> None:
    """Write out what the preparation left in memory, so that no measurement pays for it."""
    import psycopg

    with psycopg.connect(os.environ["YIGUI_BENCH_SUPER_URL"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    os.sync()


def make_city(persons: int) -> float:
    """Generate a city of `persons` people, employers and staff where there is none; gives seconds, 0 when it was there."""
    import datetime as dt

    from yigui.registry.models import Person
    from yigui.synthetic.demo_staff import create_demo_staff
    from yigui.synthetic.generate_city import CitySize, generate_city

    if Person.objects.exists():
        sign_everybody_in()
        return 0.0
    started = time.perf_counter()
    pensioners = persons * 11 // 51
    size = CitySize(
        insured=persons - pensioners, pensioners=pensioners, employers=max(11, persons // 25), seekers=max(200, persons // 20)
    )
    generate_city(size, dt.date.fromisoformat(TODAY))
    seconds = time.perf_counter() - started
    create_demo_staff(dt.date.fromisoformat(TODAY))
    sign_everybody_in()
    return seconds


def sign_everybody_in(*, everybody: bool = True) -> None:
    """Whoever signs in a measurement has signed in, as whoever does in a test; `everybody` false in a program beside the one that said so."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    # The tests bring an environment of their own, another key for sessions among it: a server started later would not read ours.
    before = dict(os.environ)
    from tests import seen

    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
    (seen.begin if everybody else seen.carry)()


@contextmanager
def web(workers: int = 2, threads: int = 2) -> Iterator[str]:
    """The web server as `./run` starts it; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "yigui.config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
               "--threads", str(threads), "--log-level", "warning", "--no-control-socket", "--preload"]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def peak_memory(cluster: Path) -> Iterator[list[int]]:
    """Peak proportional memory (PSS, bytes) of this process and the database server's, sampled five times a second."""
    peak = [0]
    stop = threading.Event()
    leader = int((cluster / "postmaster.pid").read_text().splitlines()[0])

    def sample() -> None:
        while not stop.wait(0.2):
            total = 0
            for process in [psutil.Process(), psutil.Process(leader), *psutil.Process(leader).children()]:
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], total)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def line(name: str, figure: str, limit: str, verdict: bool) -> str:
    """One row of the table."""
    row = f"| {name} | {figure} | {limit} | {'met' if verdict else 'NOT met'} |"
    print(row, flush=True)
    return row
