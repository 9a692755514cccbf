-- D15. What was signed was exchanged afterwards: the person of a case, its amount, its form; what a batch or a file stood for.

-- attack: D15.1 Another person on a case that is approved
-- login: app
-- given: an approved change of account
-- refused: YG006
UPDATE casework_case SET person_id = (SELECT person_id FROM benefits_benefit WHERE id = {other_pension}) WHERE id = {account_change};

-- attack: D15.2 An amount that fits a limit
-- login: app
-- given: an approved recalculation
-- refused: YG006
UPDATE casework_case SET amount_fen = 1 WHERE id = {recalculation};

-- attack: D15.3 Another area
-- login: app
-- given: an approved recalculation
-- refused: YG006
UPDATE casework_case SET area_id = (SELECT code FROM registry_area WHERE code <> area_id ORDER BY code LIMIT 1) WHERE id = {recalculation};

-- attack: D15.4 Another round
-- login: app
-- given: an approved change of account
-- refused: YG006
UPDATE casework_case SET round = 2 WHERE id = {account_change};
