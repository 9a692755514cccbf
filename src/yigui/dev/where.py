"""Where the embedded database of this place lives, who may use it, and how a process is pointed at it."""

import errno
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yigui.dev.embedded import EmbeddedServer, is_postgres

ROOT = Path(__file__).resolve().parents[3]


def data_home() -> Path:
    """The data directory: `YIGUI_DATA`, or `.data` beside the sources."""
    return Path(os.environ.get("YIGUI_DATA", ROOT / ".data"))


def embedded_of(home: Path) -> EmbeddedServer | None:
    """The running embedded server of a data directory, if there is one."""
    server = EmbeddedServer(home / "postgres")
    try:
        said = (server.cluster / "postmaster.pid").read_text().splitlines()
        server.port = int(said[3])
        return server if is_postgres(int(said[0])) else None
    except (OSError, IndexError, ValueError):
        return None


def use_server(home: Path, server: EmbeddedServer) -> None:
    """Point this process and its children at an embedded server."""
    os.environ["YIGUI_DATA"] = str(home)
    os.environ.setdefault("YIGUI_DEMO", "1")
    os.environ.update(server.environment())
    os.environ.setdefault("YIGUI_SECRET_KEY", server.secret_key)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the data directory's lock, with our process number in it; ends the program with a sentence where that cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / "run.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                who = lock.read().strip() or "未知"
                sys.exit(f"数据目录 {home} 已有一个一柜在运行（进程 {who}）。请先停止它，或以 YIGUI_DATA 指定另一个目录。")
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            yield
    except OSError as error:
        sys.exit(unusable(home, error))


def unusable(home: Path, error: OSError) -> str:
    """What is wrong with the data directory and what to do, for a person."""
    where = error.filename or home
    why = {
        errno.EROFS: f"{where} 所在文件系统为只读，请改为可写",
        errno.ENOSPC: f"{where} 所在磁盘已满，请清理或扩容",
        errno.EDQUOT: f"{where} 所在磁盘的配额已用完，请清理或扩容",
        errno.EACCES: f"当前用户对 {where} 没有读写权限，请更改权限",
        errno.EPERM: f"系统不允许当前用户写入 {where}，请更改权限",
        errno.EIO: f"读写 {where} 出现硬件错误，请检查磁盘",
    }.get(error.errno or 0, f"无法使用 {where}（{error.strerror or error}），请检查")
    return f"{why}，或以环境变量 YIGUI_DATA 指定另一个数据目录，然后重新运行 ./run。"
