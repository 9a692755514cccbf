"""`./run` makes its environment from the system's own interpreter of the version that runs it, where that can make one."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
interpreter = runpy.run_path(str(ROOT / "run"))["interpreter"]
NAME = "python{}.{}".format(*sys.version_info)


@pytest.mark.parametrize(
    ("answer", "is_taken"),
    [
        ("exit 0", True),
        # Debian's without `python3-venv` makes no environment.
        ("echo No module named ensurepip >&2; exit 1", False),
    ],
)
def test_the_systems_own_is_taken_where_it_makes_an_environment(tmp_path: Path, answer: str, is_taken: bool) -> None:
    systems = tmp_path / NAME
    systems.write_text(f"#!/bin/sh\n{answer}\n")
    systems.chmod(0o755)
    assert interpreter("/own", tmp_path) == (str(systems) if is_taken else "/own")


def test_another_version_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "python3.99").write_text("#!/bin/sh\nexit 0\n")
    assert interpreter("/own", tmp_path) == "/own"


def test_the_real_one_is_asked(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(sys.executable)
    assert interpreter("/own", tmp_path) == str(tmp_path / NAME)
