"""One real PostgreSQL per test process, and one small generated city per file of tests.

The application's tables are append-only by design, so tests do not roll back: each takes people of the city that no other
test of its file has touched (see `tests/city.py`). Every file begins with the city as it was generated, so what a file finds
does not depend on which ran before it. The default connection is the application's own role.
"""

import datetime as dt
import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import clusters
from yigui.dev.embedded import EmbeddedServer, die_with_parent

ROOT = Path(__file__).resolve().parent.parent
#: Files that take more than half a minute: they begin among the first. The upgrade leaves its database for other files (`tests/upgrade/databases.py`).
LONG = (
    "upgrade/test_upgrade.py", "dev/test_embedded.py", "journeys/test_accessibility.py", "payment/test_kill.py", "items/test_effects_refuse_nothing.py",
    "items/test_writes.py", "staff/test_rights.py", "attacks/test_attacks.py", "tools/test_independent_verify.py",
    "levy/test_supplement_of_parameters.py", "doors/test_twice_the_rows.py",
)  # fmt: skip
TODAY = dt.date(2026, 11, 10)

os.environ["DJANGO_SETTINGS_MODULE"] = "yigui.config.settings"
os.environ["YIGUI_TODAY"] = TODAY.isoformat()
os.environ["YIGUI_DEMO"] = "1"
# The browser driver keeps an event loop in the thread of the tests; they stay synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["YIGUI_SECRET_KEY"] = "only for tests"
# Tests make people as an opening load does, at any time.
os.environ["YIGUI_OPENINGS"] = "1-999999999"


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before any module imports a model."""
    # What is imported and collected stays to the end; `pytest_runtestloop` begins to look for rubbish.
    gc.disable()
    clusters.work_in_memory()
    is_of_many = not hasattr(config, "workerinput") and getattr(config.option, "numprocesses", None)
    if not config.option.collectonly and (ended := clusters.begin()):
        config.add_cleanup(ended)
    if config.option.collectonly:
        # Nothing is compared with a snapshot where no test runs.
        config.option.warn_unused_snapshots = True
    if config.option.collectonly or is_of_many:
        os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
        _setup_django()
        # It hands out tests and has no database, but at its end snapshots import files of tests, and some ask the law.
        from yigui.law import signed_rows

        signed_rows.read_from(lambda: signed_rows.NONE)
        return
    home = Path(tempfile.mkdtemp(prefix="yigui-test-"))
    home.chmod(0o755)
    os.environ["YIGUI_DATA"] = str(home)
    server = EmbeddedServer(
        home / "postgres",
        {
            "fsync": "off",
            "shared_buffers": "128MB",
            "max_connections": "100",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "autovacuum": "off",
        },
    )
    config.add_cleanup(lambda: _remove(server, home))
    config.add_cleanup(_unload)
    with clusters.alone():
        is_made = clusters.lay(clusters.CITY, server.home)
        server.start()
        os.environ.update(server.environment())
        os.environ["YIGUI_TEST_SUPER_URL"] = server.url("postgres")
        _setup_django()
        if not is_made:
            _make_city(server)
    from tests import money, seen
    from yigui.warrants import scopes

    seen.carry()
    # What it writes the tests write by hand. Verification knows the kind too.
    of_machine = replace(scopes.of_run(money.MACHINE), by_functions=())
    of_the_house = scopes.declared
    scopes.declared = lambda: iter((*of_the_house(), of_machine))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Some ten thousand tests and everything imported stay to the end: they are not looked through for rubbish again and again."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait (for browsers and processes) among those that compute, none of them at the very end: both cores stay busy."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.split("::")[0], []).append(item)
    waiting = [f for f, tests in files.items() if any(t.get_closest_marker(m) for t in tests for m in ("browser", "slow"))]
    computing = [f for f in files if f not in set(waiting)]
    for some in (waiting, computing):
        some.sort(key=lambda f: not f.endswith(LONG))
    # The last third computes only: a long file that begins last would keep the others waiting.
    step = max(1, len(computing) * 2 // 3 // max(1, len(waiting)))
    ordered = []
    for place, name in enumerate(computing):
        if place % step == 0 and waiting:
            ordered.append(waiting.pop(0))
        ordered.append(name)
    items[:] = [item for name in (*ordered, *waiting) for item in files[name]]


def _make_city(server: EmbeddedServer) -> None:
    from django.db import connections

    from yigui.config.prepare import prepare_database

    prepare_database()
    connections.close_all()
    clusters.keep(server, clusters.PREPARED)
    _copy_database("yigui", to="prepared")
    from tests import money, seen
    from yigui.synthetic.demo_staff import create_demo_staff
    from yigui.synthetic.generate_city import CitySize, generate_city
    from yigui.warrants import scopes

    generate_city(CitySize(insured=4000, pensioners=400, employers=120, seekers=1600), TODAY)
    create_demo_staff(TODAY)
    seen.begin()
    scopes.lay_out("super", [replace(scopes.of_run(money.MACHINE), by_functions=())])
    with connections["super"].cursor() as cursor:
        # Reading writes nothing any more, so that it is seen whether the tests of a file have written.
        cursor.execute("VACUUM (FREEZE, ANALYZE)")
    _copy_database("yigui", to="city")
    clusters.keep(server, clusters.CITY)


def _copy_database(source: str, *, to: str) -> None:
    """Put a copy of a database in the place of another; all connections to both end."""
    import psycopg
    from django.db import connections

    connections.close_all()
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {to} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {to} TEMPLATE {source} OWNER yigui_owner STRATEGY file_copy".encode())
        # What a database gives everybody is not copied with it.
        connection.execute(f"REVOKE TEMPORARY ON DATABASE {to} FROM PUBLIC".encode())


@pytest.fixture(scope="module", autouse=True)
def fresh_city() -> Iterator[None]:
    """The city as it was generated, for one file of tests."""
    before = _written()
    yield
    from tests import city
    from yigui.common.cache import forget_kept

    if _written() != before:
        _copy_database("city", to="yigui")
    city.forget_taken()
    forget_kept()


def _written() -> str:
    """The place in the log of the server: it moves with whatever is written, by whomever."""
    import psycopg

    with psycopg.connect(_server()) as connection:
        return str((connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone() or ("",))[0])


def _server() -> str:
    return os.environ["YIGUI_TEST_SUPER_URL"].rsplit("/", 1)[0] + "/postgres"


def _quick_passwords() -> None:
    """Passwords of the tests are kept in next to no time. What is kept says how it was derived: a server derives it the same way.

    For names that nobody has the database asks for the derivation of the house; that is quick too, in this process.
    """
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from yigui.identity import proof

    proof.PARAMETERS = "t=1,m=64,p=1"
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 64, 1
    derive = proof.hash_secret_raw

    def quick(*arguments: Any, **costs: Any) -> bytes:
        return derive(*arguments, **costs | {"time_cost": 1, "memory_cost": 64, "parallelism": 1})

    proof.hash_secret_raw = quick


def _setup_django() -> None:
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from tests.strict_templates import UNDEFINED, refuse_undefined

    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    refuse_undefined()
    settings.DATABASES["super"] = settings.DATABASES["owner"] if "YIGUI_TEST_SUPER_URL" not in os.environ else _super()
    django.setup()
    setup_test_environment()
    _quick_passwords()
    _one_house_for_all_browsers()


def _one_house_for_all_browsers() -> None:
    """Every `Client` would lay its own middleware, and the one of static files looks through all of them (8 ms a browser)."""
    from django.conf import settings
    from django.test import client

    laid: dict[str, Any] = {}
    as_they_are = settings._wrapped

    class Handler(client.ClientHandler):
        """One that takes its middleware from the first."""

        def load_middleware(self, is_async: bool = False) -> None:
            # Within `override_settings` the settings are another object, and the house may be too.
            if laid and settings._wrapped is as_they_are:
                vars(self).update(laid)
                return
            super().load_middleware(is_async)
            if settings._wrapped is as_they_are:
                names = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")
                laid.update({name: getattr(self, name) for name in names})

    client.ClientHandler = Handler  # type: ignore[misc]


def _super() -> dict[str, object]:
    from yigui.config.settings import database

    return database(os.environ["YIGUI_TEST_SUPER_URL"])


def _remove(server: object, home: Path) -> None:
    import shutil

    from django.db import connections

    connections.close_all()
    server.stop()  # type: ignore[attr-defined]
    shutil.rmtree(home, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Files and tests run in an order of chance; a failure says which."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(f"The order of this run again: --randomly-seed={config.getoption('randomly_seed', None)}")


@pytest.fixture
def today() -> dt.date:
    return TODAY


@pytest.fixture(scope="module")
def site(fresh_city: None) -> Iterator[str]:
    """A real web server on this process's database; gives its address."""
    with web_server(TODAY) as address:
        yield address


#: Web servers that have been loaded, by their environment: process and address.
_loaded: dict[tuple[tuple[str, str], ...], tuple[subprocess.Popen[bytes], str]] = {}


@contextmanager
def web_server(today: dt.date) -> Iterator[str]:
    """A web server on this process's database whose business day is `today`; gives its address.

    It is loaded once (two seconds of work) and serves one file of tests after the other: what answers is forked from what was loaded, anew for
    each, so that it knows nothing of the database before.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "YIGUI_TODAY": today.isoformat()}
    environment.pop("PYTEST_CURRENT_TEST", None)
    key = tuple(sorted(environment.items()))
    if key not in _loaded or _loaded[key][0].poll() is not None:
        _loaded[key] = _load(environment)
    process, address = _loaded[key]
    try:
        yield address
    finally:
        _fork_anew(process)


def _load(environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "yigui.config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--log-level", "warning", "--no-control-socket", "--preload",
        "--worker-class", "yigui.config.buffering_worker.BufferingWorker",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, env=environment | {"YIGUI_PUBLIC_URL": f"http://127.0.0.1:{port}"}, preexec_fn=die_with_parent(signal.SIGTERM)
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    return process, f"http://127.0.0.1:{port}"


def _fork_anew(process: subprocess.Popen[bytes]) -> None:
    """Whoever has answered until now goes at once, for nobody asks any more, and others are forked; nothing is used again of one that does not."""
    if process.poll() is not None:
        return
    before = psutil.Process(process.pid).children()
    for one in before:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGQUIT)
    _, staying = psutil.wait_procs(before, 20)
    if staying:
        process.kill()
        for one in staying:
            one.kill()
        process.wait(20)


def _unload() -> None:
    """The web servers end with the tests."""
    for process, _ in _loaded.values():
        process.terminate()
    for process, _ in _loaded.values():
        process.wait(20)
    _loaded.clear()
