-- unused_rights: rights in force that nobody has used. Params: agencies (text[]), on (date), since (date).
-- Grain: one row per right (staff_authority), by agency and name. A right given after `since` is too young to be judged. A right for a
-- group is used by a step of any of its items; accounts of channels and programs work by themselves and are left out.
SELECT a.id
FROM staff_authority a
JOIN staff_user u ON u.id = a.user_id
WHERE u.agency_id = ANY (%(agencies)s::text[])
  AND u.is_active
  AND u.kind = 'person'
  AND a.withdrawn_at IS NULL
  AND a.valid_from <= %(since)s
  AND a.valid_to >= %(on)s
  AND NOT EXISTS (
      SELECT 1
      FROM casework_step s
      WHERE s.decided_by_id = a.user_id
        AND s.decided_on > %(since)s
        AND s.code = a.step
        AND a.item_group IN ('*', s.item_code, split_part(s.item_code, '-', 1)))
ORDER BY u.agency_id, u.full_name, a.id
