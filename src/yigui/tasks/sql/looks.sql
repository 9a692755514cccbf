-- Who looks at whom in full, where somebody should ask why. Each statement gives rows for which no task was opened yet; %(most)s bounds them.
-- Read by the hour (`tasks.look_watch`). Days and hours are Chinese ones; a "free" look is one without a case that the work did not bring.

-- name: many
-- 查看人数异常: somebody who looked at many people and employers in a day, all together or without a case. One row per person and day.
WITH days AS (
    SELECT v.user_id, (v.viewed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(DISTINCT (v.subject, v.subject_id)) AS subjects,
        count(DISTINCT (v.subject, v.subject_id)) FILTER (WHERE v.case_no = '' AND v.ground NOT IN ('', 'work')) AS free
    FROM staff_full_view v
    WHERE v.viewed_at > now() - interval '2 days'
    GROUP BY 1, 2
)
SELECT d.user_id, d.day, d.subjects, d.free
FROM days d
WHERE (d.subjects >= %(many)s OR d.free >= %(free)s)
    AND NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.kind = 'unusual_looks' AND t.origin_kind = 'looks' AND t.origin_id = d.user_id AND t.origin_no = d.day::text
            AND t.part = 'many'
    )
ORDER BY d.day, d.user_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: night
-- 夜间无办件查看: free looks outside the hours of work (%(first)s to %(last)s). One row per person and day.
WITH days AS (
    SELECT v.user_id, (v.viewed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(DISTINCT (v.subject, v.subject_id)) AS subjects
    FROM staff_full_view v
    WHERE v.viewed_at > now() - interval '2 days' AND v.case_no = '' AND v.ground NOT IN ('', 'work')
        AND extract(hour FROM v.viewed_at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN %(first)s AND %(last)s - 1
    GROUP BY 1, 2
)
SELECT d.user_id, d.day, d.subjects
FROM days d
WHERE NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.kind = 'unusual_looks' AND t.origin_kind = 'looks' AND t.origin_id = d.user_id AND t.origin_no = d.day::text
            AND t.part = 'night'
    )
ORDER BY d.day, d.user_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: kin
-- 查看亲属: looks, with a case or without, at a record of kin of whoever looked, declared or as the registry knows them (`benefits_kin_v1`). One row per
-- person, day and record.
WITH days AS (
    SELECT v.user_id, (v.viewed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, p.id AS person_id, p.person_no, count(*) AS looks
    FROM staff_full_view v
    JOIN staff_user u ON u.id = v.user_id
    JOIN registry_person p ON p.id = v.subject_id AND p.id_number <> u.id_number
    WHERE v.subject = 'person' AND v.viewed_at > now() - interval '2 days' AND benefits_kin_v1(u.id, u.id_number, p.id_number) IS NOT NULL
    GROUP BY 1, 2, 3, 4
)
SELECT d.user_id, d.day, d.person_id, d.person_no, d.looks
FROM days d
WHERE NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.kind = 'unusual_looks' AND t.origin_kind = 'looks' AND t.origin_id = d.user_id AND t.origin_no = d.day::text
            AND t.part = 'kin-' || d.person_id
    )
ORDER BY d.day, d.user_id, d.person_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: colleagues
-- 查看本单位工作人员: looks, with a case or without, at the record of somebody who works here, oneself included. One row per person, day and colleague.
WITH days AS (
    SELECT v.user_id, (v.viewed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, c.id AS colleague_id, c.full_name, count(*) AS looks
    FROM staff_full_view v
    JOIN registry_person p ON p.id = v.subject_id
    JOIN staff_user c ON c.id_number = p.id_number AND c.id_number <> ''
    WHERE v.subject = 'person' AND v.viewed_at > now() - interval '2 days'
    GROUP BY 1, 2, 3, 4
)
SELECT d.user_id, d.day, d.colleague_id, d.full_name, d.looks
FROM days d
WHERE NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.kind = 'unusual_looks' AND t.origin_kind = 'looks' AND t.origin_id = d.user_id AND t.origin_no = d.day::text
            AND t.part = 'colleague-' || d.colleague_id
    )
ORDER BY d.day, d.user_id, d.colleague_id
LIMIT %(most)s OFFSET %(skip)s;
