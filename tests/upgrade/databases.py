"""Databases beside the tests' own, on the same server: restored, upgraded, copied, served by this code or by a release's."""

import os
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.clusters import SHARED
from tests.conftest import ROOT, TODAY
from yigui.config.pg_programs import program

RELEASES = Path(__file__).resolve().parent / "releases"
_LOGINS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_OUTSIDE_URL", "DATABASE_COURIER_URL", "YIGUI_TEST_SUPER_URL")


@dataclass(frozen=True)
class Place:
    """One database with its documents."""

    database: str
    data: Path

    def url(self, login: str) -> str:
        return f"{os.environ[login].rsplit('/', 1)[0]}/{self.database}"

    @property
    def environment(self) -> dict[str, str]:
        """What points a process at it."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
        return kept | {login: self.url(login) for login in _LOGINS[:4]} | {
            "YIGUI_DATA": str(self.data), "YIGUI_DEMO": "1", "YIGUI_TODAY": TODAY.isoformat(), "YIGUI_SECRET_KEY": "only for tests",
            "DJANGO_SETTINGS_MODULE": "yigui.config.settings",
        }  # fmt: skip

    def ask(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        """Rows of a statement, as superuser."""
        with psycopg.connect(self.url("YIGUI_TEST_SUPER_URL"), autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def yigui(self, *arguments: str) -> str:
        """What the `yigui` command of this code prints; it must succeed."""
        return self.python("-m", "yigui", *arguments)

    def python(self, *arguments: str, sources: Path = ROOT / "src") -> str:
        """What a program prints; it must succeed."""
        environment = self.environment | {"PYTHONPATH": f"{sources}:{ROOT}"}
        done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def served(self, sources: Path = ROOT / "src") -> Iterator[str]:
        """A web server on it, of this code or a release's; gives its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "yigui.config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "1",
                   "--threads", "2", "--log-level", "warning", "--no-control-socket"]  # fmt: skip
        process = subprocess.Popen(command, env=self.environment | {"PYTHONPATH": str(sources)})
        deadline = time.monotonic() + 60
        try:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def administer(statement: str) -> None:
    """A statement of the server's superuser outside every transaction."""
    server = os.environ["YIGUI_TEST_SUPER_URL"].rsplit("/", 1)[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def empty(name: str) -> Place:
    """An empty database of the owner's, with an empty data directory."""
    administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(f"CREATE DATABASE {name} OWNER yigui_owner")
    return Place(name, Path(tempfile.mkdtemp(prefix=f"yigui-{name}-")))


def copy_of(place: Place, name: str) -> Place:
    """A copy of a database, with the same documents; nobody may be connected to the one copied."""
    administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(f"CREATE DATABASE {name} TEMPLATE {place.database} OWNER yigui_owner STRATEGY file_copy")
    # What a database gives everybody is not copied with it.
    administer(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
    return Place(name, place.data)


def released(release: str, name: str) -> Place:
    """The database and documents that a release left, as it left them."""
    place = empty(name)
    folder = RELEASES / release
    restore = [program("pg_restore"), "--exit-on-error", "-d", place.url("YIGUI_TEST_SUPER_URL"), folder / "database.dump"]
    subprocess.run(restore, check=True)
    with tarfile.open(folder / "documents.tar.xz") as packed:
        unpack(packed, place.data)
    return place


def upgraded(release: str, name: str) -> Place:
    """What a release left, brought to the present version; the run keeps a dump of it (`like_upgraded`)."""
    place = released(release, name)
    place.yigui("migrate")
    kept = _kept(release)
    half = kept.with_suffix(f".{os.getpid()}")
    dump = [program("pg_dump"), "-Fc", "-Z0", "-f", half, "-d", place.url("YIGUI_TEST_SUPER_URL")]
    subprocess.run(dump, check=True)
    half.rename(kept)
    return place


def like_upgraded(release: str, name: str) -> Place:
    """The same from the dump, where the run has upgraded it before; for tests of something else than the upgrade."""
    if not _kept(release).exists():
        return upgraded(release, name)
    place = empty(name)
    # What a database gives everybody is not in a dump of what lies in it.
    administer(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
    restore = [program("pg_restore"), "--exit-on-error", "-d", place.url("YIGUI_TEST_SUPER_URL"), _kept(release)]
    subprocess.run(restore, check=True)
    with tarfile.open(RELEASES / release / "documents.tar.xz") as packed:
        unpack(packed, place.data)
    return place


def _kept(release: str) -> Path:
    return Path(os.environ[SHARED]) / f"upgraded-{release}.dump"


def unpack(packed: tarfile.TarFile, folder: Path) -> None:
    """What a release left; the first Pythons we promise (3.11.0 to 3.11.3, also a distribution's own) know no filters."""
    packed.extraction_filter = getattr(tarfile, "data_filter", None)
    packed.extractall(folder)


def sources_of(release: str, folder: Path) -> Path:
    """The release's own code, unpacked; styles and fonts, which it shares with the present code, are laid beside."""
    with tarfile.open(RELEASES / release / "source.tar.xz") as packed:
        unpack(packed, folder)
    for shared in ("ui/static", "documents/fonts"):
        (folder / "yigui" / shared).symlink_to(ROOT / "src" / "yigui" / shared)
    return folder
