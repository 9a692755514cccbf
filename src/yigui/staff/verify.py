"""Accounts and organisation against their record: whatever was changed past the database's own record is named."""

from collections.abc import Iterator

from django.db import connections

#: Tables whose every change is recorded (`staff_record_v1`).
RECORDED = (
    "staff_user",
    "staff_post_holding",
    "staff_post_rule",
    "staff_section",
    "staff_host",
    "staff_location",
    "staff_opening_exception",
    "staff_window",
    "staff_kiosk",
)

# Columns that came or went since a row was recorded are left out on either side.
_DIFFERING = """
WITH newest AS (
    SELECT DISTINCT ON (row_id) row_id, kind, after FROM staff_event WHERE table_name = %s ORDER BY row_id, id DESC
),
compared AS (
    SELECT coalesce(n.row_id, t.id) AS id, n.kind, n.after, staff_image_v1(to_jsonb(t)) AS image
    FROM newest n FULL JOIN {table} t ON t.id = n.row_id
)
SELECT id, CASE WHEN image IS NULL THEN '记录已被删除' WHEN kind IS NULL THEN '没有变动记录' ELSE '现值与最后一次变动记录不符' END
FROM compared
WHERE CASE
    WHEN kind = 'D' THEN image IS NOT NULL
    WHEN kind IS NULL OR image IS NULL THEN true
    ELSE image - ARRAY(SELECT jsonb_object_keys(image) EXCEPT SELECT jsonb_object_keys(after))
        IS DISTINCT FROM after - ARRAY(SELECT jsonb_object_keys(after) EXCEPT SELECT jsonb_object_keys(image))
    END
ORDER BY 1 LIMIT 20
"""

# Every merge in its order, followed to the agency that is at work now.
_SUCCESSORS = """
WITH RECURSIVE done AS (
    SELECT m.merged_id, m.into_id FROM staff_agency_merge m
    JOIN warrants_warrant w ON w.kind = 'merge' AND w.subject_id = m.id
    WHERE m.status = 'done'
),
followed AS (
    SELECT merged_id, into_id, 1 AS depth FROM done
    UNION ALL
    SELECT f.merged_id, d.into_id, f.depth + 1 FROM followed f JOIN done d ON d.merged_id = f.into_id WHERE f.depth < 50
),
now AS (
    SELECT DISTINCT ON (merged_id) merged_id, into_id FROM followed ORDER BY merged_id, depth DESC
)
SELECT coalesce(a.code, n.merged_id),
    CASE WHEN n.merged_id IS NULL THEN '并入机构没有合并记录' ELSE '与机构合并的记录不符' END
FROM registry_agency a FULL JOIN now n ON n.merged_id = a.code
WHERE a.successor_id IS DISTINCT FROM n.into_id
ORDER BY 1 LIMIT 20
"""

# Looks at people alone who have several accounts: few, and of most cities none.
_SIGNED_TWICE = """
WITH several AS (
    SELECT id, staff_person_v1(id) AS person FROM staff_user WHERE upper(btrim(id_number)) IN (
        SELECT upper(btrim(id_number)) FROM staff_user WHERE btrim(id_number) <> '' GROUP BY 1 HAVING count(*) > 1)
)
SELECT s.warrant_id, string_agg(DISTINCT u.username, '、') FROM warrants_signature s
JOIN several p ON p.id = s.user_id JOIN staff_user u ON u.id = s.user_id
GROUP BY s.warrant_id, p.person HAVING count(*) > 1 ORDER BY 1 LIMIT 20
"""


def staff_faults(using: str) -> Iterator[str]:
    """A sentence for every account or part of the organisation that differs from its newest record, for every agency whose
    successor no merge has brought, and for every warrant that one person signed from two accounts."""
    with connections[using].cursor() as cursor:
        for table in RECORDED:
            cursor.execute(_DIFFERING.format(table=table), [table])
            for row_id, what in cursor.fetchall():
                yield f"{table} id={row_id}：{what}。"
        cursor.execute(_SUCCESSORS)
        for code, what in cursor.fetchall():
            yield f"registry_agency code={code}：{what}。"
        cursor.execute(_SIGNED_TWICE)
        for warrant, names in cursor.fetchall():
            yield f"warrants_warrant id={warrant}：账号 {names} 身份证号相同，同一人签署了两个环节。"
