-- D111. What partners say, and what the bank says, is brought in by a person or a program that the database has seen, never by the application alone.

-- attack: D111.1 A file of deaths by nobody
-- login: app
-- given: what partners told
-- refused: YG009
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now());

-- attack: D111.2 A file of sentences in the name of a section head who is not there
-- login: app
-- given: what partners told, who may bring files in
-- refused: YG009
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('prison', 'justice', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head});

-- attack: D111.3 A file of deaths without a name, though a section head is there
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG009
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now());

-- attack: D111.4 A file of deaths by an officer of another post
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{reader_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {reader});

-- attack: D111.5 A file of civil affairs by the program of the bank
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{bank_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {bank});

-- attack: D111.6 Deaths by the bank's program, as the bank's own
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{bank_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'bank', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {bank});

-- attack: D111.7 A sentence by the program of civil affairs, with which none is agreed
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{civil_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('prison', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {civil});

-- attack: D111.8 A file by an operator of an employer
-- login: app
-- given: what partners told, people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('employment_registration', 'employment_service', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {platform});

-- attack: D111.9 A message by nobody
-- login: app
-- given: what partners told
-- refused: YG009
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
SELECT 'public_security', 'evil', 'life_sign', repeat('e', 64), jsonb_build_object('AAC002', id_number, 'AAC003', name, 'AAE036', '2026-11-09'), '{}', now()
FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D111.10 A message by a section head, who sends none
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG009
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
VALUES ('civil_affairs', 'evil', 'death', repeat('e', 64), '{}', '{}', now());

-- attack: D111.11 A message of civil affairs by the program of the bank
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{bank_token}');
-- refused: YG009
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
VALUES ('civil_affairs', 'evil', 'death', repeat('e', 64), '{}', '{}', now());

-- attack: D111.12 A death by the program of public security, which sends traces of life
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{police_token}');
-- refused: YG005
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
VALUES ('public_security', 'evil', 'death', repeat('e', 64), '{}', '{}', now());

-- attack: D111.13 The bank's results by nobody
-- login: app
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('d', 64), 'x', 1, 1, 0, '[]', '2026-11-10');

-- attack: D111.14 The bank's results by the program of civil affairs
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{civil_token}');
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('d', 64), 'x', 1, 1, 0, '[]', '2026-11-10');

-- attack: D111.15 By a cashier who is there and is not named, so that two others need not be
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{reader_token}');
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('d', 64), 'x', 1, 1, 0, '[]', '2026-11-10');

-- attack: D111.16 By the bank's program, in the name of its account
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{bank_token}');
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id)
VALUES (repeat('d', 64), 'x', 1, 1, 0, '[]', '2026-11-10', {bank});

-- attack: D111.17 Who is believed, written by the application: a key of the bank for an account of its own
-- login: app
-- given: who may bring files in
-- refused: 42501
INSERT INTO exchange_api_token (partner_id, digest, user_id, channel, outlet_class, is_active, created_at)
VALUES ('civil_affairs', repeat('d', 64), {bank}, 'online', '', true, now());
