"""The product's command alone, without the workshop beside it."""

import argparse
import os
import subprocess
import sys
import textwrap

import pytest
from django.db import connection

from tests.conftest import ROOT
from yigui.config.cli import READER_GONE, carry_out

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


def test_whoever_stops_listening_does_not_stop_what_is_being_done(tmp_path: os.PathLike[str]) -> None:
    done_file = os.path.join(tmp_path, "done")
    program = textwrap.dedent(f"""
        import argparse, sys, pathlib
        from yigui.config import cli
        cli.set_up = lambda: __import__("django").setup()
        def act(_):
            for n in range(20000):
                print("line", n)
            pathlib.Path({done_file!r}).write_text("done")
            return 0
        sys.exit(cli.carry_out(argparse.Namespace(command=sys.argv[1]), {{sys.argv[1]: act}}))
    """)
    environment = _ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "yigui.config.settings"}
    for command, is_done in (("seal", True), ("verify", False)):
        with subprocess.Popen(
            [sys.executable, "-c", program, command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            said = process.stderr.read()
            assert process.wait(timeout=60) == READER_GONE
        assert (os.path.exists(done_file), said) == (is_done, "")
        if is_done:
            os.remove(done_file)


def test_a_refusal_of_the_database_is_a_sentence_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def refused(_: argparse.Namespace) -> int:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registry_person SET mobile = '1' WHERE id = (SELECT min(id) FROM registry_person)")
        return 0

    assert carry_out(argparse.Namespace(command="seal"), {"seal": refused}) == 1
    said = capsys.readouterr()
    assert (said.out, "授权凭据" in said.err or "数据库拒绝" in said.err, "Traceback" in said.err) == ("", True, False)
