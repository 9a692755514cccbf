"""The tests are collected without a database: none asks it while its file is imported."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_every_file_of_tests_is_imported_without_a_database() -> None:
    """An editor, a plan of what to run and the process that hands tests out collect them alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YIGUI_", "DATABASE_", "PYTEST_", "PG"))}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=ROOT, env=kept | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
