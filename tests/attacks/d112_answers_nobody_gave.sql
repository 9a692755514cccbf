-- D112. An answer of a partner is the partner's: the database signs the question and reads the signature of the answer, with a key no login of the application reads.

-- attack: D112.1 A death that nobody has answered
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_answer (request_id, service, partner_id, subject, request, outcome, data, signature, took_ms, asked_at)
SELECT gen_random_uuid(), 'death', 'civil_affairs', 'x', jsonb_build_object('AAC002', id_number), 'found',
    jsonb_build_object('AAC003', name, 'AIC037', '2026-11-01'), repeat('a', 64), 1, now() FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D112.2 That somebody lives, which nobody has answered
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_answer (request_id, service, partner_id, subject, request, outcome, data, signature, took_ms, asked_at)
SELECT gen_random_uuid(), 'death', 'civil_affairs', 'x', jsonb_build_object('AAC002', id_number), 'missing', '{}', '', 1, now()
FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D112.3 Data with an answer that was none
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_answer (request_id, service, partner_id, subject, request, outcome, data, signature, took_ms, asked_at)
SELECT gen_random_uuid(), 'death', 'civil_affairs', 'x', jsonb_build_object('AAC002', id_number), 'malformed',
    jsonb_build_object('AAC003', name, 'AIC037', '2026-11-01'), '', 1, now() FROM exchange_life_sign WHERE id = {life_sign};

-- attack: D112.4 The same answer again, to another question of the same moment
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_answer (request_id, service, partner_id, subject, request, outcome, data, signature, took_ms, asked_at, body, moment)
SELECT a.request_id, a.service, a.partner_id, a.subject, a.request, 'found', a.data || '{"AIC037": "2026-11-03"}', a.signature, 1, now(), '{}',
    extract(epoch FROM clock_timestamp())::bigint * 1000000 FROM exchange_answer a WHERE a.id = {answer};

-- attack: D112.5 The key of a partner read
-- login: app
-- refused: 42501
SELECT key FROM exchange_partner_key;

-- attack: D112.6 A key of one's own
-- login: app
-- refused: 42501
INSERT INTO exchange_partner_key (partner_id, key, kept_at) VALUES ('civil_affairs', 'mine', now());

-- attack: D112.7 A key of one's own through the partner's row
-- login: app
-- given: what partners told
-- refused: YG009
UPDATE exchange_partner SET key = 'mine' WHERE code = 'civil_affairs';

-- attack: D112.8 Something signed that begins like an answer
-- login: app
-- given: what partners told
-- refused: YG006
SELECT exchange_sign_v1('civil_affairs', '6f1c1f3e-6c1c-4c1e-8c1a-2f6c1f3e6c1c', '/death', '{"found":true}', NULL);

-- attack: D112.9 A question with a number of one's own
-- login: app
-- given: what partners told
-- refused: YG006
SELECT exchange_sign_v1('civil_affairs', 'x', '/death', '{"AAC002":"1"}', gen_random_uuid());

-- attack: D112.10 The number of a question without asking it
-- login: app
-- refused: 42501
SELECT exchange_question_v1('civil_affairs', '/death', '{"AAC002": "1"}', 1);

-- attack: D112.11 What is signed with somebody's key, made by oneself
-- login: app
-- refused: 42501
SELECT exchange_hmac_v1('k'::bytea, 'x'::bytea);

-- attack: D112.12 A path that is two lines
-- login: app
-- given: what partners told
-- refused: YG006
SELECT exchange_sign_v1('civil_affairs', 'x', E'/death\n{"found":true}', '{}', NULL);
