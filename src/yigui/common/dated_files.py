"""Dated declarations (带日期的声明): files named by the day from which they hold.

One rule for enums, tables, windows, visitors, items, the chart of accounts and posting rules: a file whose day lies in the
future is not in force, and a later file says only what it changes.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from yigui.common.yaml_files import YamlError

K = TypeVar("K")
V = TypeVar("V")


def day_of(path: Path, prefix: str = "") -> dt.date:
    """The day a file holds from: its name is `<prefix><date>.yaml`.

    Raises:
        YamlError: the name is no date.
    """
    try:
        return dt.date.fromisoformat(path.stem.removeprefix(prefix))
    except ValueError as error:
        raise YamlError(f"{path.name}:0: 文件名不是日期（应为 {prefix}2026-01-01.yaml）") from error


def in_force(files: Iterable[Path], day: dt.date, *, prefix: str = "") -> list[Path]:
    """The files in force on a day, oldest first; a file of a later day is left out.

    Raises:
        YamlError: a name is no date, in whatever year.
    """
    dated = sorted((day_of(path, prefix), path) for path in files)
    return [path for first_day, path in dated if first_day <= day]


def merged(layers: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """Layers laid upon each other, oldest first: a later one replaces the entries it names and keeps the rest."""
    found: dict[K, V] = {}
    for layer in layers:
        found.update(layer)
    return found
