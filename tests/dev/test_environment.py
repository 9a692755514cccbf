"""`./run` makes its environment from the quickest interpreter of the version that runs it."""

import os
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
quickest = runpy.run_path(str(ROOT / "run"))["quickest"]


def interpreter(folder: Path, name: str, answer: str) -> str:
    """Something that answers like an interpreter asked how long it takes."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("answer", "is_taken"),
    [
        ("echo 0.080", True),
        ("echo 0.095", False),  # It may be chance.
        ("echo 0.120", False),
        # Debian's without `python3-venv` makes no environment.
        ("echo No module named ensurepip >&2; exit 1", False),
    ],
)
def test_another_is_taken_where_it_is_clearly_quicker_and_can_make_an_environment(
    tmp_path: Path, answer: str, is_taken: bool
) -> None:
    own = interpreter(tmp_path, "own", "echo 0.100")
    other = interpreter(tmp_path, "other", answer)
    assert quickest(own, [other]) == (other if is_taken else own)


def test_of_several_the_quickest_is_taken(tmp_path: Path) -> None:
    own, one, two = (interpreter(tmp_path, name, f"echo {seconds}") for name, seconds in (("a", 0.1), ("b", 0.08), ("c", 0.07)))
    assert quickest(own, [one, two]) == two


def test_one_that_answers_nothing_is_not_asked_for_its_environment(tmp_path: Path) -> None:
    other = interpreter(tmp_path, "other", "echo 0.001")
    own = interpreter(tmp_path, "own", "exit 1")
    assert quickest(own, [other]) == other
    assert quickest(own, [interpreter(tmp_path, "third", "exit 1")]) == own


def test_the_real_one_answers_with_its_seconds(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(os.path.realpath(sys.executable))
    # The same interpreter by another name is not another.
    assert quickest(os.path.realpath(sys.executable), [str(link)]) == os.path.realpath(sys.executable)
    slow = interpreter(tmp_path, "slow", "echo 1000")
    assert quickest(slow, [os.path.realpath(sys.executable)]) == os.path.realpath(sys.executable)
