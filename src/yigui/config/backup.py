"""Backup and restore: the database and the papers that belong to it, in one folder, with a digest of every file.

    DIR/manifest.json      what is in it; written last, so that a folder without one is no backup
    DIR/database/          pg_dump in directory format
    DIR/documents/         papers by digest, as in the store

The dump is taken first and the papers after it: papers are only ever added, so each that the dump knows is there.
"""

import datetime as dt
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections

from yigui.common import clock
from yigui.common.digests import digest_of, sm3_of_file
from yigui.common.errors import Conflict, YiguiError
from yigui.config.pg_programs import program
from yigui.integrity.upkeep import BACKUP, CHECK
from yigui.runs.models import Run, RunStatus
from yigui.warrants.grants import no_temporary_tables

_FORMAT = 1
#: What a database URL may say that PostgreSQL's programs must know too.
_OF_URL = ("sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs")
Say = Callable[[str], Any]


class BackupRefused(Conflict):
    """The folder or the database is not as it must be; nothing was written."""

    code = "config.backup_refused"


class BackupDamaged(YiguiError):
    """A file of the backup is missing or has changed."""

    code = "config.backup_damaged"


class ProgramFailed(YiguiError):
    """`pg_dump` or `pg_restore` did not succeed; what it said is in the message."""

    code = "config.program_failed"


def backup(folder: Path, *, jobs: int = 2, say: Say = print) -> str:
    """Write a backup into an empty or new folder; gives the digest of its manifest, to be noted elsewhere.

    A paper that does not agree with its digest any more is taken along, named, and named again when it is restored.

    Raises:
        BackupRefused: the folder is not empty. ProgramFailed: `pg_dump` said no.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"目录 {folder} 不是空的，请指定一个新的目录，以免覆盖已有备份。")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    begun = clock.now()
    _run("pg_dump", "--format=directory", f"--jobs={jobs}", f"--file={folder / 'database'}")
    say("数据库已备份。")
    damaged, count = [], 0
    for path in stored_papers(settings.DOCUMENT_STORE):
        target = folder / "documents" / path.relative_to(settings.DOCUMENT_STORE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        count += 1
        if sm3_of_file(target) != path.name:
            damaged.append(path.name)
    say(f"材料已备份，{count} 份。")
    manifest = {
        "format": _FORMAT, "made_at": begun.isoformat(), "server": _server_version(), "migrations": _newest_migrations(),
        "damaged": damaged, "files": {str(p.relative_to(folder)): sm3_of_file(p) for p in sorted(folder.rglob("*")) if p.is_file()},
    }  # fmt: skip
    _write_last(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    for digest in damaged:
        say(f"材料 {digest} 的内容与其摘要不符，已原样备份，请核查。")
    return digest_of(manifest)


def noted_backup(folder: Path, *, jobs: int = 2, say: Say = print) -> str:
    """`backup`, and a record of how it ended in the database itself, for the page 备份与维护.

    Raises:
        see `backup`. A folder that is not empty is a mistake of whoever typed it and no failed backup.
    """
    begun = clock.now()
    try:
        digest = backup(folder, jobs=jobs, say=say)
    except BackupRefused:
        raise
    except (YiguiError, OSError) as error:
        _note(
            BACKUP,
            begun,
            error=error.message if isinstance(error, YiguiError) else f"{folder} 不能写入（{error.strerror}）",
            say=say,
        )
        raise
    _note(BACKUP, begun, result=_summary(folder), say=say)
    return digest


def noted_check(folder: Path, *, say: Say = print) -> dict[str, Any]:
    """`check_backup`, and a record of how it ended.

    Raises:
        see `check_backup`.
    """
    begun = clock.now()
    try:
        manifest = check_backup(folder)
    except (BackupRefused, BackupDamaged) as error:
        _note(CHECK, begun, error=error.message, say=say)
        raise
    _note(CHECK, begun, result=_summary(folder), say=say)
    return manifest


def _summary(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    papers = sum(name.startswith("documents/") for name in manifest["files"])
    return {"digest": digest_of(manifest), "files": len(manifest["files"]), "papers": papers, "damaged": len(manifest["damaged"])}


def _note(kind: str, begun: dt.datetime, *, say: Say, result: dict[str, Any] | None = None, error: str = "") -> None:
    """The record of a backup or its comparison; where the database takes none (a standby, or one of another version) that is said."""
    status = RunStatus.FAILED if error else RunStatus.DONE
    try:
        run = Run.objects.create(kind=kind, status=status, result=result or {}, error=error[:2000], ended_at=clock.now())
        Run.objects.filter(pk=run.pk).update(started_at=begun)
    except DatabaseError:
        say("本数据库不能登记这次备份，“备份与维护”页上看不到它。")


def check_backup(folder: Path) -> dict[str, Any]:
    """Compare every file with the manifest; gives the manifest.

    Raises:
        BackupRefused: there is no manifest, or one of another kind. BackupDamaged: names the files that are missing, changed or too many.
    """
    path = folder / "manifest.json"
    if not path.exists():
        raise BackupRefused(f"目录 {folder} 中没有 manifest.json，不是完整的备份。请核对目录，或使用另一份备份。")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") != _FORMAT:
        raise BackupRefused(
            f"备份 {folder} 的格式为 {manifest.get('format')}，本版本只认识格式 {_FORMAT}，请使用与备份相配的版本恢复。"
        )
    found = {str(p.relative_to(folder)): sm3_of_file(p) for p in folder.rglob("*") if p.is_file() and p != path}
    wrong = sorted(name for name in found.keys() | manifest["files"].keys() if found.get(name) != manifest["files"].get(name))
    if wrong:
        named = "、".join(wrong[:5]) + ("等" if len(wrong) > 5 else "")
        raise BackupDamaged(
            f"备份 {folder} 有 {len(wrong)} 个文件缺失、多出或与清单不符：{named}。请使用另一份备份，不要恢复这一份。"
        )
    return manifest


def restore(folder: Path, *, jobs: int = 1, is_written: bool, say: Say = print) -> dict[str, Any]:
    """Check a backup and put it into an empty database and store; gives its manifest. With one job all or nothing is restored.

    Raises:
        BackupRefused: the database or the store is not empty, or the folder is no backup. BackupDamaged: see `check_backup`.
        ProgramFailed: `pg_restore` said no.
    """
    manifest = check_backup(folder)
    say(f"备份完好：{len(manifest['files'])} 个文件，{manifest['made_at']}，PostgreSQL {manifest['server']}。")
    _refuse_filled()
    if not is_written:
        return manifest
    whole = ["--single-transaction"] if jobs == 1 else [f"--jobs={jobs}"]
    _run(
        "pg_restore", "--exit-on-error", *whole, f"--dbname={connections['owner'].settings_dict['NAME']}", str(folder / "database")
    )
    with connections["owner"].cursor() as cursor:
        # What a database gives everybody is no part of its dump.
        no_temporary_tables(cursor)
    say("数据库已恢复。")
    for path in stored_papers(folder / "documents"):
        target = settings.DOCUMENT_STORE / path.relative_to(folder / "documents")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    say("材料已恢复。")
    for digest in manifest["damaged"]:
        say(f"材料 {digest} 在备份时已与其摘要不符，请核查。")
    return manifest


def stored_papers(store: Path) -> Iterator[Path]:
    """The papers of a store, by digest; what a killed process left half written is not one."""
    for path in sorted(store.glob("??/??/*")):
        if len(path.name) == 64 and path.name.startswith(path.parent.parent.name + path.parent.name):
            yield path


def _refuse_filled() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
        (tables,) = cursor.fetchone()
    if tables:
        raise BackupRefused(
            f"数据库 {connections['owner'].settings_dict['NAME']} 不是空的（已有 {tables} 张表）。备份只恢复到新建的空库，请先新建数据库。"
        )
    if next(stored_papers(settings.DOCUMENT_STORE), None) is not None:
        raise BackupRefused(f"材料目录 {settings.DOCUMENT_STORE} 不是空的，请以 YIGUI_DATA 指定新的数据目录。")
    # What reads the same database next must not wait for this connection.
    connections["owner"].close()


def _run(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the owner; the password travels in the environment, not in the list of processes."""
    to = connections["owner"].settings_dict
    given = {
        "PGHOST": to["HOST"],
        "PGPORT": to["PORT"],
        "PGUSER": to["USER"],
        "PGPASSWORD": to["PASSWORD"],
        "PGDATABASE": to["NAME"],
    }
    of_url = {f"PG{key.upper().replace('_', '')}": str(to["OPTIONS"][key]) for key in _OF_URL if key in to["OPTIONS"]}
    environment = os.environ | {key: value for key, value in (given | of_url).items() if value}
    done = subprocess.run([str(program(name)), "--no-password", *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise ProgramFailed(f"{name} 未成功，已写入的内容不能使用：{done.stderr.strip()[-1500:]}")


def _server_version() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _newest_migrations() -> dict[str, str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        return dict(cursor.fetchall())


def _write_last(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.rename(path)
