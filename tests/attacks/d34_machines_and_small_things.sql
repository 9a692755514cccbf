-- D34. Machines that nobody put up; small things that are done by nobody in particular.

-- attack: D34.1 A machine's secret changed by nobody
-- login: app
-- refused: YG009
UPDATE staff_kiosk SET digest = repeat('a', 64) WHERE id = (SELECT min(id) FROM staff_kiosk);

-- attack: D34.2 A machine put up by somebody who accepts business
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG005
INSERT INTO staff_kiosk (agency_id, location_id, name, place, digest, is_active, reader_url, reader_key)
SELECT agency_id, location_id, 'evil', '一楼', repeat('b', 64), true, '', '' FROM staff_kiosk ORDER BY id LIMIT 1;

-- attack: D34.3 A machine of the city moved by the head of a county
-- login: app
-- given: a head of a county
SELECT identity_act_v1('{county_token}');
-- refused: YG005
UPDATE staff_kiosk SET is_active = false WHERE id = (SELECT min(id) FROM staff_kiosk WHERE agency_id = '51110001');

-- attack: D34.4 A machine taken into one's own agency
-- login: app
-- given: a head of a county
SELECT identity_act_v1('{county_token}');
-- refused: YG005
UPDATE staff_kiosk SET agency_id = '51110201' WHERE id = (SELECT min(id) FROM staff_kiosk WHERE agency_id = '51110001');

-- attack: D34.5 A colleague's claimed step put back as if it were another day
-- login: app
-- days: real
-- given: a claimed step
-- refused: YG006
SELECT casework_release_lost_v1({claimed_step}, '1900-01-01');
