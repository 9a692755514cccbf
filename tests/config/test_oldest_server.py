"""The oldest PostgreSQL that is promised (16) carries an installation: migrated, worked on, verified. An older one lacks grants
`WITH INHERIT FALSE, SET TRUE`, on which the login of people outside rests."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT, TODAY
from yigui.dev.embedded import EmbeddedServer

pytestmark = pytest.mark.slow
_STORY = """
import django
django.setup()
from tests import city, money, seen
from tests.conftest import TODAY
from yigui.config.prepare import prepare_database
from yigui.integrity.seal import seal_day
from yigui.integrity.verify import verify_all
from yigui.synthetic.demo_staff import create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city
prepare_database()
generate_city(CitySize(insured=600, pensioners=30, employers=20, seekers=50), TODAY)
create_demo_staff(TODAY)
seen.begin()
print(city.accept_class3().status)
second = city.accept_class2()
city.decide(second, "reviewer")
print(city.decide(second, "rechecker").status)
print(money.levied(202610).status)
seal_day()
print(list(verify_all()))
"""


def test_everything_stands_on_postgresql_16() -> None:
    home = Path(tempfile.mkdtemp(prefix="yigui-sixteen-"))
    home.chmod(0o755)
    server = EmbeddedServer(home / "postgres", {"shared_buffers": "128MB", "fsync": "off"}, release=16)
    server.start()
    try:
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.info.server_version // 10_000 == 16
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))} | server.environment()
        environment |= {"YIGUI_DATA": str(home), "YIGUI_DEMO": "1", "YIGUI_TODAY": TODAY.isoformat(), "YIGUI_SECRET_KEY": "x",
                        "DJANGO_SETTINGS_MODULE": "yigui.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}  # fmt: skip
        environment["YIGUI_TEST_SUPER_URL"] = server.url("postgres")
        done = subprocess.run([sys.executable, "-c", _STORY], env=environment, capture_output=True, text=True)
    finally:
        server.stop()
        shutil.rmtree(home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["finished", "finished", "executed", "[]"]
