-- D122. Who was at the desk, and which case belongs to which visit, is written by the database.

-- attack: D122.1 An identity that nobody checked
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_visit SET person_id = {person}, proof = 'id_card', checked_at = now();

-- attack: D122.2 A visit somebody else serves
-- login: app
-- given: tickets of a hall
-- refused: YG006
SELECT visits_identify_v1('{other_token}', {person}, 'id_card');

-- attack: D122.3 A case put to a visit
-- login: app
-- given: tickets of a hall
-- refused: 42501
INSERT INTO visits_case (visit_id, case_id, at) VALUES ({visit}, 1, now());

-- attack: D122.4 The minutes of a visitor made shorter
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_visit SET visitor_until = began_at WHERE id = {visit};

-- attack: D122.5 The numbers that were typed
-- login: app
-- given: tickets of a hall
-- refused: 42501
SELECT id_number FROM visits_typed;

-- attack: D122.6 The same from outside
-- login: outside
-- given: tickets of a hall
-- refused: 42501
SELECT id_number FROM visits_typed;

-- attack: D122.7 Tickets read from outside
-- login: outside
-- given: tickets of a hall
-- refused: 42501
SELECT * FROM visits_ticket;
