-- D123. What a desk serves, who sits there and which machines stand in a hall is said by whoever runs its floor.

-- attack: D123.1 A teller gives the desk another kind
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_set_skills_v1('{token}', {desk}, '{personal,benefit}', '2026-11-10');

-- attack: D123.2 Special business at a general desk, by hand
-- login: app
-- given: tickets of a hall
-- refused: 42501
INSERT INTO visits_desk_skill (desk_id, kind) VALUES ({desk}, 'special');

-- attack: D123.3 A desk that is not one's own
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_open_desk_v1('{county_token}', {desk}, '2026-11-10');

-- attack: D123.4 On a schedule by oneself
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_set_shift_v1('{other_token}', {desk}, '2026-11-10', {teller}, {other}, '2026-11-10');

-- attack: D123.5 A machine of one's own
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_register_device_v1('{token}', {hall}, 'machine', 'mine', 'here', NULL, repeat('0', 64));

-- attack: D123.6 The secret of another machine exchanged
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_device SET digest = repeat('0', 64);

-- attack: D123.7 A desk marked as open
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_desk_state SET user_id = {other};

-- attack: D123.8 Left to somebody who may not sit there
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_hand_over_desk_v1('{free_token}', {other}, '2026-11-10');

-- attack: D123.9 Another number of the queue
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_rule SET value = 0;
