-- my_queue: steps somebody may take now. Params: user_id, steps (text[], all when empty), on (date), agency_id, limit.
-- Grain: one row per step; the most urgent first. What stands inside only narrows by index; the rule is casework_why_not_v1, which
-- is asked from the top until enough have been found.
SELECT narrowed.id
FROM (
    SELECT s.id
    FROM casework_step s
    JOIN casework_case k ON k.id = s.case_id
    WHERE s.state = 'ready'
      AND (s.claimed_by_id IS NULL OR s.claimed_by_id = %(user_id)s)
      AND (cardinality(%(steps)s::text[]) = 0 OR s.code = ANY (%(steps)s::text[]))
      AND (s.site <> 'on_site' OR s.agency_id IN (
          SELECT g.code FROM registry_agency g WHERE g.code = %(agency_id)s OR g.successor_id = %(agency_id)s))
      AND EXISTS (
          SELECT 1
          FROM staff_authority a
          WHERE a.user_id = %(user_id)s AND a.step = s.code AND a.withdrawn_at IS NULL AND %(on)s BETWEEN a.valid_from AND a.valid_to
            AND (a.area_code IN ('*', s.area_code) OR s.site = 'on_site' AND a.area_code = (
                SELECT g.area_id FROM registry_agency g WHERE g.code = s.agency_id))
            AND a.item_group IN ('*', s.item_code, split_part(s.item_code, '-', 1)))
    ORDER BY k.due_on, s.ready_at, s.id
    OFFSET 0
) narrowed
WHERE casework_why_not_v1(narrowed.id, %(user_id)s, %(on)s) IS NULL
LIMIT %(limit)s
