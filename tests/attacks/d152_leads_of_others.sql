-- D152. Leads are what the rules find; nobody makes, changes or removes one, nor what was run.

-- attack: D152.1 A lead by hand
-- login: app
-- given: a person
-- refused: 42501
INSERT INTO audit_lead (screening_id, rule, rule_name, severity, event, person_id, area_id, words, found_on)
VALUES (1, 'B04', 'x', 'S1', 'x', {person}, '511102', 'x', '2026-11-10');

-- attack: D152.2 A rule that is said to have run
-- login: app
-- given: a person
-- refused: 42501
INSERT INTO audit_screening (rule, rule_from, day, hits, fresh, at) VALUES ('A12', '2026-01-01', '2026-11-10', 0, 0, now());

-- attack: D152.3 A rule switched off
-- login: app
-- given: a person
-- refused: 42501
UPDATE audit_screen_rule SET way = 'lacks';

-- attack: D152.4 What a rule finds, read past the record of its runs
-- login: app
-- given: a person
-- refused: 42501
SELECT * FROM audit_hits_v1('E01', '2026-11-10');

-- attack: D152.5 A rule run for a day to come, so that it is not run then
-- login: app
-- given: a person
-- days: real
-- refused: YG006
SELECT audit_screen_v1('A12', '2027-01-01');

-- attack: D152.6 A lead that is gone
-- login: app
-- given: a person
-- refused: 42501
DELETE FROM audit_lead;

-- attack: D152.7 Leads read from outside
-- login: outside
-- given: a person
-- refused: 42501
SELECT * FROM audit_lead;
