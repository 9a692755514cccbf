"""Setting up a real installation, on an empty database of its own with one login for everything."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.conftest import ROOT


def yigui(url: str, data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
    environment |= {
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": url,
        "YIGUI_SECRET_KEY": "x",
        "YIGUI_DATA": str(data),
        **more,
    }
    return subprocess.run([sys.executable, "-m", "yigui", *arguments], env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_migrate_install_and_verify_with_one_url(tmp_path: Path) -> None:
    server = os.environ["YIGUI_TEST_SUPER_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE installed")
    url = server.rsplit("/", 1)[0] + "/installed"
    assert yigui(url, tmp_path, "migrate").returncode == 0
    areas = tmp_path / "areas.csv"
    areas.write_text("code,name,level,parent,agency\n511100,乐山市,city,,市局\n511102,市中区,county,511100,区局\n")
    dry = yigui(url, tmp_path, "install", str(areas))
    assert "试运行" in dry.stdout
    done = yigui(url, tmp_path, "install", str(areas), "--write")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("-A1") == done.stdout.count("动态口令启用码") == 3
    again = yigui(url, tmp_path, "install", str(areas), "--write")
    assert (again.returncode, "只能在空库" in again.stderr) == (1, True)
    rescued = yigui(url, tmp_path, "enrol", "--user", "secadmin", "--write")
    assert (rescued.returncode, "启用码（只显示这一次" in rescued.stdout) == (0, True), rescued.stderr
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM identity_enrolment WHERE expires_at > now()").fetchone() == (3,)
        assert connection.execute("SELECT count(*) FROM registry_agency").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM staff_user WHERE password <> '!'").fetchone() == (3,)
        doors = connection.execute("SELECT username FROM staff_user WHERE password = '!' ORDER BY 1").fetchall()
        assert doors == [("channel-kiosk",), ("channel-mobile",), ("channel-online",)]
    # Such an owner may more than an owner; that the operator wants it so has to be said.
    named = yigui(url, tmp_path, "verify")
    assert (named.returncode, "SUPERUSER" in named.stdout, "YIGUI_ROLES" in named.stdout) == (1, True, True)
    said = yigui(url, tmp_path, "verify", YIGUI_ROLES=urlsplit(url).username or "")
    assert (said.returncode, said.stdout.count("SUPERUSER")) == (0, 0), said.stdout
    # A program acts under an account of its own, never under somebody's.
    theirs = yigui(url, tmp_path, "token", "--partner", "bank", "--user", "secadmin", "--channel", "online")
    assert (theirs.returncode, "令牌只能发给接口账号" in theirs.stderr) == (1, True), theirs.stderr
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM exchange_api_token").fetchone() == (0,)
    # A door that comes with a newer program finds its account missing; the owner adds it, and says so to `verify`.
    whole = yigui(url, tmp_path, "install-doors", "--write")
    assert (whole.returncode, "没有需要增加的" in whole.stdout) == (0, True), whole.stderr
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "DELETE FROM staff_authority WHERE user_id = (SELECT id FROM staff_user WHERE username = 'channel-kiosk')"
        )
        connection.execute("DELETE FROM staff_user WHERE username = 'channel-kiosk'")
    tried = yigui(url, tmp_path, "install-doors")
    assert ("channel-kiosk" in tried.stdout, "试运行" in tried.stdout) == (True, True), tried.stderr
    added = yigui(url, tmp_path, "install-doors", "--write")
    assert ("channel-kiosk" in added.stdout, "YIGUI_OPENINGS" in added.stdout) == (True, True), added.stderr
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT u.username, a.step FROM staff_user u JOIN staff_authority a ON a.user_id = u.id WHERE u.password = '!' ORDER BY 1"
        ).fetchall()
    assert found == [("channel-kiosk", "accept"), ("channel-mobile", "accept"), ("channel-online", "accept")]
