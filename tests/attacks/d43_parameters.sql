-- D43. Parameters of the law that nobody has signed.

-- attack: D43.1 A row written beside the function that signs
-- login: app
-- refused: 42501
INSERT INTO parameters_row (change_id, table_name, keys, area_code, valid_from, columns, source, published_on, signed_at)
VALUES (1, 'pension/calculation_base', '2026', '510000', '2026-01-01', '{"value": "99999"}', 'none', '2026-01-01', now());

-- attack: D43.2 A change that is signed when it is proposed
-- login: app
-- refused: YG006
INSERT INTO parameters_change (table_name, keys, area_code, valid_from, columns, source, published_on, label, before, reason, late_reason, is_transcribed,
    status, proposed_by_id, proposed_at, proposed_on, signed_by_id, signed_at, note)
SELECT 'contribution/base_bounds', '', '510000', '2030-01-01', '{"floor": "1", "ceiling": "2"}', 'none', '2026-01-01', '缴费基数上下限', '{}', 'none at all', '', true, 'signed',
    id, now(), '2026-11-10', id, now(), '' FROM staff_user WHERE username = 'head';

-- attack: D43.3 A change in the name of somebody who is not there
-- login: app
-- refused: YG009
INSERT INTO parameters_change (table_name, keys, area_code, valid_from, columns, source, published_on, label, before, reason, late_reason, is_transcribed,
    status, proposed_by_id, proposed_at, proposed_on, note)
SELECT 'contribution/base_bounds', '', '510000', '2030-01-01', '{"floor": "1", "ceiling": "2"}', 'none', '2026-01-01', '缴费基数上下限', '{}', 'none at all', '', true, 'proposed',
    id, now(), '2026-11-10', '' FROM staff_user WHERE username = 'head';

-- attack: D43.4 A signed row taken away
-- login: app
-- refused: 42501
DELETE FROM parameters_row;

-- attack: D43.5 Signing without a sign-in
-- login: app
-- refused: YG006
SELECT parameters_sign_v1('nobody', '123456', 0, 0, '');

-- attack: D43.6 Another content under the same number
-- login: app
-- refused: 42501
UPDATE parameters_change SET columns = '{"value": "1"}';
