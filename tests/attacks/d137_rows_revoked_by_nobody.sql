-- D137. Signed rows of parameters that nobody has revoked.

-- attack: D137.1 A row that revokes, written beside the function that signs
-- login: app
-- refused: 42501
INSERT INTO parameters_row (change_id, table_name, keys, area_code, valid_from, columns, source, published_on, signed_at, revokes)
VALUES (1, 'pension/calculation_base', '2026', '510000', '2026-01-01', '{"value": "1"}', 'none', '2026-01-01', now(), 1);

-- attack: D137.2 A signed row made to revoke another
-- login: app
-- refused: 42501
UPDATE parameters_row SET revokes = 1;

-- attack: D137.3 A change turned into a revocation after it was examined
-- login: app
-- refused: 42501
UPDATE parameters_change SET revokes_id = 1;

-- attack: D137.4 What no row is in force for is not asked of anybody's own rows
-- login: app
-- refused: 42501
SELECT parameters_in_force_v1(r) FROM parameters_row r;
