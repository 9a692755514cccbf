"""Rows of the house that are declared in dated files and carried into tables: a later file adds rows of its own day, and the rows of that code before
end the day before."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import models, transaction

from yigui.common.dated_files import day_of
from yigui.common.yaml_files import load_yaml

#: Part of a file -> its table, what a row is known by, its other columns.
Parts = Mapping[str, tuple[type[models.Model], str, tuple[str, ...]]]


def declared_rows(folder: Path, prefix: str, parts: Parts) -> dict[str, list[dict[str, Any]]]:
    """Every row of every file `<prefix><date>.yaml` by part, with `valid_from` and `valid_to`.

    Raises:
        YamlError: a key is missing or unknown, or a file's name is no date.
    """
    found: dict[str, list[dict[str, Any]]] = {part: [] for part in parts}
    for day, path in sorted((day_of(path, prefix), path) for path in folder.glob(f"{prefix}*.yaml")):
        raw = load_yaml(path)
        raw.check_keys((), tuple(parts))
        for part, (_, key, columns) in parts.items():
            for row in raw.get(part, []):
                row.check_keys((key, *columns), ("valid_to",))
                for former in found[part]:
                    if former[key] == row[key] and former["valid_to"] is None:
                        former["valid_to"] = day - dt.timedelta(days=1)
                found[part].append({**row, "valid_from": day, "valid_to": row.get("valid_to")})
    return found


def carry_rows(folder: Path, prefix: str, parts: Parts, using: str) -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    rows = declared_rows(folder, prefix, parts)
    with transaction.atomic(using=using):
        for part, (model, key, columns) in parts.items():
            for row in rows[part]:
                model._default_manager.using(using).update_or_create(
                    **{key: row[key], "valid_from": row["valid_from"]}, defaults={c: row[c] for c in (*columns, "valid_to")}
                )
    return sum(len(part) for part in rows.values())
