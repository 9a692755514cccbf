"""gunicorn's settings, for `./run` and in production: `gunicorn -c python:yigui.config.web_server yigui.config.wsgi`.

Slow clients hold no thread: `buffering_worker` reads their requests whole first.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = os.environ.get("YIGUI_BIND", "127.0.0.1:8000")
#: A process a core, two threads in each: one computes while the other waits for the database.
workers = int(os.environ.get("YIGUI_WEB_WORKERS", "2"))
threads = 2
worker_class = "yigui.config.buffering_worker.BufferingWorker"
backlog = 1024
# Catalogue, forms and pinyin are loaded once, before the processes part.
preload_app = True
# A new process now and then gives back what has grown; not all at once.
max_requests = 50_000
max_requests_jitter = 10_000
graceful_timeout = 10
keepalive = 5
loglevel = "warning"
control_socket_disable = True
# The sign of life of each process lies in memory, so that a slow disk kills nobody.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# Where the processes add up their figures (`metrics`), until the server stops.
_FIGURES = "yigui-figures-"
_place = Path(worker_tmp_dir or tempfile.gettempdir())
for _left in _place.glob(f"{_FIGURES}*"):
    if not Path(f"/proc/{_left.name.removeprefix(_FIGURES)}").exists() and Path("/proc/self").exists():
        shutil.rmtree(_left, ignore_errors=True)
_figures = _place / f"{_FIGURES}{os.getpid()}"
shutil.rmtree(_figures, ignore_errors=True)
_figures.mkdir(mode=0o700)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)


def child_exit(server: Any, worker: Any) -> None:
    """A process has ended: what it counted stays counted, what it measured of itself goes."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """The server stops."""
    shutil.rmtree(_figures, ignore_errors=True)
