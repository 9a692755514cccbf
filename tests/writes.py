"""What cases of each item write, noted down while the tests run (`YIGUI_RECORD_WRITES=<file>`), for `src/yigui/items/writes.yaml`.

While it is noted down the guards refuse no table. `python -m tests.writes <file>` lays the notes out as the items' declaration.
"""

import os
import sys
from pathlib import Path

DECLARED = Path(__file__).resolve().parent.parent / "src" / "yigui" / "items" / "writes.yaml"
_HEAD = """# What the warrant of an item opens: the protected tables its cases write. Noted down by `tests/writes.py` while the tests run;
# the guards refuse every other table (YG011). A new write of an item needs a line here.
"""


def file() -> str:
    """Where the notes go; "" when nothing is noted down."""
    return os.environ.get("YIGUI_RECORD_WRITES", "")


def begin() -> None:
    """Let the guard note down what it is asked for, and refuse nothing of it."""
    from django.db import connections

    with connections["super"].cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE IF NOT EXISTS warrants_asked (kind text, code text, table_name text, PRIMARY KEY (kind, code, table_name))"
        )
        cursor.execute(
            "CREATE OR REPLACE FUNCTION warrants_note_v1(k text, c text, t text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$ "
            "BEGIN INSERT INTO public.warrants_asked VALUES (k, c, coalesce(pg_partition_root(to_regclass(quote_ident(t)))::text, t)) "
            "ON CONFLICT DO NOTHING; RETURN true; END $$"
        )
        cursor.execute("GRANT EXECUTE ON FUNCTION warrants_note_v1 TO yigui_owner")
        cursor.execute("SELECT pg_get_functiondef('warrants_stamp_v1'::regproc)")
        (text,) = cursor.fetchone()
        mark = "IF found_kind <> 'opening' AND NOT EXISTS ("
        assert mark in text
        cursor.execute(
            text.replace(mark, "IF NOT warrants_note_v1(found_kind, found_code, table_name::text) AND NOT EXISTS (").replace(
                "STABLE", "VOLATILE"
            )
        )


def take() -> None:
    """Add what this database's cases have asked for."""
    from django.db import connections

    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT kind, code, table_name FROM warrants_asked")
        lines = ["\t".join(row) for row in cursor.fetchall()]
    with Path(file()).open("a", encoding="utf-8") as notes:
        notes.write("".join(f"{line}\n" for line in lines))


def main(path: str) -> None:
    """Lay the notes out; others than those of cases are shown."""
    rows = sorted({tuple(line.split("\t")) for line in Path(path).read_text(encoding="utf-8").splitlines()})
    others: dict[tuple[str, str], list[str]] = {}
    items: dict[str, list[str]] = {}
    for kind, code, table in rows:
        (items.setdefault(code, []) if kind == "case" else others.setdefault((kind, code), [])).append(table)
    DECLARED.write_text(_HEAD + "".join(f"{code}: [{', '.join(tables)}]\n" for code, tables in items.items()), encoding="utf-8")
    for key, tables in others.items():
        print(*key, *tables)


if __name__ == "__main__":
    main(sys.argv[1])
