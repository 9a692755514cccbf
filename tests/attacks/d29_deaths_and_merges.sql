-- D29. A death taken back, a doubt settled, money carried by a merge: by the application's login, without those who sign.

-- attack: D29.1 A death in force taken back without a case
-- login: app
-- given: a reported death
-- refused: YG001
INSERT INTO exchange_death_withdrawal (warrant_id, person_id, record_id, case_id) VALUES (1, {dead}, {report}, 1);

-- attack: D29.2 A death in force set aside as a doubt
-- login: app
-- given: a reported death, the staff
-- refused: YG009
INSERT INTO exchange_death_verdict (record_id, verdict, reason, decided_by_id, decided_at)
VALUES ({report}, 'dismissed', '让他继续领', {reviewer}, now());

-- attack: D29.3 A report of a death removed
-- login: app
-- given: a reported death
-- refused: 42501
DELETE FROM exchange_death_record WHERE id = {report};

-- attack: D29.4 A report that names another day
-- login: app
-- given: a reported death
-- refused: 42501
UPDATE exchange_death_record SET died_on = '2030-01-01' WHERE id = {report};

-- attack: D29.5 A number that leads to somebody else
-- login: app
-- given: a reported death
-- refused: 42501
UPDATE registry_former_identity SET person_id = {living} WHERE person_id = {dead};

-- attack: D29.6 A number given up that never was
-- login: app
-- given: a reported death
-- refused: 42501
INSERT INTO registry_former_identity (person_id, id_number, name) SELECT {living}, id_number, name FROM registry_person WHERE id = {dead};

-- attack: D29.7 An account carried into another without a merge
-- login: app
-- given: a reported death
-- refused: YG011
SELECT accounts_carry_v1({living}, {dead});

-- attack: D29.8 An account carried under a case about somebody else
-- login: app
-- given: an approved reissue, a reported death
SELECT casework_issue_warrant_v1({reissue});
-- refused: YG011
SELECT accounts_carry_v1({living}, {dead});

-- attack: D29.9 A certification carried without a merge
-- login: app
-- given: a reported death
-- refused: YG011
SELECT benefits_carry_v1({living}, {dead});

-- attack: D29.10 A file whose lines do not add up
-- login: app
-- given: a reported death, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: 23514
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'death', partner_id, 'x', repeat('b', 64), 5, 5, '[]', '[]', 1, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'death' LIMIT 1;
