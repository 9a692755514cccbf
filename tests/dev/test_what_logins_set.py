"""What a login has set for itself, which PostgreSQL cannot forbid, ends with the next start."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yigui.dev.embedded import EmbeddedServer


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    home = Path(tempfile.mkdtemp(prefix="yigui-logins-"))
    home.chmod(0o755)
    started = EmbeddedServer(home / "postgres", {"fsync": "off", "shared_buffers": "16MB"})
    started.start()
    yield started
    started.stop()
    shutil.rmtree(home, ignore_errors=True)


def settings_of(server: EmbeddedServer, login: str) -> tuple[str, str]:
    with psycopg.connect(server.url(login)) as connection:
        row = connection.execute(
            "SELECT current_setting('statement_timeout'), current_setting('default_transaction_read_only')"
        ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("login", ["yigui_outside", "yigui_app", "yigui_courier"])
def test_a_password_and_settings_of_its_own_are_gone_after_the_next_start(server: EmbeddedServer, login: str) -> None:
    before = settings_of(server, login)
    with psycopg.connect(server.url(login), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER ROLE {login} SET statement_timeout = '77s'".encode())
        connection.execute(f"ALTER ROLE {login} PASSWORD 'mine'".encode())
    with pytest.raises(psycopg.OperationalError):
        settings_of(server, login)
    server.stop()
    server.start()
    assert settings_of(server, login) == before
