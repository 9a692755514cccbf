"""Verification: protected rows against their history, rows written in bulk and in sets against their seals."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connections

from yigui.common.rooms import rooms
from yigui.warrants.bulk_seals import Block, block_of, protected_tables
from yigui.warrants.models import BulkSeal
from yigui.warrants.set_seals import differing_sets as set_rows

__all__ = ["bulk_rows", "grounded_warrants", "protected_rows", "set_rows"]


def protected_rows(using: str) -> Iterator[str]:
    """Every protected row equals the newest image in its history; every row without history lies in a sealed block."""
    with connections[using].cursor() as cursor:
        for table in protected_tables():
            cursor.execute(
                f"WITH newest AS (SELECT DISTINCT ON (row_id) row_id, after FROM warrants_change "
                f"WHERE table_name = %s ORDER BY row_id, id DESC) "
                f"SELECT newest.row_id, t.id IS NULL FROM newest LEFT JOIN {table} t ON t.id = newest.row_id "
                f"WHERE t.id IS NULL OR NOT to_jsonb(t) @> newest.after ORDER BY 1 LIMIT 20",
                [table],
            )
            for row_id, is_gone in cursor.fetchall():
                yield f"{table} id={row_id}：{'记录已被删除' if is_gone else '现值与最后一次授权变更后的值不符'}。"
            cursor.execute(
                f"SELECT t.id FROM {table} t JOIN warrants_warrant w ON w.id = t.warrant_id "
                f"WHERE w.kind <> 'opening' AND NOT EXISTS "
                f"(SELECT 1 FROM warrants_change c WHERE c.table_name = %s AND c.row_id = t.id) ORDER BY 1 LIMIT 20",
                [table],
            )
            for (row_id,) in cursor.fetchall():
                yield f"{table} id={row_id}：没有变更记录。"
            cursor.execute(
                f"SELECT t.id FROM {table} t LEFT JOIN warrants_warrant w ON w.id = t.warrant_id WHERE w.id IS NULL LIMIT 20"
            )
            for (row_id,) in cursor.fetchall():
                yield f"{table} id={row_id}：没有授权凭据。"


def bulk_rows(using: str) -> Iterator[str]:
    """Rows of the opening load against their blocks; the rows that differ are named."""
    for seal in BulkSeal.objects.using(using).order_by("id").iterator(chunk_size=50):
        found = block_of(seal.warrant_id, seal.table_name, seal.first_id, seal.last_id, seal.columns, using)
        if (found.row_count, found.digest) == (seal.row_count, seal.digest):
            continue
        sealed = Block(seal.row_count, seal.digest, seal.row_ids, seal.row_marks)
        for row_id in found.differing_rows(sealed)[:20] or [seal.first_id]:
            yield f"{seal.table_name} id={row_id}：期初装载的记录与封存摘要不符（封存块 {seal.first_id}–{seal.last_id}）。"


def grounded_warrants(using: str) -> Iterator[str]:
    """A sentence for every warrant that nothing carried out: what its kind rests on, as the rooms declare it, does not stand there.

    An opening load belongs before the first day of business; of a later one the run is named in `YIGUI_OPENINGS`, outside of the database.
    """
    grounds = {kind: ground for room in rooms() for kind, ground in room.grounds.items()}
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, subject_no FROM warrants_warrant WHERE kind <> ALL (%s) ORDER BY id LIMIT 20", [sorted(grounds)]
        )
        for warrant_id, kind, subject in cursor.fetchall():
            yield f"warrants_warrant id={warrant_id}（{subject}）：没有登记种类为 {kind} 的授权凭据。"
        for kind, ground in sorted(grounds.items()):
            cursor.execute(
                f"SELECT w.id, w.subject_no FROM warrants_warrant w WHERE w.kind = %s AND NOT ({ground}) ORDER BY w.id LIMIT 20",
                [kind],
            )
            for warrant_id, subject in cursor.fetchall():
                yield f"warrants_warrant id={warrant_id}（{subject}）：所授权的业务不存在或未办结。"
        cursor.execute(
            "SELECT w.id, w.subject_no, w.subject_id FROM warrants_warrant w, (SELECT min(id) AS id, min(issued_at) AS at FROM warrants_warrant "
            "WHERE kind <> 'opening') AS business WHERE w.kind = 'opening' AND (w.id > business.id OR w.issued_at > business.at) ORDER BY w.id"
        )
        late = [row for row in cursor.fetchall() if not any(row[2] in known for known in settings.OPENINGS)]
        for warrant_id, subject, _ in late[:20]:
            yield f"warrants_warrant id={warrant_id}（{subject}）：期初装载在开始办理业务之后，且未列入 YIGUI_OPENINGS。"
