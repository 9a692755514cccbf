-- D127. A volume, its number, its list and its tests are made by the database out of the case.

-- attack: D127.1 A volume of one's own making
-- login: app
-- given: a volume
-- refused: 42501
INSERT INTO archive_volume (number, agency_id, year, class_no, class_name, seq, case_id, case_no, item_code, item_name, subject_name, area_id, ended_on, scope,
    period, source, pieces, note, filed_at, digest)
SELECT 'x', agency_id, year, class_no, class_name, 9999, {waiting}, case_no, item_code, item_name, subject_name, area_id, ended_on, scope, 'years', source, 1, '',
    now(), digest FROM archive_volume WHERE id = {volume};

-- attack: D127.2 A shorter period
-- login: app
-- given: a volume
-- refused: 42501
UPDATE archive_volume SET years = 10, keep_until = '2036-12-31' WHERE id = {volume};

-- attack: D127.3 A volume that is gone
-- login: app
-- given: a volume
-- refused: 42501
DELETE FROM archive_volume WHERE id = {volume};

-- attack: D127.4 Another file in the list
-- login: app
-- given: a volume
-- refused: 42501
UPDATE archive_piece SET digest = 'sm3:00' WHERE volume_id = {volume};

-- attack: D127.5 A number that is given back
-- login: app
-- given: a volume
-- refused: 42501
UPDATE archive_counter SET last = last - 1;

-- attack: D127.6 A case that does not wait any more
-- login: app
-- given: a volume
-- refused: 42501
DELETE FROM archive_due WHERE case_id = {waiting};

-- attack: D127.7 A rule of one's own
-- login: app
-- given: a volume
-- refused: 42501
UPDATE archive_rule SET period = 'years', years = 1;

-- attack: D127.8 The function that makes a volume, past the one that looks for gaps
-- login: app
-- given: a volume
-- refused: 42501
SELECT archive_make_v1(c, '{}', 'x', '[]', '', NULL) FROM casework_case c WHERE c.id = {waiting};

-- attack: D127.9 A case with a gap, said to be sound
-- login: app
-- given: a volume
-- refused: YG006
SELECT archive_file_v1({gap}, '{}', 'x',
    '[{"property": "authentic", "result": "pass"}, {"property": "whole", "result": "pass"}, {"property": "usable", "result": "pass"}, {"property": "safe", "result": "pass"}]');

-- attack: D127.10 A case whose test failed
-- login: app
-- given: a volume
-- refused: YG006
SELECT archive_file_v1({waiting}, '{}', 'x',
    '[{"property": "authentic", "result": "fail"}, {"property": "whole", "result": "pass"}, {"property": "usable", "result": "pass"}, {"property": "safe", "result": "pass"}]');

-- attack: D127.11 A case nobody has tested
-- login: app
-- given: a volume
-- refused: YG006
SELECT archive_file_v1({waiting}, '{}', 'x', '[]');

-- attack: D127.12 A test with a result of one's own
-- login: app
-- given: a volume
-- refused: 42501
INSERT INTO archive_check (volume_id, stage, tool, results, is_sound, at) VALUES ({volume}, 'yearly', 'x', '[]', true, now());

-- attack: D127.13 A test of one property
-- login: app
-- given: a volume
-- refused: YG006
SELECT archive_keep_check_v1('', {volume}, 'x', '[{"property": "safe", "result": "pass"}]');

-- attack: D127.14 Volumes read from outside
-- login: outside
-- given: a volume
-- refused: 42501
SELECT * FROM archive_volume;

-- attack: D127.15 Lists of volumes read from outside
-- login: outside
-- given: a volume
-- refused: 42501
SELECT * FROM archive_piece;
