-- D138. Records are taken of the partners that keep them, whoever brings the file in; lines of another area wait for the city as they stood.

-- attack: D138.1 A sentence under the name of civil affairs
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('prison', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head});

-- attack: D138.2 A death under the name of the employment service
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'employment_service', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head});

-- attack: D138.3 A trace of life under the name of civil affairs
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('life_sign', 'civil_affairs', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head});

-- attack: D138.4 A registration under the name of the police
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('employment_registration', 'public_security', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head});

-- attack: D138.5 A death under the name of the bank
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG005
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id)
VALUES ('death', 'bank', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head});

-- attack: D138.6 Lines of elsewhere of a file that has none
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
-- refused: YG006
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id, continues_id)
VALUES ('prison', 'justice', 'x', '{kept}', 1, 1, '[]', '[]', 1, 0, 0, 0, 0, now(), {head}, (SELECT max(id) FROM exchange_inbound_file WHERE kind = 'prison'));

-- attack: D138.7 A line said to wait that was not sent back
-- login: app
-- given: what partners told, who may bring files in
SELECT identity_act_v1('{head_token}');
INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, noted, matched_count, known_count,
    rejected_count, waiting_count, unmatched_count, received_at, received_by_id, elsewhere)
VALUES ('prison', 'justice', 'x', '{kept}', 1, 1, '[]', '[]', 0, 1, 0, 0, 0, now(), {head}, '[2]');
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;
