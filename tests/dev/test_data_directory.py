"""A data directory that cannot be used says so in a sentence, and what to do."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from yigui.dev.where import unusable


@contextmanager
def mounted(options: str) -> Iterator[Path | None]:
    """A small file system of its own, mounted with `options`; None where we may not mount."""
    folder = Path(tempfile.mkdtemp(prefix="yigui-mounted-"))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True)
    try:
        yield folder if done.returncode == 0 else None
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def unwritable() -> Iterator[Path]:
    """A folder that nobody can write to; what the kernel shows of itself where we may not mount one."""
    with mounted("ro") as folder:
        yield folder or Path("/sys/yigui")


def started(home: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "YIGUI_DATA": str(home)}
    command = [sys.executable, "-m", "yigui", "run", "--port", str(31_000 + os.getpid() % 1000)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_a_read_only_data_directory_is_a_sentence() -> None:
    with unwritable() as folder:
        done = started(folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(folder) in done.stderr
    assert any(words in done.stderr for words in ("只读", "没有读写权限", "不允许当前用户写入"))
    assert "YIGUI_DATA" in done.stderr


def test_a_full_disk_is_a_sentence() -> None:
    with mounted("size=6m,mode=755") as folder:
        if folder is None:
            pytest.skip("mounting a small file system is not allowed here; the sentence itself is tested below")
        done = started(folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "磁盘已满" in done.stderr


def test_the_sentences_come_from_what_the_system_says() -> None:
    with pytest.raises(OSError) as full, Path("/dev/full").open("w") as device:  # noqa: PT011
        device.write("x")
        device.flush()
    assert full.value.errno == errno.ENOSPC
    assert "磁盘已满" in unusable(Path("/srv/yigui"), full.value)
    assert "没有读写权限" in unusable(Path("/srv/yigui"), PermissionError(errno.EACCES, "Permission denied", "/srv/yigui/run.lock"))
    assert "/srv/yigui/run.lock" in unusable(
        Path("/srv/yigui"), PermissionError(errno.EACCES, "Permission denied", "/srv/yigui/run.lock")
    )
    assert "Stale file handle" in unusable(Path("/srv/yigui"), OSError(errno.ESTALE, "Stale file handle"))


def test_a_second_start_in_the_same_directory_names_the_first(tmp_path: Path) -> None:
    import fcntl

    tmp_path.chmod(0o755)
    with (tmp_path / "run.lock").open("w") as lock:
        lock.write("4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = started(tmp_path)
    assert done.returncode == 1
    assert "已有一个一柜在运行（进程 4711）" in done.stderr
