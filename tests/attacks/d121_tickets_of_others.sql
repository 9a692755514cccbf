-- D121. A ticket moves by the owner's functions alone, by whoever has it in hand, and the table of its states is theirs.

-- attack: D121.1 A ticket called past its queue
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_ticket SET state = 'called', desk_id = {desk}, user_id = {teller} WHERE id = {second};

-- attack: D121.2 A place before the others
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_ticket SET queue_at = '2026-01-01', priority = 'appointment' WHERE id = {second};

-- attack: D121.3 A ticket without a queue
-- login: app
-- given: tickets of a hall
-- refused: 42501
INSERT INTO visits_ticket (hall_id, day, letter, number, kind, priority, state, source, issued_at, queue_at, calls, missed)
VALUES ({hall}, '2026-11-10', 'A', 999, 'personal', 'none', 'waiting', 'guide', now(), now(), 0, 0);

-- attack: D121.4 The function inside asked from outside
-- login: app
-- given: tickets of a hall
-- refused: 42501
SELECT visits_call_v1({second}, {desk}, {teller});

-- attack: D121.5 A ticket given by the function inside
-- login: app
-- given: tickets of a hall
-- refused: 42501
SELECT visits_issue_v1({hall}, 'personal', 'appointment', '', '2026-11-10', 'guide', NULL, NULL);

-- attack: D121.6 Called by nobody
-- login: app
-- given: tickets of a hall
-- refused: YG009
SELECT visits_call_next_v1('nobody', '2026-11-10');

-- attack: D121.7 The ticket in somebody else's hand is finished
-- login: app
-- given: tickets of a hall
-- refused: YG006
SELECT visits_finish_v1('{other_token}');

-- attack: D121.8 A ticket of a hall of another agency
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_leave_v1('{county_token}', {second});

-- attack: D121.9 A log that is written by hand
-- login: app
-- given: tickets of a hall
-- refused: 42501
INSERT INTO visits_ticket_event (ticket_id, hall_id, day, verb, seconds, note, at) VALUES ({second}, {hall}, '2026-11-10', 'finish', 1, '', now());

-- attack: D121.10 The day ended before it is over
-- login: app
-- given: tickets of a hall
-- days: real
-- refused: YG006
SELECT visits_end_days_v1('2099-01-01');

-- attack: D121.11 A teller takes a ticket out of somebody else's hand
-- login: app
-- given: tickets of a hall
-- refused: YG005
SELECT visits_take_back_v1('{other_token}', {second});
