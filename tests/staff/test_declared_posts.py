"""The posts as declared count by their day, like everything that is declared."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from yigui.common.yaml_files import YamlError
from yigui.staff import declared_posts

TODAY = dt.date(2026, 11, 10)
STANDING = Path(declared_posts.__file__).parent / "declarations" / "posts-2026-04-01.yaml"


def folder_with_later_file(tmp_path: Path) -> Path:
    """The declared posts, and beside them a file of 2027 with another cooling time."""
    shutil.copy(STANDING, tmp_path)
    words = STANDING.read_text(encoding="utf-8")
    cooling = next(line for line in words.splitlines() if line.startswith("cooling_days:"))
    (tmp_path / "posts-2027-01-01.yaml").write_text(words.replace(cooling, "cooling_days: 99"), encoding="utf-8")
    return tmp_path


def test_a_file_of_a_later_day_is_not_in_force(tmp_path: Path) -> None:
    folder = folder_with_later_file(tmp_path)
    assert declared_posts.declared(dt.date(2026, 12, 31), folder)["version"] == dt.date(2026, 4, 1)
    assert declared_posts.declared(dt.date(2026, 12, 31), folder)["cooling_days"] != 99
    assert declared_posts.declared(dt.date(2027, 1, 1), folder)["cooling_days"] == 99


def test_before_the_first_file_there_are_no_posts(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match="尚无生效的岗位声明"):
        declared_posts.declared(dt.date(2026, 3, 31), folder_with_later_file(tmp_path))
