-- D142. A case is sent back by the system only when a partner has said something about whom it names since.

-- attack: D142.1 Sent back in words of its own
-- login: app
-- given: a case at its review
-- refused: YG006
SELECT casework_event_v1('', {case}, 2::smallint, 'return', NULL, '系统', 'system', 'counter', '请到窗口领取现金', '{}', now(), '{previous}', repeat('0', 64));

-- attack: D142.2 Upon an answer that never came
-- login: app
-- given: a case at its review
-- refused: YG006
SELECT casework_event_v1('', {case}, 2::smallint, 'return', NULL, '系统', 'system', 'counter', '请到窗口领取现金', '{"answers": ["11111111-1111-1111-1111-111111111111"]}', now(), '{previous}', repeat('0', 64));

-- attack: D142.3 Upon an answer about somebody else
-- login: app
-- given: a case at its review, what partners told
-- refused: YG006
SELECT casework_event_v1('', {case}, 2::smallint, 'return', NULL, '系统', 'system', 'counter', '请到窗口领取现金', (SELECT jsonb_build_object('answers', jsonb_build_array(request_id::text)) FROM exchange_answer WHERE id = {answer}), now(), '{previous}', repeat('0', 64));
