"""Backup and restore: database and papers together, checked by digest, into a new cluster; what is damaged is named and not restored."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.upgrade.databases import Place, empty, like_upgraded
from tests.upgrade.test_upgrade import FACTS, RELEASE, accept, change_form, renewed
from yigui.config.backup import stored_papers
from yigui.dev.embedded import EmbeddedServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lived_in() -> Iterator[Place]:
    """A database on which work was done, with a paper in its store."""
    place = like_upgraded(RELEASE, "lived_in")
    yield place
    shutil.rmtree(place.data)


@pytest.fixture(scope="module")
def kept(lived_in: Place) -> Iterator[Path]:
    """A backup of it."""
    folder = Path(tempfile.mkdtemp(prefix="yigui-backup-")) / "of-today"
    half_written = lived_in.data / "documents" / "18" / "bb" / "tmpabcdef"
    half_written.write_text("what a killed process left")
    said = lived_in.yigui("backup", str(folder))
    assert "清单摘要" in said
    yield folder
    shutil.rmtree(folder.parent)


@pytest.fixture
def copy(kept: Path, tmp_path: Path) -> Path:
    """A copy of the backup to be spoilt."""
    return Path(shutil.copytree(kept, tmp_path / "copy"))


def refused(place: Place, *arguments: str) -> str:
    """The sentence with which a command is refused."""
    command = [sys.executable, "-m", "yigui.config", *arguments]
    done = subprocess.run(command, env=place.environment | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    return done.stderr


def test_a_backup_is_restored_into_a_new_cluster_and_work_goes_on(kept: Path, lived_in: Place) -> None:
    home = Path(tempfile.mkdtemp(prefix="yigui-restored-"))
    home.chmod(0o755)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "YIGUI_DATA": str(home), "YIGUI_TODAY": "2026-11-10"}
    # Without a running ./run the command starts the embedded server for itself: a cluster nobody has used.
    done = subprocess.run(
        [sys.executable, "-m", "yigui", "restore", str(kept), "--write"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "恢复完成" in done.stdout
    server = EmbeddedServer(home / "postgres")
    server.start()
    logins = {**server.environment(), "YIGUI_TEST_SUPER_URL": server.url("postgres")}
    before = {name: os.environ[name] for name in logins}
    os.environ.update(logins)
    try:
        place = Place("yigui", home)
        assert place.yigui("verify") == ""
        assert dict(place.ask("SELECT case_no, status FROM casework_case")) == FACTS["statuses"]
        assert [path.name for path in stored_papers(home / "documents")] == [FACTS["paper"]]
        token = renewed(place)
        with place.served() as address:
            assert accept(address, change_form(place, 5), token)["status"] == "finished"
        place.yigui("seal", "--write")
        assert place.yigui("verify") == ""
    finally:
        os.environ.update(before)
        server.stop()
        shutil.rmtree(home)


def test_without_write_it_is_only_checked(kept: Path) -> None:
    place = empty("only_checked")
    assert "以上为检查，未写入" in place.yigui("restore", str(kept))
    assert place.ask("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(0,)]


def test_a_filled_database_is_not_restored_into(kept: Path, lived_in: Place) -> None:
    assert "不是空的" in refused(lived_in, "restore", str(kept), "--write")


def test_a_folder_in_use_is_not_written_over(kept: Path, lived_in: Place) -> None:
    assert "不是空的" in refused(lived_in, "backup", str(kept))


def test_a_byte_that_changed_is_named_and_nothing_is_restored(copy: Path) -> None:
    place = empty("spoilt")
    data = next(path for path in sorted((copy / "database").iterdir()) if path.suffix == ".gz")
    data.write_bytes(data.read_bytes()[:-1] + b"x")
    assert f"database/{data.name}" in refused(place, "restore", str(copy), "--write")
    assert place.ask("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(0,)]


def test_a_paper_that_is_missing_or_too_many_is_named(copy: Path) -> None:
    place = empty("spoilt")
    paper = next(stored_papers(copy / "documents"))
    (copy / "documents" / "more").write_text("x")
    paper.unlink()
    said = refused(place, "restore", str(copy), "--write")
    assert "2 个文件" in said
    assert f"documents/{FACTS['paper'][:2]}" in said


def test_a_backup_without_its_manifest_is_none(copy: Path) -> None:
    (copy / "manifest.json").unlink()
    assert "不是完整的备份" in refused(empty("spoilt"), "restore", str(copy), "--write")


def test_a_paper_damaged_in_the_store_is_taken_along_and_named(lived_in: Place, tmp_path: Path) -> None:
    paper = next(stored_papers(lived_in.data / "documents"))
    content = paper.read_bytes()
    paper.chmod(0o600)
    paper.write_bytes(content + b"!")
    try:
        assert f"材料 {FACTS['paper']} 的内容与其摘要不符" in lived_in.yigui("backup", str(tmp_path / "taken"))
    finally:
        paper.write_bytes(content)
    place = empty("with_fault")
    assert FACTS["paper"] in place.yigui("restore", str(tmp_path / "taken"), "--write")
    assert FACTS["paper"][:16] in refused_verify(place)


def refused_verify(place: Place) -> str:
    command = [sys.executable, "-m", "yigui.config", "verify"]
    done = subprocess.run(command, env=place.environment | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stdout


def test_the_password_is_not_in_the_list_of_processes(lived_in: Place, tmp_path: Path) -> None:
    """`pg_dump` is called with what anybody may read; a program in its place writes down what it was called with."""
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/called\nexit 1\n')
    spy.chmod(0o755)
    environment = lived_in.environment | {"PYTHONPATH": str(ROOT / "src"), "YIGUI_PG_BIN": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "yigui.config", "backup", str(tmp_path / "b")], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, "pg_dump 未成功" in done.stderr) == (1, True)
    assert "--format=directory" in (tmp_path / "called").read_text()
    assert lived_in.url("DATABASE_OWNER_URL").split(":")[2].split("@")[0] not in (tmp_path / "called").read_text()


def test_a_missing_program_is_named_with_what_to_do(lived_in: Place, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    environment = lived_in.environment | {"PYTHONPATH": str(ROOT / "src"), "YIGUI_PG_BIN": str(tmp_path / "none")}
    done = subprocess.run(
        [sys.executable, "-m", "yigui.config", "backup", str(tmp_path / "b")], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "没有 PostgreSQL 程序 pg_dump" in done.stderr
