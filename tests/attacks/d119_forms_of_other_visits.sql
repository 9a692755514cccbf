-- D119. At which visit a form was begun, and with it whose visit a case is of, is written by the database.

-- attack: D119.1 A form put to somebody else's visit
-- login: app
-- given: tickets of a hall
-- refused: 42501
INSERT INTO visits_begun_form (token, ticket_id) VALUES ('00000000-0000-4000-8000-000000000119', {second});

-- attack: D119.2 Forms moved to another visit
-- login: app
-- given: tickets of a hall
-- refused: 42501
UPDATE visits_begun_form SET ticket_id = {second};

-- attack: D119.3 Forms that were begun at no visit
-- login: app
-- given: tickets of a hall
-- refused: 42501
DELETE FROM visits_begun_form;

-- attack: D119.4 The same from outside
-- login: outside
-- given: tickets of a hall
-- refused: 42501
SELECT * FROM visits_begun_form;
