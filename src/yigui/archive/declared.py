"""Rules of keeping as declared, carried into the database."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import transaction

from yigui.archive.enums import Period
from yigui.archive.models import Rule
from yigui.common.dated_files import day_of
from yigui.common.yaml_files import YamlError, load_yaml

_HERE = Path(__file__).parent / "declarations"


def declared_rules(folder: Path = _HERE) -> list[dict[str, Any]]:
    """Every rule by item with `valid_from` and `valid_to`: one ends the day before the next of its item.

    Raises:
        YamlError: a key is missing or unknown, an item stands twice in a file, years do not go with the period, or a file's name is no date.
    """
    found: list[dict[str, Any]] = []
    for day, path in sorted((day_of(path, "rules-"), path) for path in folder.glob("rules-*.yaml")):
        raw = load_yaml(path)
        raw.check_keys(("order", "rules"))
        seen: set[str] = set()
        for row in raw["rules"]:
            row.check_keys(("class_no", "class_name", "scope", "period", "read", "items"), ("years", "why"))
            _refuse_wrong(row)
            source = raw["order"] if row["read"] else f"{raw['order']}：{row['why']}，由档案主管部门确定"
            for item in row["items"]:
                if item in seen:
                    raise YamlError(f"{row.where('items')}: 事项 {item} 重复")
                seen.add(item)
                for former in found:
                    if former["item_code"] == item and former["valid_to"] is None:
                        former["valid_to"] = day - dt.timedelta(days=1)
                found.append({
                    "item_code": item, "valid_from": day, "valid_to": None, "class_no": row["class_no"], "class_name": row["class_name"],
                    "scope": row["scope"], "period": row["period"], "years": row.get("years"), "source": source,
                })  # fmt: skip
    return found


def _refuse_wrong(row: Any) -> None:
    if row["period"] not in Period.values or (row["period"] == Period.YEARS) != (row.get("years") is not None):
        raise YamlError(f"{row.where('period')}: 保管期限 {row['period']!r} 与年限不符")
    if row["read"] == (row["period"] == Period.UNDECIDED) or row["read"] == ("why" in row):
        raise YamlError(f"{row.where('read')}: 原文未读到的期限待定并写明原因，读到的不写")


def load_rules(using: str = "owner") -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    rows = declared_rules()
    with transaction.atomic(using=using):
        for row in rows:
            once = {name: row[name] for name in ("item_code", "valid_from")}
            Rule.objects.using(using).update_or_create(**once, defaults={k: v for k, v in row.items() if k not in once})
    return len(rows)
