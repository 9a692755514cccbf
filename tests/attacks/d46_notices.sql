-- D46. Notices before a suspension that nobody gave.

-- attack: D46.1 A notice of a day gone by
-- login: app
-- given: somebody overdue
-- days: real
-- refused: YG006
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, current_date - 2, 'call', 'answered', {teller}, now() - interval '2 days');

-- attack: D46.2 A notice of a day to come
-- login: app
-- given: somebody overdue
-- days: real
-- refused: YG006
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, current_date + 2, 'call', 'answered', {teller}, now());

-- attack: D46.3 A notice in the name of somebody who is not there
-- login: app
-- given: somebody overdue
-- refused: YG009
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, '2026-11-10', 'call', 'answered', {teller}, now());

-- attack: D46.4 A notice about a certification that is none
-- login: app
-- given: somebody overdue
-- refused: YG006
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, 203012, '2026-11-10', 'call', 'answered', {teller}, now());

-- attack: D46.5 A notice in the name of somebody who tells nobody
-- login: app
-- given: somebody overdue
-- refused: YG005
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, '2026-11-10', 'call', 'answered', {accountant}, now());

-- attack: D46.6 Another day for a notice that was given
-- login: app
-- refused: 42501
UPDATE benefits_suspension_notice SET told_on = told_on - 1;
