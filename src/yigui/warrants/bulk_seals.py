"""Digests of blocks of rows that an opening load wrote, recomputed by the database.

They were taken up to release 0.1; the record of rows (`integrity`) has taken their place, and those that stand are still verified.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections

from yigui.warrants.models import Protected

# The rows of one block as their bulk warrant wrote them: a row changed since is taken from the first change's `before`.
# Columns added to the table later are left out, so a migration does not break old seals.
_BLOCK_DIGEST = """
WITH first_change AS (
    SELECT DISTINCT ON (row_id) row_id, before
    FROM warrants_change
    WHERE table_name = %(table)s AND row_id BETWEEN %(first)s AND %(last)s AND kind = 'U'
    ORDER BY row_id, id
),
written AS (
    SELECT t.id, coalesce(f.before, to_jsonb(t)) - %(ignored)s::text[] AS image,
        coalesce((f.before ->> 'warrant_id')::bigint, t.warrant_id) AS warrant_id
    FROM {table} t LEFT JOIN first_change f ON f.row_id = t.id
    WHERE t.id BETWEEN %(first)s AND %(last)s
)
SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(image::text, E'\\n' ORDER BY id), ''), 'UTF8')), 'hex'),
    coalesce(array_agg(id ORDER BY id), '{{}}'), coalesce(array_agg(hashtextextended(image::text, 0) ORDER BY id), '{{}}')
FROM written WHERE warrant_id = %(warrant)s
"""


@dataclass(frozen=True)
class Block:
    """The rows a bulk warrant wrote in a block of ids: their count and digest, and id and mark of each."""

    row_count: int
    digest: str
    row_ids: list[int]
    row_marks: list[int]

    def differing_rows(self, other: "Block") -> list[int]:
        """Ids of the rows that are missing from one of the two or differ."""
        mine, theirs = dict(zip(self.row_ids, self.row_marks, strict=True)), dict(zip(other.row_ids, other.row_marks, strict=True))
        return sorted(i for i in mine.keys() | theirs.keys() if mine.get(i) != theirs.get(i))


def protected_tables() -> list[str]:
    """Names of all protected tables."""
    return sorted(m._meta.db_table for m in apps.get_models() if issubclass(m, Protected))


def columns_of(table: str) -> list[str]:
    """The columns of a protected table now."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    return [f.column for f in model._meta.concrete_fields if f.column]


def block_of(warrant_id: int, table: str, first: int, last: int, columns: list[str], using: str = "default") -> Block:
    """The rows a bulk warrant wrote in a block of ids, as they were written, in the columns the table had then."""
    ignored = ["warrant_id", *(c for c in columns_of(table) if c not in columns)]
    assert table in protected_tables()
    with connections[using].cursor() as cursor:
        cursor.execute(
            _BLOCK_DIGEST.format(table=table),
            {"table": table, "first": first, "last": last, "warrant": warrant_id, "ignored": ignored},
        )
        return Block(*cursor.fetchone())
