"""Digests of rows appended in sets under a warrant: taken by the database at the nightly seal (`warrants_seal_sets_v1`), recomputed by `yigui verify`."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connections

from yigui.warrants.models import SetGuarded, SetSeal

# One pass over the table: rows are counted and their hashes summed per warrant.
_DIGESTS = """
SELECT t.warrant_id, count(*), sum(hashtextextended(ROW({columns})::text, 0)::numeric)::text
FROM {table} t
WHERE {which}
GROUP BY t.warrant_id ORDER BY t.warrant_id
"""


def set_tables() -> dict[str, list[str]]:
    """Set-guarded tables and their columns."""
    models = (m for m in apps.get_models() if issubclass(m, SetGuarded))
    return {m._meta.db_table: [f.column for f in m._meta.concrete_fields if f.column] for m in models}


def differing_sets(using: str) -> Iterator[str]:
    """A sentence for every warrant whose appended rows no longer agree with their seal, or that does not exist."""
    for table in sorted(set_tables()):
        # Columns added since are left out: each set of columns is taken once.
        shapes = SetSeal.objects.using(using).filter(table_name=table).values_list("columns", flat=True).distinct()
        for columns in list(shapes):
            seals = SetSeal.objects.using(using).filter(table_name=table, columns=columns)
            sealed = {s.warrant_id: (s.row_count, s.digest) for s in seals.iterator(chunk_size=5000)}
            with connections[using].cursor() as cursor:
                cursor.execute(_DIGESTS.format(table=table, columns=_names(columns), which="true"))
                found = {w: (n, d) for w, n, d in cursor.fetchall()}
            for warrant_id, value in sealed.items():
                if found.get(warrant_id, (0, "0")) != value:
                    yield f"{table}（授权凭据 id={warrant_id}）：记录与封存摘要不符，封存 {value[0]} 行，现有 {found.get(warrant_id, (0,))[0]} 行。"
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT t.warrant_id FROM {table} t LEFT JOIN warrants_warrant w ON w.id = t.warrant_id "
                "WHERE w.id IS NULL LIMIT 20"
            )
            for (warrant_id,) in cursor.fetchall():
                yield f"{table}：有记录注明的授权凭据 id={warrant_id} 不存在。"


def _names(columns: list[str]) -> str:
    return ", ".join(f"t.{column}" for column in columns)
