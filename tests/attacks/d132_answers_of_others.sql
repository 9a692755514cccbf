-- D132. An answer is of the partner whose service was asked, used once and while it is good (with signed answers: `tests/exchange/test_whose_answers.py`).

-- attack: D132.1 A question about a death signed for the bank
-- login: app
-- given: what partners told
-- refused: YG006
SELECT exchange_sign_v1('bank', 'yigui', '/death', '{"AAC002":"1"}', NULL);

-- attack: D132.2 A question of a service nobody agreed
-- login: app
-- given: what partners told
-- refused: YG006
SELECT exchange_sign_v1('civil_affairs', 'yigui', '/anything', '{"AAC002":"1"}', NULL);

-- attack: D132.3 A question of no service, for a partner that is asked none
-- login: app
-- given: what partners told
-- refused: YG006
SELECT exchange_sign_v1(NULL, 'yigui', '/anything', '{"AAC002":"1"}', NULL);

-- attack: D132.4 A death out of an answer that is good no more
-- login: app
-- given: what partners told
-- refused: YG006
INSERT INTO exchange_death_record (id_number, name, died_on, row_no, answer_id)
SELECT a.request ->> 'AAC002', a.data ->> 'AAC003', '2026-10-01', 0, a.id FROM exchange_answer a WHERE a.id = {answer};

-- attack: D132.5 The key that counts for a partner, asked for
-- login: app
-- refused: 42501
SELECT exchange_key_v1('civil_affairs');
