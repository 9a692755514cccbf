-- D150. A sample is drawn by the database when the month is over; nobody chooses, tells or changes it.

-- attack: D150.1 A case put into a sample
-- login: app
-- given: a sample
-- refused: 42501
INSERT INTO audit_sampled_case (sample_id, case_id, stratum, of_stratum, place) VALUES ({sample}, {not_drawn}, 'class_3', 1, 999);

-- attack: D150.2 A case taken out of a sample
-- login: app
-- given: a sample
-- refused: 42501
DELETE FROM audit_sampled_case WHERE id = {sampled};

-- attack: D150.3 Another seed
-- login: app
-- given: a sample
-- refused: 42501
UPDATE audit_sample SET seed = repeat('0', 64) WHERE id = {sample};

-- attack: D150.4 A sample of one's own
-- login: app
-- given: a sample
-- refused: 42501
INSERT INTO audit_sample (month, agency_id, up_to, population, population_digest, shares, seed, size, drawn_on, at)
SELECT 202601, agency_id, 1, 1, population_digest, shares, seed, 1, drawn_on, now() FROM audit_sample WHERE id = {sample};

-- attack: D150.5 The seed of a month that is not over
-- login: app
-- given: a sample
-- refused: 42501
SELECT audit_seed_v1('51110001', 202612, repeat('0', 64));

-- attack: D150.6 What a seed of one's own would draw
-- login: app
-- given: a sample
-- refused: 42501
SELECT audit_choice_v1('51110001', 202611, 1, repeat('0', 64), '{}');

-- attack: D150.7 A month drawn on a day that is not
-- login: app
-- given: a sample
-- days: real
-- refused: YG006
SELECT audit_draw_v1('2027-03-01');

-- attack: D150.8 A share of one's own
-- login: app
-- given: a sample
-- refused: 42501
UPDATE audit_share SET percent = 1;

-- attack: D150.9 An error that costs nothing
-- login: app
-- given: a sample
-- refused: 42501
UPDATE audit_error_kind SET points = 0;

-- attack: D150.10 Samples read from outside
-- login: outside
-- given: a sample
-- refused: 42501
SELECT * FROM audit_sampled_case;
