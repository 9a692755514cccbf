-- D80. What partners tell us comes with its file, answer or message, and says what that says.

-- attack: D80.1 The end of a sentence, under the true report's file that was read before
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_prison_record (id_number, name, began_on, ended_on, row_no, file_id)
SELECT id_number, name, began_on, began_on, 7, file_id FROM exchange_prison_record WHERE id = {prison_record};

-- attack: D80.2 The same under the line that was read
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_prison_record (id_number, name, began_on, ended_on, row_no, file_id)
SELECT id_number, name, began_on, began_on, row_no, file_id FROM exchange_prison_record WHERE id = {prison_record};

-- attack: D80.3 A trace of life under a file that was read before
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-09', 7, file_id FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D80.4 A registration under a file that was read before
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_employment_registration (id_number, name, credit_code, registered_on, row_no, file_id)
SELECT id_number, name, credit_code, '2026-11-09', 7, file_id FROM exchange_employment_registration WHERE id = {registration};

-- attack: D80.5 Who somebody is, of no source
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_identity_record (id_number, name, gender, born_on, row_no)
SELECT id_number, '甲乙', '1', '1950-01-01', 0 FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D80.6 Who somebody is, under a file
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_identity_record (id_number, name, gender, born_on, row_no, file_id)
SELECT id_number, '甲乙', '1', '1950-01-01', 7, file_id FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D80.7 A sentence by message, which nobody sends so
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{police_token}');
-- refused: YG005
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
VALUES ('public_security', 'evil', 'prison', repeat('e', 64), '{}', '{}', now());

-- attack: D80.8 A sentence with the answer to a question about a death
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_prison_record (id_number, name, began_on, ended_on, row_no, answer_id)
SELECT id_number, name, began_on, began_on, 0, {answer} FROM exchange_prison_record WHERE id = {prison_record};

-- attack: D80.9 A trace of life out of a message that says another day
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{police_token}');
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
SELECT 'public_security', 'evil', 'life_sign', repeat('e', 64), jsonb_build_object('AAC002', s.id_number, 'AAC003', s.name, 'AAE036', '2026-10-01'), '{}', now()
FROM exchange_life_sign s JOIN exchange_inbound_file f ON f.id = s.file_id WHERE s.id = {life_sign};
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, message_id)
SELECT id_number, name, '2026-11-09', 0, (SELECT max(id) FROM exchange_in_message) FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D80.10 A trace of life out of a message that was answered before
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, message_id)
SELECT content ->> 'AAC002', content ->> 'AAC003', (content ->> 'AAE036')::date, 0, id FROM exchange_in_message WHERE id = {told};

-- attack: D80.11 A file whose line became nothing
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'prison', partner_id, 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'prison' LIMIT 1;
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D80.12 A file of which nothing is kept
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'life_sign', 'public_security', 'x', repeat('b', 64), 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'prison' LIMIT 1;
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-09', 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D80.13 More records than the file has lines
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'life_sign', 'public_security', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'prison' LIMIT 1;
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-01'::date + g, g, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign, generate_series(2, 3) AS g WHERE id = {life_sign};

-- attack: D80.14 Two records of one line
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'life_sign', 'public_security', 'x', '{kept}', 2, 2, '[]', '[]', 2, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'prison' LIMIT 1;
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-01'::date + g, 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign, generate_series(2, 3) AS g WHERE id = {life_sign};

-- attack: D80.15 A record more, once the lines were asked
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'life_sign', 'public_security', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'prison' LIMIT 1;
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-09', 2, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign WHERE id = {life_sign};
SET CONSTRAINTS ALL IMMEDIATE;
-- refused: YG006
INSERT INTO exchange_life_sign (id_number, name, seen_on, row_no, file_id)
SELECT id_number, name, '2026-11-08', 3, (SELECT max(id) FROM exchange_inbound_file) FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D80.16 A file of a kind nobody reads
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
SELECT 'deaths', partner_id, 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head} FROM exchange_inbound_file WHERE kind = 'prison' LIMIT 1;
