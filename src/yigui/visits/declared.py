"""Kinds of tickets, priorities and numbers of the queue as declared, carried into the database."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import models, transaction

from yigui.common.dated_files import day_of
from yigui.common.yaml_files import load_yaml
from yigui.visits.models import Priority, QueueRule, TicketKind

_HERE = Path(__file__).parent / "declarations"
#: Part of a file -> its table, what a row is known by, its other columns.
_PARTS: dict[str, tuple[type[models.Model], str, tuple[str, ...]]] = {
    "kinds": (TicketKind, "code", ("letter", "name", "hint", "desk_kind", "place")),
    "priorities": (Priority, "code", ("name", "weight", "is_by_staff", "place")),
    "rules": (QueueRule, "name", ("value", "why")),
}


def declared_rows(folder: Path = _HERE) -> dict[str, list[dict[str, Any]]]:
    """Every row of every file by part, with `valid_from` and `valid_to`: a row ends the day before the next one of its name.

    Raises:
        YamlError: a key is missing or unknown, or a file's name is no date.
    """
    found: dict[str, list[dict[str, Any]]] = {part: [] for part in _PARTS}
    for day, path in sorted((day_of(path, "hall-"), path) for path in folder.glob("hall-*.yaml")):
        raw = load_yaml(path)
        raw.check_keys((), tuple(_PARTS))
        for part, (_, key, columns) in _PARTS.items():
            for row in raw.get(part, []):
                row.check_keys((key, *columns), ("valid_to",))
                for former in found[part]:
                    if former[key] == row[key] and former["valid_to"] is None:
                        former["valid_to"] = day - dt.timedelta(days=1)
                found[part].append({**row, "valid_from": day, "valid_to": row.get("valid_to")})
    return found


def load_queue(using: str = "owner") -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    rows = declared_rows()
    with transaction.atomic(using=using):
        for part, (model, key, columns) in _PARTS.items():
            for row in rows[part]:
                model._default_manager.using(using).update_or_create(
                    **{key: row[key], "valid_from": row["valid_from"]}, defaults={c: row[c] for c in (*columns, "valid_to")}
                )
    return sum(len(part) for part in rows.values())
