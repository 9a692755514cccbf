"""casework/sql/transitions.sql: the changes of status the database lets a case go through, made from `casework/transitions.py`."""

from itertools import groupby
from pathlib import Path

from yigui.casework.transitions import database_rows

_HEAD = """-- casework_transitions_v1: the changes of status a case may go through.
-- Made by `./yigui docs transitions --write` from `casework/transitions.py`; a test compares. Do not edit.
-- Grain: one row per change; source '' is a new case; after_refusal: only while the case says why its effects were refused.
CREATE OR REPLACE FUNCTION casework_transitions_v1() RETURNS TABLE (source text, target text, after_refusal boolean)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES
"""


def transitions_sql() -> str:
    """The file: one line per status a case comes from."""
    lines = []
    for _, rows in groupby(sorted(database_rows()), key=lambda row: row[0]):
        lines.append(", ".join(f"('{source}', '{target}', {str(after).lower()})" for source, target, after in rows))
    return _HEAD + ",\n".join(f"        {line}" for line in lines) + ";\n$$;\n"


def write(root: Path) -> list[Path]:
    """Write the file; gives its path."""
    path = root / "src" / "yigui" / "casework" / "sql" / "transitions.sql"
    path.write_text(transitions_sql(), encoding="utf-8")
    return [path]
