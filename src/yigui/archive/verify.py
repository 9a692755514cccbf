"""Verification: volumes against their pieces, their cases and their numbers."""

from collections.abc import Iterator

from django.db import connections

_STATEMENTS = {
    # Numbers of an agency, year and class: from one to the last given, none left out.
    "numbers": """
        SELECT format('archive_counter %%s-%%s-%%s：卷号应为 1 至 %%s，实有 %%s 卷。', k.agency_id, k.year, k.class_no, k.last, count(v.id))
        FROM archive_counter k LEFT JOIN archive_volume v ON (v.agency_id, v.year, v.class_no) = (k.agency_id, k.year, k.class_no)
        GROUP BY k.id HAVING count(v.id) <> k.last OR coalesce(max(v.seq), 0) <> k.last ORDER BY k.id LIMIT %(most)s""",
    "uncounted": """
        SELECT format('archive_volume %%s：没有给出过这个卷号。', v.number) FROM archive_volume v LEFT JOIN archive_counter k
            ON (v.agency_id, v.year, v.class_no) = (k.agency_id, k.year, k.class_no) WHERE coalesce(k.last, 0) < v.seq ORDER BY v.id LIMIT %(most)s""",
    "pieces": """
        SELECT format('archive_volume %%s（办件 %%s）：卷内文件与归档时的摘要或办件的记录不符。', v.number, v.case_no) FROM archive_volume v
        WHERE archive_changed_v1(v.id) > 0 OR v.pieces <> (SELECT count(*) FROM archive_piece p WHERE p.volume_id = v.id)
        ORDER BY v.id LIMIT %(most)s""",
    # What waits is filed or held within the day; a case that neither waits nor is filed has been lost.
    "lost": """
        SELECT format('casework_case %%s：已办结，既没有案卷，也不在待归档。', c.case_no) FROM casework_case c
        WHERE c.status = 'finished' AND c.id <= coalesce((SELECT s.up_to FROM archive_scan s WHERE s.name = 'earlier'), 0)
          AND NOT EXISTS (SELECT 1 FROM archive_volume v WHERE v.case_id = c.id) AND NOT EXISTS (SELECT 1 FROM archive_due d WHERE d.case_id = c.id)
        ORDER BY c.id LIMIT %(most)s""",
}
_MOST = 200


def volumes(using: str) -> Iterator[str]:
    """A sentence for every volume, number or finished case that is not as it should be."""
    for statement in _STATEMENTS.values():
        with connections[using].cursor() as cursor:
            cursor.execute(statement, {"most": _MOST})
            yield from (sentence for (sentence,) in cursor.fetchall())
