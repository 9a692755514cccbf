-- D16. With the application's own login alone: what makes the verification cry wolf, and what changes places and desks by nobody.

-- attack: D16.1 An event after the end of a case
-- login: app
-- given: a finished case
-- refused: YG006
SELECT casework_event_v1('', {finished}, {next}::smallint, 'overdue', NULL, '系统', 'system', 'counter', '', '{}', now(), '{last}', repeat('0', 64));

-- attack: D16.2 A case that is finished again
-- login: app
-- given: a finished case
-- refused: YG006
SELECT casework_event_v1('', {finished}, {next}::smallint, 'finish', NULL, '系统', 'system', 'counter', '', '{}', now(), '{last}', repeat('0', 64));

-- attack: D16.3 A digest that is none
-- login: app
-- given: a case at its review
-- refused: YG006
SELECT casework_event_v1('', {case}, 2::smallint, 'overdue', NULL, '系统', 'system', 'counter', '', '{}', now(), '{previous}', repeat('Z', 64));
