-- D133. Whoever brings a partner's file in answers for the area of each of its records: a death, a trace of life, a sentence, a registration.

-- attack: D133.1 A pensioner of another county reported dead by a county's section head
-- login: app
-- given: what partners told, somebody of another county, somebody with a former number
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_death_record (id_number, name, died_on, row_no, file_id)
SELECT id_number, name, '2026-10-01', 2, (SELECT max(id) FROM exchange_inbound_file) FROM registry_person WHERE id = {renumbered};

-- attack: D133.2 The same under a number that was theirs
-- login: app
-- given: what partners told, somebody of another county, somebody with a former number
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_death_record (id_number, name, died_on, row_no, file_id)
SELECT '{former_number}', name, '2026-10-01', 2, (SELECT max(id) FROM exchange_inbound_file) FROM registry_person WHERE id = {renumbered};

-- attack: D133.3 Under another name, which waits
-- login: app
-- given: what partners told, somebody of another county
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 0, 0, 0, 1, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_death_record (id_number, name, died_on, row_no, file_id)
SELECT id_number, '某某', '2026-10-01', 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D133.4 That somebody of another county lives
-- login: app
-- given: what partners told, somebody of another county
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('life_sign', 'public_security', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-09', 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D133.5 The end of a sentence of somebody of another county
-- login: app
-- given: what partners told, somebody of another county
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('prison', 'justice', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_prison_record (id_number, name, began_on, ended_on, row_no, file_id)
SELECT id_number, name, began_on, began_on, 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_prison_record WHERE id = {prison_record};

-- attack: D133.6 A registration with a unit of another county
-- login: app
-- given: what partners told, somebody of another county
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('employment_registration', 'employment_service', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_employment_registration (id_number, name, credit_code, registered_on, row_no, file_id)
SELECT s.id_number, s.name, e.credit_code, '2026-11-09', 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign s,
    (SELECT credit_code FROM registry_employer WHERE area_id = '511102' AND status = 'active' ORDER BY id LIMIT 1) AS e WHERE s.id = {life_sign};

-- attack: D133.7 One of another county behind a line about nobody, in one statement
-- login: app
-- given: what partners told, somebody of another county
SELECT identity_act_v1('{county_head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('life_sign', 'public_security', 'x', '{kept}', 2, 2, '[]', '[]', 2, 0, 0, 0, 0, now(), {county_head});
-- refused: YG005
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT '11010519491231002X', '张三', '2026-11-09'::date, 2, (SELECT max(id) FROM exchange_inbound_file)
UNION ALL SELECT id_number, name, '2026-11-09', 3, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign WHERE id = {life_sign};
