"""Database clusters that are made once a run and copied by whoever needs one: prepared and empty, or with the generated city.

The processes of a run share a folder (`YIGUI_TEST_SHARED`); the first one makes what is missing, the others wait for it. What is copied
is a stopped cluster with the passwords of its logins.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from yigui.dev.embedded import EmbeddedServer

SHARED = "YIGUI_TEST_SHARED"
#: A file system in memory, and what must be free there: the databases of a run and of those of its tests that have their own.
MEMORY, MEMORY_MIN = Path("/dev/shm"), 8 * 1024**3
#: Kept clusters: tables, functions and declarations only; and with the city and its people, as database `yigui` and again as `city`.
PREPARED, CITY = "prepared", "city"
#: The data directory of a `./run` with its own small city.
HOUSE = "house"


def begin() -> Callable[[], None] | None:
    """A folder for this run, where there is none yet; gives what removes it."""
    if SHARED in os.environ:
        return None
    folder = tempfile.mkdtemp(prefix="yigui-shared-")
    Path(folder).chmod(0o755)
    os.environ[SHARED] = folder

    def end() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(SHARED, None)

    return end


def work_in_memory() -> None:
    """Let what this run keeps for a while lie in memory, where there is room: a database of the city is two thousand files, and each file of tests
    begins with a copy of it. On a disk that took a second and more; here it takes a tenth."""
    if "TMPDIR" in os.environ or not os.path.ismount(MEMORY):
        return
    if min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) >= MEMORY_MIN:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@contextmanager
def alone() -> Iterator[None]:
    """One process of the run at a time."""
    with (Path(os.environ[SHARED]) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(server: EmbeddedServer, name: str) -> None:
    """Keep the cluster of a server as it is; the server is stopped meanwhile."""
    server.stop()
    kept = Path(os.environ[SHARED]) / name
    kept.mkdir()
    _copy(server.home, kept)
    server.start()


def lay(name: str, home: Path) -> bool:
    """Lay a kept cluster into the home of a server that has not been started; False where it has not been kept."""
    kept = Path(os.environ.get(SHARED, "/nowhere")) / name
    if not (kept / "pg").exists():
        return False
    home.mkdir(parents=True)
    _copy(kept, home)
    return True


def keep_house(data: Path) -> None:
    """Keep the data directory of a `./run` that has ended, for a run of the tests that begins with its city."""
    kept = Path(os.environ[SHARED]) / HOUSE
    if not kept.exists():
        half = kept.with_suffix(f".{os.getpid()}")
        subprocess.run(["cp", "-a", "--reflink=auto", str(data), str(half)], check=True)
        try:
            half.rename(kept)
        except OSError:
            # Another process of the run was sooner.
            shutil.rmtree(half)


def lay_house(data: Path) -> None:
    """Lay the kept data directory of a `./run` into an empty folder, where one has been kept."""
    kept = Path(os.environ[SHARED]) / HOUSE
    if kept.exists():
        subprocess.run(["cp", "-a", "--reflink=auto", f"{kept}/.", str(data)], check=True)


def _copy(source: Path, target: Path) -> None:
    # With owner and rights: a server of the tests may run as somebody else.
    shutil.copy2(source / "secrets.json", target)
    owner = (source / "secrets.json").stat()
    if os.geteuid() == 0:
        os.chown(target / "secrets.json", owner.st_uid, owner.st_gid)
        os.chown(target, (source / "pg").stat().st_uid, -1)
    subprocess.run(["cp", "-a", "--reflink=auto", str(source / "pg"), str(target / "pg")], check=True)
