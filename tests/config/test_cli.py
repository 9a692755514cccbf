"""The product's command alone, without the workshop beside it."""

import os
import subprocess
import sys

from tests.conftest import ROOT

_ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE")} | {"PYTHONPATH": str(ROOT / "src")}


def test_web_server_worker_and_commands_do_not_load_the_workshop() -> None:
    program = (
        "import sys, django; from yigui.config import cli, wsgi; from procrastinate.contrib.django import app; "
        "assert app.tasks; print(sorted(name for name in sys.modules if name.startswith(('yigui.dev', 'yigui.synthetic.'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=_ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_without_a_database_the_products_command_says_how_to_name_one() -> None:
    done = subprocess.run([sys.executable, "-m", "yigui.config", "verify"], env=_ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr


def test_the_products_command_knows_nothing_of_demonstrations() -> None:
    done = subprocess.run([sys.executable, "-m", "yigui.config", "--help"], env=_ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0
    assert "verify" in done.stdout
    assert "partners" not in done.stdout
